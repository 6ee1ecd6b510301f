"""Griffith's cleavage toughness of alloys from linear combinations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from quinary.descriptors.alloys import combine, griffith_toughness
from quinary.plugins.estimates import combination_details, estimate, has_lattice
from quinary.points.point import Method
from quinary.reference.lattices import elements_with

if TYPE_CHECKING:
    from quinary.plugins.sockets import Anions, Estimate, PredictionTask
    from quinary.requests import Form

__all__ = ["PLUGIN", "GriffithToughness"]

_INPUTS: Final = ("shear_modulus", "surface_energy", "poisson_ratio")


class GriffithToughness:
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
    materials = ("alloy",)
    preference = 50
    uses_conditions: tuple[str, ...] = ()
    is_row_exact = True

    def elements(self, name: str, anions: Anions = ()) -> frozenset[str]:  # noqa: ARG002 - one property, alloys
        """The elements with shear modulus, Poisson's ratio and surface energy."""
        return elements_with(*_INPUTS)

    def predict(self, name: str, task: PredictionTask) -> Estimate:  # noqa: ARG002 - one property
        """K for every row; its spread follows from those of G, gamma_s and nu, taken as independent."""
        shear, surface, poisson = (combine(wanted, task) for wanted in _INPUTS)
        toughness = griffith_toughness(shear.values, surface.values, poisson.values)
        relative = np.sqrt(
            (shear.spreads / shear.values) ** 2
            + (surface.spreads / surface.values) ** 2
            + (poisson.spreads / (1.0 - poisson.values)) ** 2
        )
        replacement = np.maximum(shear.replacement, surface.replacement)
        details = tuple(f"Griffith 1921 on {line}" for line in combination_details(task, replacement))
        is_inside = has_lattice(task, replacement)
        return estimate(task, toughness, toughness * relative / 2, is_inside, Method.EMPIRICAL, details)

    def form(self, name: str, elements: tuple[str, ...], task: PredictionTask) -> Form | None:  # noqa: ARG002
        """None: not linear in the fractions."""
        return None


PLUGIN: Final = GriffithToughness()
