"""The command that computes entropy-forming ability."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from quinary.interfaces.cli.shared.session import DbOption, JsonOption, Session

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command(epilog='Example: quinary efa "(HfNbTaTiZr)C" --json')(efa)


def efa(
    context: typer.Context,
    formula: Annotated[str, typer.Argument(help='An equimolar ceramic of 3 to 9 metals, such as "(HfNbTaTiZr)C".')],
    full: Annotated[
        bool, typer.Option("--full", help="Relax every configuration: minutes instead of seconds.")
    ] = False,
    structures: Annotated[
        int, typer.Option(help="Draw so many configurations where there are more (six metals on).")
    ] = 200,
    potential: Annotated[str, typer.Option(help="Interatomic potential.")] = "diep",
    seed: Annotated[int, typer.Option(help="Seed of the draw.")] = 0,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Entropy-forming ability from the energies of all ordered configurations, and the chance of a single phase."""
    from quinary.services.simulating import efa
    from quinary.simulation.forming_ability import NOT_CALIBRATED

    session = Session.of(context, db, as_json)
    how: dict[str, Any] = {"full": full, "structures": structures, "potential": potential, "seed": seed}
    with session.progress() as progress:
        document = efa(formula, **how, progress=progress)

    def show() -> None:
        """For a person."""
        unit = document["unit"]
        if document["calibrated_efa"] is None:
            known = [["probability of one phase", NOT_CALIBRATED, ""]]
        else:
            low, high = document["interval"]
            known = [
                ["calibrated", document["calibrated_efa"], unit],
                ["90 % interval, low", low, unit],
                ["90 % interval, high", high, unit],
                ["probability of one phase", document["single_phase_probability"], ""],
            ]
        rows = [
            ["EFA of the potential", document["efa"], unit],
            *known,
            ["configurations computed", len(document["spectrum"]), f"of {document['orbits']}"],
            ["time", document["seconds"], "s"],
        ]
        session.table(f"{document['formula']}: {document['method']}", ["", "value", "unit"], rows)
        for warning in [document["calibration"], *document["warnings"]]:
            session.say(f"note: {warning}")

    session.answer(document, show)
