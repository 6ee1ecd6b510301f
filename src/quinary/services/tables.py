"""The verbs whose document is a table, as data frames: the same parameters, the rest of the document in `table.attrs`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, ParamSpec

import pandas as pd

from quinary.chemistry.composition import Composition
from quinary.services import (
    citing,
    curating,
    data_sets,
    importing,
    learning,
    looking,
    missing,
    plug_ins,
    studying,
    thermodynamics,
    validating,
)
from quinary.services import properties as vocabulary
from quinary.services.arguments import Formulas, formulas_in
from quinary.services.describing import descriptor_columns
from quinary.units import GAS_CONSTANT

__all__ = [
    "check",
    "data_list",
    "describe",
    "in_a_table",
    "materials_list",
    "models_list",
    "numbers_apart",
    "plugins_list",
    "properties",
    "read",
    "reproduce_list",
    "sources",
    "tdb_list",
    "validate",
    "view",
    "voids",
]

P = ParamSpec("P")
Row = Mapping[str, Any]

_NUMBERS: Final = frozenset(
    {"value", "low", "high", "uncertainty", "seconds", "score", "urgency", "least", "greatest", "year"}
)
_POINT_COLUMNS: Final = (
    "formula", "structure", "processing", "property", "value", "category", "low", "high", "text", "unit", "uncertainty",
    "conditions", "method", "origin", "source", "source_kind", "doi", "licence", "detail",
)  # fmt: skip


def in_a_table(
    verb: Callable[P, dict[str, Any]], *keys: str, columns: Sequence[str] = (), row: Callable[[Row], Row] = dict
) -> Callable[P, pd.DataFrame]:
    """A verb as a function of the same parameters that returns a data frame.

    Args:
        verb: returns a document.
        keys: the list in it that is the table, the first of these that is there; what else is there goes to `attrs`.
        columns: of the table, also of an empty one; without them those that the rows have.
        row: makes a flat row of an entry of the list.
    """

    @functools.wraps(verb)
    def table(*args: P.args, **kwargs: P.kwargs) -> pd.DataFrame:
        document = verb(*args, **kwargs)
        key = next(name for name in keys if name in document)
        found = _frame([row(entry) for entry in document[key]], columns)
        found.attrs.update({name: value for name, value in document.items() if name != key})
        return found

    before, returns, after = (verb.__doc__ or "").partition("Returns:\n")
    rows = f"        A data frame with a row for each of {' or '.join(keys)}, and the rest in `attrs`. As a document this is\n"
    table.__doc__ = f"{before}{returns}{rows}{after}"
    return table


def _frame(rows: Sequence[Row], columns: Sequence[str] = ()) -> pd.DataFrame:
    """The rows under the columns; what is a number by its meaning has a numeric column, with NaN where there is none."""
    found = pd.DataFrame(list(rows), columns=list(columns) or None)
    for name in _NUMBERS & {*found.columns}:
        if not any(isinstance(value, str) for value in found[name]):
            found[name] = pd.to_numeric(found[name])
    return found


def numbers_apart(entry: Row) -> dict[str, Any]:
    """The entry with its `value` a number and its `category` a text, one of which it has; tables can then count with it."""
    value = entry["value"]
    is_class = isinstance(value, str)
    return {**entry, "value": None if is_class else value, "category": value if is_class else None}


def _joined(entry: Row) -> dict[str, Any]:
    """The entry with lists of words as text, `BCC+FCC`."""
    return {name: "+".join(value) if _is_words(value) else value for name, value in entry.items()}


def _is_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def _verdict(entry: Row) -> dict[str, Any]:
    return {**_joined(entry), "canonical": Composition.of(entry["formula"]).formula}


def _model(entry: Row) -> dict[str, Any]:
    """A model with the interval of its score in columns of their own."""
    low, high = entry["interval"]
    return {**{name: value for name, value in _joined(entry).items() if name != "interval"}, "low": low, "high": high}


def _by_rows_of_a_series(table: Callable[P, pd.DataFrame]) -> Callable[P, pd.DataFrame]:
    """The same table with the index of the Series of formulas that was handed over, for as many rows as each formula has."""

    @functools.wraps(table)
    def indexed(*args: P.args, **kwargs: P.kwargs) -> pd.DataFrame:
        found = table(*args, **kwargs)
        formulas = args[0] if args else kwargs.get("formulas")
        if isinstance(formulas, pd.Series) and kwargs.get("file") is None and len(formulas):
            found.index = formulas.index.repeat(len(found) // len(formulas))
        return found

    return indexed


def _material(entry: Row) -> dict[str, Any]:
    """A material or a group of a view: without its points, but with the number of its properties."""
    found = {name: value for name, value in entry.items() if name not in {"values", "points", "studies"}}
    inside = entry.get("values", entry.get("points"))
    if inside is not None:
        found |= {"n_studies": len(entry["studies"]), "n_properties": len({one["property"] for one in inside})}
    return _joined({name: value or "" if value is None else value for name, value in found.items()})


def _study(entry: Row) -> dict[str, Any]:
    return {**entry, "sources": ", ".join(entry["sources"]), "authors": "; ".join(entry["authors"] or ())}


def _data_set(entry: Row) -> dict[str, Any]:
    return {**entry, "files": len(entry["files"])}


def _property(entry: Row) -> dict[str, Any]:
    """A property with its bounds in columns of their own, NaN where there is none."""
    low, high = entry["bounds"]
    texts = {name: ", ".join(value) for name, value in entry.items() if isinstance(value, list) and name != "bounds"}
    return {**{name: value for name, value in entry.items() if name != "bounds"}, **texts, "low": low, "high": high}


def _finding(entry: Row) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name != "evidences"}


def describe(
    formulas: Formulas | None = None,
    *,
    file: str | Path | None = None,
    radii: str = "metallic",
    enthalpies: str = "miedema",
    gas_constant: float = GAS_CONSTANT,
) -> pd.DataFrame:
    """Descriptors as a table: one row a formula in the order given, one column a descriptor, ready for a model.

    The index is that of the Series that was handed over, else the formulas as they were written. NaN stands where a
    descriptor is not for that kind of material or cannot be computed; `quinary.services.describing.describe` says why, and
    `quinary.properties` has the units.

    Args:
        formulas, file, radii, enthalpies, gas_constant: as in `quinary.services.describing.describe`.

    Raises:
        InputError: a formula cannot be read, or there is no such table.
    """
    labels, columns = descriptor_columns(formulas_in(formulas, file), radii, enthalpies, gas_constant)
    if isinstance(formulas, pd.Series) and file is None:
        return pd.DataFrame(columns, index=formulas.index)
    return pd.DataFrame(columns, index=pd.Index(labels, name="formula"))


validate = _by_rows_of_a_series(
    in_a_table(
        validating.validate,
        "verdicts",
        columns=(
            "formula", "canonical", "rung", "outcome", "reason", "phases", "conditions", "values", "properties", "seconds",
        ),
        row=_verdict,
    )
)  # fmt: skip
read = in_a_table(importing.read, "points", columns=_POINT_COLUMNS, row=numbers_apart)
view = in_a_table(looking.view, "rows", row=numbers_apart)
materials_list = in_a_table(looking.materials_list, "materials", row=_material)
models_list = in_a_table(learning.models_list, "models", row=_model)
voids = in_a_table(missing.voids, "voids", "filled", row=_joined)
sources = in_a_table(citing.sources, "sources", row=_study)
check = in_a_table(
    curating.check,
    "findings",
    columns=(
        "severity", "source", "line", "formula", "property", "evidence", "repair", "score", "detector", "key", "mistake",
    ),
    row=_finding,
)  # fmt: skip
data_list = in_a_table(data_sets.data_list, "sets", row=_data_set)
properties = in_a_table(vocabulary.properties, "properties", row=_property)
plugins_list = in_a_table(plug_ins.plugins_list, "plugins", columns=("kind", "name", "version", "source"))
reproduce_list = in_a_table(studying.reproduce_list, "systems", columns=("name", "title", "paper", "data"), row=_joined)
tdb_list = in_a_table(
    thermodynamics.tdb_list,
    "databases",
    columns=("name", "digest", "elements", "source", "licence", "citation", "who", "made_at"),
    row=_joined,
)
