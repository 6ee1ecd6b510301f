"""The table a model learns from: one row a composition and its conditions, with target, noise, weights and groups."""

from __future__ import annotations

import builtins
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.matrix import CompositionMatrix
from quinary.errors import InputError

__all__ = ["LearningTable", "Measurement", "build_table", "table_of_rows"]

_DECIMALS: Final = 4  # compositions equal to 0.01 at.% are one composition: papers round to 0.1 at.%
_SCATTER_TO_SPREAD: Final = 1.4826  # median absolute deviation -> standard deviation of a normal distribution


@dataclass(frozen=True, slots=True)
class Measurement:
    """One value of a property as it was reported.

    Attributes:
        composition: element -> fraction, summing to one (the cations of a ceramic).
        value: a number, or the name of a class.
        unit: must be the same in the whole table.
        uncertainty: one standard deviation in `unit`, if reported.
        columns: numbers known before the measurement that a model may use: temperature (K), load (N), the share of a
            processing route, the prediction of a physical model. Rows that differ in one of them are not replicates.
        paper: DOI or other name of the source; for splitting only, no model sees it. `year` likewise.
    """

    composition: Mapping[str, float]
    value: float | str
    unit: str = ""
    uncertainty: float | None = None
    columns: Mapping[str, float] = field(default_factory=dict)
    paper: str = ""
    year: float | None = None


@dataclass(frozen=True, slots=True)
class LearningTable:
    """N rows for a model. Arrays have shape (N,) unless said otherwise.

    Attributes:
        property: what `target` is, in `unit`; numbers, or class names (then `is_class`).
        matrix: fractions, shape (N, n_elements).
        noise: standard deviation of the target of a row: reported uncertainty and scatter of its replicates, zero where
            nothing is known; of classes the share of replicates that disagree.
        n_replicates: how many measurements stand behind a row.
        columns: name -> numbers that a model may use beside the composition.
        groups: `system` (set of elements), `composition`, `paper`: rows of one group stay on one side of a split.
        year: year of publication, NaN where unknown.
    """

    property: str
    unit: str
    matrix: CompositionMatrix
    target: NDArray[Any]
    noise: NDArray[np.float64]
    n_replicates: NDArray[np.int64]
    columns: Mapping[str, NDArray[np.float64]]
    groups: Mapping[str, NDArray[Any]]
    year: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.target)

    @builtins.property
    def is_class(self) -> bool:
        """True when the target is the name of a class."""
        return not np.issubdtype(self.target.dtype, np.number)

    def rows(self, chosen: NDArray[Any]) -> LearningTable:
        """The table of these rows (indices or a mask), in this order."""
        return LearningTable(
            self.property,
            self.unit,
            CompositionMatrix(self.matrix.elements, self.matrix.fractions[chosen]),
            self.target[chosen],
            self.noise[chosen],
            self.n_replicates[chosen],
            {name: values[chosen] for name, values in self.columns.items()},
            {name: names[chosen] for name, names in self.groups.items()},
            self.year[chosen],
        )

    def weights(self) -> NDArray[np.float64]:
        """Weights w = 1 / (s^2 + u^2), scaled to a mean of one; u is the noise of a row, s the median where it is known.

        The floor s keeps a row whose replicates agree by chance from ruling the fit. For classes w = 1 - share of
        replicates that disagree, at least one half by the majority rule.
        """
        if self.is_class:
            weights = 1.0 - self.noise
        else:
            known = self.noise[self.noise > 0]
            floor = float(np.median(known)) if known.size else 1.0
            weights = 1.0 / (floor**2 + np.where(self.noise > 0, self.noise, floor) ** 2)
        return np.asarray(weights / weights.mean())


