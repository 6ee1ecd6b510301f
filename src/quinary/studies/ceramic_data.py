"""What the reproductions share: files of data sets, features of ceramics, held-out errors."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.composition import Composition
from quinary.descriptors.ceramics import describe_ceramics
from quinary.errors import InputError
from quinary.learning.data import LearningTable, Measurement, make_splits, table_of_rows
from quinary.learning.judging import held_out, score_value
from quinary.plugins import ReadOptions, find_plugin
from quinary.points.point import DataPoint
from quinary.readers.fetching import chosen_mirror, fetch, fetched

__all__ = ["ceramic_features", "ceramic_table", "data_file", "data_points", "split_score", "worst_element"]

_ROUNDED: Final = 4


def data_file(name: str, path: str) -> Path:
    """A file of a data set, or of its part, from the cache or from the mirror that `QUINARY_MIRROR` names.

    Raises:
        InputError: the set is not on this machine; the message says what fetches it.
    """
    mirror = chosen_mirror()
    found = fetch(name, mirror) if mirror else fetched(name)
    if found is None:
        raise InputError(f"the data set {name} is not on this machine: fetch it with `quinary data get {name}`")
    return found.folder / path


def data_points(name: str, path: str) -> list[DataPoint]:
    """The points of a file of a data set, read by the reader of that name; rejected rows are left out.

    Raises:
        InputError: as for `data_file`, or the file is not what it should be.
    """
    items = find_plugin("readers", name).read(data_file(name, path), ReadOptions())
    return [item for item in items if isinstance(item, DataPoint)]


def ceramic_table(name: str, unit: str, rows: Iterable[tuple[Composition, float | str]]) -> LearningTable:
    """One row each, over the metals of ceramics.

    Raises:
        InputError: there is no row.
    """
    return table_of_rows(name, [Measurement(composition.cations, value, unit) for composition, value in rows])


def ceramic_features(compositions: Sequence[Composition], names: Sequence[str]) -> NDArray[np.float64]:
    """Descriptors of ceramics, shape (N, n_names)."""
    found = describe_ceramics(compositions)
    return np.column_stack([found[name] for name in names])


def split_score(
    estimator: Any, features: NDArray[np.float64], table: LearningTable, split: str, score: str, **options: int
) -> float:
    """A score over all held-out rows of a split; `options` are `n_folds` and `seed`.

    Raises:
        InputError: as for `make_splits` and `score_value`.
    """
    found = held_out(estimator, features, table, make_splits(split, table, **options))
    truth = table.target[found.rows]
    return round(score_value(score, truth, found.predicted, found.rows).value, _ROUNDED)


def worst_element(estimator: Any, features: NDArray[np.float64], table: LearningTable, score: str) -> float:
    """The worst score of a single element that was held out.

    Raises:
        InputError: as for `make_splits`.
    """
    values = []
    for split in make_splits("element", table):
        found = held_out(estimator, features, table, [split])
        values.append(score_value(score, table.target[found.rows], found.predicted, found.rows).value)
    known = [value for value in values if math.isfinite(value)]
    return round(max(known) if score in {"mae", "rmse"} else min(known), _ROUNDED)
