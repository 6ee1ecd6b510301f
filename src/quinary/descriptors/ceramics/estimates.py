"""What the predictors of ceramics share: moduli with spread and domain, how a spread passes on, reasons for gaps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.descriptors.ceramics.elasticity import (
    CeramicModuli,
    cell_misfit,
    group_6_share,
    is_softened,
    mixed_moduli,
    softened_moduli,
)
from quinary.descriptors.ceramics.matrix import CeramicMatrix
from quinary.errors import InputError
from quinary.plugins import Estimate
from quinary.reference.precursors import ANIONS_PER_CATION, precursor_column

if TYPE_CHECKING:
    from quinary.plugins import Anions, PredictionTask
    from quinary.points.point import Method

__all__ = [
    "EstimatedModuli",
    "ceramic_estimate",
    "ceramic_matrix",
    "estimated_moduli",
    "is_like_the_binaries",
    "metals_with",
    "passed_on",
    "source_words",
]

_WORDS: Final = {"B": "diborides", "C": "carbides", "N": "nitrides", "O": "rock-salt oxides"}

# One standard deviation, set so that 68 % lie within it before the difference of tables below is added (72 % for the bulk,
# 92 % for the shear modulus after). Softened carbides: a constant in GPa, from the 282 mixed carbides of
# 10.1038/s41524-024-01351-1 with one metal at a time left out of the fit. Plain mixtures: a share of the value, from the
# same carbides; ordered mixed nitrides and carbonitrides scatter less (10.1016/j.xcrp.2021.100640), disordered ones are
# taken to scatter like the carbides.
_SOFTENED_SPREAD: Final = {"bulk": 10.5, "shear": 14.2}
_PLAIN_SPREAD: Final = {"bulk": 0.16, "shear": 0.11}
# And what two tables of density-functional theory differ by for one binary carbide (root mean square of Ti, V, Zr, Nb, Hf,
# Ta and of Mo, W, whose rock salt is unstable): 10.1038/s41524-024-01351-1 against 10.1038/sdata.2015.9.
_TABLE_SPREAD: Final = {"bulk": 0.01, "shear": 0.11}

# Where the losses of softened carbides were fitted, and how far the anions may be from the whole number.
_MOST_MISFIT: Final = 6.5
_MOST_GROUP_6: Final = 0.8
_VACANCY_TOLERANCE: Final = 0.05
# Metals whose mixed ceramics with an anion were compared with calculations.
_TESTED: Final = {
    "C": frozenset({"Ti", "V", "Cr", "Zr", "Nb", "Mo", "Hf", "Ta", "W"}),
    "N": frozenset({"Ti", "V", "Zr", "Nb", "Hf", "Ta"}),
}
# Metals whose binary is made in the structure of the table (Wyckoff, Crystal Structures 1, 1963): rock salt, AlB2 type. AlN,
# GaN, ZnO and BeO are wurtzite, CuO and PdO have structures of their own, and their rock salts exist in calculations only.
_MADE: Final = {
    "B": frozenset(
        {
            "Al", "Cr", "Dy", "Er", "Gd", "Hf", "Ho", "Mg", "Mo", "Nb", "Pu", "Sc", "Sm", "Ta", "Tb", "Ti", "Tm", "U", "V",
            "W", "Y", "Zr",
        }
    ),
    "C": frozenset({"Hf", "Nb", "Ta", "Ti", "V", "Zr"}),
    "N": frozenset(
        {
            "Ce", "Dy", "Er", "Eu", "Hf", "Ho", "La", "Lu", "Nb", "Np", "Pr", "Pu", "Sc", "Ta", "Tb", "Th", "Ti", "Tm", "U",
            "V", "Y", "Zr",
        }
    ),
    "O": frozenset({"Ba", "Ca", "Cd", "Co", "Fe", "Mg", "Mn", "Ni", "Sr"}),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class EstimatedModuli:
    """Bulk and shear modulus with one standard deviation of each (GPa) and the domain, arrays of shape (N,)."""

    moduli: CeramicModuli
    bulk_spread: NDArray[np.float64]
    shear_spread: NDArray[np.float64]
    is_in_domain: NDArray[np.bool_]
    details: tuple[str, ...]


def ceramic_matrix(task: PredictionTask) -> CeramicMatrix:
    """The ceramics of a task.

    Raises:
        InputError: the task holds alloys.
    """
    if not task.is_ceramic:
        raise InputError("the rows of this task are alloys, and the predictor is for ceramics")
    return CeramicMatrix((task.matrix,), (1.0,), task.anions)


def source_words(matrix: CeramicMatrix) -> str:
    """What the mixture is made of: `binary carbides and nitrides`."""
    return "binary " + " and ".join(_WORDS.get(anion, f"compounds with {anion}") for anion in matrix.anion_symbols)


def is_like_the_binaries(task: PredictionTask, matrix: CeramicMatrix) -> NDArray[np.bool_]:
    """True for rows of one phase that have the anions of the binaries and were tested, or are a binary; shape (N,)."""
    if not matrix.has_binary_structure:
        return np.zeros(len(matrix), dtype=bool)
    n_expected = ANIONS_PER_CATION[matrix.anion_symbols[0]]
    is_full = abs(matrix.n_anions - n_expected) <= _VACANCY_TOLERANCE * n_expected
    is_binary = (matrix.cations > 0).sum(axis=1) + len(matrix.anions) == 2
    is_one_phase = np.ones(len(matrix), dtype=bool)
    for row, phases in enumerate(task.structures):
        is_one_phase[row] = len(set(phases)) <= 1
    is_tested, is_made = (_has_only(matrix, metals) for metals in (_TESTED, _MADE))
    is_like: NDArray[np.bool_] = is_one_phase & is_full & np.where(is_binary, is_made, is_tested)
    return is_like


def _has_only(matrix: CeramicMatrix, metals: Mapping[str, frozenset[str]]) -> NDArray[np.bool_]:
    """True for rows whose metals are all among those of each of their anions, shape (N,)."""
    known = frozenset.intersection(*(metals.get(anion, frozenset()) for anion in matrix.anion_symbols))
    others = [column for column, symbol in enumerate(matrix.elements) if symbol not in known]
    is_such: NDArray[np.bool_] = np.logical_and.reduce(matrix.cations[:, others] == 0, axis=1)
    return is_such


def estimated_moduli(task: PredictionTask, *, is_plain: bool = False) -> EstimatedModuli:
    """The moduli of every row: carbides softened for disorder unless `is_plain`, other ceramics as plain mixtures.

    Raises:
        InputError: the task holds alloys.
    """
    matrix = ceramic_matrix(task)
    if is_plain or not is_softened(matrix):
        return _plain(task, matrix)
    moduli = softened_moduli(matrix)
    bulk, shear = (
        np.hypot(_SOFTENED_SPREAD[name], _TABLE_SPREAD[name] * values)
        for name, values in (("bulk", moduli.bulk), ("shear", moduli.shear))
    )
    is_fitted = (cell_misfit(matrix) <= _MOST_MISFIT) & (group_6_share(matrix) <= _MOST_GROUP_6)
    words = f"rule of mixtures over {source_words(matrix)}, softened for disorder"
    is_inside = is_like_the_binaries(task, matrix) & is_fitted
    return EstimatedModuli(moduli, bulk, shear, is_inside, (words,) * len(matrix))


def _plain(task: PredictionTask, matrix: CeramicMatrix) -> EstimatedModuli:
    moduli = mixed_moduli(matrix)
    is_binary = (matrix.cations > 0).sum(axis=1) + len(matrix.anions) == 2
    bulk, shear = (
        values * np.hypot(np.where(is_binary, 0.0, _PLAIN_SPREAD[name]), _TABLE_SPREAD[name])
        for name, values in (("bulk", moduli.bulk), ("shear", moduli.shear))
    )
    is_tested = _TESTED.keys() >= set(matrix.anion_symbols)
    words = f"rule of mixtures over {source_words(matrix)}"
    doubt = "" if is_tested else ", untested where several metals mix"
    details = tuple(words if alone else words + doubt for alone in is_binary)
    return EstimatedModuli(moduli, bulk, shear, is_like_the_binaries(task, matrix), details)


def passed_on(
    formula: Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]], found: EstimatedModuli
) -> NDArray[np.float64]:
    """The spread of formula(B, G) that comes from those of B and G, taken as independent; shape (N,)."""
    bulk, shear = found.moduli.bulk, found.moduli.shear
    by_bulk = formula(bulk + found.bulk_spread, shear) - formula(bulk - found.bulk_spread, shear)
    by_shear = formula(bulk, shear + found.shear_spread) - formula(bulk, shear - found.shear_spread)
    return np.hypot(by_bulk, by_shear) / 2.0


def metals_with(columns: Iterable[str], anions: Anions = ()) -> frozenset[str]:
    """The metals whose binaries with these anions (without any: with some anion) have all of the columns."""
    wanted = tuple(columns)
    each = {anion: _metals(anion, wanted) for anion, _ in anions} if anions else {}
    if anions:
        return frozenset.intersection(*each.values())
    return frozenset[str]().union(*(_metals(anion, wanted) for anion in ANIONS_PER_CATION))


def _metals(anion: str, columns: tuple[str, ...]) -> frozenset[str]:
    if anion not in ANIONS_PER_CATION or ("melting_temperature" in columns and anion != "C"):
        return frozenset()
    return frozenset.intersection(*(frozenset(precursor_column(anion, name)) for name in columns))


def ceramic_estimate(
    task: PredictionTask,
    columns: Iterable[str],
    values: tuple[NDArray[np.float64], NDArray[np.float64]],
    is_in_domain: NDArray[np.bool_],
    method: Method,
    details: tuple[str, ...],
) -> Estimate:
    """The estimate of `values` (value, spread), with a reason for every row that has none: the binary that lacks `columns`."""
    matrix, wanted = ceramic_matrix(task), tuple(columns)
    is_known = np.isfinite(values[0])
    reasons = tuple("" if known else _reason(matrix, row, wanted) for row, known in enumerate(is_known))
    return Estimate(values[0], values[1], is_in_domain & is_known, method, details, reasons)


def _reason(matrix: CeramicMatrix, row: int, columns: tuple[str, ...]) -> str:
    if not matrix.has_binary_structure:
        return _unlike_binaries(matrix)
    present = [s for s, x in zip(matrix.elements, matrix.cations[row], strict=True) if x > 0]
    lacking = {
        metal + anion: [name for name in columns if metal not in _metals(anion, (name,))]
        for anion in matrix.anion_symbols
        for metal in present
    }
    missing = [name.replace("_", " ") for name in columns if any(name in names for names in lacking.values())]
    return f"no tabulated {' and '.join(missing)} of {', '.join(binary for binary, names in lacking.items() if names)}"


def _unlike_binaries(matrix: CeramicMatrix) -> str:
    unknown = [anion for anion in matrix.anion_symbols if anion not in ANIONS_PER_CATION]
    if unknown:
        return f"no binaries with {' and '.join(unknown)} are tabulated, only those with {', '.join(ANIONS_PER_CATION)}"
    if "B" in matrix.anion_symbols and len(matrix.anions) > 1:
        return f"{' and '.join(matrix.anion_symbols)} share no structure: boron is alone in its diborides"
    anions = "anion a metal fits" if matrix.n_anions == 1 else "anions a metal fit"
    return (
        f"{matrix.n_anions:g} {anions} none of the tabulated binaries: rock salt with C, N, O (about 1) and AlB2 type "
        "with B (2)"
    )
