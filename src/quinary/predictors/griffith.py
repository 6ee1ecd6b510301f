"""Griffith's cleavage toughness of alloys from linear combinations."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from quinary.descriptors.alloys import griffith_toughness
from quinary.predictors.lattice_formula import LatticeFormula

__all__ = ["PLUGIN", "GriffithToughness"]


class GriffithToughness(LatticeFormula):
    """K_G = sqrt(4 G gamma_s / (1 - nu)) in MPa m^0.5, inputs averaged first, then the formula.

    What it takes at the least to cleave a perfect crystal: a bound for a brittle solid, a tenth or less of the toughness of
    an alloy that yields at the crack tip. Beside the threshold for emitting a dislocation (`rice`) it says which of the
    two comes first. Surface energies are those of the close-packed plane, moduli those of DFT at 0 K.

    Source: Griffith 1921, 10.1098/rsta.1921.0006.
    """

    name = "griffith"
    version = "2"
    source = "10.1098/rsta.1921.0006"
    properties = ("fracture_toughness_griffith",)
    inputs = ("shear_modulus", "surface_energy", "poisson_ratio")
    words = "Griffith 1921 on"

    def formula(self, *averages: NDArray[np.float64]) -> NDArray[np.float64]:
        """K of shear modulus (GPa), surface energy (J/m^2) and Poisson's ratio."""
        return griffith_toughness(*averages)


PLUGIN: Final = GriffithToughness()
