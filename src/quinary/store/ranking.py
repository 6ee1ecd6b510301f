"""Ranking points anew once it is known what kind of study they come from."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import bindparam, select, update
from sqlalchemy.engine import Connection

from quinary.literature.crossref import doi_in
from quinary.materials.aggregate import rank
from quinary.store.queries import point_query
from quinary.store.records import material_from_row, point_from_row
from quinary.store.schema import material, point
from quinary.store.writing import PointWriter, batches

__all__ = ["rank_anew"]


def rank_anew(connection: Connection, kinds: Mapping[str, str]) -> int:
    """Rank the points of these DOIs (in lower case) by the kind of their study; returns the number of points that moved.

    Where a rank changes, the cells of the material are chosen anew and the material counts as changed; nothing else does.
    """
    moved: list[tuple[int, int, int]] = []
    for references in batches(_references(connection, kinds).items()):
        moved += _moved(connection, dict(references))
    if not moved:
        return 0
    statement = update(point).where(point.c.id == bindparam("which")).values(rank=bindparam("worth"))
    connection.execute(statement, [{"which": identifier, "worth": worth} for identifier, worth, _ in moved])
    PointWriter(connection).choose_anew({owner for *_, owner in moved})
    return len(moved)


def _references(connection: Connection, kinds: Mapping[str, str]) -> dict[str, str]:
    """The DOIs as points write them -> kind."""
    written = connection.execute(select(point.c.doi).distinct()).scalars()
    return {text: kinds[doi] for text in written if (doi := doi_in(text)) in kinds and doi is not None}


def _moved(connection: Connection, kinds: Mapping[str, str]) -> list[tuple[int, int, int]]:
    """(point id, new rank, material id) of the points whose rank is another now."""
    query = (
        point_query()
        .add_columns(material.c.composition, material.c.structure, material.c.processing)
        .join(material, material.c.id == point.c.material_id)
        .where(point.c.doi.in_(list(kinds)), point.c.rank.is_not(None))
    )
    found = []
    for row in connection.execute(query).mappings():
        worth = rank(point_from_row(row, material_from_row(row)), kinds[row["doi"]])
        if worth is not None and worth != row["rank"]:
            found.append((row["id"], worth, row["material_id"]))
    return found
