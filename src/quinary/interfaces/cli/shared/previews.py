"""What an import would read, for a person: a row a column, then what cannot be used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from quinary.interfaces.cli.shared.session import Session
from quinary.wording import counted

if TYPE_CHECKING:
    from quinary.services.importing import Previewed

__all__ = ["show_preview", "show_rejected"]

_LISTED: Final = 20


def show_preview(session: Session, found: Previewed) -> None:
    """Every file: what would be read from each column, and what not and why."""
    for preview in found.previews:
        document = preview.as_dict()
        told = f"{counted(document['read'], 'point')} would be read (by {document['reader']}); nothing is stored"
        session.say(f"{preview.source}: {told}")
        layout = "; ".join(f"{name} {value}" for name, value in document["layout"].items())
        if layout:
            session.say(layout)
        for note in document["notes"]:
            session.say(note)
        headings = ["column", "read as", "unit", "conditions", "values", "first cell, or why not"]
        session.table(counted(len(document["columns"]), "column"), headings, [_row(c) for c in document["columns"]])
        show_rejected(session, document["rejected"])
    for row in found.failed:
        session.say(f"cannot be read: {row['file']}: {row['reason']}")


def _row(column: Mapping[str, Any]) -> list[Any]:
    what = column["property"] if column["role"] in {"value", "structure"} else column["role"]
    if column["role"] == "uncertainty":
        what = f"\u00b1 of {column['property']}"
    if column["method"] not in {"", "measured"}:
        what += f" ({column['method']})"
    values = column["values"] or ""
    return [
        column["column"], what or column["role"] or "not read", column["unit"], column["conditions"].replace("|", ", "),
        values, column["example"] or column["reason"],
    ]  # fmt: skip


def show_rejected(session: Session, rejected: Sequence[Mapping[str, Any]]) -> None:
    """The values and rows that cannot be used, the first twenty of them."""
    if not rejected:
        return
    title = f"{counted(len(rejected), 'value or row', 'values or rows')} not used"
    session.table(title, ["line", "reason"], [[row["line"], row["reason"]] for row in rejected[:_LISTED]])
    if len(rejected) > _LISTED:
        session.say(f"and {len(rejected) - _LISTED:,} more; --json lists all")
