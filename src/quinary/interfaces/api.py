"""The Python interface: the same verbs as the command line, with pandas tables in and out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quinary.chemistry.composition import CompositionLike
from quinary.interfaces.descriptions import describe, describe_documents, listed
from quinary.interfaces.predictions import predict_documents
from quinary.loops.generation import design
from quinary.loops.literature import read_points
from quinary.loops.validation import ladder, validate_compositions
from quinary.plugins.sockets import Rejection, ValidationSettings
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


def predict(
    formulas: CompositionLike | Iterable[CompositionLike], properties: Sequence[str] = (), **settings: Any
) -> pd.DataFrame:
    """Predictions as a table: one row a formula and property, with value, unit, uncertainty, method, in_domain.

    `settings` are `conditions`, `lattice`, `table` and `model` of `predict_documents`.

    Raises:
        InputError: see `predict_documents`.
    """
    import pandas as pd

    return pd.DataFrame(predict_documents(listed(formulas), properties, **settings))


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

    verdicts = validate_compositions(listed(formulas), ladder(rungs), settings or ValidationSettings())
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
