"""Undoing an import as a record: its points count no more, nothing is erased, and it can be taken back.

Which points are retired follows from the records alone. A point that imports brought or state counts as long as one of these
imports does; a correction as long as what it corrects; what no import brought (predictions, validations) always.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.engine import Connection, RowMapping

from quinary.errors import InputError, unknown_name
from quinary.store.bulk import insert_rows
from quinary.store.in_force import still_counts
from quinary.store.schema import import_log, point, restatement, retired, withdrawal
from quinary.store.stored import read_json
from quinary.store.work import (
    Signed,
    imports,
    is_older,
    now,
    out_of_force,
    same_imports,
    withdrawn_imports,
)
from quinary.store.writing import PointWriter

__all__ = [
    "Undone",
    "count_points",
    "find_import",
    "recognise_older",
    "replace_older",
    "restore",
    "retire_anew",
    "withdraw",
    "would_withdraw",
]

_AT_ONCE: Final = 5_000
_POINTS_COMPARED: Final = 1_000


@dataclass(frozen=True, slots=True)
class Undone:
    """An import withdrawn or restored, with those that are the same file read in the same way.

    `n_points` count no more, or count again; `by_property` and `n_materials` say of which. `n_shared` of its points stay,
    since another import states them too. `n_instead` do the opposite: those of an older reading of the file.
    """

    import_id: int
    name: str
    imports: tuple[int, ...]
    n_points: int
    n_shared: int
    n_materials: int
    by_property: dict[str, int] = field(default_factory=dict)
    n_instead: int = 0


def find_import(connection: Connection, name: str, *, is_withdrawn: bool = False) -> int:
    """The id of the import that a person names by its id, or by its file where only one import was of that.

    Of several the one is meant that is withdrawn, or is not.

    Raises:
        InputError: there is no such import, or there are several.
    """
    known = imports(connection)
    text = name.strip()
    if text.isdecimal() and len(text) < 19 and int(text) in {entry["id"] for entry in known}:
        return int(text)
    named = [entry for entry in known if text in (entry["name"], entry["name"].rsplit("/", 1)[-1])]
    if not named:
        raise unknown_name("import", name, [f"{entry['id']} ({entry['name']})" for entry in known])
    same, withdrawn = same_imports(connection), withdrawn_imports(connection)
    named = [entry for entry in named if (entry["id"] in withdrawn) is is_withdrawn] or named
    if len({same[entry["id"]] for entry in named}) > 1:
        said = "; ".join(f"{entry['id']} ({entry['made_at'] or 'of old'})" for entry in named)
        raise InputError(
            f"{name} was imported several times; say which by its number: {said}", [str(e["id"]) for e in named]
        )
    return int(named[0]["id"])


def withdraw(connection: Connection, import_id: int, signed: Signed) -> Undone:
    """Withdraw an import: its points count no more, unless another import states them too.

    Raises:
        InputError: it is withdrawn already.
    """
    found = would_withdraw(connection, import_id)
    _record(connection, found, "withdraw", signed)
    return found


def restore(connection: Connection, import_id: int, signed: Signed) -> Undone:
    """Take the withdrawal of an import back.

    Raises:
        InputError: it is not withdrawn.
    """
    if import_id not in withdrawn_imports(connection):
        raise InputError(f"import {import_id} is not withdrawn, so there is nothing to take back")
    found = _undone(connection, import_id, is_back=True)
    _record(connection, found, "restore", signed)
    return found


def would_withdraw(connection: Connection, import_id: int) -> Undone:
    """What `withdraw` would do.

    Raises:
        InputError: it is withdrawn already.
    """
    before = withdrawn_imports(connection).get(import_id)
    if before is not None:
        by = f" by {before['who']}" if before["who"] else ""
        raise InputError(f"import {import_id} is withdrawn already{by}, on {before['made_at']}")
    return _undone(connection, import_id, is_back=False)


def _group(connection: Connection, import_id: int) -> tuple[int, ...]:
    same = same_imports(connection)
    return tuple(sorted(one for one, group in same.items() if group == same[import_id]))


def _undone(connection: Connection, import_id: int, *, is_back: bool) -> Undone:
    group = _group(connection, import_id)
    withdrawn = set(withdrawn_imports(connection))
    gone = out_of_force(connection, withdrawn.difference(group) if is_back else withdrawn.union(group))
    there = set(connection.execute(select(retired.c.point_id)).scalars())
    then = _retired_with(connection, gone)
    touched, instead = (there - then, then - there) if is_back else (then - there, there - then)
    by_property: Counter[str] = Counter()
    owners = set[int]()
    for name, owner in _columns(connection, touched, point.c.property, point.c.material_id):
        by_property[name] += 1
        owners.add(owner)
    name = connection.execute(select(import_log.c.name).where(import_log.c.id == import_id)).scalar_one()
    n_shared = 0 if is_back else len(_stated_by(connection, group).keys() - then)
    return Undone(
        import_id, name, group, len(touched), n_shared, len(owners), dict(by_property.most_common()), len(instead)
    )


def _record(connection: Connection, found: Undone, action: str, signed: Signed) -> None:
    writer = PointWriter(connection)
    row = {
        "import_id": found.import_id, "action": action, "who": signed.who, "why": signed.why, "made_at": now(),
        "n_points": found.n_points, "change": writer.change,
    }  # fmt: skip
    connection.execute(withdrawal.insert().values(row))
    retire_anew(writer)


def retire_anew(writer: PointWriter) -> int:
    """Bring the table of retired points up to date with the records; returns the number of those that count no more now."""
    connection = writer.connection
    there = set(connection.execute(select(retired.c.point_id)).scalars())
    gone = out_of_force(connection)
    if not (there or gone):
        return 0
    wanted = _retired_with(connection, gone)
    for some in _some(there - wanted):
        connection.execute(retired.delete().where(retired.c.point_id.in_(some)))
    insert_rows(connection, retired, [{"point_id": one, "change": writer.change} for one in sorted(wanted - there)])
    owners = {owner for (owner,) in _columns(connection, wanted ^ there, point.c.material_id)}
    writer.choose_anew(owners)
    writer.mark_known_anew(sorted(owners))
    return len(wanted - there)


def replace_older(connection: Connection, import_id: int, *, is_set: bool = False) -> int:
    """Let an import take the place of those of the same file by older rules of its reader; returns their number.

    It is the same file if its digest is the same. Of an import of which none was kept, it is that of the same name of whose
    lines at least half are there, with the formula as it was typed. A known data set (`is_set`) is the same by its name,
    whatever edition of it.
    """
    columns = ("id", "name", "reader", "version", "digest", "replaced_by")
    query = select(*(import_log.c[name] for name in columns)).order_by(import_log.c.id)
    rows = [row for row in connection.execute(query).mappings() if row["id"] <= import_id]
    new = rows.pop()
    older = [
        row["id"]
        for row in rows
        if row["reader"] == new["reader"]
        and row["replaced_by"] is None
        and is_older(row["version"], new["version"])
        and _is_same_file(connection, row, new, is_set=is_set)
    ]
    if older:
        connection.execute(update(import_log).where(import_log.c.id.in_(older)).values(replaced_by=import_id))
    return len(older)


def recognise_older(connection: Connection, import_id: int) -> None:
    """Let imports of which no digest was kept be the same as this one, where it states all that they brought."""
    columns = ("id", "reader", "version", "digest", "options")
    query = select(*(import_log.c[name] for name in columns)).where(import_log.c.id <= import_id)
    rows = list(connection.execute(query.order_by(import_log.c.id)).mappings())
    new = rows.pop()
    nameless = [
        r["id"] for r in rows if not r["digest"] and (r["reader"], r["version"]) == (new["reader"], new["version"])
    ]
    if not (nameless and new["digest"]):
        return
    stated = _stated_by(connection, [import_id]).keys()
    same = [one for one in nameless if (brought := _stated_by(connection, [one]).keys()) and brought <= stated]
    known = {"digest": new["digest"], "options": new["options"]}
    connection.execute(update(import_log).where(import_log.c.id.in_(same)).values(known))


def _is_same_file(connection: Connection, old: RowMapping, new: RowMapping, *, is_set: bool) -> bool:
    if is_set and old["name"] == new["name"]:
        return True
    if old["digest"]:
        return bool(old["digest"] == new["digest"])
    if old["name"].rsplit("/", 1)[-1] != new["name"].rsplit("/", 1)[-1]:
        return False
    before = _lines(connection, list(_stated_by(connection, [old["id"]]))[:_POINTS_COMPARED])
    here = _lines(connection, _stated_by(connection, [new["id"]]))
    return 2 * len(before & here) >= len(before)


def count_points(connection: Connection, import_ids: Iterable[int]) -> int:
    """The number of points that these imports brought and that still count."""
    changes = select(import_log.c.change).where(import_log.c.id.in_(sorted(import_ids)))
    query = select(func.count()).select_from(point).where(point.c.change.in_(changes), still_counts())
    return int(connection.execute(query).scalar_one())


def _lines(connection: Connection, identifiers: Iterable[int]) -> set[tuple[Any, Any]]:
    """(line, formula as typed) of points, as their lineage has them."""
    bodies = (
        read_json(body, "the lineage of a point") for (body,) in _columns(connection, identifiers, point.c.lineage)
    )
    return {(body.get("line"), body.get("formula")) for body in bodies}


# -- which points are retired ------------------------------------------------------------------------------------------


def _retired_with(connection: Connection, gone: set[int]) -> set[int]:
    """Ids of the points that count no more if these imports do not."""
    if not gone:
        return set()
    changes = _changes(connection)
    stated = _stated_by(connection, gone)
    for some in _some(stated):
        others = select(restatement.c.point_id, restatement.c.import_id).where(restatement.c.point_id.in_(some))
        for identifier, by in connection.execute(others):
            if by not in gone:
                stated.pop(identifier, None)
    brought = {one: old for one, (old, change) in stated.items() if changes.get(change) in gone}
    return _with_corrections(connection, brought, set(changes))


def _changes(connection: Connection) -> dict[int, int]:
    """Change counter of each import -> its id; an import is one transaction, and nobody else's points have its change."""
    return {change: one for one, change in connection.execute(select(import_log.c.id, import_log.c.change))}


