"""Elastic tensor and moduli of a relaxed structure with a potential."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.constants import GPA_PER_EV_PER_CUBIC_ANGSTROM
from quinary.errors import WorkError
from quinary.simulation.relax import RelaxSettings, relaxed

if TYPE_CHECKING:
    from ase import Atoms

    from quinary.simulation.potentials import Potential

__all__ = ["Elasticity", "averages", "elasticity"]

_NORMAL_STRAINS: Final = (-0.01, -0.0075, -0.005, 0.005, 0.0075, 0.01)
# Stresses of metals are no longer linear at the 6 % shear that is usual elsewhere.
_SHEAR_STRAINS: Final = (-0.02, -0.015, -0.01, 0.01, 0.015, 0.02)
_MOST_NONLINEARITY: Final = 0.05  # of the largest stress in the fits
_VOIGT: Final = ((0, 0), (1, 1), (2, 2), (1, 2), (0, 2), (0, 1))
_STRAINED: Final = RelaxSettings(force=0.03, is_cell_free=False)
_FREEDOMS: Final = 36 * (len(_NORMAL_STRAINS) - 3)  # three numbers a line
_MOST_ASYMMETRY: Final = 0.05
_MOST_RESIDUAL: Final = 2.0  # GPa


@dataclass(frozen=True, slots=True)
class Elasticity:
    """Elastic constants in GPa.

    Attributes:
        tensor: C_ij in Voigt notation, symmetrised, shape (6, 6).
        bulk_modulus, shear_modulus: Voigt-Reuss-Hill means (Hill 1952, 10.1088/0370-1298/65/5/307).
        shear_bounds: Reuss and Voigt mean of the shear modulus.
        residual: standard deviation of the stresses from their lines, GPa.
        jump: the largest jump of a stress where strains change their sign, GPa; 0 for a smooth potential.
        problems: what the checks of the tensor found; empty if all is well.
    """

    tensor: NDArray[np.float64]
    bulk_modulus: float
    shear_modulus: float
    shear_bounds: tuple[float, float]
    residual: float
    jump: float
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
        return bool(np.linalg.eigvalsh(self.tensor).min() > 0)


@dataclass(frozen=True, slots=True)
class _Fit:
    """The tensor as fitted, what the fits leave, the largest jump, the largest stress of the structure as it is; GPa."""

    tensor: NDArray[np.float64]
    residual: float
    jump: float
    stress_at_rest: float


def elasticity(atoms: Atoms, potential: Potential, *, are_atoms_relaxed: bool = False) -> Elasticity:
    """The elastic tensor of a relaxed structure, from stresses at up to 1 % normal and 2 % shear strain.

    With `are_atoms_relaxed` the atoms move in each strained cell, which matters where symmetry does not hold them (hcp,
    mixed crystals) and takes some ten times as long; without, moduli are upper bounds.

    A constant is the slope of stress against strain on either side of the crystal at rest, not across it: where lengths
    that are equal at rest part, the stress of some potentials jumps (diep, Pt: by 1 GPa, which over strains of 1 % would
    pass for -50 GPa). For a smooth potential it is the same slope.

    Raises:
        InputError: the potential cannot compute the structure.
        WorkError: the stresses give no tensor; with atoms that move, RelaxationError where a strained cell explodes.
    """
    found = _fit(atoms, potential, are_atoms_relaxed)
    if not np.isfinite(found.tensor).all():
        raise WorkError(f"the stresses of {atoms.get_chemical_formula()} give no elastic tensor")
    tensor = (found.tensor + found.tensor.T) / 2
    bulk, shear = averages(tensor)
    return Elasticity(tensor, sum(bulk) / 2, sum(shear) / 2, shear, found.residual, found.jump, _problems(found))


def averages(tensor: NDArray[np.float64]) -> tuple[tuple[float, float], tuple[float, float]]:
    """((B Reuss, B Voigt), (G Reuss, G Voigt)) of a symmetric tensor C_ij of shape (6, 6), in its unit.

    Hill 1952, 10.1088/0370-1298/65/5/307.

    Raises:
        WorkError: the tensor cannot be inverted.
    """
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


def _problems(fit: _Fit) -> tuple[str, ...]:
    raw, residual, stress = fit.tensor, fit.residual, fit.stress_at_rest
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


def _fit(atoms: Atoms, potential: Potential, are_atoms_relaxed: bool) -> _Fit:
    """Lines through the stresses of strained cells, stress = a + C strain + b sign(strain), one column of C a component."""
    at_rest = _stress(atoms, potential)
    tensor, squares, jump = np.zeros((6, 6)), 0.0, 0.0
    for column, (row_of, column_of) in enumerate(_VOIGT):
        sizes = np.array(_NORMAL_STRAINS if column < 3 else _SHEAR_STRAINS)
        stresses = []
        for size in sizes:
            deformation = np.eye(3)
            deformation[row_of, column_of] += size
            deformation[column_of, row_of] = deformation[row_of, column_of]
            cell = atoms.copy()
            cell.set_cell(atoms.cell.array @ deformation, scale_atoms=True)
            cell = relaxed(cell, potential, _STRAINED).atoms if are_atoms_relaxed else cell
            stresses.append(_stress(cell, potential))
        engineering = sizes if column < 3 else 2 * sizes
        terms = np.column_stack([engineering, np.sign(sizes), np.ones_like(sizes)])
        found, left, *_ = np.linalg.lstsq(terms, np.array(stresses), rcond=None)
        tensor[:, column] = found[0]
        squares += float(left.sum())
        jump = max(jump, 2 * float(np.abs(found[1]).max()))
    return _Fit(tensor, math.sqrt(squares / _FREEDOMS), jump, float(np.abs(at_rest).max()))


def _stress(atoms: Atoms, potential: Potential) -> NDArray[np.float64]:
    """In Voigt notation, GPa."""
    return np.asarray(potential.prepared(atoms).get_stress(), dtype=np.float64) * GPA_PER_EV_PER_CUBIC_ANGSTROM
