"""What people decided on findings: a record for each, the repair as a new point, and the view without what they refused.

Nothing is overwritten. An accepted or corrected finding leaves the doubted points where they are; a correction is entered as
a new point that supersedes the old one. What was accepted as wrong is left out of every view but `all`, fills no void and is
no evidence that a material is known; another decision on the same finding brings it back. So it does with what was
corrected: the correction is then refused, and the point that it superseded stands again.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.engine import Connection, RowMapping

from quinary.chemistry.composition import Composition
from quinary.curation.examine import examine, rejected_rows
from quinary.curation.finding import Finding, strongest
from quinary.curation.literature import published_beside
from quinary.curation.settled import Settled, decided_keys
from quinary.curation.values import BY_KEY, KEEP, REFUSE, findings_on_value
from quinary.errors import InputError, unknown_name
from quinary.points.conditions import Conditions
from quinary.points.point import DataPoint, Value, parse_value
from quinary.points.properties import property_named
from quinary.progress import Progress, silent
from quinary.readers.embedded import EMBEDDED
from quinary.store.access import may_write
from quinary.store.database import Database, raise_counter
from quinary.store.queries import all_points, materials_by_id, points_of
from quinary.store.refusals import accepted_lines
from quinary.store.schema import decision, finding, material, point
from quinary.store.work import counting_imports, imports
from quinary.store.writing import PointWriter, upsert
from quinary.units import convert, unit_named

__all__ = ["Action", "curated_points", "decide", "decide_all", "decided_keys", "decisions", "examine_store"]


class Action(StrEnum):
    """accept: it is wrong as found. reject: it is right as it stands. correct: it is wrong, and this is what it should be."""

    ACCEPT = "accept"
    REJECT = "reject"
    CORRECT = "correct"


def examine_store(database: Database, progress: Progress = silent) -> list[Finding]:
    """The open findings of a store, the heaviest first: what detectors doubt, what readers refused; no decided ones.

    A decision on one finding settles all findings on the same value, or on the same line's composition.

    They are kept in the store, so that a decision can name them by key, unless its user may only read it. Points are read in
    one state of the database, which is not locked while the detectors work. Published values are compared with, too.
    """
    with database.read() as connection:
        is_kept = may_write(connection, finding.name)
        if not is_kept:
            progress("this store may only be read: findings are shown and not kept", 0, 0)
        stated = [entry for entry, _ in all_points(connection, origin="literature")]
        found = examine(stated, progress, published_beside(stated))
        # what a file of this name held before is no longer in it
        latest = {_file_name(entry["name"]): entry["rejected"] for entry in counting_imports(connection)}
    for name, rejected in latest.items():
        found += rejected_rows(name, rejected)
    with database.write() if is_kept else database.read() as connection:
        settled = Settled.in_store(connection)
        open_ones = list({item.key: item for item in found if not settled.has(item)}.values())
        if is_kept:
            _keep(connection, open_ones)
    return strongest(open_ones)


def _file_name(imported: str) -> str:
    """The name of the file behind what was imported, as the lineage of its points gives it."""
    return EMBEDDED[imported].find().name if imported in EMBEDDED else imported.rsplit("/", 1)[-1]


def decisions(connection: Connection) -> list[dict[str, Any]]:
    """Every decision, oldest first: key, action, who, note, correction, made_at."""
    rows = connection.execute(select(decision).order_by(decision.c.id)).mappings()
    return [{**row, "correction": json.loads(row["correction"])} for row in rows]


def _keep(connection: Connection, found: Sequence[Finding]) -> None:
    """Store the findings that are not there yet; open ones that are no longer found go, decided ones stay."""
    is_decided = exists().where(decision.c.finding_key == finding.c.key)
    connection.execute(finding.delete().where(~is_decided))
    change = raise_counter(connection) if found else 0
    materials: dict[str, int] = {row[0]: row[1] for row in connection.execute(select(material.c.key, material.c.id))}
    hashes = [item.content_hash for item in found if item.content_hash is not None]
    points: dict[bytes, int] = {}
    for start in range(0, len(hashes), 5000):
        query = select(point.c.hash, point.c.id).where(point.c.hash.in_(hashes[start : start + 5000]))
        points.update((bytes(digest), identifier) for digest, identifier in connection.execute(query))
    rows = [
        {
            "key": item.key, "detector": item.detector, "version": item.version, "severity": item.severity.value,
            "source": item.source, "line": item.line, "material_id": materials.get(item.material_key),
            "point_id": points.get(item.content_hash) if item.content_hash else None, "evidence": item.evidence,
            "repair": json.dumps(None if item.repair is None else dict(item.repair)), "change": change,
        }
        for item in found
    ]  # fmt: skip
    if rows:
        connection.execute(upsert(connection, finding).on_conflict_do_nothing(), rows)


def decide(
    database: Database,
    key: str,
    action: str,
    who: str,
    note: str = "",
    correction: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Record a decision on one finding and return it, as `decide_all` does."""
    return decide_all(database, [key], action, who, note, correction)[0]


