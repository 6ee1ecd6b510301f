"""Predictions as a data frame."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pandas as pd

from quinary.chemistry.composition import Composition
from quinary.progress import Progress, silent
from quinary.reference.lattices import DEFAULT_TABLE
from quinary.services.arguments import At, Formulas, formulas_in, label_of
from quinary.services.predicting import Quantities
from quinary.services.predicting import predict as documents_of
from quinary.services.stores import Store

__all__ = ["predict"]

_COLUMNS: Final = (
    "formula", "canonical", "property", "value", "category", "unit", "uncertainty", "low", "high", "in_domain", "conditions",
    "method", "model", "reason",
)  # fmt: skip
_NUMBERS: Final = ("value", "uncertainty", "low", "high")


def predict(
    formulas: Formulas | None = None,
    property: Quantities = (),
    *,
    file: str | Path | None = None,
    at: At = None,
    conditions: At = None,
    model: str = "",
    why: bool = False,
    lattice: str = "bcc",
    table: str = DEFAULT_TABLE,
    db: Store = None,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Predictions as a table: property by property, and for each a row a material in the order given.

    Column `formula` is the material as it was written, for joins, and `canonical` its one spelling; the index is that of a
    Series that was handed over. Numbers stand in `value`, `low` and `high` (the interval of 90 %), classes in `category`; NaN
    and a `reason` stand where nothing can be predicted.

    Args:
        formulas: one composition or several: formulas, dicts, pymatgen compositions, a Series.
        property: what to predict: `"yield_strength"`, `"yield_strength@temperature=1273"`, or several; without it all.
        file: a text file with one formula a line.
        at: conditions, `{"temperature": 1273}`; `conditions` is another name for it.
        model: a predictor or a learned model to ask in place of the one that is chosen.
        why: put who could have been asked, how good each is and what decided, by property, into `attrs["choices"]`.
        lattice: of linear combinations, where no phase is reported. `table`: of elemental values.
        db: the store whose models may answer; without one, the models of the package alone.
        progress: hears how far the work has come.

    Raises:
        InputError: a formula, property, condition or model cannot be used, or nothing at all can be predicted.
    """
    found = documents_of(
        formulas, property, file=file, at=conditions if at is None else at, model=model, why=why, lattice=lattice, table=table,
        db=db, progress=progress,
    )["predictions"]  # fmt: skip
    frame = pd.DataFrame([_row(document) for document in found], columns=list(_COLUMNS))
    for name in _NUMBERS:
        frame[name] = pd.to_numeric(frame[name])
    frame["in_domain"] = frame["in_domain"].astype(bool)
    frame.attrs["choices"] = {document["property"]: document["choices"] for document in found if "choices" in document}
    if isinstance(formulas, pd.Series) and file is None:
        frame.index = _index(formulas, found)
    return frame


def _row(document: dict[str, Any]) -> dict[str, Any]:
    value, interval = document["value"], document["interval"]
    is_class = isinstance(value, str)
    return {
        **document,
        "canonical": Composition.of(document["formula"]).formula,
        "value": None if is_class else value,
        "category": value if is_class else "",
        "low": None if is_class or interval is None else interval[0],
        "high": None if is_class or interval is None else interval[1],
        "reason": document.get("reason", ""),
    }


def _index(formulas: Any, found: list[dict[str, Any]]) -> pd.Index:
    """The label of each row: documents of one property come in the order of the Series, but may lack a material."""
    labels = [label_of(entry) for entry in formulas_in(formulas)]
    places: list[int] = []
    before: tuple[Any, int] = (None, -1)
    for document in found:
        key = document["property"], str(document["conditions"])
        start = before[1] + 1 if before[0] == key else 0
        place = next((n for n in range(start, len(labels)) if labels[n] == document["formula"]), 0)
        places.append(place)
        before = (key, place)
    return formulas.index[places]
