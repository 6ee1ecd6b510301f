"""Predictions as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from quinary.chemistry.composition import CompositionLike
from quinary.interfaces.predictions import predict_documents
from quinary.services.arguments import listed

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["predict"]


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
