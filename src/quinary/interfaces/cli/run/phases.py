"""The command that follows the phases of an alloy over temperature, and its solidification."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from quinary.interfaces.cli.shared.session import DbOption, JsonOption, Session, TdbOption

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command(epilog="Example: quinary phases MoNbTaW --from 600 --to 2000 --step 100")(phases)


def phases(
    context: typer.Context,
    formula: Annotated[str, typer.Argument(help="An alloy, such as CoCrFeNb.")],
    low: Annotated[float, typer.Option("--from", help="Lowest temperature, K.")] = 600.0,
    high: Annotated[float, typer.Option("--to", help="Highest temperature, K.")] = 2000.0,
    step: Annotated[float, typer.Option("--step", help="Step of temperature, K.")] = 50.0,
    scheil: Annotated[
        bool,
        typer.Option("--scheil", help="Also solidus, liquidus, and solidification without diffusion in the solid."),
    ] = False,
    tdb: TdbOption = None,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Stable phases against temperature from a thermodynamic database, and on request how the alloy solidifies."""
    from quinary.services.simulating import phases

    session = Session.of(context, db, as_json)
    with session.open_if_there() as store, session.progress() as progress:
        document = phases(formula, from_=low, to=high, step=step, scheil=scheil, tdb=tdb, db=store, progress=progress)
    session.answer(document, lambda: _show(session, document))


def _show(session: Session, document: dict[str, Any]) -> None:
    """For a person."""
    outside, melting, scheil = (document.get(name) for name in ("outside_assessed_systems", "melting", "scheil"))
    if outside:
        session.say(
            f"{document['database']} does not assess {', '.join(outside)}: taken as ideal, so trust the phases little"
        )
    listed = [
        [row["temperature"], ", ".join(f"{name} {share:.3f}" for name, share in row["phases"].items()), row["problem"]]
        for row in document["phases"]
    ]
    headings = ["temperature (K)", "phases", "problem"]
    session.table(f"{document['formula']}, {document['database']} ({document['database_place']})", headings, listed)
    if melting and scheil:
        session.say(f"solidus {melting['solidus']:.0f} K, liquidus {melting['liquidus']:.0f} K")
        session.say(
            f"without diffusion in the solid the last liquid freezes at {scheil['end']:.0f} K: "
            + ", ".join(f"{name} {share:.3f}" for name, share in scheil["phases"].items())
        )