def _stated_by(connection: Connection, import_ids: Iterable[int]) -> dict[int, tuple[int | None, int]]:
    """Id of each point that these imports brought or state -> (id of the point that it supersedes, its change)."""
    wanted = sorted(import_ids)
    columns = (point.c.id, point.c.supersedes, point.c.change)
    changes = select(import_log.c.change).where(import_log.c.id.in_(wanted))
    brought = select(*columns).where(point.c.change.in_(changes))
    restated = (
        select(*columns)
        .join(restatement, restatement.c.point_id == point.c.id)
        .where(restatement.c.import_id.in_(wanted))
    )
    return {one: (old, change) for query in (brought, restated) for one, old, change in connection.execute(query)}


def _with_corrections(connection: Connection, brought: dict[int, int | None], changes: set[int]) -> set[int]:
    """These points with the corrections of them, but without those that are the correction of a point that counts."""
    found = set(brought)
    while kept := {one for one in found if brought[one] is not None and brought[one] not in found}:
        found -= kept
    wave = set(found)
    while wave:
        successors = select(point.c.id, point.c.change)
        rows = [
            row for some in _some(wave) for row in connection.execute(successors.where(point.c.supersedes.in_(some)))
        ]
        wave = {one for one, change in rows if change not in changes} - found
        for some in _some(wave):
            query = select(restatement.c.point_id).where(restatement.c.point_id.in_(some))
            wave -= set(connection.execute(query).scalars())
        found |= wave
    return found


def _columns(connection: Connection, identifiers: Iterable[int], *columns: Any) -> Iterator[Any]:
    for some in _some(identifiers):
        yield from connection.execute(select(*columns).where(point.c.id.in_(some)))


def _some(identifiers: Iterable[int]) -> Iterator[list[int]]:
    listed = sorted(identifiers)
    for start in range(0, len(listed), _AT_ONCE):
        yield listed[start : start + _AT_ONCE]
