"""The Python interface: the same verbs as the command line, with pandas tables in and out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from quinary.chemistry.composition import Composition, CompositionLike
from quinary.chemistry.matrix import as_matrix
from quinary.errors import InputError
from quinary.loops.generation import design
from quinary.loops.literature import read_points
from quinary.loops.validation import ladder, validate_compositions
from quinary.plugins.registry import plugins, predictor_of, predictors
from quinary.plugins.sockets import PredictionTask, Rejection, ValidationSettings
from quinary.points.conditions import AMBIENT, Conditions
from quinary.points.properties import property_named
from quinary.reference.lattices import DEFAULT_TABLE
from quinary.store.database import open_database

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "describe",
    "describe_documents",
    "design",
    "open_database",
    "predict",
    "predict_documents",
    "read",
    "validate",
]

_INTERVAL_SIGMAS: Final = 1.96  # 95 %, if the errors were normal


def describe_documents(formulas: Sequence[CompositionLike]) -> list[dict[str, Any]]:
    """For each formula the descriptors of its kind of material: name -> value and unit (not finite: null).

    Raises:
        InputError: a formula cannot be read.
    """
    compositions = [Composition.of(formula) for formula in formulas]
    found: list[dict[str, Any]] = [{} for _ in compositions]
    for plugin in plugins("descriptors").values():
        rows = [row for row, composition in enumerate(compositions) if plugin.covers(composition)]
        for name, values in plugin.describe([compositions[row] for row in rows]).items():
            unit = property_named(name).unit
            for row, value in zip(rows, values.tolist(), strict=True):
                found[row][name] = {"value": _finite(value), "unit": unit}
    return [
        {"formula": formula if isinstance(formula, str) else composition.formula, "descriptors": descriptors}
        for formula, composition, descriptors in zip(formulas, compositions, found, strict=True)
    ]


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def predict_documents(
    formulas: Sequence[CompositionLike],
    names: Sequence[str] = (),
    conditions: Conditions = AMBIENT,
    *,
    lattice: str = "bcc",
    table: str = DEFAULT_TABLE,
) -> list[dict[str, Any]]:
    """For each formula and property: value, unit, one standard deviation, interval, method, model, domain flag.

    The interval is 1.96 standard deviations to each side. `conditions` are those that the prediction depends on; others that
    were given are named in `method` as without effect. Without names: every property that can be predicted.

    Raises:
        InputError: a formula cannot be read, a property has no predictor, or an element has no value for it.
    """
    compositions = [Composition.of(formula) for formula in formulas]
    ceramic = next((composition.formula for composition in compositions if composition.is_ceramic), None)
    if ceramic is not None:
        raise InputError(f"{ceramic} is a ceramic; the predictors at hand are for alloys")
    every = dict.fromkeys(name for plugin in predictors().values() for name in plugin.properties)
    for name in names:
        if property_named(name).is_derived:
            raise InputError(f"{name} is computed from the composition: use `quinary describe`", sorted(every))
    task = PredictionTask(as_matrix(compositions), lattice=lattice, table=table, conditions=conditions)
    documents = []
    for name in names or every:
        plugin = predictor_of(name)
        used = {key: entry for key, entry in conditions.items if key in plugin.uses_conditions}
        unused = [key for key, _ in conditions.items if key not in plugin.uses_conditions]
        remark = f"; does not depend on {', '.join(unused)}" if unused else ""
        found = plugin.predict(name, task)
        for row, formula in enumerate(formulas):
            if found.reasons[row]:
                if names:
                    raise InputError(
                        f"cannot predict {name} of {compositions[row]}: {found.reasons[row]}",
                        sorted(plugin.elements(name)),
                    )
                continue
            value, spread = float(found.values[row]), float(found.uncertainties[row])
            documents.append(
                {
                    "formula": formula if isinstance(formula, str) else compositions[row].formula,
                    "property": name,
                    "value": value,
                    "unit": property_named(name).unit,
                    "uncertainty": spread,
                    "interval": _interval(name, value, spread),
                    "conditions": used,
                    "method": found.details[row] + remark,
                    "model": f"{plugin.name} {plugin.version} ({plugin.source})",
                    "in_domain": bool(found.is_in_domain[row]),
                }
            )
    return documents


def _interval(name: str, value: float, spread: float) -> list[float]:
    """1.96 standard deviations to each side, cut at what the property allows: a strength is not negative."""
    low, high = property_named(name).bounds
    return [max(low, value - _INTERVAL_SIGMAS * spread), min(high, value + _INTERVAL_SIGMAS * spread)]


def _formulas(sources: CompositionLike | Iterable[CompositionLike]) -> list[CompositionLike]:
    is_one = isinstance(sources, str | Mapping | Composition) or hasattr(sources, "get_el_amt_dict")
    return [sources] if is_one or not isinstance(sources, Iterable) else list(sources)


def describe(formulas: CompositionLike | Iterable[CompositionLike]) -> pd.DataFrame:
    """Descriptors as a table: one row a formula, one column a descriptor (units: `quinary.points.properties`).

    Raises:
        InputError: a formula cannot be read.
    """
    import pandas as pd

    documents = describe_documents(_formulas(formulas))
    rows = [{name: entry["value"] for name, entry in document["descriptors"].items()} for document in documents]
    return pd.DataFrame(rows, index=pd.Index([document["formula"] for document in documents], name="formula"))


def predict(
    formulas: CompositionLike | Iterable[CompositionLike], properties: Sequence[str] = (), **settings: Any
) -> pd.DataFrame:
    """Predictions as a table: one row a formula and property, with value, unit, uncertainty, method, in_domain.

    `settings` are `conditions`, `lattice` and `table` of `predict_documents`.

    Raises:
        InputError: see `predict_documents`.
    """
    import pandas as pd

    return pd.DataFrame(predict_documents(_formulas(formulas), properties, **settings))


def validate(
    formulas: CompositionLike | Iterable[CompositionLike],
    rungs: Sequence[str] = ("rules", "calphad"),
    settings: ValidationSettings | None = None,
) -> pd.DataFrame:
    """Verdicts as a table: one row a formula and rung.

    Raises:
        InputError: a formula, rung or database cannot be used.
    """
    import pandas as pd

    verdicts = validate_compositions(_formulas(formulas), ladder(rungs), settings or ValidationSettings())
    return pd.DataFrame([verdict.as_dict() for verdict in verdicts])


def read(path: str | Path, file_format: str = "auto") -> pd.DataFrame:
    """The points of a file as a table, without a database; rejected rows are in `table.attrs["rejected"]`.

    Raises:
        InputError: the file cannot be read.
    """
    import pandas as pd

    rows, rejected = [], []
    for item in read_points(Path(path), file_format):
        if isinstance(item, Rejection):
            rejected.append({"line": item.line, "reason": item.reason})
        else:
            rows.append(
                {
                    "formula": item.material.composition.formula,
                    "structure": "+".join(item.material.structure),
                    "processing": "+".join(item.material.processing),
                    "property": item.property,
                    "value": "+".join(item.value.categories) or item.value.nominal,
                    "unit": item.unit,
                    "uncertainty": item.uncertainty,
                    "conditions": item.conditions.key,
                    "method": item.method.value,
                    "doi": item.doi,
                }
            )
    table = pd.DataFrame(rows)
    table.attrs["rejected"] = rejected
    return table
