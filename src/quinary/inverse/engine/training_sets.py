"""What a generator learns from: known materials within a palette, with the properties that are predicted of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.alloy_limits import holds_too_much
from quinary.chemistry.composition import Composition
from quinary.chemistry.identity import composition_key
from quinary.chemistry.matrix import CompositionMatrix, as_matrix
from quinary.plugins import Anions, PredictionTask
from quinary.points.quantity import quantity_named
from quinary.prediction import PredictionService, packaged_service
from quinary.reference.lattices import DEFAULT_TABLE

__all__ = [
    "REFRACTORY",
    "TrainingSet",
    "ceramic_training_set",
    "covered_elements",
    "training_set",
    "usual_elements",
]

# The elements of S1's class of alloys; three or more of them make an alloy a refractory high-entropy alloy.
REFRACTORY: Final = ("Ti", "Zr", "Hf", "V", "Nb", "Ta", "Cr", "Mo", "W", "Re", "Ru", "Ir")
_LEAST_SHARED: Final = 3
# An element of fewer known alloys is not proposed to a person who named none: strontium is in one, calcium in six.
_USUAL: Final = 10
_USUAL_SHARE: Final = 0.01  # where few alloys are known
_ENOUGH: Final = 100  # below this many alloys inside a palette, alloys are borrowed from outside it


def usual_elements(alloys: Sequence[Composition]) -> frozenset[str]:
    """The elements that at least ten of the alloys hold, or one in a hundred where fewer than a thousand are given."""
    counts = Counter(symbol for alloy in alloys for symbol in alloy.elements)
    least = min(_USUAL, _USUAL_SHARE * len(alloys))
    return frozenset(symbol for symbol, count in counts.items() if count >= least)


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """Known alloys and their predicted properties, as a generator learns from them.

    `values` maps property -> (N,); `n_left_out` counts alloys of the class with an element that a predictor lacks.
    """

    matrix: CompositionMatrix
    values: dict[str, NDArray[np.float64]]
    n_left_out: int


def training_set(
    alloys: Iterable[Composition],
    names: Sequence[str],
    palette: Sequence[str] = (),
    *,
    lattice: str = "bcc",
    table: str = DEFAULT_TABLE,
    service: PredictionService | None = None,
) -> TrainingSet:
    """The alloys that a generator for these properties and this palette should learn from.

    Without a palette: alloys with at least three refractory elements, as in S1. With one: alloys inside the palette; if
    there are fewer than a hundred, also those that share at least three elements with it, what is outside left away.
    """
    asked = service or packaged_service()
    covered = covered_elements(names, (), asked)
    family = frozenset(palette) or frozenset(REFRACTORY)
    least = min(_LEAST_SHARED, len(family))
    members = [entry for entry in alloys if len(family.intersection(entry.elements)) >= least]
    usable = [entry for entry in members if covered.issuperset(entry.elements)]
    n_left_out = len(members) - len(usable)
    if palette:
        usable = _inside(usable if len(usable) >= _ENOUGH else members, frozenset(palette))
    matrix = as_matrix(usable, palette or None)
    is_alloy = ~holds_too_much(matrix)
    matrix = CompositionMatrix(matrix.elements, matrix.fractions[is_alloy])
    task = PredictionTask(matrix, lattice=lattice, table=table)
    values = {name: asked.values(quantity_named(name), task) for name in names}
    return TrainingSet(matrix, values, n_left_out + int((~is_alloy).sum()))


def ceramic_training_set(
    ceramics: Sequence[Composition],
    names: Sequence[str],
    palette: Sequence[str],
    anions: Anions,
    service: PredictionService | None = None,
) -> TrainingSet:
    """The known ceramics within a palette of metals, with their predicted properties; the matrix may have no rows."""
    usable = [entry for entry in ceramics if set(palette).issuperset(entry.cations)]
    matrix = as_matrix(usable, palette)
    task = PredictionTask(matrix, anions=anions)
    asked = service or packaged_service()
    values = {name: asked.values(quantity_named(name), task) for name in names}
    return TrainingSet(matrix, values, len(ceramics) - len(usable))


def _inside(alloys: Sequence[Composition], palette: frozenset[str]) -> list[Composition]:
    """The alloys within the palette; if few, others cut down to it. Each once, in a stable order."""
    inside = [entry for entry in alloys if palette.issuperset(entry.elements)]
    if len(inside) < _ENOUGH:
        cut = [
            Composition.alloy({s: x for s, x in entry.cations.items() if s in palette})
            for entry in alloys
            if not palette.issuperset(entry.elements)
        ]
        inside += [entry for entry in cut if len(entry.elements) >= min(_LEAST_SHARED, len(palette))]
    return list({composition_key(entry): entry for entry in inside}.values())


def covered_elements(
    names: Sequence[str], anions: Anions = (), service: PredictionService | None = None
) -> frozenset[str]:
    """The elements (metals, with anions) for which every one of these quantities can be predicted.

    Raises:
        InputError: a quantity has no predictor, or none for these anions.
    """
    asked = service or packaged_service()
    return frozenset.intersection(*(asked.elements(quantity_named(name), anions) for name in names))
