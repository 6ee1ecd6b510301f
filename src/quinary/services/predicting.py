"""The verb `predict`: what the value of a property is, how sure, and says who."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeAlias

from quinary.chemistry.formula_readings import notes_on
from quinary.errors import InputError
from quinary.loops.training import service_of
from quinary.points.conditions import conditions_of
from quinary.points.properties import property_named
from quinary.points.quantity import Quantity, quantity_named
from quinary.prediction import PredictionService, predict_documents
from quinary.progress import Progress, silent
from quinary.reference.lattices import DEFAULT_TABLE
from quinary.services.arguments import At, Formulas, formulas_in, label_of, names_in
from quinary.services.stores import Store, store_if_named

__all__ = ["Quantities", "predict", "quantities_in"]

Quantities: TypeAlias = str | Quantity | Iterable[str | Quantity]


def quantities_in(names: Quantities, at: At = None) -> list[Quantity]:
    """Quantities of `"A,B@temperature=1273"` or a list of such, each under the conditions `at` too.

    Raises:
        InputError: an unknown property or condition.
    """
    stated = [names] if isinstance(names, Quantity) else names_in(names) if isinstance(names, str) else list(names)
    common = conditions_of(at)
    found = [name if isinstance(name, Quantity) else quantity_named(name) for name in stated]
    return [quantity if quantity.is_derived else quantity.at(common) for quantity in found]


def predict(
    formulas: Formulas | None = None,
    property: Quantities = (),
    *,
    file: str | Path | None = None,
    at: At = None,
    model: str = "",
    why: bool = False,
    lattice: str = "bcc",
    table: str = DEFAULT_TABLE,
    db: Store = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Predict properties, each with one standard deviation, an interval of 90 %, the method, and whether it is in its domain.

    Args:
        formulas: one composition or several: formulas, dicts, pymatgen compositions, a Series.
        property: what to predict: `"yield_strength"`, `"yield_strength@temperature=1273"`, or several; everything that can be
            predicted, if nothing is named.
        file: a text file with one formula a line.
        at: conditions, `{"temperature": 1273}`.
        model: a predictor or a learned model to ask in place of the one that is chosen.
        why: also say who could have been asked, how good each is, and what decided.
        lattice: of linear combinations, where no phase is reported: bcc, fcc or hcp.
        table: set of elemental values: ultera2023 or chong2021.
        db: the store whose models may answer: a database that is open, a URL or a path. Without one, the models of the package
            alone.
        progress: hears how far the work has come.

    Returns:
        `predictions`: a list with `formula`, `property`, `value`, `unit`, `uncertainty`, `interval`, `conditions`, `method`,
        `model`, `in_domain`; with `why` also `chosen` and `choices`. What cannot be predicted has no value and a `reason`.
        `notes`: how formulas were read that can be read differently, each with `formula` and `note`.

    Raises:
        InputError: a formula, property, condition or model cannot be used, or nothing at all can be predicted.
    """
    progress("predicting", 0, 0)
    sources = formulas_in(formulas, file)
    with store_if_named(db) as database:
        wanted, conditions = quantities_in(property, at), conditions_of(at)
        service = service_of(database, model=model)
        for quantity in wanted:
            _check(quantity, service)
        found = predict_documents(
            service, sources, wanted, why=why, conditions=conditions, lattice=lattice, table=table
        )
    return {
        "predictions": found,
        "notes": [{"formula": label_of(source), "note": note} for source in sources for note in notes_on(source)],
    }


def _check(quantity: Quantity, service: PredictionService) -> None:
    if property_named(quantity.property).is_derived:
        known = {name for kind in (False, True) for name in service.properties(is_ceramic=kind)}
        raise InputError(f"{quantity.property} is computed from the composition: use `quinary describe`", sorted(known))
