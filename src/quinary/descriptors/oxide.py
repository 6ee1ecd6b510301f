"""Descriptors of oxides from ionic radii: size, mismatch, ratio of the radii of two sites, tolerance factors."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.descriptors.alloys import size_mismatch
from quinary.descriptors.ceramics import OxideSite, bartel_tolerance_factor, goldschmidt_tolerance_factor, oxide_sites

if TYPE_CHECKING:
    from quinary.chemistry.composition import Composition

__all__ = ["PLUGIN", "OxideDescriptors"]


def _mean_radius(sites: Sequence[OxideSite]) -> float:
    return sum(site.sites * site.mean_radius for site in sites)


def _mismatch(sites: Sequence[OxideSite]) -> float:
    """sqrt(sum_s a_s delta_s^2) over the cation sublattices, %: each cation against the mean of its own site."""
    squares = [
        site.sites * float(size_mismatch(np.array([site.fractions]), np.array(site.radii))[0]) ** 2 for site in sites
    ]
    return float(np.sqrt(sum(squares)))


def _ratio(structure: str, sites: Sequence[OxideSite]) -> float:
    """r_A / r_B where the sites differ in size; NaN for one site, and for spinels, which are told by their amounts."""
    is_told_by_size = structure in {"perovskite", "pyrochlore"}
    return sites[0].mean_radius / sites[1].mean_radius if is_told_by_size else math.nan


class OxideDescriptors:
    """Mean ionic radius and radius mismatch of oxides, r_A / r_B of two sites, and the tolerance factors of perovskites.

    The structure is that which the formula suggests, and charges are balanced: see `quinary.descriptors.ceramics.oxide_sites`.
    Pyrochlores order where r_A / r_B lies between about 1.46 and 1.78, and are fluorites below (Subramanian et al. 1983,
    10.1016/0079-6786(83)90001-8).
    """

    name = "oxide"
    version = "2"
    source = "10.1107/S0567739476001551 (radii), 10.1007/BF01507527 (t), 10.1126/sciadv.aav0693 (tau)"
    properties = (
        "mean_cation_radius",
        "cation_radius_mismatch",
        "cation_radius_ratio",
        "goldschmidt_tolerance_factor",
        "bartel_tolerance_factor",
    )

    def covers(self, composition: Composition) -> bool:
        """True for ceramics whose only anion is oxygen."""
        return set(composition.anions) == {"O"}

    def describe(self, compositions: Sequence[Composition]) -> Mapping[str, NDArray[np.float64]]:
        """Property -> values, shape (N,): radii in angstrom, mismatch in %, factors without unit.

        NaN where the structure is not one of the known ones, charges do not balance, a radius is not tabulated, or the
        oxide is no perovskite (tolerance factors) or no perovskite or pyrochlore (ratio of radii).
        """
        sizes = np.full((3, len(compositions)), np.nan)
        perovskites = np.full((3, len(compositions)), np.nan)
        for row, composition in enumerate(compositions):
            found = oxide_sites(composition) if self.covers(composition) else None
            if found is None:
                continue
            structure, sites = found
            sizes[:, row] = _mean_radius(sites), _mismatch(sites), _ratio(structure, sites)
            if structure == "perovskite":
                perovskites[:, row] = sites[0].mean_radius, sites[1].mean_radius, sites[0].mean_charge
        a_radius, b_radius, a_charge = perovskites
        values = (
            *sizes,
            goldschmidt_tolerance_factor(a_radius, b_radius),
            bartel_tolerance_factor(a_radius, b_radius, a_charge),
        )
        return dict(zip(self.properties, values, strict=True))


PLUGIN: Final = OxideDescriptors()
