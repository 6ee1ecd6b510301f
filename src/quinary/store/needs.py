"""Voids with what makes them worth filling, the most urgent first; and those that are filled, with what filled them."""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Select, case, select
from sqlalchemy.engine import Connection

from quinary.materials.needs import Need, StandIn, urgency
from quinary.materials.policy import Policy, Want
from quinary.materials.voids import Void
from quinary.points.material import state_of_key
from quinary.points.point import Origin
from quinary.points.properties import property_named
from quinary.store.schema import candidate, cell, material, point, source
from quinary.store.stored import read_json
from quinary.store.survey import Survey, survey
from quinary.store.writing import batches

__all__ = ["count_filled", "filled_voids", "ranked_needs"]


def ranked_needs(
    connection: Connection, policy: Policy, *, origin: str = "", limit: int = 50, found: Survey | None = None
) -> list[Need]:
    """The voids that should be filled next: by priority, then by urgency (`quinary.materials.needs`), then by entry.

    Without `origin`, what only a computer must do (predictions) comes after all that has to be measured. `found` is the
    survey of this store and policy, if it has been made already.
    """
    surveyed = found or survey(connection, policy)
    needs: list[Need] = []
    candidates = _candidates(connection)
    for wants in _tiers(policy, origin):
        if len(needs) >= limit:
            break
        pools = [pool for want in wants for pool in _pools(surveyed, want, candidates)]
        needs += _most_urgent(connection, pools, limit - len(needs))
    return needs


def _tiers(policy: Policy, origin: str) -> Iterator[list[Want]]:
    """The wants of one priority together, the most wanted first."""
    wants = [want for want in policy.wants if not origin or want.origin.value == origin]
    for place in sorted({_place(want) for want in wants}):
        yield [want for want in wants if _place(want) == place]


def _place(want: Want) -> tuple[bool, int]:
    return want.origin is Origin.PREDICTION, want.priority


@dataclass(frozen=True, slots=True)
class _Pool:
    """The materials of one system that lack what a want asks for: only the prediction that stands in tells them apart."""

    want: Want
    system: str
    n_known: int
    n_candidates: int
    ids: list[int]

    @property
    def bound(self) -> float:
        """No member is more urgent than one for which nothing stands in."""
        return urgency(self.n_known, None, self.n_candidates)


def _pools(found: Survey, want: Want, candidates: Counter[tuple[str, str]]) -> Iterator[_Pool]:
    rows = np.flatnonzero(found.lacking(want))
    if not len(rows):
        return
    known = np.bincount(found.system_of[found.known(want)], minlength=len(found.systems))
    name = "" if property_named(want.property).is_categorical else want.property
    rows = rows[np.argsort(found.system_of[rows], kind="stable")]
    starts = np.flatnonzero(np.diff(found.system_of[rows])) + 1
    for members in np.split(rows, starts):
        place = int(found.system_of[members[0]])
        system = found.systems[place]
        yield _Pool(want, system, int(known[place]), candidates[system, name], found.ids[members].tolist())


def _most_urgent(connection: Connection, pools: list[_Pool], limit: int) -> list[Need]:
    """The most urgent members of all pools. Those whose bound is too low are never looked into: a store has millions."""
    chosen: list[tuple[float, int, _Pool, StandIn | None]] = []
    for pool in sorted(pools, key=lambda pool: (-pool.bound, pool.ids[0])):
        if len(chosen) == limit and chosen[-1][0] >= pool.bound:
            break
        stand_ins = _stand_ins(connection, pool)
        entries = [
            (urgency(pool.n_known, stand_ins.get(i), pool.n_candidates), i, pool, stand_ins.get(i)) for i in pool.ids
        ]
        chosen = heapq.nsmallest(limit, [*chosen, *entries], key=lambda entry: (-entry[0], entry[1]))
    return _as_needs(connection, chosen)


def _stand_ins(connection: Connection, pool: _Pool) -> dict[int, StandIn]:
    """Material id -> its prediction under the conditions of the void, if it is a number."""
    found = {}
    for identifiers in batches(pool.ids):
        query = (
            select(cell.c.material_id, point.c.low, point.c.high, point.c.uncertainty)
            .join(point, point.c.id == cell.c.point_id)
            .where(
                cell.c.material_id.in_(identifiers),
                cell.c.property == pool.want.property,
                cell.c.conditions_key == pool.want.conditions_keys[0],
                cell.c.origin == Origin.PREDICTION.value,
            )
        )
        for identifier, low, high, uncertainty in connection.execute(query):
            if low is not None and math.isfinite(low) and math.isfinite(high):
                found[identifier] = StandIn((low + high) / 2, uncertainty)
    return found


