"""The command `voids`: what is missing, what should be measured next and why, and what has been filled by what."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from quinary.interfaces.cli.shared.session import DbOption, JsonOption, Session
from quinary.interfaces.cli.shared.values import state_text
from quinary.points.conditions import conditions_in_words

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command(epilog="Example: quinary voids --loop literature --sheet wanted.xlsx")(voids)


def voids(
    context: typer.Context,
    loop: Annotated[
        str, typer.Option("--loop", metavar="literature|prediction|validation", help="Only voids of this loop.")
    ] = "",
    limit: Annotated[
        int | None, typer.Option(min=0, help="Only the N most urgent; default: 50 in detail, all in the sheet.")
    ] = None,
    sheet: Annotated[
        Path | None, typer.Option(help="Write literature voids as a sheet (.xlsx, .csv) for people to fill in.")
    ] = None,
    policy: Annotated[Path | None, typer.Option(help="A policy of your own (TOML).")] = None,
    filled: Annotated[
        bool, typer.Option("--filled", help="Show what is no longer missing, and what filled it.")
    ] = False,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what to measure next and why: what is missing, the most wanted first. A filled-in sheet is read by `import`."""
    from quinary.services.missing import voids

    session = Session.of(context, db, as_json)
    document = voids(loop=loop, limit=limit, sheet=sheet, policy=policy, filled=filled, db=session.db)
    show = _show_filled if filled else _show_missing
    session.answer(document, lambda: show(session, document, loop))


def _show_missing(session: Session, document: dict[str, Any], loop: str) -> None:
    """For a person."""
    shown = {origin: names for origin, names in document["counts"].items() if not loop or origin == loop}
    flat = [[origin, name, n] for origin, names in shown.items() for name, n in names.items()]
    session.table(f"{document['total']} voids", ["loop", "property", "voids"], flat)
    if document["voids"]:
        columns = ["", "formula", "state", "property", "at", "loop", "urgency", "why"]
        session.table("What to fill next, and why: by priority, then by urgency", columns, _lines(document["voids"]))
    if document["sheet"]:
        session.say(f"{document['sheet_rows']} wanted values written to {document['sheet']}; fill it in and import it")


def _lines(rows: list[dict[str, Any]]) -> list[list[Any]]:
    return [
        [
            place, row["formula"], state_text(row["structure"], row["processing"]), row["property"],
            conditions_in_words(row["conditions"]), row["loop"], row["urgency"], row["reason"],
        ]
        for place, row in enumerate(rows, 1)
    ]  # fmt: skip


def _show_filled(session: Session, document: dict[str, Any], _loop: str) -> None:
    """For a person."""
    lines = [
        [
            row["formula"], state_text(row["structure"], row["processing"]), row["property"],
            conditions_in_words(row["conditions"]), row["loop"], row["value"], row["unit"], row["filled_by"],
        ]
        for row in document["filled"]
    ]  # fmt: skip
    columns = ["formula", "state", "property", "at", "loop", "value", "unit", "filled by"]
    session.table(f"{len(lines)} of {document['total']} filled voids", columns, lines)
