"""Who did what when in a store, put together from the records of imports, withdrawals, decisions and additions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.engine import Connection

from quinary.points.point import KEY_DIGITS, Value
from quinary.points.properties import properties
from quinary.store.records import RowLike
from quinary.store.schema import (
    decision,
    finding,
    import_log,
    material,
    own_property,
    point,
    thermodynamic_database,
    withdrawal,
)
from quinary.store.stored import read_json
from quinary.store.work import imports, withdrawn_imports
from quinary.wording import counted

__all__ = ["history"]

_DECIDED: Final = {
    "accept": "accepted as wrong", "reject": "kept as right", "refuse": "refused", "keep": "let stand",
    "correct": "corrected",
}  # fmt: skip
_ADDED: Final = ((own_property, "property"), (thermodynamic_database, "thermodynamic data"))
_CHANGE: Final = "change"  # of the counter of the store, by which entries of one second are told apart


def history(connection: Connection) -> list[dict[str, Any]]:
    """All entries, oldest first; what older versions recorded without a time comes before the rest."""
    entries = [*_imports(connection), *_withdrawals(connection), *_decisions(connection), *_additions(connection)]
    entries.sort(key=lambda entry: (entry["when"], entry[_CHANGE]))  # times are of whole seconds
    return [{name: value for name, value in entry.items() if name != _CHANGE} for entry in entries]


def _entry(kind: str, row: RowLike, what: str, **more: Any) -> dict[str, Any]:
    head = {
        _CHANGE: row.get("change", 0),
        "when": row["made_at"],
        "who": row["who"],
        "what": what,
        "import": None,
        "why": "",
        "kind": kind,
    }
    return {**head, **more}


def _imports(connection: Connection) -> Iterator[dict[str, Any]]:
    withdrawn = withdrawn_imports(connection)
    for row in imports(connection):
        said = [f"{counted(row['n_added'], 'point')} added", f"{row['n_repeated']:,} repeated"]
        said += [f"{row['completed']:,} given a DOI"] if row["completed"] else []
        said += [f"{len(row['rejected']):,} values or rows not used"] if row["rejected"] else []
        state = f"read anew by import {row['replaced_by']}" if row["replaced_by"] is not None else ""
        more = {name: row[name] for name in ("name", "reader", "version", "digest", "options", "completed")}
        more |= {"points": row["n_added"], "state": "withdrawn" if row["id"] in withdrawn else state}
        what = f"imported {row['name']}: {', '.join(said)} (read by {row['reader']} {row['version']})"
        yield {**_entry("import", row, what), **more, "import": row["id"]}


def _withdrawals(connection: Connection) -> Iterator[dict[str, Any]]:
    query = select(withdrawal, import_log.c.name).join(import_log, import_log.c.id == withdrawal.c.import_id)
    for row in connection.execute(query.order_by(withdrawal.c.id)).mappings():
        is_back = row["action"] == "restore"
        what = f"{'restored' if is_back else 'withdrew'} import {row['import_id']} ({row['name']}): "
        what += f"{counted(row['n_points'], 'point')} {'again' if is_back else 'no more'}"
        made = _entry(row["action"], row, what, why=row["why"], name=row["name"], points=row["n_points"])
        yield {**made, "import": row["import_id"]}


def _decisions(connection: Connection) -> Iterator[dict[str, Any]]:
    columns = (point.c.property, point.c.low, point.c.high, point.c.categories, point.c.hash, material.c.formula)
    places = (finding.c.source.label("file"), finding.c.line)
    query = (
        select(decision, *columns, *places)
        .outerjoin(finding, finding.c.key == decision.c.finding_key)
        .outerjoin(point, point.c.id == finding.c.point_id)
        .outerjoin(material, material.c.id == finding.c.material_id)
    )
    for row in connection.execute(query.order_by(decision.c.id)).mappings():
        made = read_json(row["correction"], "a correction")
        what = f"{_DECIDED.get(row['action'], row['action'])}: {_subject(row)}{_corrected(made)}"
        key = None if row["hash"] is None else bytes(row["hash"]).hex()[:KEY_DIGITS]
        yield _entry("decision", row, what, why=row["note"], finding=row["finding_key"], point=key)


def _subject(row: RowLike) -> str:
    """The value that was decided on, or the line all of whose values were."""
    if row["property"] is None:
        place = f" ({row['file']}, line {row['line']})" if row["file"] else ""
        return f"{row['formula'] or 'finding ' + row['finding_key']}{place}"
    known = properties().get(row["property"])
    is_class = bool(row["categories"])
    value = (
        Value(math.nan, math.nan, tuple(row["categories"].split("+"))) if is_class else Value(row["low"], row["high"])
    )
    unit = f" {known.unit}" if known is not None and known.unit else ""
    return f"{row['property'].replace('_', ' ')} {value}{unit} of {row['formula']}"


def _corrected(made: Mapping[str, Any] | None) -> str:
    if not made:
        return ""
    return f" -> {made['formula']}" if "formula" in made else f" -> {made.get('value')} {made.get('unit', '')}".rstrip()


def _additions(connection: Connection) -> Iterator[dict[str, Any]]:
    for table, kind in _ADDED:
        query = select(table.c.name, table.c.who, table.c.made_at).order_by(table.c.made_at)
        for row in connection.execute(query).mappings():
            yield _entry(kind, row, f"added the {kind} {row['name']}", name=row["name"])
