"""The command that writes inputs for density-functional calculations."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from quinary.interfaces.cli.shared.session import DbOption, JsonOption, Session

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command(epilog='Example: quinary dft MoNbTaW "(HfNbTaTiZr)C" --out dft')(dft)


def dft(
    context: typer.Context,
    formulas: Annotated[list[str], typer.Argument(help='Formulas, such as MoNbTaW or "(HfNbTaTiZr)C".')],
    out: Annotated[Path, typer.Option("--out", help="Folder; each formula gets one of its own below it.")],
    code: Annotated[str, typer.Option(metavar="vasp|espresso", help="The program to write for.")] = "vasp",
    functional: Annotated[str, typer.Option(metavar="pbe|r2scan", help="Exchange and correlation.")] = "pbe",
    atoms: Annotated[str, typer.Option(metavar="LO:HI", help="Fewest and most atoms in a cell.")] = "32:54",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write inputs for the solid solution of each formula and the references of its energy. No pseudopotentials."""
    from quinary.services.simulating import dft

    session = Session.of(context, db, as_json)
    document = dft(formulas, out=out, code=code, functional=functional, atoms=atoms)

    def show() -> None:
        """For a person."""
        rows = [[entry["formula"], entry["folder"]] for entry in document["calculations"]]
        session.table("", ["formula", "folder"], rows)
        session.say("run the calculations there, then: quinary import FOLDER")

    session.answer(document, show)
