"""What the bonds of a crystal say of its stiffness: bond orders, coordination, and the elasticity of a network of springs.

The order of a bond of length d between atoms of covalent radii R is s = exp((R_i + R_j - d) / 0.37 angstrom), the relation
of bond valences (Brown, Altermatt 1985, 10.1107/S0108768185002063) with radii in the place of fitted lengths. Each bond is a
spring of stiffness s / d, in arbitrary units, and a weaker one across it (Born 1914), which resists turning a bond as well as
bending it: a feature, no model of bending (Keating 1966, 10.1103/PhysRev.145.637). The stiffness of the network with all atoms
relaxed (Born, Huang 1954, Dynamical Theory of Crystal Lattices) tells layers, open frames and close packings apart, which no
composition does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.reference.elements import column

if TYPE_CHECKING:
    Numbers = NDArray[np.float64]

__all__ = ["TRANSVERSE", "Bonds", "Crystal", "bonds_of", "crystal_features", "network_stiffness"]

TRANSVERSE: Final = (0.03, 0.3)  # of the stretching stiffness: springs alone, and directed bonds
_REACH: Final = 6.5  # angstrom; orders of longer bonds are below 0.001 but for the largest atoms
_SOFTNESS: Final = 0.37  # angstrom
_SAME_PLACE: Final = 1e-3  # angstrom
_FLOPPY: Final = 1e-6  # of the stiffest mode: translations, and modes without resistance
_SMALLEST: Final = 1e-6  # under a logarithm
_STRAINS: Final = ((0, 0), (1, 1), (2, 2), (1, 2), (0, 2), (0, 1))  # Voigt's order
# From Voigt's notation to Mandel's, whose eigenvalues do not depend on how the axes are turned.
_MANDEL: Final = np.sqrt([1.0, 1.0, 1.0, 2.0, 2.0, 2.0])
_COLUMNS: Final = (
    "group", "period", "electronegativity", "covalent_radius", "mendeleev_number", "bulk_modulus_metal",
    "melting_temperature", "molar_volume", "mass",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Crystal:
    """A cell: rows of `matrix` are its vectors, shape (3, 3), angstrom; `places` are fractional, shape (n_atoms, 3)."""

    matrix: Numbers
    places: Numbers
    symbols: tuple[str, ...]

    @classmethod
    def of(cls, structure: Mapping[str, Any]) -> Crystal:
        """From the document of a pymatgen structure whose sites are fully occupied by one element each."""
        sites = structure["sites"]
        return cls(
            np.asarray(structure["lattice"]["matrix"], dtype=np.float64),
            np.asarray([site["abc"] for site in sites], dtype=np.float64),
            tuple(site["species"][0]["element"] for site in sites),
        )

    @property
    def volume(self) -> float:
        """Volume of the cell, cubic angstrom."""
        return float(abs(np.linalg.det(self.matrix)))


@dataclass(frozen=True, slots=True)
class Bonds:
    """Every bond in both directions: atoms, steps between them, shape (M, 3), lengths and orders, shape (M,); angstrom."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    steps: Numbers
    lengths: Numbers
    orders: Numbers


def bonds_of(crystal: Crystal) -> Bonds:
    """All pairs of atoms up to 6.5 angstrom apart, images of the cell included."""
    n_images = np.ceil(_REACH * np.linalg.norm(np.linalg.inv(crystal.matrix), axis=0)).astype(int)
    images = np.stack(np.meshgrid(*[np.arange(-n, n + 1) for n in n_images], indexing="ij"), axis=-1).reshape(-1, 3)
    places = crystal.places - np.floor(crystal.places)
    steps = (places[None, :, None] - places[:, None, None] + images) @ crystal.matrix
    lengths = np.sqrt(np.einsum("ijkx,ijkx->ijk", steps, steps))
    first, second, image = np.nonzero((lengths < _REACH) & (lengths > _SAME_PLACE))
    radii = column("covalent_radius", crystal.symbols) / 100.0
    chosen = lengths[first, second, image]
    orders = np.exp((radii[first] + radii[second] - chosen) / _SOFTNESS)
    return Bonds(first, second, steps[first, second, image], chosen, orders)


