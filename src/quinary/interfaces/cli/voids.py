"""The command `voids`: what is missing, what should be measured next and why, and what has been filled by what."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quinary.interfaces.cli.session import DbOption, JsonOption, Session

if TYPE_CHECKING:
    from quinary.materials.policy import Policy

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command(epilog="Example: quinary voids --loop literature --sheet wanted.xlsx")(voids)


def voids(
    context: typer.Context,
    loop: Annotated[
        str, typer.Option("--loop", metavar="literature|prediction|validation", help="Only voids of this loop.")
    ] = "",
    limit: Annotated[int, typer.Option(min=0, help="At most this many voids in detail.")] = 50,
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
        _show_filled(session, asked, loop, limit)
    else:
        _show_missing(session, asked, loop, limit, sheet)


def _show_missing(session: Session, policy: Policy, loop: str, limit: int, sheet: Path | None) -> None:
    from quinary.loops.literature import write_wanted_sheet
    from quinary.store.needs import ranked_needs
    from quinary.store.queries import count_voids

    with session.open(must_exist=True) as database:
        with database.read() as connection:
            table = count_voids(connection, policy)
            rows = [need.as_dict() for need in ranked_needs(connection, policy, origin=loop, limit=limit)]
        n_rows = write_wanted_sheet(database, policy, sheet) if sheet else 0
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
            session.table("What to fill next, and why", ["formula", "property", "at", "loop", "why"], _lines(rows))
        if sheet:
            session.say(f"{n_rows} wanted values written to {sheet}; fill it in and import it")

    session.answer(document, say)


def _lines(rows: list[dict[str, Any]]) -> list[list[str]]:
    return [[row["formula"], row["property"], row["conditions"], row["loop"], row["reason"]] for row in rows]


def _show_filled(session: Session, policy: Policy, loop: str, limit: int) -> None:
    from quinary.store.needs import count_filled, filled_voids

    with session.open(must_exist=True) as database, database.read() as connection:
        total = count_filled(connection, policy, origin=loop)
        rows = filled_voids(connection, policy, origin=loop, limit=limit)

    def say() -> None:
        """For a person."""
        lines = [
            [row["formula"], row["property"], row["conditions"], row["value"], row["unit"], row["filled_by"]]
            for row in rows
        ]
        session.table(
            f"{len(rows)} of {total} filled voids", ["formula", "property", "at", "value", "unit", "filled by"], lines
        )

    session.answer({"total": total, "filled": rows}, say)
