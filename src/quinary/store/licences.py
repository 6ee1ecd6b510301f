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

__all__ = ["check_is_open", "unlicensed_points"]

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
            stored = Source(row.name, row.kind, row.licence, row.citation)
            check_is_open(stored, licence)
            if row.licence != licence:
                found.setdefault(stored, []).append(row.id)
        names = {row.id: row.name for row in rows}
        corrections = connection.execute(query.add_columns(point.c.supersedes).where(point.c.supersedes.in_(names)))
        rows = [row for row in corrections if names[row.supersedes] == row.name]
    return found


def check_is_open(stored: Source, licence: str) -> None:
    """See that a source may get this licence (empty: it keeps what it has).

    Raises:
        InputError: it has another one, which is never changed in silence.
    """
    has_none = not stored.licence or licence_named(stored.licence).kind is LicenceClass.NONE_GIVEN
    if licence and stored.licence != licence and not has_none:
        raise InputError(
            f"{stored.name} is in the store under the licence {stored.licence}, which {licence} does not replace; "
            "leave --licence out, or import it into another store"
        )