def network_stiffness(crystal: Crystal, bonds: Bonds, transverse: float) -> Numbers:
    """Stiffness of the network of springs with atoms relaxed, shape (6, 6), in Voigt's notation and arbitrary units.

    C = (A - L^T H^+ L) / V: A is the second derivative of the energy by strain with atoms that follow it, H that by
    displacements (its pseudo-inverse leaves translations out), L the mixed one. `transverse` is the stiffness
    against displacements across a bond over that along it.
    """
    along = bonds.steps / bonds.lengths[:, None]
    outer = along[:, :, None] * along[:, None, :]
    springs = (bonds.orders / bonds.lengths)[:, None, None] * ((1.0 - transverse) * outer + transverse * np.eye(3))
    strained = np.stack([_strained(bonds.steps, *axes) for axes in _STRAINS], axis=1)
    pulled = strained @ springs  # the matrices of springs are symmetric
    n_atoms = len(crystal.symbols)
    forces = np.zeros((n_atoms, 3, len(_STRAINS)))
    np.add.at(forces, bonds.first, -pulled.transpose(0, 2, 1))
    hessian = np.zeros((n_atoms, n_atoms, 3, 3))
    np.add.at(hessian, (bonds.first, bonds.first), springs)
    np.add.at(hessian, (bonds.first, bonds.second), -springs)
    stiffness, modes = np.linalg.eigh(hessian.transpose(0, 2, 1, 3).reshape(3 * n_atoms, -1))
    is_stiff = stiffness > _FLOPPY * stiffness[-1]
    moved = (modes.T @ forces.reshape(3 * n_atoms, -1))[is_stiff]
    affine = 0.5 * np.einsum("bax,bcx->ac", strained, pulled)
    return np.asarray((affine - moved.T @ (moved / stiffness[is_stiff, None])) / crystal.volume)


def _strained(steps: Numbers, row: int, col: int) -> Numbers:
    """Change of the steps by a unit strain, engineering shear."""
    change = np.zeros_like(steps)
    change[:, row] += 0.5 * steps[:, col]
    change[:, col] += 0.5 * steps[:, row]
    return change


def crystal_features(crystals: Sequence[Crystal]) -> tuple[Numbers, tuple[str, ...]]:
    """Features of crystals of two elements, shape (N, n_features), and their names.

    The elements are told apart by electronegativity: `first` is the more electropositive. NaN where the element table has
    no value.
    """
    rows = [_features(crystal) for crystal in crystals]
    return np.array([list(row.values()) for row in rows]), tuple(rows[0])


def _features(crystal: Crystal) -> dict[str, float]:
    bonds = bonds_of(crystal)
    numbers = column("electronegativity", crystal.symbols) + 1e-6 * column("mendeleev_number", crystal.symbols)
    is_first = numbers < numbers.mean()
    return {
        **_elements(crystal, is_first),
        **_density(crystal),
        **_orders(bonds, is_first),
        **_distances(crystal, bonds, is_first),
        **_network(crystal, bonds),
    }


def _elements(crystal: Crystal, is_first: NDArray[np.bool_]) -> dict[str, float]:
    pair = tuple(crystal.symbols[int(np.argmax(chosen))] for chosen in (is_first, ~is_first))
    found = {"share_first": float(is_first.mean())}
    for name in _COLUMNS:
        found[f"{name}_first"], found[f"{name}_second"] = column(name, pair).tolist()
    found["electronegativity_difference"] = found["electronegativity_second"] - found["electronegativity_first"]
    found["radius_ratio"] = found["covalent_radius_first"] / found["covalent_radius_second"]
    return found


def _density(crystal: Crystal) -> dict[str, float]:
    """Logarithms of volume per atom, mass, valence electrons and covalent spheres per volume; atoms in the cell."""
    groups = column("group", crystal.symbols)
    electrons = np.where(groups <= 12, groups, groups - 10)
    radii = column("covalent_radius", crystal.symbols) / 100.0
    return {
        "log_volume": float(np.log(crystal.volume / len(groups))),
        "log_density": float(np.log(column("mass", crystal.symbols).sum() / crystal.volume)),
        "log_electron_density": float(np.log(electrons.sum() / crystal.volume)),
        "log_packing": float(np.log((radii**3).sum() / crystal.volume)),
        "electrons_per_atom": float(electrons.mean()),
        "n_atoms": float(len(groups)),
    }