def decide_all(
    database: Database,
    keys: Sequence[str],
    action: str,
    who: str,
    note: str = "",
    correction: Mapping[str, Any] | None = None,
) -> list[dict[str, Any]]:
    """Record one decision on each finding, all or none; a later decision on the same finding counts instead of the earlier.

    With `correct`, `correction` ({"formula": ...}, {"value": ..., "unit": ...}, or {"condition": "temperature", "value": K})
    is entered: each doubted point gets a successor with the corrected statement. Without one, each finding's own repair is.
    A value is for the values of one property; where a finding suggests another test temperature, one in such a unit is that.

    Raises:
        InputError: unknown key or action, nobody named, no correction to make, one that cannot be made, or one value for
            several properties, for a composition, or in a unit that the property is not given in.
    """
    if action not in set(Action):
        raise unknown_name("decision", action, [entry.value for entry in Action])
    if not who.strip():
        raise InputError("say who decides: --who NAME")
    with database.write() as connection:
        named = [pair for key in dict.fromkeys(keys) for pair in _named(connection, key, action)]
        rows = [row for row, _ in named]
        made = [_correction(row, action, correction) for row in rows]
        if correction:
            _check_is_for_all(connection, rows, made, str(correction.get("unit", "")))
        return [
            _decided(connection, row, (recorded, who.strip(), note), one)
            for (row, recorded), one in zip(named, made, strict=True)
        ]


def _named(connection: Connection, key: str, action: str) -> list[tuple[RowMapping, str]]:
    """The findings of a key, which may be that of a value, each with what is recorded of the action on it.

    Raises:
        InputError: nothing has this key, or the value cannot be decided on.
    """
    query = select(finding)
    row = connection.execute(query.where(finding.c.key == key)).mappings().first()
    if row is not None and row["detector"] != BY_KEY:
        return [(row, action)]
    keys = findings_on_value(connection, key if row is None else bytes(_hash_of(connection, row)).hex())
    if keys is None:
        if any(key in (str(entry["id"]), entry["name"], _file_name(entry["name"])) for entry in imports(connection)):
            raise InputError(f"{key} is an import, no finding and no value: `quinary withdraw {key}` undoes it")
        raise unknown_name("finding or value", key, connection.execute(select(finding.c.key).limit(200)).scalars())
    rows = connection.execute(query.where(finding.c.key.in_(keys))).mappings().all()
    recorded = {Action.ACCEPT: KEEP, Action.REJECT: REFUSE}.get(Action(action), action)
    if recorded == KEEP and any(_is_refused_with_its_line(connection, one) for one in rows):
        raise InputError(f"{key} was accepted as wrong with its whole line: decide on the finding of that")
    return [(one, recorded) for one in rows]


def _hash_of(connection: Connection, row: RowMapping) -> bytes:
    return bytes(connection.execute(select(point.c.hash).where(point.c.id == row["point_id"])).scalar_one())


def _is_refused_with_its_line(connection: Connection, row: RowMapping) -> bool:
    place = row["source"], row["line"], row["material_id"]
    return place in accepted_lines(connection, [row["material_id"]])


