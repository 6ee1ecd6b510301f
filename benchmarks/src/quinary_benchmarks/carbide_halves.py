"""Two halves of what is known of carbides, each with its own models: one designs, the other judges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.matrix import as_matrix
from quinary.learning.carbides import fit_single_phase
from quinary.learning.data import make_splits
from quinary.plugins import PredictionTask
from quinary.predictors.single_phase import SinglePhaseProbability
from quinary.reference.carbide_phases import phase_labels
from quinary.studies.ceramic_data import data_points
from quinary.studies.systems.zhang2024 import CARBIDES, TARGETS, carbide_table
from quinary_benchmarks.carbide_gaussian_process import CarbideProcess

if TYPE_CHECKING:
    from quinary.chemistry.composition import Composition
    from quinary.plugins import PredictorPlugin

__all__ = ["PHASE", "Half", "halves"]

PHASE: Final = "single_phase_probability"


@dataclass(frozen=True, eq=False, slots=True)
class Half:
    """Carbides of one half, shape (N,) of each property (GPa), and models of them and of half of the phase labels."""

    carbides: tuple[Composition, ...]
    values: Mapping[str, NDArray[np.float64]]
    processes: Mapping[str, CarbideProcess]
    phases: SinglePhaseProbability

    def predictors(self) -> dict[str, PredictorPlugin]:
        """Property -> the model of this half."""
        return {**self.processes, PHASE: self.phases}

    def values_of(self, name: str, carbides: Sequence[Composition]) -> NDArray[np.float64]:
        """What this half's process says of a property, GPa, shape (N,)."""
        return self.processes[name].predict(name, PredictionTask(as_matrix(carbides), anions=(("C", 1.0),))).values

    def chances(self, carbides: Sequence[Composition]) -> NDArray[np.float64]:
        """What this half's model says of the probability of a single phase, shape (N,)."""
        return self.phases.predict(PHASE, PredictionTask(as_matrix(carbides), anions=(("C", 1.0),))).values


def halves(seed: int, targets: tuple[str, ...] = TARGETS) -> tuple[Half, Half]:
    """The carbides split by their sets of metals, and the phase labels by their carbides, in two halves at random.

    `targets` are the properties that get a process; the values of all three are there in any case.

    Raises:
        InputError: the data set is not on this machine.
    """
    points = data_points("zhang_mtmc_carbides", CARBIDES)
    tables = {name: carbide_table(points, name) for name in TARGETS}
    table, compositions = tables[TARGETS[0]]
    found = []
    labels = np.array(phase_labels(), dtype=object)
    formulas = sorted({label.formula for label in labels})
    of_first = set(np.random.default_rng(seed).permutation(formulas)[: len(formulas) // 2].tolist())
    for number, split in enumerate(make_splits("system", table, n_folds=2, seed=seed)):
        chosen = tuple(compositions[row] for row in split.test)
        values = {name: one.target[split.test].astype(np.float64) for name, (one, _) in tables.items()}
        processes = {name: CarbideProcess(name, chosen, values[name], seed=seed) for name in targets}
        own = [label for label in labels if (label.formula in of_first) == (number == 0)]
        found.append(Half(chosen, values, processes, SinglePhaseProbability(fit_single_phase(own))))
    return found[0], found[1]