def _orders(bonds: Bonds, is_first: NDArray[np.bool_]) -> dict[str, float]:
    """Bond orders and effective coordination (sum s)^2 / sum s^2 of atoms, shares of like bonds, anisotropy of bonds."""
    n_atoms = len(is_first)
    total = np.bincount(bonds.first, bonds.orders, n_atoms)
    coordination = total**2 / np.maximum(np.bincount(bonds.first, bonds.orders**2, n_atoms), _SMALLEST)
    one, other = is_first[bonds.first], is_first[bonds.second]
    along = bonds.steps / bonds.lengths[:, None]
    tensor = np.einsum("b,bx,by->xy", bonds.orders, along, along) / bonds.orders.sum()
    spread = np.linalg.eigvalsh(tensor)
    return {
        "log_order": _log(total.mean()),
        "log_order_first": _log(total[is_first].mean()),
        "log_order_second": _log(total[~is_first].mean()),
        "order_deviation": float(total.std() / total.mean()),
        "share_first_first": float(bonds.orders[one & other].sum() / bonds.orders.sum()),
        "share_second_second": float(bonds.orders[~one & ~other].sum() / bonds.orders.sum()),
        "coordination": float(coordination.mean()),
        "coordination_first": float(coordination[is_first].mean()),
        "coordination_second": float(coordination[~is_first].mean()),
        "coordination_least": float(coordination.min()),
        "coordination_most": float(coordination.max()),
        "weakest_direction": float(spread[0]),
        "strongest_direction": float(spread[2]),
    }


def _distances(crystal: Crystal, bonds: Bonds, is_first: NDArray[np.bool_]) -> dict[str, float]:
    """Shortest distances: in logarithms of angstrom, over the sum of radii, and by kind over the cube root of the volume."""
    radii = column("covalent_radius", crystal.symbols) / 100.0
    relative = bonds.lengths / (radii[bonds.first] + radii[bonds.second])
    nearest, closest = np.full(len(radii), _REACH), np.full(len(radii), float(relative.max()))
    np.minimum.at(nearest, bonds.first, bonds.lengths)
    np.minimum.at(closest, bonds.first, relative)
    one, other = is_first[bonds.first], is_first[bonds.second]
    edge = np.cbrt(crystal.volume / len(radii))
    kinds = {"first_first": one & other, "second_second": ~one & ~other, "unlike": one != other}
    return {
        "log_nearest": _log(nearest.mean()),
        "log_shortest": _log(nearest.min()),
        "relative_nearest": float(closest.mean()),
        "relative_shortest": float(closest.min()),
        "relative_longest": float(closest.max()),
        **{
            f"log_distance_{name}": _log(float(bonds.lengths[chosen].min(initial=_REACH)) / edge)
            for name, chosen in kinds.items()
        },
    }


def _network(crystal: Crystal, bonds: Bonds) -> dict[str, float]:
    """Logarithms of bulk modulus (Reuss) and ratios of moduli of the network, for each transverse stiffness."""
    found = {"log_bond_density": _log(float(bonds.orders.sum()) / crystal.volume)}
    for name, transverse in zip(("springs", "directed"), TRANSVERSE, strict=True):
        stiffness = network_stiffness(crystal, bonds, transverse)
        bulk, shear, stiff_bulk, stiff_shear = _averages(stiffness)
        softest = float(np.linalg.eigvalsh(_MANDEL[:, None] * stiffness * _MANDEL)[0])
        found |= {
            f"log_bulk_{name}": _log(bulk),
            f"log_shear_over_bulk_{name}": _log(shear) - _log(bulk),
            f"log_bulk_bounds_{name}": _log(stiff_bulk) - _log(bulk),
            f"log_shear_bounds_{name}": _log(stiff_shear) - _log(shear),
            f"log_softest_{name}": _log(softest) - _log(bulk),
        }
    return found


def _averages(c: Numbers) -> tuple[float, float, float, float]:
    """Bulk and shear modulus by Reuss, then by Voigt (Hill 1952, 10.1088/0370-1298/65/5/307)."""
    s = np.linalg.pinv(c + _FLOPPY * np.trace(c) * np.eye(6), hermitian=True)
    normal, coupled, sheared = np.trace(c[:3, :3]), c[0, 1] + c[0, 2] + c[1, 2], np.trace(c[3:, 3:])
    soft_normal, soft_coupled, soft_sheared = np.trace(s[:3, :3]), s[0, 1] + s[0, 2] + s[1, 2], np.trace(s[3:, 3:])
    return (
        float(1.0 / (soft_normal + 2.0 * soft_coupled)),
        float(15.0 / (4.0 * soft_normal - 4.0 * soft_coupled + 3.0 * soft_sheared)),
        float((normal + 2.0 * coupled) / 9.0),
        float((normal - coupled + 3.0 * sheared) / 15.0),
    )


def _log(value: float) -> float:
    return float(np.log(max(value, _SMALLEST)))
