"""The verb for the lab queue: sheets with what to weigh in, to be filled in and imported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from quinary.errors import InputError
from quinary.loops.laboratory import lab_sheet as sheet_of
from quinary.loops.laboratory import queued_formulas, write_lab_sheet
from quinary.services.arguments import Formulas, Names, label_of, listed, names_in
from quinary.services.stores import Store, needed_store

__all__ = ["lab_sheet"]

_GRAMS: Final = " (g)"
_MEASURED: Final = ("hardness_vickers", "density", "lattice_parameter")


def lab_sheet(
    formulas: Formulas = (),
    *,
    candidates: bool = False,
    mass: float = 50.0,
    purity: Mapping[str, float] | Sequence[str] | None = None,
    property: Names = _MEASURED,
    limit: int | None = None,
    out: str | Path = "lab.xlsx",
    db: Store = None,
) -> dict[str, Any]:
    """Write a sheet of samples with grams of each element; fill it in and import it.

    Args:
        formulas: the samples to make.
        candidates: also the candidates in the store.
        mass: of each ingot, g.
        purity: mass fraction of what is in the jar, {"Nb": 0.999}.
        property: what to measure; each gets two columns.
        limit: at most so many candidates of the store.
        out: the sheet, .xlsx or .csv.
        db: the store of the candidates.

    Returns:
        `sheet`, `samples` (each with `id`, `formula`, `ingot`, `weights` by element and `unit`) and what was `refused`.

    Raises:
        InputError: a formula, mass, purity or property cannot be used, or the only sample cannot be weighed in.
        WorkError: the sheet cannot be written.
    """
    wanted = [label_of(source) for source in listed(formulas)]
    if candidates:
        with needed_store(db) as database:
            wanted += queued_formulas(database, limit)
    sheet = sheet_of(wanted, mass, _purities(purity), names_in(property))
    write_lab_sheet(sheet, Path(out))
    samples = [dict(zip(sheet.headings, row, strict=True)) for row in sheet.rows]
    weights = [name for name in sheet.headings if name.endswith(_GRAMS)]
    return {
        "sheet": str(out),
        "samples": [_sample(sample, weights) for sample in samples],
        "refused": sheet.refused,
    }


def _sample(sample: Mapping[str, Any], weights: Sequence[str]) -> dict[str, Any]:
    """One sample: what to weigh in, in g, and the mass of the ingot."""
    grams = {name.removesuffix(_GRAMS): sample[name] for name in weights if sample[name] is not None}
    return {
        "id": sample["id"],
        "formula": sample["formula"],
        "ingot": grams.pop("ingot"),
        "weights": grams,
        "unit": "g",
    }


def _purities(purity: Mapping[str, float] | Sequence[str] | None) -> dict[str, float]:
    if isinstance(purity, Mapping):
        return dict(purity)
    found = {}
    for text in [purity] if isinstance(purity, str) else purity or ():
        symbol, equals, number = text.partition("=")
        try:
            found[symbol.strip()] = float(number)
        except ValueError:
            equals = ""
        if not equals:
            raise InputError(f"cannot read the purity {text!r}: write EL=X, such as Nb=0.999")
    return found
