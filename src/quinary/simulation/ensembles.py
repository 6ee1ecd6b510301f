"""Several potentials on one solid solution: what each finds, and what their disagreement says of the error of the first.

Each potential comes with a card, which says by what standard deviation s_i its value x_i is off as a rule. The spread of
the values is judged against that (Birge 1932, 10.1103/PhysRev.40.207; the scale factor of the Particle Data Group):

    R^2 = sum_i ((x_i - m) / s_i)^2 / (k - 1),      m = sum_i (x_i / s_i^2) / sum_i (1 / s_i^2)

which for two is R = |x_1 - x_2| / sqrt(s_1^2 + s_2^2). Up to R = 1 the cards explain the disagreement and the error of the
first stays that of its card; beyond, it is R times that, so that what nobody explains is shared out in proportion to the
errors of the cards. A potential that is known to be 70 % off in shear thus cannot spoil the bar of a good one by that
well-known fault, and a good one widens the bar of a poor one until it reaches the good value.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from quinary.chemistry.composition import Composition
from quinary.errors import InputError, QuinaryError
from quinary.progress import Progress, silent
from quinary.simulation.potentials import failure_in_words
from quinary.simulation.solid_solution import SolutionSettings, same_solution

if TYPE_CHECKING:
    from quinary.simulation.potentials import Potential
    from quinary.simulation.solid_solution import ReferenceEnergies, SolidSolution

__all__ = [
    "FAR_BEYOND",
    "Agreement",
    "Ensemble",
    "Opinion",
    "agreement",
    "compared",
    "figures",
    "softest_constant",
]

FAR_BEYOND: Final = 3.0  # R by chance: one in 370 for two potentials whose cards tell the truth
# What is compared, and the entry of the cards that says how far it is off.
_CARD_ENTRIES: Final = {
    "lattice_parameter": "lattice_parameter",
    "bulk_modulus": "bulk_modulus",
    "shear_modulus": "shear_modulus",
    "softest_elastic_constant": "shear_modulus",
    "formation_energy": "energy",
}
_MEANINGLESS_IF_UNSTABLE: Final = ("bulk_modulus", "shear_modulus")


@dataclass(frozen=True, slots=True)
class Agreement:
    """One standard deviation of the first value, and R, the disagreement over what the cards allow (NaN: no card)."""

    error: float
    ratio: float


def agreement(values: Sequence[float], errors: Sequence[float]) -> Agreement:
    """Judge values of one quantity by the errors of their cards, all in one unit, the first being the one that counts.

    A potential whose card knows no error (NaN or 0) is trusted as the worst of the others; if none knows one, the error is
    the sample standard deviation of the values.

    Raises:
        InputError: fewer than two values, or not as many errors.
    """
    if len(values) < 2 or len(errors) != len(values):
        raise InputError(f"an ensemble compares two or more values, each with an error, not {len(values)}")
    known = [error for error in errors if error > 0]
    if not known:
        return Agreement(statistics.stdev(values), math.nan)
    taken = [error if error > 0 else max(known) for error in errors]
    weights = [error**-2 for error in taken]
    mean = math.fsum(weight * value for weight, value in zip(weights, values, strict=True)) / math.fsum(weights)
    spread = math.fsum(weight * (value - mean) ** 2 for weight, value in zip(weights, values, strict=True))
    ratio = math.sqrt(spread / (len(values) - 1))
    return Agreement(taken[0] * max(1.0, ratio), ratio)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What another potential found for the same arrangement of atoms; `solution` is None where `reason` says why."""

    potential: Potential
    solution: SolidSolution | None
    reason: str = ""

    @property
    def counts(self) -> bool:
        """True if it was computed and its relaxation converged."""
        return self.solution is not None and self.solution.relaxation.is_converged


@dataclass(frozen=True, slots=True)
class Ensemble:
    """The opinions of the other potentials, and quantity -> agreement with the first where there is something to compare."""

    opinions: tuple[Opinion, ...]
    agreements: Mapping[str, Agreement]

    @property
    def finds_it_stable(self) -> tuple[str, ...]:
        """Labels of the other potentials to which every strain costs energy."""
        return tuple(
            opinion.potential.label
            for opinion in self.opinions
            if opinion.solution is not None and opinion.counts and opinion.solution.elasticity.is_stable
        )


def softest_constant(solution: SolidSolution) -> float:
    """The smallest eigenvalue of the elastic tensor, GPa: negative where a strain lowers the energy (Born)."""
    return float(np.linalg.eigvalsh(solution.elasticity.tensor).min())


def figures(solution: SolidSolution) -> dict[str, float]:
    """What potentials are compared by: angstrom, GPa, eV/atom; moduli and formation energy where they mean something."""
    found = {
        "lattice_parameter": solution.edges[0],
        "bulk_modulus": solution.elasticity.bulk_modulus,
        "shear_modulus": solution.elasticity.shear_modulus,
        "softest_elastic_constant": softest_constant(solution),
    }
    if solution.formation_energy is not None:
        found["formation_energy"] = solution.formation_energy
    if not solution.elasticity.is_stable:
        found = {name: value for name, value in found.items() if name not in _MEANINGLESS_IF_UNSTABLE}
    return found


def compared(
    composition: Composition,
    first: tuple[Potential, SolidSolution],
    others: Sequence[ReferenceEnergies],
    settings: SolutionSettings | None = None,
    progress: Progress = silent,
) -> Ensemble:
    """Let the other potentials relax and strain the solid solution that the first has found.

    One that cannot compute it, or whose relaxation does not converge, is listed and does not count.
    """
    opinions = tuple(_opinion(composition, first[1], other, settings, progress) for other in others)
    return Ensemble(opinions, _agreements(composition, first, opinions))


def _opinion(
    composition: Composition,
    found: SolidSolution,
    other: ReferenceEnergies,
    settings: SolutionSettings | None,
    progress: Progress,
) -> Opinion:
    try:
        solution = same_solution(composition, found, other, settings, progress)
    except (QuinaryError, RuntimeError) as error:  # RuntimeError: what torch and the calculators of ASE raise
        return Opinion(other.potential, None, failure_in_words(error, other.potential))
    steps = solution.relaxation.n_steps
    unconverged = "" if solution.relaxation.is_converged else f"its relaxation stopped unconverged after {steps} steps"
    return Opinion(other.potential, solution, unconverged)


def _agreements(
    composition: Composition, first: tuple[Potential, SolidSolution], opinions: Sequence[Opinion]
) -> dict[str, Agreement]:
    members = [first, *((entry.potential, entry.solution) for entry in opinions if entry.solution and entry.counts)]
    every = [(potential.card, figures(solution)) for potential, solution in members]
    scales = _scales(first[1])
    found = {}
    for name, entry in _CARD_ENTRIES.items():
        if name not in every[0][1]:
            continue
        asked = [(values[name], card.error(entry, composition.elements)) for card, values in every if name in values]
        if len(asked) > 1:
            found[name] = agreement([value for value, _ in asked], [scales[name] * error for _, error in asked])
    return found


def _scales(solution: SolidSolution) -> dict[str, float]:
    """What the relative errors of the cards are relative to: the value of the first, for all potentials.

    Errors of a card are shares of the true value. Taken of a member's own value, those of a potential that is far too soft
    would come out far too small.
    """
    shear = abs(solution.elasticity.shear_modulus)
    return {
        "lattice_parameter": solution.edges[0],
        "bulk_modulus": abs(solution.elasticity.bulk_modulus),
        "shear_modulus": shear,
        "softest_elastic_constant": shear,
        "formation_energy": 1.0,
    }
