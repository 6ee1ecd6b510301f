"""The data sets of `quinary bench generate`: split, with a model to refine by and another one to grade by.

Rows of one chemical system in five are held out: their properties are the targets. The other rows fall into two random
halves: one is known to the generator and to the model that samples are refined by; the other is what samples should look
like, and, with the held-out rows, what the grader learned from. No row is shared between the two models.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.matrix import CompositionMatrix, as_matrix
from quinary.constants import GAS_CONSTANT
from quinary.inverse.engine import DEFAULT_CONDITIONS, training_set
from quinary.loops.known_materials import known_alloys
from quinary.plugins import PredictionTask
from quinary.points.quantity import quantity_named
from quinary.prediction import packaged_service
from quinary.readers.fetching import cached, chosen_mirror, known_sets
from quinary.requests import Linear
from quinary_benchmarks.kernel_ridge import KernelRidge

if TYPE_CHECKING:
    from quinary.requests import Form

    Values = NDArray[np.float64]

__all__ = ["BenchData", "PropertyModel", "data_sets"]

DEMO_SET: Final = "ultera_cgan_demo"
# Our name -> column of the published table and its factor to our unit; the closed forms are not read but computed.
_LEARNED: Final = {
    "d_parameter": ("d_param", 1.0),
    "hardness_vickers": ("hardness", 1.0),
    "ultimate_tensile_strength": ("uts1200C", 1000.0),  # GPa -> MPa
}
_HELD_OUT: Final = 0.2


@dataclass(frozen=True, eq=False, slots=True)
class Entropy:
    """Ideal mixing entropy -R sum c ln c, J/mol/K."""

    def value(self, fractions: Values) -> Values:
        """The entropy, shape (N,)."""
        return np.asarray(-GAS_CONSTANT * (fractions * np.log(np.where(fractions > 0, fractions, 1.0))).sum(axis=1))

    def gradient(self, fractions: Values) -> Values:
        """-R (ln c + 1), 0 for absent elements, shape (N, n_elements)."""
        return np.where(fractions > 0, -GAS_CONSTANT * (np.log(np.where(fractions > 0, fractions, 1.0)) + 1), 0.0)


@dataclass(frozen=True, eq=False, slots=True)
class _Column:
    """One of the properties of a regression."""

    model: KernelRidge
    number: int

    def value(self, fractions: Values) -> Values:
        return np.asarray(self.model.values(fractions)[:, self.number])

    def gradient(self, fractions: Values) -> Values:
        return np.asarray(self.model.linearised(fractions)[1][:, self.number])


@dataclass(frozen=True, eq=False, slots=True)
class PropertyModel:
    """Closed forms by name, and a regression for the other properties; columns are in the order of `names`."""

    names: tuple[str, ...]
    forms: Mapping[str, Form]
    learned: KernelRidge | None = None

    def values(self, fractions: Values) -> Values:
        """Values, shape (N, n_properties)."""
        columns = {name: form.value(fractions) for name, form in self.forms.items()}
        if self.learned is not None:
            columns |= dict(zip(self._learned_names, self.learned.values(fractions).T, strict=True))
        return np.column_stack([columns[name] for name in self.names])

    def linearised(self, fractions: Values) -> tuple[Values, Values]:
        """Values, and derivatives by each fraction, shape (N, n_properties, n_elements)."""
        values = {name: form.value(fractions) for name, form in self.forms.items()}
        slopes = {name: form.gradient(fractions) for name, form in self.forms.items()}
        if self.learned is not None:
            learned, pulled = self.learned.linearised(fractions)
            for number, name in enumerate(self._learned_names):
                values[name], slopes[name] = learned[:, number], pulled[:, number]
        return (
            np.column_stack([values[name] for name in self.names]),
            np.stack([slopes[name] for name in self.names], axis=1),
        )

    def by_name(self) -> dict[str, Form]:
        """Each property as a form of its own."""
        own = {name: _Column(self.learned, n) for n, name in enumerate(self._learned_names) if self.learned is not None}
        return {**self.forms, **own}

    @property
    def _learned_names(self) -> tuple[str, ...]:
        return tuple(name for name in self.names if name not in self.forms)


@dataclass(frozen=True, eq=False, slots=True)
class BenchData:
    """One data set, split.

    Attributes:
        known: rows that the generators learn from, with `values` (property -> (N,)).
        reference: fractions of the other half, shape (M, n_elements).
        targets: fractions of the held-out rows, shape (T, n_elements), in a random order; `wanted` their properties, (T, p).
        every: fractions of all rows.
        spread: standard deviation of each property over all rows, shape (p,): the unit of errors.
        refiner, grader: what samples are refined and graded by.
    """

    name: str
    known: CompositionMatrix
    values: Mapping[str, Values]
    reference: Values
    targets: Values
    wanted: Values
    every: Values
    spread: Values
    refiner: PropertyModel
    grader: PropertyModel

    @property
    def n_components(self) -> tuple[int, int]:
        """Fewest and most elements of any row."""
        counts = (self.every > 0).sum(axis=1)
        return int(counts.min()), int(counts.max())


def data_sets(seed: int, most_rows: int | None = None) -> list[BenchData]:
    """The sets at hand; of each at most `most_rows` rows, drawn at random.

    The demonstration set is used if it was fetched (`quinary data get ultera_cgan_demo`) or lies in the mirror.
    """
    path = _demo_path()
    return [*([_demo(path, seed, most_rows)] if path else []), _refractory(seed, most_rows)]


def _demo_path() -> Path | None:
    mirror = chosen_mirror()
    entry = known_sets(mirror)[DEMO_SET]
    folders = [mirror / DEMO_SET if mirror else None, cached(entry)]
    paths = [folder / entry.files[0].path for folder in folders if folder is not None]
    return next((path for path in paths if path.is_file()), None)


def _demo(path: Path, seed: int, most_rows: int | None) -> BenchData:
    """7,434 computed alloys of nine elements with seven properties, Debnath et al. 2021 (10.20517/jmi.2021.05)."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    rows = [rows[number] for number in _drawn(len(rows), most_rows, seed)]
    matrix = as_matrix([row["Composition"] for row in rows])
    forms = _demo_forms(matrix.elements)
    columns = {name: np.array([float(row[c]) * scale for row in rows]) for name, (c, scale) in _LEARNED.items()}
    columns |= {name: form.value(matrix.fractions) for name, form in forms.items()}
    return _split("demo, 7 properties", matrix, columns, forms, seed)


