"""Commands that undo, and that say who did what: withdraw, log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from quinary.interfaces.cli.shared.session import DbOption, JsonOption, Session, WhoOption
from quinary.wording import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(epilog="Example: quinary withdraw 3 --why 'wrong unit'; quinary withdraw 3 --undo")(withdraw)
    app.command(epilog="Example: quinary log --limit 20")(log)


def withdraw(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(metavar="IMPORT", help="The import: its number (`quinary log`), or its file if imported once."),
    ],
    who: WhoOption = "",
    why: Annotated[str, typer.Option(help="The reason, for the record.")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Take a withdrawal back.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be withdrawn.")] = False,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Undo a wrong import: its points count no more in anything; nothing is erased, and --undo brings them back."""
    from quinary.services.undoing import withdraw as withdrawn

    session = Session.of(context, db, as_json)
    document = withdrawn(name, who=who, why=why, undo=undo, dry_run=dry_run, db=session.db)
    session.answer(document, lambda: _show(session, document))


def _show(session: Session, document: Mapping[str, Any]) -> None:
    number = document.get("restored", document.get("withdrawn"))
    does = (
        "would count no more" if document["dry_run"] else "count again" if "restored" in document else "count no more"
    )
    said = f"import {number} ({document['name']}): {counted(document['points'], 'point')}"
    session.say(f"{said} of {counted(document['materials'], 'material')} {does}")
    if document["by_property"]:
        session.say("  " + ", ".join(f"{n:,} {name.replace('_', ' ')}" for name, n in document["by_property"].items()))
    if others := [one for one in document["imports"] if one != number]:
        session.say(f"  with it import {', '.join(map(str, others))}: the same file, read in the same way")
    if document["shared"]:
        session.say(f"  {counted(document['shared'], 'point')} of it stay: another import states them, too")
    if document["instead"]:
        does = "no more" if "restored" in document else "again"
        session.say(
            f"  in their place {counted(document['instead'], 'point')} of an older reading of the file count {does}"
        )
    if "withdrawn" in document and not document["dry_run"]:
        session.say(f"  nothing was erased: `quinary withdraw {number} --undo` brings them back")


def log(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=0, help="The newest so many.")] = 50,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say who did what when: imports, withdrawals, decisions on values, additions; the oldest first."""
    from quinary.services.undoing import log as log_of

    session = Session.of(context, db, as_json)
    document = log_of(limit=limit, db=session.db)
    session.answer(document, lambda: _show_log(session, document))


def _show_log(session: Session, document: Mapping[str, Any]) -> None:
    rows = [
        [
            entry["when"].removesuffix("+00:00").replace("T", " ") or "not recorded",
            entry["who"],
            entry["import"] if entry["kind"] == "import" else "",
            entry["what"] + (f"; {entry['state']}" if entry.get("state") else ""),
            entry["why"],
        ]
        for entry in document["entries"]
    ]
    title = f"{len(rows)} of {document['total']} entries"
    session.table(title, ["when (UTC)", "who", "import", "what", "why"], rows)
