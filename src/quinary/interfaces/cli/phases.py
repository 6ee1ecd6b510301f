"""The command that follows the phases of an alloy over temperature, and its solidification."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quinary.errors import InputError
from quinary.interfaces.cli.session import DbOption, JsonOption, Session, TdbOption

if TYPE_CHECKING:
    from quinary.chemistry.composition import Composition
    from quinary.progress import Progress
    from quinary.simulation.thermodynamic_databases import ThermodynamicDatabase

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

    session = Session.of(context, db, as_json)
    composition = Composition.of(formula)
    database = _database(composition, tdb)
    with session.progress() as progress:
        document = _document(database, composition, (low, high, step), progress, with_scheil=scheil)
    session.answer(document, lambda: _show(session, document))


def _database(composition: Composition, tdb: Path | None) -> ThermodynamicDatabase:
    from quinary.simulation.thermodynamic_databases import find_database

    found = find_database(composition.elements, tdb)
    if found is None:
        raise InputError(f"no database at hand covers {', '.join(composition.elements)} together; name one with --tdb")
    return found


def _document(
    database: ThermodynamicDatabase,
    composition: Composition,
    temperatures: tuple[float, float, float],
    progress: Progress,
    *,
    with_scheil: bool,
) -> dict[str, Any]:
    """Everything that is printed; `temperatures` are the lowest, the highest and the step, K."""
    from quinary.simulation import solidification
    from quinary.simulation.calphad import EquilibriumCalculator
    from quinary.simulation.thermodynamic_databases import unassessed_binaries

    calculator = EquilibriumCalculator(database, composition.elements)
    fractions = composition.atomic_fractions
    rows = solidification.phase_fractions(calculator, fractions, temperatures, progress)
    document: dict[str, Any] = {
        "formula": composition.formula,
        "database": database.name,
        "database_source": database.source,
        "outside_assessed_systems": list(unassessed_binaries(database, composition.elements)),
        "phases": [row.as_dict() for row in rows],
        "single_phase_ranges": [list(entry) for entry in solidification.single_phase_ranges(rows)],
    }
    if with_scheil:
        document["melting"] = solidification.melting_range(calculator, fractions).as_dict()
        document["scheil"] = solidification.scheil_solidification(calculator, fractions, progress=progress).as_dict()
    return document


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
    session.table(f"{document['formula']}, {document['database']}", headings, listed)
    if melting and scheil:
        session.say(f"solidus {melting['solidus']:.0f} K, liquidus {melting['liquidus']:.0f} K")
        session.say(
            f"without diffusion in the solid the last liquid freezes at {scheil['end']:.0f} K: "
            + ", ".join(f"{name} {share:.3f}" for name, share in scheil["phases"].items())
        )
