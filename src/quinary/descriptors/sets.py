"""Sets of descriptors by name: what a featurizer computes when one word is said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.descriptors.alloys import ALLOY_DESCRIPTORS, alloy_descriptors
from quinary.descriptors.statistics import elemental_statistics, statistics_names
from quinary.errors import unknown_name

if TYPE_CHECKING:
    from quinary.chemistry.matrix import CompositionMatrix

__all__ = ["DESCRIPTOR_SETS", "compute_descriptors", "resolved_names"]

DESCRIPTOR_SETS: Final = ("alloy", "elemental_statistics", "all")


def resolved_names(descriptors: str | Sequence[str]) -> tuple[str, ...]:
    """The descriptors that a set, a single name or a list of names and sets stands for, each once.

    `alloy`: the closed forms of `quinary.descriptors.alloys.formulas`; `elemental_statistics`: those of
    `quinary.descriptors.statistics`; `all`: both.

    Raises:
        InputError: a name is neither a set nor a descriptor.
    """
    sets = {"alloy": ALLOY_DESCRIPTORS, "elemental_statistics": statistics_names()}
    sets["all"] = (*sets["alloy"], *sets["elemental_statistics"])
    names: dict[str, None] = {}
    for name in (descriptors,) if isinstance(descriptors, str) else descriptors:
        if name in sets:
            names.update(dict.fromkeys(sets[name]))
        elif name in sets["all"]:
            names[name] = None
        else:
            raise unknown_name("descriptor or set of descriptors", name, (*sets, *sets["all"]))
    return tuple(names)


def compute_descriptors(matrix: CompositionMatrix, names: Sequence[str]) -> dict[str, NDArray[np.float64]]:
    """Name -> values, shape (N,), for names as `resolved_names` gives them; NaN as in the functions behind them.

    Raises:
        InputError: unknown descriptor.
    """
    found = alloy_descriptors(matrix, [name for name in names if name in ALLOY_DESCRIPTORS])
    rest = [name for name in resolved_names(names) if name not in found]
    columns = tuple(dict.fromkeys(name.rpartition("_")[0] for name in rest))
    statistics = tuple(dict.fromkeys(name.rpartition("_")[2] for name in rest))
    found |= elemental_statistics(matrix, columns, statistics)
    return {name: found[name] for name in names}
