"""Vickers hardness of ceramics from their moduli: four correlations to choose from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from quinary.descriptors.alloys import (
    chen_hardness,
    mazhnik_oganov_hardness,
    poisson_ratio,
    teter_hardness,
    tian_hardness,
    youngs_modulus,
)
from quinary.descriptors.ceramics import ceramic_estimate, estimated_moduli, metals_with, passed_on
from quinary.plugins import CeramicPredictor
from quinary.points.point import Method

if TYPE_CHECKING:
    from quinary.plugins import Anions, Estimate, PredictionTask

__all__ = ["PLUGINS", "ModulusHardness"]

_MODULI: Final = ("bulk_modulus", "shear_modulus")

# With it, and what comes of the moduli, 71 % of 48 measured hardness values (25 carbides, nitrides and diborides of groups 4
# to 6, diborides with W left out, loads up to 49 N; 10.1016/j.matlet.2021.130899) lie within one standard deviation.
_RELATIVE_SPREAD: Final = 0.30


@dataclass(frozen=True)
class ModulusHardness(CeramicPredictor):
    """Load-free Vickers hardness (GPa) of dense ceramics of one phase, from predicted bulk and shear modulus.

    Tian is the default: H = 0.92 k^1.137 G^0.708, k = G / B. The others, by name: `chen`, `teter`, `mazhnik_oganov`.
    A load is not taken into account. Measured values fall with the load: over those of Tian, the median of measured ones is
    1.0 below 0.6 N, 0.75 from 0.6 to 2 N and 0.63 above. No correlation beats the mean of those 48 values (mean error 5.8
    GPa; Tian 9.3, Chen 9.8, Mazhnik and Oganov 8.1, Teter 9.0): they rank by stiffness, and porosity and grain size set the
    rest. Against hardness computed from calculated moduli of 282 mixed carbides (10.1038/s41524-024-01351-1) Tian errs by
    2.4 GPa, the mean of those by 3.6. Domain: that of the moduli (`ceramic_mixture`) without oxygen: no oxide was among the
    48, and ionic rock salts slip at far lower stress than their stiffness suggests.
    """

    name: str
    title: str
    source: str
    formula: Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]
    preference: int = 50
    version: ClassVar[str] = "2"
    properties: ClassVar[tuple[str, ...]] = ("hardness_vickers",)
    is_row_exact = True

    def elements(self, name: str, anions: Anions = ()) -> frozenset[str]:  # noqa: ARG002 - one property
        """The metals whose binaries with these anions have both moduli."""
        return metals_with(_MODULI, anions)

    def predict(self, name: str, task: PredictionTask) -> Estimate:  # noqa: ARG002 - one property
        """The hardness of every row; zero where the correlation falls below it.

        Raises:
            InputError: the task holds alloys.
        """
        found = estimated_moduli(task)
        values = np.maximum(self.formula(found.moduli.bulk, found.moduli.shear), 0.0)
        spreads = np.hypot(passed_on(self.formula, found), _RELATIVE_SPREAD * values)
        is_inside = found.is_in_domain & (not any(symbol == "O" for symbol, _ in task.anions))
        details = tuple(f"load-free hardness by {self.title} from predicted B and G: {line}" for line in found.details)
        return ceramic_estimate(task, _MODULI, (values, spreads), is_inside, Method.EMPIRICAL, details)


def _teter(bulk: NDArray[np.float64], shear: NDArray[np.float64]) -> NDArray[np.float64]:  # noqa: ARG001 - G alone
    return teter_hardness(shear)


def _mazhnik_oganov(bulk: NDArray[np.float64], shear: NDArray[np.float64]) -> NDArray[np.float64]:
    return mazhnik_oganov_hardness(youngs_modulus(bulk, shear), poisson_ratio(bulk, shear))


PLUGINS: Final = (
    ModulusHardness("tian", "Tian 2012", "10.1016/j.ijrmhm.2012.02.021", tian_hardness, 50),
    ModulusHardness("chen", "Chen 2011", "10.1016/j.intermet.2011.03.026", chen_hardness, 40),
    ModulusHardness("mazhnik_oganov", "Mazhnik and Oganov 2019", "10.1063/1.5113622", _mazhnik_oganov, 30),
    ModulusHardness("teter", "Teter 1998", "10.1557/S0883769400031420", _teter, 20),
)
