"""The command for the lab queue: sheets with what to weigh in, to be filled in and imported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from quinary.errors import InputError, unknown_name
from quinary.interfaces.cli.session import DbOption, JsonOption, Session, names_in

__all__ = ["register"]

_ACTIONS: Final = ("sheet",)
_GRAMS: Final = " (g)"


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
    from quinary.loops.laboratory import lab_sheet, queued_formulas, write_lab_sheet

    session = Session.of(context, db, as_json)
    if action not in _ACTIONS:
        raise unknown_name("action of lab", action, _ACTIONS)
    wanted = list(formulas or [])
    if candidates:
        with session.open(must_exist=True) as database:
            wanted += queued_formulas(database, limit)
    sheet = lab_sheet(wanted, mass, _purities(purity or []), names_in(property_names))
    write_lab_sheet(sheet, out)
    samples = [dict(zip(sheet.headings, row, strict=True)) for row in sheet.rows]
    weights = [name for name in sheet.headings if name.endswith(_GRAMS)]
    document = {
        "sheet": str(out),
        "samples": [_sample_document(sample, weights) for sample in samples],
        "refused": sheet.refused,
    }

    def show() -> None:
        """For a person."""
        rows = [[sample["id"], sample["formula"], *(sample[name] for name in weights)] for sample in samples]
        session.table(f"{len(rows)} samples in {out}", ["id", "formula", *weights], rows)
        for entry in sheet.refused:
            session.say(f"left out: {entry['reason']}")

    session.answer(document, show)


def _sample_document(sample: Mapping[str, Any], weights: Sequence[str]) -> dict[str, Any]:
    """One sample as JSON: what to weigh in, in g, and the mass of the ingot."""
    grams = {name.removesuffix(_GRAMS): sample[name] for name in weights if sample[name] is not None}
    return {
        "id": sample["id"],
        "formula": sample["formula"],
        "ingot": grams.pop("ingot"),
        "weights": grams,
        "unit": "g",
    }


def _purities(texts: list[str]) -> dict[str, float]:
    found = {}
    for text in texts:
        symbol, equals, number = text.partition("=")
        try:
            found[symbol.strip()] = float(number)
        except ValueError:
            equals = ""
        if not equals:
            raise InputError(f"cannot read the purity {text!r}: write EL=X, such as Nb=0.999")
    return found