def _as_needs(connection: Connection, chosen: list[tuple[float, int, _Pool, StandIn | None]]) -> list[Need]:
    query = select(material.c.id, material.c.key, material.c.formula)
    rows = connection.execute(query.where(material.c.id.in_({identifier for _, identifier, *_ in chosen})))
    names = {identifier: (key, formula) for identifier, key, formula in rows}
    needs = []
    for _, identifier, pool, stand_in in chosen:
        key, formula = names[identifier]
        want = pool.want
        void = Void(key, want.property, want.conditions_keys[0], want.origin, want.priority)
        needs.append(Need(void, want, formula, pool.system, pool.n_known, stand_in, pool.n_candidates))
    return needs


def _candidates(connection: Connection) -> Counter[tuple[str, str]]:
    """(system, property) -> number of candidates designed on it; under the property "" all candidates of the system."""
    query = select(material.c.system, candidate.c.body).join(material, material.c.id == candidate.c.material_id)
    found: Counter[tuple[str, str]] = Counter()
    for system, body in connection.execute(query):
        found.update((system, name) for name in ("", *read_json(body, "a candidate").get("properties", {})))
    return found


# -- filled ------------------------------------------------------------------------------------------------------------


def count_filled(connection: Connection, policy: Policy, *, origin: str = "", found: Survey | None = None) -> int:
    """The number of (material, want) that have an answer; `found` as in `ranked_needs`."""
    surveyed = found or survey(connection, policy)
    return sum(int(surveyed.filled(want).sum()) for want in _wants(policy, origin))


def filled_voids(
    connection: Connection, policy: Policy, *, origin: str = "", limit: int = 50, found: Survey | None = None
) -> list[dict[str, Any]]:
    """What the policy asks for and the store has, each with the point that filled it; the latest filled first.

    Where several conditions count as an answer and have a value, the latest filled is named. `found` as in `ranked_needs`.
    """
    surveyed = found or survey(connection, policy)
    latest = [entry for want in _wants(policy, origin) for entry in _latest(connection, surveyed, want, limit)]
    chosen = sorted(latest, key=lambda entry: -entry[0])[:limit]
    details: dict[int, dict[str, Any]] = {}
    for some in batches({point_id for _, point_id, _ in chosen}):
        rows = connection.execute(_filling_points().where(point.c.id.in_(some))).mappings()
        details.update((row["id"], {**row}) for row in rows)
    return [_filled(want, details[point_id]) for _, point_id, want in chosen]


def _wants(policy: Policy, origin: str) -> list[Want]:
    return [want for want in policy.wants if not origin or want.origin.value == origin]


def _latest(connection: Connection, found: Survey, want: Want, limit: int) -> list[tuple[int, int, Want]]:
    """(change, id of the point that answers, the want) for the materials that were answered last."""
    asked = set(found.ids[found.filled(want)].tolist())
    if not asked:
        return []
    order = case({key: place for place, key in enumerate(want.conditions_keys)}, value=cell.c.conditions_key)
    query = (
        select(cell.c.material_id, cell.c.change, cell.c.point_id)
        .where(
            cell.c.property == want.property,
            cell.c.conditions_key.in_(want.conditions_keys),
            cell.c.origin == want.origin.value,
        )
        .order_by(cell.c.change.desc(), cell.c.material_id, order)
    )
    answered: dict[int, tuple[int, int, Want]] = {}
    for owner, change, point_id in connection.execute(query):
        if len(answered) == limit:
            break
        if owner in asked:
            answered.setdefault(owner, (change, point_id, want))
    return list(answered.values())


def _filling_points() -> Select[Any]:
    return (
        select(
            point.c.id, material.c.key, material.c.formula, point.c.conditions_key, point.c.low, point.c.high,
            point.c.categories, point.c.uncertainty, point.c.method, point.c.detail, point.c.doi,
            source.c.name.label("source_name"),
        )
        .join(material, material.c.id == point.c.material_id)
        .join(source, source.c.id == point.c.source_id)
    )  # fmt: skip


def _filled(want: Want, row: dict[str, Any]) -> dict[str, Any]:
    sides = [side for side in (row["low"], row["high"]) if side is not None and math.isfinite(side)]
    value = row["categories"] if row["categories"] else math.fsum(sides) / len(sides)
    how = f"{row['method']}, {row['detail']}" if row["detail"] else row["method"]
    by = row["doi"] or row["source_name"]
    structure, processing = state_of_key(row["key"])
    return {
        "material": row["key"], "formula": row["formula"], "structure": list(structure), "processing": list(processing),
        "property": want.property,
        "conditions": row["conditions_key"], "loop": want.origin.value, "priority": want.priority, "value": value,
        "unit": property_named(want.property).unit, "uncertainty": row["uncertainty"], "method": row["method"],
        "source": row["source_name"], "doi": row["doi"], "filled_by": f"{by} ({how})",
    }  # fmt: skip
