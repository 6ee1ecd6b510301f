"""The verbs whose document is a table, as data frames: the same parameters, the rest of the document in `table.attrs`."""

from __future__ import annotations

from typing import Any, Final

from quinary.chemistry.composition import Composition
from quinary.services import (
    citing,
    comparing,
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
from quinary.services.frames.frames import Row, by_rows_of_a_series, in_a_table, joined, numbers_apart

__all__ = [
    "check",
    "compare",
    "data_list",
    "materials_list",
    "models_list",
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

_POINT_COLUMNS: Final = (
    "formula", "structure", "processing", "property", "value", "category", "low", "high", "text", "unit", "uncertainty",
    "conditions", "method", "origin", "source", "source_kind", "doi", "licence", "detail",
)  # fmt: skip


def _verdict(entry: Row) -> dict[str, Any]:
    return {**joined(entry), "canonical": Composition.of(entry["formula"]).formula}


def _material(entry: Row) -> dict[str, Any]:
    """A material or a group of a view: without its points, but with the number of its properties."""
    found = {name: value for name, value in entry.items() if name not in {"values", "points", "studies"}}
    inside = entry.get("values", entry.get("points"))
    if inside is not None:
        found |= {"n_studies": len(entry["studies"]), "n_properties": len({one["property"] for one in inside})}
    return joined({name: value or "" if value is None else value for name, value in found.items()})


def _model(entry: Row) -> dict[str, Any]:
    """A model with the interval of its score in columns of their own."""
    low, high = entry["interval"]
    return {**{name: value for name, value in joined(entry).items() if name != "interval"}, "low": low, "high": high}


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


validate = by_rows_of_a_series(
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
voids = in_a_table(missing.voids, "voids", "filled", row=joined)
sources = in_a_table(citing.sources, "sources", row=_study)
check = in_a_table(
    curating.check,
    "findings",
    columns=(
        "severity", "source", "line", "formula", "property", "evidence", "repair", "score", "detector", "key", "mistake",
    ),
    row=_finding,
)  # fmt: skip
compare = in_a_table(
    comparing.compare,
    "rows",
    columns=(
        "line", "formula", "property", "conditions", "mine", "unit", "median", "low", "high", "n", "z", "sources", "nearest",
    ),
)  # fmt: skip
data_list = in_a_table(data_sets.data_list, "sets", row=_data_set)
properties = in_a_table(vocabulary.properties, "properties", row=_property)
tdb_list = in_a_table(
    thermodynamics.tdb_list,
    "databases",
    columns=("name", "digest", "elements", "source", "licence", "citation", "who", "made_at"),
    row=joined,
)
plugins_list = in_a_table(plug_ins.plugins_list, "plugins", columns=("kind", "name", "version", "source"))
reproduce_list = in_a_table(studying.reproduce_list, "systems", columns=("name", "title", "paper", "data"), row=joined)
