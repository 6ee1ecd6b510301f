"""Elastic tensor and moduli of a relaxed structure with a potential."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from quinary.errors import WorkError

if TYPE_CHECKING:
    import numpy as np
    from ase import Atoms
    from numpy.typing import NDArray

    from quinary.simulation.potentials import Potential

__all__ = ["Elasticity", "averages", "elasticity"]

_NORMAL_STRAINS: Final = (-0.01, -0.005, 0.005, 0.01)
# Stresses of metals are no longer linear at the 6 % shear that is usual elsewhere.
_SHEAR_STRAINS: Final = (-0.02, -0.01, 0.01, 0.02)
_MOST_NONLINEARITY: Final = 0.05  # of the largest stress in the fits
_N_FITTED: Final = 36 * (len(_NORMAL_STRAINS) + 1)
_GPA_PER_EV_PER_A3: Final = 160.21766208
_MOST_ASYMMETRY: Final = 0.05
_MOST_RESIDUAL: Final = 2.0  # GPa


@dataclass(frozen=True, slots=True)
class Elasticity:
    """Elastic constants in GPa.

    Attributes:
        tensor: C_ij in Voigt notation, symmetrised, shape (6, 6).
        bulk_modulus, shear_modulus: Voigt-Reuss-Hill means (Hill 1952, 10.1088/0370-1298/65/5/307).
        shear_bounds: Reuss and Voigt mean of the shear modulus.
        residual: root mean square of what the linear fits of stress against strain leave, GPa.
        problems: what the checks of the tensor found; empty if all is well.
    """

    tensor: NDArray[np.float64]
    bulk_modulus: float
    shear_modulus: float
    shear_bounds: tuple[float, float]
    residual: float
    problems: tuple[str, ...]

    @property
    def youngs_modulus(self) -> float:
        """E = 9 B G / (3 B + G), GPa."""
        return 9 * self.bulk_modulus * self.shear_modulus / (3 * self.bulk_modulus + self.shear_modulus)

    @property
    def poisson_ratio(self) -> float:
        """Ratio (3 B - 2 G) / (2 (3 B + G))."""
        return (3 * self.bulk_modulus - 2 * self.shear_modulus) / (2 * (3 * self.bulk_modulus + self.shear_modulus))

    @property
    def is_stable(self) -> bool:
        """True if every strain costs energy (Born: all eigenvalues of the tensor are positive)."""
        import numpy as np

        return bool(np.linalg.eigvalsh(self.tensor).min() > 0)


def elasticity(atoms: Atoms, potential: Potential, *, are_atoms_relaxed: bool = False) -> Elasticity:
    """The elastic tensor of a relaxed structure, from stresses at 1 % normal and 2 % shear strain (matcalc).

    With `are_atoms_relaxed` the atoms move in each strained cell, which matters where symmetry does not hold them (hcp,
    mixed crystals) and takes some ten times as long; without, moduli are upper bounds.

    Raises:
        InputError: the potential cannot compute the structure.
        WorkError: the stresses give no tensor.
    """
    import numpy as np

    found = _fit(potential.prepared(atoms), potential, are_atoms_relaxed)
    raw = np.asarray(found["elastic_tensor"].voigt, dtype=np.float64)
    if not np.isfinite(raw).all():
        raise WorkError(f"the stresses of {atoms.get_chemical_formula()} give no elastic tensor")
    tensor = (raw + raw.T) / 2
    # matcalc converts the sum of squares by the factor of a stress, not by its square
    residual = math.sqrt(float(found["residuals_sum"]) * _GPA_PER_EV_PER_A3 / _N_FITTED)
    problems = _problems(raw, residual, _residual_stress(atoms, potential))
    bulk, shear = averages(tensor)
    return Elasticity(tensor, sum(bulk) / 2, sum(shear) / 2, shear, residual, problems)


def averages(tensor: NDArray[np.float64]) -> tuple[tuple[float, float], tuple[float, float]]:
    """((B Reuss, B Voigt), (G Reuss, G Voigt)) of a symmetric tensor C_ij of shape (6, 6), in its unit.

    Hill 1952, 10.1088/0370-1298/65/5/307.

    Raises:
        WorkError: the tensor cannot be inverted.
    """
    import numpy as np

    try:
        compliance = np.linalg.inv(tensor).astype(np.float64)
    except np.linalg.LinAlgError as error:
        raise WorkError("the elastic tensor cannot be inverted") from error
    c_diagonal, c_mixed, c_shear = _sums(tensor)
    s_diagonal, s_mixed, s_shear = _sums(compliance)
    bulk = 1 / (s_diagonal + 2 * s_mixed), (c_diagonal + 2 * c_mixed) / 9
    shear = 15 / (4 * (s_diagonal - s_mixed) + 3 * s_shear), (c_diagonal - c_mixed + 3 * c_shear) / 15
    return bulk, shear


def _sums(matrix: NDArray[np.float64]) -> tuple[float, float, float]:
    """11 + 22 + 33, 12 + 13 + 23, and 44 + 55 + 66."""
    mixed = matrix[0, 1] + matrix[0, 2] + matrix[1, 2]
    return float(matrix.trace() - matrix[3:, 3:].trace()), float(mixed), float(matrix[3:, 3:].trace())


def _problems(raw: NDArray[np.float64], residual: float, stress: float) -> tuple[str, ...]:
    import numpy as np

    found = []
    if residual > _MOST_NONLINEARITY * np.abs(raw).max() * max(_NORMAL_STRAINS):
        found.append(f"stress is not linear in strain (fits leave {residual:.2g} GPa)")
    if np.abs(raw - raw.T).max() > _MOST_ASYMMETRY * np.abs(raw).max():
        found.append(f"the tensor is not symmetric (C_ij and C_ji differ by up to {np.abs(raw - raw.T).max():.3g} GPa)")
    if np.linalg.eigvalsh((raw + raw.T) / 2).min() <= 0:
        found.append("the structure is mechanically unstable")
    if stress > _MOST_RESIDUAL:
        found.append(f"the structure is under {stress:.2g} GPa of stress: relax it first")
    return tuple(found)


def _residual_stress(atoms: Atoms, potential: Potential) -> float:
    """The largest component of the stress of the structure as it is, GPa."""
    import numpy as np
    from ase.units import GPa

    return float(np.abs(potential.prepared(atoms).get_stress()).max() / GPa)


def _fit(atoms: Atoms, potential: Potential, are_atoms_relaxed: bool) -> dict[str, Any]:
    from matcalc import ElasticityCalc

    calculator = ElasticityCalc(
        potential.calculator,
        norm_strains=_NORMAL_STRAINS,
        shear_strains=_SHEAR_STRAINS,
        fmax=0.03,
        relax_structure=False,
        relax_deformed_structures=are_atoms_relaxed,
        units_GPa=True,
        r2_min=-1.0,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it warns of is checked below
        found: dict[str, Any] = calculator.calc(atoms)
    return found
