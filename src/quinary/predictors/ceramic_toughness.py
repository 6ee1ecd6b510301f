"""Fracture toughness of ceramics from their moduli and the volume of an atom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from quinary.descriptors.alloys import mazhnik_oganov_toughness, niu_toughness, poisson_ratio, youngs_modulus
from quinary.descriptors.ceramics import (
    ceramic_estimate,
    ceramic_matrix,
    estimated_moduli,
    metals_with,
    passed_on,
    precursor_mean,
)
from quinary.plugins import CeramicPredictor
from quinary.points.point import Method

if TYPE_CHECKING:
    from quinary.plugins import Anions, Estimate, PredictionTask

__all__ = ["PLUGINS", "ModulusToughness"]

_COLUMNS: Final = ("bulk_modulus", "shear_modulus", "volume")

# An assumption, not a measurement: no measured toughness of these ceramics was at hand, and measured values of one ceramic
# differ by as much with grain size and method. What comes of the moduli is added in quadrature.
_RELATIVE_SPREAD: Final = 0.30


@dataclass(frozen=True)
class ModulusToughness(CeramicPredictor):
    """Fracture toughness K_Ic (MPa m^0.5) of a brittle crystal: no grain bridging, no transformation, no plasticity.

    Niu is the default, `mazhnik_oganov_toughness` the choice. Both were fitted to covalent and ionic crystals, and the
    carbides, nitrides and borides here conduct like metals: take them as trends. Domain: that of the moduli.
    """

    name: str
    title: str
    source: str
    formula: Callable[[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]
    preference: int = 50
    version: ClassVar[str] = "2"
    properties: ClassVar[tuple[str, ...]] = ("fracture_toughness",)
    is_row_exact = True

    def elements(self, name: str, anions: Anions = ()) -> frozenset[str]:  # noqa: ARG002 - one property
        """The metals whose binaries with these anions have both moduli and a volume."""
        return metals_with(_COLUMNS, anions)

    def predict(self, name: str, task: PredictionTask) -> Estimate:  # noqa: ARG002 - one property
        """The toughness of every row.

        Raises:
            InputError: the task holds alloys.
        """
        matrix, found = ceramic_matrix(task), estimated_moduli(task)
        per_atom = precursor_mean(matrix, "volume") / (1.0 + matrix.n_anions)

        def of_moduli(bulk: NDArray[np.float64], shear: NDArray[np.float64]) -> NDArray[np.float64]:
            """The correlation at the volume of the rows."""
            return self.formula(bulk, shear, per_atom)

        values = of_moduli(found.moduli.bulk, found.moduli.shear)
        spreads = np.hypot(passed_on(of_moduli, found), _RELATIVE_SPREAD * values)
        details = tuple(f"{self.title} from predicted B and G: {line}" for line in found.details)
        return ceramic_estimate(task, _COLUMNS, (values, spreads), found.is_in_domain, Method.EMPIRICAL, details)


def _mazhnik_oganov(
    bulk: NDArray[np.float64], shear: NDArray[np.float64], volume: NDArray[np.float64]
) -> NDArray[np.float64]:
    return mazhnik_oganov_toughness(youngs_modulus(bulk, shear), poisson_ratio(bulk, shear), volume)


PLUGINS: Final = (
    ModulusToughness("niu", "Niu 2019", "10.1063/1.5066311", niu_toughness, 50),
    ModulusToughness("mazhnik_oganov_toughness", "Mazhnik and Oganov 2019", "10.1063/1.5113622", _mazhnik_oganov, 40),
)
