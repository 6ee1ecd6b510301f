"""The command that follows the phases of an alloy over temperature, and its solidification."""

from __future__ import annotations

from typing import Annotated

import typer

from quinary.errors import InputError
from quinary.interfaces.cli.session import DbOption, JsonOption, Session, TdbOption

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
    from quinary.chemistry.composition import Composition
    from quinary.simulation.calphad import EquilibriumCalculator
    from quinary.simulation.solidification import (
        melting_range,
        phase_fractions,
        scheil_solidification,
        single_phase_ranges,
    )
    from quinary.simulation.thermodynamic_databases import find_database, unassessed_binaries

    session = Session.of(context, db, as_json)
    composition = Composition.of(formula)
    database = find_database(composition.elements, tdb)
    if database is None:
        raise InputError(f"no database at hand covers {', '.join(composition.elements)} together; name one with --tdb")
    calculator = EquilibriumCalculator(database, composition.elements)
    fractions = composition.atomic_fractions
    with session.progress() as progress:
        rows = phase_fractions(calculator, fractions, (low, high, step), progress)
        melting = melting_range(calculator, fractions) if scheil else None
        path = scheil_solidification(calculator, fractions, progress=progress) if scheil else None
    outside = list(unassessed_binaries(database, composition.elements))
    document = {
        "formula": composition.formula,
        "database": database.name,
        "database_source": database.source,
        "outside_assessed_systems": outside,
        "phases": [row.as_dict() for row in rows],
        "single_phase_ranges": [list(entry) for entry in single_phase_ranges(rows)],
        **({} if melting is None else {"melting": melting.as_dict()}),
        **({} if path is None else {"scheil": path.as_dict()}),
    }

    def show() -> None:
        """For a person."""
        listed = [
            [row.temperature, ", ".join(f"{name} {share:.3f}" for name, share in row.phases.items()), row.problem]
            for row in rows
        ]
        if outside:
            session.say(
                f"{database.name} does not assess {', '.join(outside)}: taken as ideal, so trust the phases little"
            )
        session.table(f"{composition.formula}, {database.name}", ["temperature (K)", "phases", "problem"], listed)
        if melting is not None and path is not None:
            session.say(f"solidus {melting.solidus:.0f} K, liquidus {melting.liquidus:.0f} K")
            session.say(
                f"without diffusion in the solid the last liquid freezes at {path.end:.0f} K: "
                + ", ".join(f"{name} {share:.3f}" for name, share in path.phases.items())
            )

    session.answer(document, show)
