"""The command `voids`: what is missing, what should be measured next and why, and what has been filled by what."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from quinary.interfaces.cli.session import DbOption, JsonOption, Session
from quinary.interfaces.cli.values import conditions_text, state_text

if TYPE_CHECKING:
    from quinary.materials.policy import Policy

__all__ = ["register"]

_LISTED: Final = 50


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
    from quinary.errors import unknown_name
    from quinary.materials.policy import policy_from
    from quinary.points.point import Origin

    session = Session.of(context, db, as_json)
    if loop and loop not in set(Origin):
        raise unknown_name("loop", loop, Origin)
    asked = policy_from(policy)
    if filled:
        _show_filled(session, asked, loop, _LISTED if limit is None else limit)
    else:
        _show_missing(session, asked, loop, limit, sheet)


def _show_missing(session: Session, policy: Policy, loop: str, limit: int | None, sheet: Path | None) -> None:
    from quinary.loops.literature import write_wanted_sheet
    from quinary.store.needs import ranked_needs
    from quinary.store.survey import survey

    n_listed = _LISTED if limit is None else limit
    with session.open(must_exist=True) as database:
        with database.read() as connection:
            found = survey(connection, policy)
            needs = ranked_needs(connection, policy, origin=loop, limit=n_listed, found=found)
        n_rows = write_wanted_sheet(database, policy, sheet, limit=limit) if sheet else 0
    table, rows = found.counts(), [need.as_dict() for need in needs]
    shown = {origin: names for origin, names in table.items() if not loop or origin == loop}
    total = sum(n for names in shown.values() for n in names.values())
    document = {
        "total": total,
        "counts": table,
        "voids": rows,
        "sheet": str(sheet) if sheet else None,
        "sheet_rows": n_rows,
    }

    def say() -> None:
        """For a person."""
        flat = [[origin, name, n] for origin, names in shown.items() for name, n in names.items()]
        session.table(f"{total} voids", ["loop", "property", "voids"], flat)
        if rows:
            columns = ["", "formula", "state", "property", "at", "loop", "urgency", "why"]
            session.table("What to fill next, and why: by priority, then by urgency", columns, _lines(rows))
        if sheet:
            session.say(f"{n_rows} wanted values written to {sheet}; fill it in and import it")

    session.answer(document, say)


def _lines(rows: list[dict[str, Any]]) -> list[list[Any]]:
    return [
        [
            place, row["formula"], state_text(row["structure"], row["processing"]), row["property"],
            conditions_text(row["conditions"]), row["loop"], row["urgency"], row["reason"],
        ]
        for place, row in enumerate(rows, 1)
    ]  # fmt: skip


def _show_filled(session: Session, policy: Policy, loop: str, limit: int) -> None:
    from quinary.store.needs import count_filled, filled_voids
    from quinary.store.survey import survey

    with session.open(must_exist=True) as database, database.read() as connection:
        found = survey(connection, policy)
        total = count_filled(connection, policy, origin=loop, found=found)
        rows = filled_voids(connection, policy, origin=loop, limit=limit, found=found)

    def say() -> None:
        """For a person."""
        lines = [
            [
                row["formula"], state_text(row["structure"], row["processing"]), row["property"],
                conditions_text(row["conditions"]), row["loop"], row["value"], row["unit"], row["filled_by"],
            ]
            for row in rows
        ]  # fmt: skip
        session.table(
            f"{len(rows)} of {total} filled voids",
            ["formula", "state", "property", "at", "loop", "value", "unit", "filled by"],
            lines,
        )

    session.answer({"total": total, "filled": rows}, say)
