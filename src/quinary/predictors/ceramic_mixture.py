"""Ceramics as mixtures of their binaries: moduli, lattice parameter, density, melting temperature."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.descriptors.alloys import average, poisson_ratio, youngs_modulus
from quinary.descriptors.ceramics import (
    ceramic_estimate,
    ceramic_matrix,
    estimated_moduli,
    is_like_the_binaries,
    mass_density,
    metals_with,
    passed_on,
    precursor_mean,
    source_words,
)
from quinary.plugins import Anions, CeramicPredictor, Estimate, PredictionTask
from quinary.points.point import Method
from quinary.reference.elements import column, element_column

if TYPE_CHECKING:
    from quinary.descriptors.ceramics import CeramicMatrix
    from quinary.requests import Form

__all__ = ["PLUGINS", "CeramicCells", "CeramicModuliMixture"]

_MODULI: Final = ("bulk_modulus", "shear_modulus")
_DERIVED: Final[Mapping[str, Callable[..., NDArray[np.float64]]]] = {
    "youngs_modulus": youngs_modulus,
    "poisson_ratio": poisson_ratio,
}


class CeramicModuliMixture(CeramicPredictor):
    """Moduli of carbides, nitrides, diborides and rock-salt oxides from those of the binaries (GPa; Poisson's ratio).

    `ceramic_mixture` lowers the mixture of carbides for disorder, see `quinary.descriptors.ceramics.elasticity`;
    `precursor_mixture` is the plain rule of mixtures, for comparison. On 282 mixed carbides (10.1038/s41524-024-01351-1;
    one metal at a time left out of the fit) the mean errors are 9.1 and 38.3 GPa in the bulk modulus (mean of the data:
    20.1), 11.8 and 16.7 in the shear modulus (19.1), 24.8 and 40.5 in Young's modulus (42.4): the plain rule does worse
    than the mean for the bulk modulus.

    Domain: one phase, full anion sublattice; carbides of Ti, V, Cr, Zr, Nb, Mo, Hf, Ta, W with a misfit of at most 6.5 % and
    at most 80 % of Cr, Mo and W; nitrides and carbonitrides, tested on ordered cells only. Mixed diborides and oxides have
    not been tested and lie outside: of (CoCuMgNiZn)O, where the mixture says 180 GPa, 150 GPa were estimated from diffraction
    on a polycrystal, far from density-functional theory (10.48550/arXiv.2409.13489). Values are of dense material at 0 K: a
    measured one is lowered by pores and heat. Those of oxides that were measured are of room temperature.
    """

    version = "2"
    source = "10.1038/s41524-024-01351-1, 10.1038/sdata.2015.9; measured oxides: 10.1029/RF002p0045"
    properties = (*_MODULI, *_DERIVED)
    is_row_exact = True

    def __init__(self, name: str, preference: int, *, is_plain: bool) -> None:
        self.name = name
        self.preference = preference
        self.is_plain = is_plain

    def elements(self, name: str, anions: Anions = ()) -> frozenset[str]:
        """The metals whose binaries with these anions have the moduli."""
        return metals_with([name] if name in _MODULI else _MODULI, anions)

    def predict(self, name: str, task: PredictionTask) -> Estimate:
        """One of the moduli for every row; the spread of E and nu follows from those of B and G.

        Raises:
            InputError: the task holds alloys.
        """
        found = estimated_moduli(task, is_plain=self.is_plain)
        if name in _DERIVED:
            formula = _DERIVED[name]
            values = formula(found.moduli.bulk, found.moduli.shear), passed_on(formula, found)
        else:
            is_bulk = name == "bulk_modulus"
            values = (found.moduli.bulk, found.bulk_spread) if is_bulk else (found.moduli.shear, found.shear_spread)
        columns = [name] if name in _MODULI else _MODULI
        return ceramic_estimate(task, columns, values, found.is_in_domain, Method.EMPIRICAL, found.details)

    def form(self, name: str, elements: tuple[str, ...], task: PredictionTask) -> Form | None:
        """An average of the binaries for the plain mixture of bulk or shear modulus with one anion, else None."""
        from quinary.reference.precursors import precursor_values
        from quinary.requests import Linear

        matrix = ceramic_matrix(task)
        is_linear = name in _MODULI and (self.is_plain or matrix.anion_symbols != ("C",))
        if not is_linear or len(matrix.anions) > 1 or not matrix.has_binary_structure:
            return None
        return Linear(precursor_values(matrix.anion_symbols[0], name, elements))


def _lattice_parameter(matrix: CeramicMatrix) -> NDArray[np.float64]:
    if matrix.anion_symbols == ("B",):
        return precursor_mean(matrix, "lattice_parameter")
    return np.cbrt(4.0 * precursor_mean(matrix, "volume"))


def _density(matrix: CeramicMatrix) -> NDArray[np.float64]:
    masses = average(matrix.cations, column("mass", matrix.elements))
    anions = sum(amount * element_column("mass")[symbol] for symbol, amount in matrix.anions)
    return mass_density(masses + anions, precursor_mean(matrix, "volume"))


def _melting_temperature(matrix: CeramicMatrix) -> NDArray[np.float64]:
    if matrix.anion_symbols != ("C",):
        return np.full(len(matrix), np.nan)
    return precursor_mean(matrix, "melting_temperature")


_FORMULAS: Final = {
    "lattice_parameter": _lattice_parameter,
    "density": _density,
    "melting_temperature": _melting_temperature,
}
_COLUMNS: Final = {
    "lattice_parameter": ("volume", "lattice_parameter"),
    "density": ("volume",),
    "melting_temperature": ("melting_temperature",),
}
_HOW: Final = {
    "lattice_parameter": "cube edge of the mean volume",
    "density": "mass over mean volume",
    "melting_temperature": "trend: mean of the stable binary carbides' melting temperatures, neither solidus nor liquidus",
}

# Relative standard deviation. Volumes: 68 % of the 282 mixed carbides of 10.1038/s41524-024-01351-1 lie within 1.4 %,
# edges within 0.5 % (median 0.25 % below; means of edges instead of volumes: 0.6 %). Melting: an estimate, no measured
# mixed carbide was at hand.
_RELATIVE_SPREAD: Final = {"lattice_parameter": 0.005, "density": 0.015, "melting_temperature": 0.08}


class CeramicCells(CeramicPredictor):
    """Lattice parameter (angstrom), density (g/cm^3) and melting temperature (K) of ceramics from their binaries.

    Rock salt: a = (4 sum_i c_i V_i)^(1/3), V the volume of a formula unit; AlB2 type: the edge a = sum_i c_i a_i. Density:
    mass of a formula unit, vacancies counted, over sum_i c_i V_i. Melting temperature: sum_i c_i T_i, carbides only, a
    trend that has not been tested and always lies outside the domain.

    Domain: as for the moduli. Values at 0 K, of oxides that were measured at room temperature, without pores.
    """

    name = "ceramic_cells"
    version = "2"
    source = "10.1038/s41524-021-00678-3, 10.1063/1.4812323; measured oxides: 10.6028/NBS.CIRC.539v1 and others"
    properties = tuple(_FORMULAS)
    is_row_exact = True

    def elements(self, name: str, anions: Anions = ()) -> frozenset[str]:
        """The metals whose binaries with these anions have what the formula needs."""
        return metals_with(self._columns(name, anions), anions)

    @staticmethod
    def _columns(name: str, anions: Anions) -> tuple[str, ...]:
        """Only the edge of a diboride is looked up; that of a rock salt follows from the volume."""
        is_rock_salt_edge = name == "lattice_parameter" and [anion for anion, _ in anions] != ["B"]
        return ("volume",) if is_rock_salt_edge else _COLUMNS[name]

    def predict(self, name: str, task: PredictionTask) -> Estimate:
        """One of the three for every row.

        Raises:
            InputError: the task holds alloys.
        """
        matrix = ceramic_matrix(task)
        values = _FORMULAS[name](matrix)
        is_inside = is_like_the_binaries(task, matrix)
        if name == "melting_temperature":
            is_inside = np.zeros(len(matrix), dtype=bool)
        is_diboride_edge = name == "lattice_parameter" and matrix.anion_symbols == ("B",)
        how = "mean edge a of the AlB2 cell" if is_diboride_edge else _HOW[name]
        details = (f"{how}, {source_words(matrix)}",) * len(matrix)
        spreads = values * _RELATIVE_SPREAD[name]
        columns = self._columns(name, task.anions)
        return ceramic_estimate(task, columns, (values, spreads), is_inside, Method.EMPIRICAL, details)


PLUGINS: Final = (
    CeramicModuliMixture("ceramic_mixture", 60, is_plain=False),
    CeramicModuliMixture("precursor_mixture", 10, is_plain=True),
    CeramicCells(),
)