def build_table(name: str, measurements: Iterable[Measurement], elements: Sequence[str] | None = None) -> LearningTable:
    """One row for each composition (to 0.01 at.%) and set of columns.

    Replicates give their median, and their scatter (1.4826 times the median absolute deviation, joined in quadrature with
    the median reported uncertainty) becomes the noise. Of classes the most frequent name is taken; a tie is a conflict
    without a majority and leaves the row out, because a vote would make up an agreement that is not there.

    Raises:
        InputError: there is no row; values of several units; numbers and classes together; a column that some rows
            have and others lack; a composition with an element outside `elements`.
    """
    rows = list(measurements)
    _refuse_mixtures(name, rows)
    columns = tuple(sorted(rows[0].columns))
    grouped: dict[tuple[Any, ...], list[Measurement]] = defaultdict(list)
    for row in rows:
        grouped[_key(row), tuple(row.columns[column] for column in columns)].append(row)
    is_class = isinstance(rows[0].value, str)
    resolved = [(members, *(_vote(members) if is_class else _median(members))) for members in grouped.values()]
    kept = [(members, value, noise) for members, value, noise in resolved if value is not None]
    if not kept:
        raise InputError(f"{name}: every row is a conflict without a majority; check the sources against each other")
    table = table_of_rows(name, [replace(members[0], value=value) for members, value, _ in kept], elements)
    noise = np.array([noise for _, _, noise in kept], dtype=float)
    return replace(table, noise=noise, n_replicates=np.array([len(members) for members, _, _ in kept]))


def table_of_rows(name: str, rows: Sequence[Measurement], elements: Sequence[str] | None = None) -> LearningTable:
    """One row for each measurement, in this order: for data that were made unique elsewhere.

    Raises:
        InputError: as for `build_table`.
    """
    _refuse_mixtures(name, rows)
    return LearningTable(
        property=name,
        unit=rows[0].unit,
        matrix=_matrix(rows, elements),
        target=np.array([row.value for row in rows]),
        noise=np.array([row.uncertainty or 0.0 for row in rows]),
        n_replicates=np.ones(len(rows), dtype=np.int64),
        columns={column: np.array([row.columns[column] for row in rows]) for column in sorted(rows[0].columns)},
        groups=_groups(rows),
        year=np.array([np.nan if row.year is None else row.year for row in rows]),
    )


def _key(row: Measurement) -> tuple[tuple[str, float], ...]:
    return tuple(sorted((symbol, round(x, _DECIMALS)) for symbol, x in row.composition.items() if x > 0))


def _refuse_mixtures(name: str, rows: Sequence[Measurement]) -> None:
    if not rows:
        raise InputError(f"{name}: no measurement to learn from; import a table that has this property")
    units = sorted({row.unit for row in rows})
    if len(units) > 1:
        raise InputError(f"{name} comes in several units ({', '.join(units)}); convert them to one", units)
    if len({isinstance(row.value, str) for row in rows}) > 1:
        raise InputError(f"{name} has numbers and class names together; learn them as two properties")
    names = set().union(*(row.columns for row in rows))
    for column in sorted(names):
        n_lacking = sum(column not in row.columns for row in rows)
        if n_lacking:
            raise InputError(
                f"{name}: {n_lacking} of {len(rows)} rows do not state {column}; state it for every row or leave them out"
            )


def _median(members: Sequence[Measurement]) -> tuple[float | None, float]:
    values = np.array([float(member.value) for member in members])
    middle = float(np.median(values))
    scatter = _SCATTER_TO_SPREAD * float(np.median(np.abs(values - middle)))
    stated = [member.uncertainty for member in members if member.uncertainty is not None]
    return middle, float(np.hypot(scatter, np.median(stated) if stated else 0.0))


def _vote(members: Sequence[Measurement]) -> tuple[str | None, float]:
    names, counts = np.unique([str(member.value) for member in members], return_counts=True)
    if (counts == counts.max()).sum() > 1:
        return None, 0.0
    return str(names[counts.argmax()]), 1.0 - float(counts.max()) / len(members)


def _matrix(rows: Sequence[Measurement], elements: Sequence[str] | None) -> CompositionMatrix:
    known = (
        tuple(elements) if elements else tuple(sorted({s for row in rows for s, x in row.composition.items() if x > 0}))
    )
    position = {symbol: index for index, symbol in enumerate(known)}
    fractions = np.zeros((len(rows), len(known)))
    for number, row in enumerate(rows):
        for symbol, x in row.composition.items():
            if x > 0 and symbol not in position:
                raise InputError(f"row {number + 1} contains {symbol}, which is not among the chosen elements", known)
            if x > 0:
                fractions[number, position[symbol]] = x
    return CompositionMatrix(known, fractions / fractions.sum(axis=1, keepdims=True))


def _groups(rows: Sequence[Measurement]) -> dict[str, NDArray[Any]]:
    keys = [_key(row) for row in rows]
    return {
        "system": np.array(["-".join(symbol for symbol, _ in key) for key in keys]),
        "composition": np.array(["".join(f"{symbol}{x:g}" for symbol, x in key) for key in keys]),
        "paper": np.array([row.paper or "unknown" for row in rows]),
    }
