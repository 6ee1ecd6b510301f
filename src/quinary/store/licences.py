"""Which stored points have no licence yet, when one is given to them later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.engine import Connection

from quinary.errors import InputError
from quinary.points.point import DataPoint, Source
from quinary.reference.licences import LicenceClass, licence_named
from quinary.store.schema import point, source

__all__ = ["unlicensed_points"]

_COLUMNS: Final = (point.c.id, point.c.hash, source.c.name, source.c.kind, source.c.licence, source.c.citation)


def unlicensed_points(connection: Connection, repeated: Sequence[DataPoint], licence: str) -> dict[Source, list[int]]:
    """Source -> ids of the stored points that make these statements by it, and of their corrections, without a licence.

    A text that names no licence known here, such as a mistyped one, counts as none. The same statement that another source
    brought is that source's, and its licence is not ours to give.

    Raises:
        InputError: some have another licence, which is never changed in silence.
    """
    stated = {entry.content_hash: entry.source.name for entry in repeated}
    found: dict[Source, list[int]] = {}
    query = select(*_COLUMNS).join(source, source.c.id == point.c.source_id)
    rows = connection.execute(query.where(point.c.hash.in_(list(stated)))).all()
    rows = [row for row in rows if stated[bytes(row.hash)] == row.name]
    while rows:
        for row in rows:
            is_open_to_change = not row.licence or licence_named(row.licence).kind is LicenceClass.NONE_GIVEN
            if row.licence != licence and not is_open_to_change:
                raise InputError(
                    f"{row.name} is in the store under the licence {row.licence}, which {licence} does not replace; "
                    "leave --licence out, or import it into another store"
                )
            if row.licence != licence:
                found.setdefault(Source(row.name, row.kind, row.licence, row.citation), []).append(row.id)
        names = {row.id: row.name for row in rows}
        corrections = connection.execute(query.add_columns(point.c.supersedes).where(point.c.supersedes.in_(names)))
        rows = [row for row in corrections if names[row.supersedes] == row.name]
    return found
