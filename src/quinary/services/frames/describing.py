"""Descriptors as a data frame; apart from the other tables, since it needs no store and is asked for thousands of formulas."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from quinary.constants import GAS_CONSTANT
from quinary.services.arguments import Formulas, formulas_in
from quinary.services.describing import descriptor_columns

__all__ = ["describe"]


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