def _demo_forms(elements: tuple[str, ...]) -> dict[str, Form]:
    """The closed forms behind the published table: plain averages of price and density, Rice's toughness, entropy."""
    pure = PredictionTask(CompositionMatrix(elements, np.eye(len(elements))), mixing="atomic")
    averages = {name: Linear(packaged_service().values(quantity_named(name), pure)) for name in ("density", "price")}
    toughness = packaged_service().form(quantity_named("fracture_toughness_rice"), elements, pure)
    return {"mixing_entropy": Entropy(), "fracture_toughness_rice": toughness, **averages}


def _refractory(seed: int, most_rows: int | None) -> BenchData:
    """Measured refractory alloys of the embedded tables, with G and Rice's toughness from linear combinations."""
    alloys = known_alloys(None)
    data = training_set(alloys, DEFAULT_CONDITIONS)
    rows = _drawn(len(data.matrix), most_rows, seed)
    matrix = CompositionMatrix(data.matrix.elements, data.matrix.fractions[rows])
    task = PredictionTask(matrix)
    forms = {name: packaged_service().form(quantity_named(name), matrix.elements, task) for name in DEFAULT_CONDITIONS}
    columns = {name: form.value(matrix.fractions) for name, form in forms.items()}
    return _split("refractory, G and K", matrix, columns, forms, seed)


def _drawn(n_rows: int, most_rows: int | None, seed: int) -> list[int]:
    if most_rows is None or most_rows >= n_rows:
        return list(range(n_rows))
    return sorted(np.random.default_rng(seed).choice(n_rows, most_rows, replace=False).tolist())


def _split(
    name: str, matrix: CompositionMatrix, columns: Mapping[str, Values], forms: Mapping[str, Form], seed: int
) -> BenchData:
    random = np.random.default_rng(seed)
    names = tuple(sorted(columns))
    wanted = np.column_stack([columns[entry] for entry in names])
    systems = np.unique(matrix.fractions > 0, axis=0, return_inverse=True)[1].ravel()
    held_out = random.permutation(systems.max() + 1)[: max(1, round(_HELD_OUT * (systems.max() + 1)))]
    is_target = np.isin(systems, held_out)
    others = random.permutation(np.flatnonzero(~is_target))
    known, reference = np.sort(others[: len(others) // 2]), np.sort(others[len(others) // 2 :])
    targets = random.permutation(np.flatnonzero(is_target))
    learned = tuple(entry for entry in names if entry not in forms)

    def model(rows: NDArray[np.int64]) -> PropertyModel:
        """Closed forms, and a regression on these rows."""
        if not learned:
            return PropertyModel(names, forms)
        answers = wanted[rows][:, [names.index(entry) for entry in learned]]
        return PropertyModel(names, forms, _scaled_ridge(matrix.fractions[rows], answers))

    return BenchData(
        name=name,
        known=CompositionMatrix(matrix.elements, matrix.fractions[known]),
        values={entry: columns[entry][known] for entry in names},
        reference=matrix.fractions[reference],
        targets=matrix.fractions[targets],
        wanted=wanted[targets],
        every=matrix.fractions,
        spread=wanted.std(axis=0),
        refiner=model(known),
        grader=model(np.concatenate([reference, targets])),
    )


def _scaled_ridge(known: Values, values: Values) -> KernelRidge:
    """Fitted in standard deviations, so that one ridge suits all properties; answers in their own units."""
    spread = values.std(axis=0)
    found = KernelRidge.fitted(known, values / spread)
    return KernelRidge(known, found.weights * spread, found.mean * spread, found.length)


def surrogate_errors(data: BenchData) -> dict[str, float]:
    """Mean absolute error of the refiner on the held-out systems, in standard deviations, by property."""
    off = np.abs(data.refiner.values(data.targets) - data.wanted).mean(axis=0) / data.spread
    return dict(zip(data.refiner.names, off.tolist(), strict=True))


def request_values(names: Sequence[str], row: Values) -> dict[str, float]:
    """Property -> wanted value of one target."""
    return {name: float(value) for name, value in zip(names, row, strict=True)}
