"""What is different between two snapshots: points added, removed and changed, by property and by source."""

from __future__ import annotations

import heapq
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, TypeAlias

from quinary.points.point import DataPoint
from quinary.points.properties import in_use, vocabulary
from quinary.readers.snapshot_files import Snapshot, open_snapshot, snapshot_definitions, snapshot_points

__all__ = ["snapshot_diff"]

_MOST_SHOWN: Final = 100

# What a point is about, apart from what it says: material, property, conditions, method, origin, study
Subject: TypeAlias = tuple[str, ...]


@dataclass(slots=True)
class _Differences:
    only_old: dict[Subject, list[DataPoint]] = field(default_factory=lambda: defaultdict(list))
    only_new: dict[Subject, list[DataPoint]] = field(default_factory=lambda: defaultdict(list))
    relicensed: list[DataPoint] = field(default_factory=list)
    n_equal: int = 0


def snapshot_diff(old: Path, new: Path) -> dict[str, Any]:
    """The differences as a JSON document.

    A point is changed where both snapshots say something of the same material, property, conditions, method, origin and
    study, and do not say the same. It is relicensed where both say the same under another licence.

    Raises:
        InputError: one of them is not a whole, unchanged snapshot.
    """
    known = vocabulary()
    theirs = (*snapshot_definitions(new), *snapshot_definitions(old))
    with in_use(known.extended(entry for entry in theirs if entry.name not in known.entries)):
        return _diff(open_snapshot(old), open_snapshot(new))


def _diff(old: Snapshot, new: Snapshot) -> dict[str, Any]:
    found = _compare(old, new)
    changed = list(_changed(found))
    added = [point for points in found.only_new.values() for point in points]
    removed = [point for points in found.only_old.values() for point in points]
    kinds = {
        "added": added,
        "removed": removed,
        "changed": [after for _, after in changed],
        "relicensed": found.relicensed,
    }
    return {
        "equal": old.content_hash == new.content_hash,
        "old": _heading(old),
        "new": _heading(new),
        **{kind: len(points) for kind, points in kinds.items()},
        "unchanged": found.n_equal,
        "by_property": _counts(kinds, "property"),
        "by_source": _counts(kinds, "source"),
        "examples": _examples(added, removed, changed),
    }


def _heading(snapshot: Snapshot) -> dict[str, Any]:
    manifest = snapshot.manifest
    return {
        "file": str(snapshot.path),
        "title": manifest.get("title", ""),
        "content_hash": snapshot.content_hash,
        "code_version": manifest.get("code_version", ""),
    }


def _compare(old: Snapshot, new: Snapshot) -> _Differences:
    """Both are sorted by statement, so that one pass over the two finds what only one of them has."""
    found = _Differences()
    both = heapq.merge(_statements(old, is_new=False), _statements(new, is_new=True), key=itemgetter(0))
    for _, group in itertools.groupby(both, key=itemgetter(0)):
        sides = {is_new: point for _, is_new, point in group}
        if len(sides) == 1:
            ((is_new, point),) = sides.items()
            (found.only_new if is_new else found.only_old)[_subject(point)].append(point)
            continue
        found.n_equal += 1
        if sides[False].source.licence != sides[True].source.licence:
            found.relicensed.append(sides[True])
    return found


def _statements(snapshot: Snapshot, *, is_new: bool) -> Iterator[tuple[bytes, bool, DataPoint]]:
    return ((point.statement.encode(), is_new, point) for _, point in snapshot_points(snapshot))


def _subject(point: DataPoint) -> Subject:
    reference = point.doi or point.source.name
    return point.material.key, point.property, point.conditions.key, point.method, point.origin, reference


def _changed(found: _Differences) -> Iterator[tuple[DataPoint, DataPoint]]:
    """Pairs about the same subject, taken out of what only one side has."""
    for subject in found.only_old.keys() & found.only_new.keys():
        before, after = found.only_old[subject], found.only_new[subject]
        while before and after:
            yield before.pop(0), after.pop(0)


def _counts(kinds: dict[str, list[DataPoint]], what: str) -> dict[str, dict[str, int]]:
    """Property or source -> kind of difference -> number."""
    table: dict[str, dict[str, int]] = {}
    for kind, points in kinds.items():
        for point in points:
            name = point.property if what == "property" else point.source.name
            row = table.setdefault(name, dict.fromkeys(kinds, 0))
            row[kind] += 1
    return dict(sorted(table.items()))


def _examples(
    added: list[DataPoint], removed: list[DataPoint], changed: list[tuple[DataPoint, DataPoint]]
) -> list[dict[str, Any]]:
    """The first of each kind, in the order of the materials."""
    return [
        *_first(_row("changed", after, _said(before), _said(after)) for before, after in changed),
        *_first(_row("added", point, "", _said(point)) for point in added),
        *_first(_row("removed", point, _said(point), "") for point in removed),
    ]


def _first(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return heapq.nsmallest(_MOST_SHOWN, rows, key=lambda row: (row["formula"], row["property"], row["old"], row["new"]))


def _row(kind: str, point: DataPoint, old: str, new: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "formula": point.material.composition.formula,
        "property": point.property,
        "unit": point.unit,
        "conditions": point.conditions.key,
        "old": old,
        "new": new,
        "source": point.source.name,
        "doi": point.doi,
    }


def _said(point: DataPoint) -> str:
    spread = "" if point.uncertainty is None else f" ± {point.uncertainty:g}"
    return f"{point.value}{spread}"