def _decided(
    connection: Connection, row: RowMapping, signed: tuple[str, str, str], made: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The record of one decision, after what follows from it has been done."""
    touched = _take_back(connection, row)
    if made is not None:
        touched |= _enter(connection, row, made)
    action, who, note = signed
    record = {
        "finding_key": row["key"], "action": action, "who": who, "note": note,
        "correction": json.dumps(made), "change": raise_counter(connection),
        "made_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    }  # fmt: skip
    connection.execute(decision.insert().values(record))
    PointWriter(connection).judge_anew(sorted(touched | ({row["material_id"]} - {None})))
    return {**record, "correction": made}


def _correction(row: RowMapping, action: str, correction: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if action != Action.CORRECT:
        if correction:
            raise InputError(f"only `correct` takes a value or a formula, not `{action}`", ["correct"])
        return None
    if row["detector"] == "reader":
        raise InputError("this row was never imported: correct it in the file and import that again")
    repair = json.loads(row["repair"])
    made = _as_condition(correction, repair) if correction else repair
    if not made or not {"formula", "value"} & set(made):
        raise InputError(f"finding {row['key']} suggests no repair: give one with --value or --formula")
    return dict(made)


def _as_condition(correction: Mapping[str, Any], repair: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """The correction, as one of the condition that the finding doubts where its unit is of that: kelvin of a strength."""
    if not repair or "condition" not in repair or not correction.get("unit"):
        return correction
    value, wanted = parse_value(correction["value"])[0], str(repair["unit"])
    if unit_named(str(correction["unit"])).dimension != unit_named(wanted).dimension:
        return correction
    return {**repair, "value": value.converted(str(correction["unit"]), wanted).nominal}


def _check_is_for_all(
    connection: Connection, rows: Sequence[RowMapping], made: Sequence[Mapping[str, Any] | None], unit: str
) -> None:
    """Refuse a value that a person gave for several properties, for a composition, or in a unit of something else."""
    identifiers = [row["point_id"] for row in rows]
    query = select(point.c.id, point.c.property).where(point.c.id.in_([one for one in identifiers if one is not None]))
    known = {one.id: one.property for one in connection.execute(query)}
    names: dict[str, list[str]] = {}
    for row, correction in zip(rows, made, strict=True):
        if correction is None or "value" not in correction or "condition" in correction:
            continue
        if row["point_id"] is None:
            raise InputError(f"finding {row['key']} doubts a formula, not a value: correct it with --formula")
        names.setdefault(known[row["point_id"]], []).append(row["key"])
    if len(names) > 1:
        listed = "; ".join(f"{name.replace('_', ' ')}: {', '.join(keys)}" for name, keys in names.items())
        raise InputError(f"one value cannot correct several properties; give only the keys that it is for ({listed})")
    for name in names:
        property_named(name).check_unit(unit)


# -- corrected points --------------------------------------------------------------------------------------------------


def _doubted(connection: Connection, row: RowMapping) -> Iterator[tuple[int, DataPoint]]:
    """(point id, point) of the points that a finding is about: one value, or all of its line."""
    if row["material_id"] is None:
        return
    of_material = select(point.c.hash, point.c.id).where(point.c.material_id == row["material_id"])
    identifiers = {bytes(digest): identifier for digest, identifier in connection.execute(of_material)}
    (stored,) = materials_by_id(connection, [row["material_id"]]).values()
    for entry in points_of(connection, stored):
        # a statement made again after it was superseded has a hash of its own, and is not the one that was doubted
        identifier = identifiers.get(entry.content_hash)
        if identifier is None:
            continue
        if identifier == row["point_id"] or (row["point_id"] is None and _stands_in(entry, row)):
            yield identifier, entry


def _stands_in(entry: DataPoint, row: RowMapping) -> bool:
    place = entry.lineage.get("file"), entry.lineage.get("line")
    return place == (row["source"], row["line"])


def _take_back(connection: Connection, row: RowMapping) -> set[int]:
    """Undo what an earlier decision on the finding entered; returns the materials that this touched.

    A statement that was in the store already, and only came to stand for the doubted one, is freed but not refused.
    """
    of_finding = select(decision.c.id).where(decision.c.finding_key == row["key"], decision.c.action == Action.CORRECT)
    if row["material_id"] is None or connection.execute(of_finding.limit(1)).first() is None:
        return set()
    old, new, newer = point.alias("old"), point.alias("new"), point.alias("newer")
    query = (
        select(new.c.id, new.c.lineage, old.c.id.label("old_id"), old.c.lineage.label("old_lineage"))
        .add_columns(newer.c.lineage.label("newer_lineage"))
        .join(old, new.c.supersedes == old.c.id)
        .outerjoin(newer, newer.c.supersedes == new.c.id)
        .where(old.c.material_id == row["material_id"])
    )
    entered = set[int]()
    for found in connection.execute(query).mappings():
        if not _is_entered(found, row):
            continue
        if found["newer_lineage"] is not None:
            later = json.loads(found["newer_lineage"]).get("finding", "its successor")
            raise InputError(f"what {row['key']} was corrected to has been corrected itself: decide on {later} first")
        entered.add(found["id"])
    return PointWriter(connection).take_back(entered) if entered else set()


def _is_entered(found: RowMapping, row: RowMapping) -> bool:
    """True for a successor that a correction of this finding brought about, not that of another finding."""
    finding_key = json.loads(found["lineage"]).get("finding")
    if finding_key is not None:
        return bool(finding_key == row["key"])
    if row["point_id"] is not None:
        return bool(found["old_id"] == row["point_id"])
    lineage = json.loads(found["old_lineage"])
    return (lineage.get("file"), lineage.get("line")) == (row["source"], row["line"])


def _enter(connection: Connection, row: RowMapping, correction: Mapping[str, Any]) -> set[int]:
    """Enter the corrected statements, each as the successor of the point that it corrects; returns their materials."""
    doubted = list(_doubted(connection, row))
    if not doubted:
        raise InputError(f"the points of finding {row['key']} are no longer in the store, or are superseded already")
    writer = PointWriter(connection)
    for identifier, old in doubted:
        new = _corrected(old, correction, row["key"])
        if new.content_hash == old.content_hash:
            raise InputError("the correction says what is there already")
        writer.correct(identifier, new)
    made = select(point.c.material_id).where(point.c.supersedes.in_([identifier for identifier, _ in doubted]))
    return set(connection.execute(made).scalars())


def _corrected(old: DataPoint, correction: Mapping[str, Any], key: str) -> DataPoint:
    lineage = {**old.lineage, "corrects": old.content_hash.hex(), "finding": key}
    if "formula" in correction:
        thing = replace(old.material, composition=Composition.of(str(correction["formula"])))
        return replace(old, material=thing, lineage={**lineage, "formula": str(correction["formula"])})
    unit = str(correction.get("unit", ""))
    if correction.get("condition"):
        stated = {**old.conditions.as_dict(), str(correction["condition"]): float(correction["value"])}
        return replace(old, conditions=Conditions.of(stated), lineage=lineage)
    if old.value.categories:
        return replace(old, value=Value.category(*str(correction["value"]).split("+")), lineage=lineage)
    if old.unit and not unit:
        raise InputError(
            f"{correction['value']} has no unit: write it behind the number, such as '{correction['value']} {old.unit}'"
        )
    value, spread = parse_value(correction["value"])
    shift = convert(
        0.0, unit or old.unit, old.unit
    )  # a difference is scaled but not shifted, which matters for degrees
    given = None if spread is None else abs(convert(spread, unit or old.unit, old.unit) - shift)
    return replace(
        old, value=value.converted(unit or old.unit, old.unit),
        uncertainty=old.uncertainty if given is None else given, lineage=lineage,
    )  # fmt: skip


# -- the curated view --------------------------------------------------------------------------------------------------


def curated_points(connection: Connection, *, origin: str | None = None) -> Iterator[tuple[DataPoint, int]]:
    """Every point that counts, with its material's id, without those that a person accepted as wrong.

    Corrected points appear in their corrected form: the new point stands, the superseded one does not. Streamed in the
    order of entry, like `all_points`.
    """
    return all_points(connection, origin=origin, is_curated=True)
