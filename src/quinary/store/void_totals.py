"""How many values the policy wants of an origin and lacks, without looking at the whole store each time.

The count is kept by blocks of materials, with the change up to which it holds. A cell of the literature or of validation
raises the change of its material (`PointWriter`), so only blocks with a material that has changed since are counted anew.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.engine import Connection

from quinary.materials.policy import Policy
from quinary.points.point import Origin
from quinary.store.database import Database, counter_of
from quinary.store.queries import lacks
from quinary.store.schema import material
from quinary.store.work import set_setting, setting_of

__all__ = ["literature_voids"]

_BLOCK: Final = 250  # materials; fewer would make the kept counts longer, more would count more that has not changed
_KEPT: Final = "voids.literature"


def literature_voids(database: Database, policy: Policy) -> int:
    """The number of values that people are wanted to look up; equals what `count_voids` finds."""
    with database.read() as connection:
        counter = counter_of(connection)
        kept = setting_of(connection, _KEPT) or {}
        if kept.get("policy") != policy.version:
            kept = {"change": 0, "counts": []}
        counts = kept["counts"] if kept["change"] == counter else _brought_up_to_date(connection, policy, kept)
    if kept["change"] != counter:
        with database.write() as connection:
            set_setting(connection, _KEPT, {"policy": policy.version, "change": counter, "counts": counts})
    return sum(counts)


def _brought_up_to_date(connection: Connection, policy: Policy, kept: dict[str, Any]) -> list[int]:
    changed = select(material.c.id // _BLOCK).where(material.c.change > kept["change"]).distinct()
    blocks = sorted(int(block) for block in connection.execute(changed).scalars())
    n_blocks = max([len(kept["counts"]), *(block + 1 for block in blocks)], default=0)
    counts = [*kept["counts"], *[0] * (n_blocks - len(kept["counts"]))]
    if len(blocks) > n_blocks // 2:  # so many that one look at everything is quicker
        return _counted(connection, policy, n_blocks)
    for block in blocks:
        is_inside = and_(material.c.id >= block * _BLOCK, material.c.id < (block + 1) * _BLOCK)
        counts[block] = sum(_lacking(connection, policy, is_inside).values())
    return counts


def _counted(connection: Connection, policy: Policy, n_blocks: int) -> list[int]:
    found = _lacking(connection, policy, material.c.id >= 0)
    return [found.get(block, 0) for block in range(n_blocks)]


def _lacking(connection: Connection, policy: Policy, where: ColumnElement[bool]) -> dict[int, int]:
    """Block -> number of literature voids of its materials."""
    block = (material.c.id // _BLOCK).label("block")
    found: dict[int, int] = {}
    for want in policy.wants:
        if want.origin is Origin.LITERATURE:
            query = select(block, func.count()).where(where, lacks(want)).group_by(block)
            for number, n_voids in connection.execute(query):
                found[int(number)] = found.get(int(number), 0) + int(n_voids)
    return found
