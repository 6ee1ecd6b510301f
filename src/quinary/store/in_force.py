"""Which points count: those that no other supersedes, and that an import which counts states, or no import at all."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, exists

from quinary.store.schema import point, retired

__all__ = ["still_counts"]


def still_counts(points: Any = point) -> ColumnElement[bool]:
    """SQL for: this point of the table `point`, or of an alias of it, is neither superseded nor retired.

    Retired are the points of imports that were withdrawn, or whose file was read anew (`quinary.store.withdrawing`).
    """
    successor = point.alias("successor")
    is_superseded = exists().where(successor.c.supersedes == points.c.id)
    is_retired = exists().where(retired.c.point_id == points.c.id)
    return and_(~is_superseded, ~is_retired)
