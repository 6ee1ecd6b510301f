"""The command for the lab queue: sheets with what to weigh in, to be filled in and imported."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from quinary.errors import unknown_name
from quinary.interfaces.cli.shared.session import DbOption, JsonOption, Session

__all__ = ["register"]

_ACTIONS: Final = ("sheet",)


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command(epilog="Example: quinary lab sheet MoNbTaW HfNbTaTiZr --mass 50 --purity Nb=0.999 --out lab.xlsx")(lab)


def lab(
    context: typer.Context,
    action: Annotated[str, typer.Argument(metavar="sheet", help="What to do: write a sheet.")],
    formulas: Annotated[list[str] | None, typer.Argument(help="Formulas of the samples to make.")] = None,
    candidates: Annotated[bool, typer.Option("--candidates", help="The candidates in the store.")] = False,
    mass: Annotated[float, typer.Option(help="Mass of each ingot, g.")] = 50.0,
    purity: Annotated[
        list[str] | None,
        typer.Option(
            "--purity", metavar="EL=X", help="Mass fraction of what is in the jar: Nb=0.999. May be repeated."
        ),
    ] = None,
    property_names: Annotated[
        str, typer.Option("--property", metavar="P,...", help="Properties to measure; each gets two columns.")
    ] = "hardness_vickers,density,lattice_parameter",
    limit: Annotated[int | None, typer.Option("--limit", help="At most so many candidates of the store.")] = None,
    out: Annotated[Path, typer.Option("--out", help="The sheet, .xlsx or .csv.")] = Path("lab.xlsx"),
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a sheet of samples with grams of each element; fill it in and read it with `quinary import`."""
    from quinary.services.laboratory import lab_sheet

    session = Session.of(context, db, as_json)
    if action not in _ACTIONS:
        raise unknown_name("action of lab", action, _ACTIONS)
    wanted: dict[str, Any] = {"candidates": candidates, "mass": mass, "purity": purity, "property": property_names}
    document = lab_sheet(formulas or (), **wanted, limit=limit, out=out, db=session.db)

    def show() -> None:
        """For a person."""
        samples = document["samples"]
        elements = list(dict.fromkeys(symbol for sample in samples for symbol in sample["weights"]))
        rows = [
            [one["id"], one["formula"], *(one["weights"].get(symbol) for symbol in elements), one["ingot"]]
            for one in samples
        ]
        headings = ["id", "formula", *(f"{symbol} (g)" for symbol in elements), "ingot (g)"]
        session.table(f"{len(rows)} samples in {out}", headings, rows)
        for entry in document["refused"]:
            session.say(f"left out: {entry['reason']}")

    session.answer(document, show)
