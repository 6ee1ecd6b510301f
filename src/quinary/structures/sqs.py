"""Special quasirandom structures (SQS): small cells whose pair correlations come close to those of a random solution.

Zunger et al. 1990, 10.1103/PhysRevLett.65.353; the arrangement is found with sqsgenerator (Gehringer, Friak, Holec 2023,
10.1016/j.cpc.2023.108664), one sublattice after the other. How good it is, is judged here, on all periodic neighbours:
with P_ij the share of pairs i-j among the pairs of a shell and c the fractions in the cell,

    error^2 = mean over shells of  sum_ij (P_ij - c_i c_j)^2 / (c_i c_j) / (n - 1)^2

which is the mean square of the (n - 1)^2 pair correlations of n kinds of atoms in any orthonormal basis of functions of
the occupation, all zero in a random solution.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.composition import Composition, CompositionLike
from quinary.errors import InputError, WorkError
from quinary.structures.cells import MOST_CELLS, compact_cell, compactness
from quinary.structures.ordered_structures import supercell
from quinary.structures.prototypes import ANION_SITE, Prototype, prototype_named

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["Sqs", "SqsSettings", "fitting_size", "occupations_of", "special_quasirandom", "whole_occupation"]

_N_SHELLS: Final = 3
_MOST_ALIKE: Final = 400  # arrangements of one worth that are looked at more closely
_SAME_SHELL: Final = 1e-3  # of the nearest-neighbour distance
_RATIO_TOLERANCE: Final = 1e-6
_NEARLY_BEST: Final = 0.97  # of the largest compactness among the sizes that fit as well
_EXACT: Final = 1e-6  # a fraction from a formula such as (Hf0.333Nb0.333Ta0.334)C is not meant more exactly

Occupation = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class SqsSettings:
    """How to make a structure.

    Attributes:
        seed: of the search; the same seed gives the same structure.
        n_iterations: arrangements tried for each mixed sublattice.
        tolerance: the largest difference between a fraction that was asked for and that in the cell; 0: exact.
        a, c: lattice parameters in angstrom; None: those of the prototype's example.
    """

    seed: int = 0
    n_iterations: int = 50_000
    tolerance: float = 0.02
    a: float | None = None
    c: float | None = None

    def __post_init__(self) -> None:
        """Raise InputError for settings that make no sense."""
        if self.n_iterations < 1 or self.tolerance < 0 or self.seed < 0:
            raise InputError(f"settings of a quasirandom structure out of range: {self}")


@dataclass(frozen=True, slots=True)
class Sqs:
    """A structure and how far it is from what was asked for.

    Attributes:
        atoms: the structure, with the array `sublattice` of its prototype.
        prototype, n_cells: the structure type, and the number of its primitive cells.
        counts: symbol -> atoms, one mapping a sublattice, the anions last.
        rounding_error: largest difference of a fraction of a sublattice from what was asked for.
        correlation_error: root mean square of the pair correlations of the first shells; 0 where nothing is mixed.
    """

    atoms: Atoms
    prototype: str
    n_cells: int
    counts: tuple[Mapping[str, int], ...]
    rounding_error: float
    correlation_error: float

    @property
    def composition(self) -> dict[str, float]:
        """Atomic fractions in the cell."""
        merged: dict[str, int] = {}
        for counts in self.counts:
            for symbol, number in counts.items():
                merged[symbol] = merged.get(symbol, 0) + number
        total = sum(merged.values())
        return {symbol: number / total for symbol, number in sorted(merged.items())}


def occupations_of(source: CompositionLike, prototype: Prototype) -> tuple[Occupation, ...]:
    """The fractions on each sublattice of a prototype, cations in the order of the formula, the anions last.

    Raises:
        InputError: the composition has not the sublattices of the prototype, or not in its proportions.
    """
    composition = Composition.of(source)
    keys = _sublattice_keys(prototype)
    sites = _sites_per_cell(prototype)
    given = composition.sublattices
    if len(given) != len(keys):
        raise InputError(
            f"{prototype.name} has {len(keys)} sublattices, {composition.formula} has {len(given)}: "
            "write brackets around what shares a sublattice, such as (LaSr)(MnCo)O3"
        )
    n_cations = sum(number for key, number in sites.items() if key != ANION_SITE)
    if any((key == ANION_SITE) != sublattice.is_anionic for key, sublattice in zip(keys, given, strict=True)):
        raise InputError(f"{composition.formula} does not fit {prototype.name}: its anions are elsewhere")
    for key, sublattice in zip(keys, given, strict=True):
        wanted = sites[key] / n_cations
        if abs(sublattice.sites - wanted) > _RATIO_TOLERANCE:
            raise InputError(
                f"{composition.formula} has {sublattice.sites:g} {'-'.join(sublattice.elements)} per cation where "
                f"{prototype.name} has {wanted:g}: make the full structure and take vacancies out of it"
            )
    return tuple(dict(sublattice.fractions) for sublattice in given)


def whole_occupation(occupation: Occupation, n_sites: int) -> tuple[dict[str, int], float]:
    """Whole numbers of atoms on `n_sites` sites (largest remainders), and the largest error of a fraction.

    Raises:
        InputError: an element would get no site; the message names the smallest number of sites that gives it one.
    """
    total = math.fsum(occupation.values())
    shares = {symbol: value / total for symbol, value in occupation.items() if value > 0}
    counts = {symbol: math.floor(share * n_sites + _EXACT) for symbol, share in shares.items()}
    rest = sorted(shares, key=lambda symbol: (counts[symbol] - shares[symbol] * n_sites, symbol))
    for symbol in rest[: n_sites - sum(counts.values())]:
        counts[symbol] += 1
    lost = [symbol for symbol, number in counts.items() if number == 0]
    if lost:
        needed = math.ceil(0.5 / min(shares[symbol] for symbol in lost))
        raise InputError(
            f"{n_sites} sites are too few for {', '.join(f'{100 * shares[symbol]:.3g} % {symbol}' for symbol in lost)}: "
            f"take at least {max(needed, len(shares))}"
        )
    return counts, max(abs(counts[symbol] / n_sites - share) for symbol, share in shares.items())


def fitting_size(prototype: str, occupations: Sequence[Occupation], n_atoms: tuple[int, int]) -> int:
    """The number of primitive cells, between two numbers of atoms, that suits a composition best.

    Smallest rounding error first; among equals the smallest cell that is nearly as compact as the most compact one.

    Raises:
        InputError: unknown prototype, no cell in the range, or none of them can hold all elements.
    """
    kind = prototype_named(prototype)
    per_cell = sum(_sites_per_cell(kind).values())
    sizes = [n for n in range(1, MOST_CELLS + 1) if n_atoms[0] <= n * per_cell <= n_atoms[1]]
    if not sizes:
        raise InputError(
            f"{prototype} has {per_cell} atoms a cell: no whole number of cells has {_range(n_atoms)} atoms"
        )
    errors = {n: error for n in sizes if (error := _rounding(kind, occupations, n)) is not None}
    if not errors:
        raise InputError(
            f"{_range(n_atoms)} atoms are too few to hold every element of this composition in {prototype}"
        )
    least = min(errors.values())
    best = [n for n, error in errors.items() if error <= least + _EXACT]
    most = max(compactness(prototype, n) for n in best)
    return next(n for n in best if compactness(prototype, n) >= _NEARLY_BEST * most)


def special_quasirandom(
    prototype: str, occupations: Sequence[Occupation], n_cells: int, settings: SqsSettings | None = None
) -> Sqs:
    """A quasirandom structure of `n_cells` primitive cells in their most compact arrangement.

    Raises:
        InputError: unknown prototype, occupations that are not one a sublattice, a stoichiometry that this cell cannot
            hold within the tolerance; the message names the nearest one, and the nearest size that can.
        WorkError: no arrangement was found.
    """
    chosen = settings or SqsSettings()
    kind = prototype_named(prototype)
    keys = _sublattice_keys(kind)
    if len(occupations) != len(keys):
        raise InputError(
            f"{prototype} has {len(keys)} sublattices: give the occupation of each, not {len(occupations)}"
        )
    sites = _sites_per_cell(kind)
    whole = [whole_occupation(given, sites[key] * n_cells) for key, given in zip(keys, occupations, strict=True)]
    error = max(error for _, error in whole)
    if error > max(chosen.tolerance, _EXACT):
        raise _impossible(kind, occupations, n_cells, [counts for counts, _ in whole], chosen.tolerance)
    atoms = supercell(kind.atoms(a=chosen.a, c=chosen.c), compact_cell(prototype, n_cells))
    correlations = [_fill(atoms, key, counts, chosen) for key, (counts, _) in zip(keys, whole, strict=True)]
    squares = [square for square in correlations if square is not None]
    mean = math.sqrt(math.fsum(squares) / len(squares)) if squares else 0.0
    return Sqs(atoms, prototype, n_cells, tuple(counts for counts, _ in whole), error, mean)


def _sublattice_keys(prototype: Prototype) -> list[int]:
    """The sublattices in the order of occupations: cations as numbered, then the anions."""
    numbers = {number for number, _ in prototype.sites}
    return [*sorted(numbers - {ANION_SITE}), *({ANION_SITE} & numbers)]


def _sites_per_cell(prototype: Prototype) -> dict[int, int]:
    numbers, counts = np.unique(prototype.atoms().arrays["sublattice"], return_counts=True)
    return {int(number): int(count) for number, count in zip(numbers, counts, strict=True)}


def _rounding(prototype: Prototype, occupations: Sequence[Occupation], n_cells: int) -> float | None:
    """The rounding error in a cell of this size, None if an element would be lost."""
    sites = _sites_per_cell(prototype)
    try:
        pairs = zip(_sublattice_keys(prototype), occupations, strict=True)
        return max(whole_occupation(given, sites[key] * n_cells)[1] for key, given in pairs)
    except InputError:
        return None


def _range(n_atoms: tuple[int, int]) -> str:
    return f"{n_atoms[0]}" if n_atoms[0] == n_atoms[1] else f"{n_atoms[0]} to {n_atoms[1]}"


def _impossible(
    prototype: Prototype,
    occupations: Sequence[Occupation],
    n_cells: int,
    counts: Sequence[Mapping[str, int]],
    tolerance: float,
) -> InputError:
    """The error for a stoichiometry that a cell cannot hold."""
    nearest = " ".join("".join(f"{symbol}{number}" for symbol, number in part.items()) for part in counts)
    allowed = max(tolerance, _EXACT)
    sizes = sorted(range(1, MOST_CELLS + 1), key=lambda n: (abs(n - n_cells), n))
    fits = next(
        (n for n in sizes if (error := _rounding(prototype, occupations, n)) is not None and error <= allowed), 0
    )
    where = f"; {fits} cells can hold it" if fits else f"; no cell of up to {MOST_CELLS} can"
    return InputError(
        f"{n_cells} cells of {prototype.name} cannot hold this composition within {allowed:.2g} of its fractions: "
        f"the nearest is {nearest}{where}"
    )


def _fill(atoms: Atoms, key: int, counts: Mapping[str, int], settings: SqsSettings) -> float | None:
    """Put the atoms of one sublattice in place; the mean square correlation, None where one element has it all."""
    sites = np.flatnonzero(atoms.arrays["sublattice"] == key)
    part = atoms[sites]
    part.symbols = [symbol for symbol, number in sorted(counts.items()) for _ in range(number)]
    if len(counts) == 1:
        atoms.symbols[sites] = part.get_chemical_symbols()
        return None
    shells = _Shells(part)
    square, numbers = min((shells.mean_square(numbers), numbers) for numbers in _arranged(part, counts, settings))
    atoms.numbers[sites] = numbers
    return square


def _arranged(part: Atoms, counts: Mapping[str, int], settings: SqsSettings) -> Iterator[tuple[int, ...]]:
    """The arrangements that the search likes best, as atomic numbers.

    It takes distances to the nearest image only, so in a small cell many are alike to it that further shells tell apart.
    """
    from sqsgenerator import optimize, parse_config

    edges = _shell_edges(part.get_all_distances(mic=True))
    configuration = parse_config(
        {
            "structure": {
                "lattice": part.cell.array.tolist(),
                "coords": part.get_scaled_positions().tolist(),
                "species": part.get_chemical_symbols(),
            },
            "composition": dict(counts),
            "shell_radii": edges,
            "shell_weights": {shell: 1.0 / shell for shell in range(1, len(edges))},
            "iterations": settings.n_iterations,
            "iteration_mode": "random",
            "seed": settings.seed,
            "thread_config": [1],
            "prec": "double",
            "max_results_per_objective": _MOST_ALIKE,
        }
    )
    if not hasattr(configuration, "structure"):
        raise WorkError(f"no quasirandom structure for {part.get_chemical_formula()}: {configuration.msg}")
    results = optimize(configuration)  # has to outlive what is read from it: it owns the memory
    best = min(objective for objective, _ in results)
    for objective, alike in results:
        if objective == best:
            yield from (tuple(found.species) for found in alike)


def _shell_edges(distances: NDArray[np.float64]) -> list[float]:
    """0 and the distances between which the first shells lie, angstrom."""
    radii = _distinct(distances[distances > 0])
    return [0.0, *((near + far) / 2 for near, far in zip(radii, [*radii[1:], 1.2 * radii[-1]], strict=True))][
        : _N_SHELLS + 1
    ]


def _distinct(values: NDArray[np.float64]) -> list[float]:
    """Sorted values, those that are equal to within the tolerance only once."""
    ordered = np.sort(values, axis=None)
    starts = np.flatnonzero(np.diff(ordered, prepend=-math.inf) > _SAME_SHELL * ordered[0])
    return [float(value) for value in ordered[starts]]


class _Shells:
    """The pairs of the first shells of a sublattice, all periodic images counted; every arrangement on it has the same."""

    def __init__(self, part: Atoms) -> None:
        from ase.neighborlist import neighbor_list

        first, second, distances = neighbor_list("ijd", part, _reach(part))
        shells = np.digitize(distances, _shell_edges(distances)) - 1
        self._pairs = [(first[shells == shell], second[shells == shell]) for shell in range(_N_SHELLS)]

    def mean_square(self, numbers: Sequence[int]) -> float:
        """Mean square pair correlation of an arrangement of atomic numbers, to twelve digits so that equals compare equal."""
        kinds, labels = np.unique(numbers, return_inverse=True)
        fractions = np.bincount(labels) / len(labels)
        random = np.outer(fractions, fractions)
        squares = []
        for first, second in self._pairs:
            pairs = np.zeros_like(random)
            np.add.at(pairs, (labels[first], labels[second]), 1.0)
            squares.append(float(((pairs / pairs.sum() - random) ** 2 / random).sum()) / (len(kinds) - 1) ** 2)
        return round(_mean(squares), 12)


def _reach(part: Atoms) -> float:
    """A distance within which every lattice here has three shells, angstrom: twice the distance in equally dense fcc."""
    return float(2.0 * (math.sqrt(2) * part.get_volume() / len(part)) ** (1 / 3))


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return math.fsum(listed) / len(listed)
