"""The descriptors used in design as differentiable torch functions, equal to the numpy ones.

Where a descriptor has a corner, its gradient here is finite all the same, so that a search may walk along the faces of the
simplex: the slope of the mixing entropy at c = 0 (infinite in truth) is R ln(smallest float), that of a spread at zero (a
pure element, equal radii) is zero, and so is that of a ratio over zero, whose value is infinite or NaN as in numpy.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from quinary.descriptors.linear_combination import LATTICE_PROPERTIES
from quinary.descriptors.size import PACKING_BCC, PACKING_FCC
from quinary.errors import InputError, unknown_name
from quinary.reference.elements import column, describe_column, element_column
from quinary.reference.lattices import DEFAULT_TABLE, elemental_values, elements_with
from quinary.reference.pairs import pair_matrix
from quinary.units import GAS_CONSTANT, RAW_RICE_TO_MPA_SQRT_M

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

__all__ = ["TORCH_DESCRIPTORS", "TorchDescriptors"]

_MIXING_ENTHALPY: Final = "mixing_enthalpy"


class TorchDescriptors:
    """Descriptors and closed-form properties of alloys of fixed elements, for gradients with respect to the fractions.

    Formulas, units and sources are those of the numpy functions: `quinary.descriptors.formulas` for descriptors, the linear
    combination of `quinary.descriptors.linear_combination` for `shear_modulus` and its like, Rice's toughness and the D
    parameter of averaged inputs (10.1016/S0022-5096(05)80012-2, 10.1016/j.actamat.2021.116800). `density`, `price` and
    `melting_temperature` are the mixture values under the names that requests use.

    Args:
        elements: the columns of the fractions.
        names: what to compute; `TORCH_DESCRIPTORS` lists all there is.
        lattice: lattice of the linear combinations.
        table: elemental table of the linear combinations.

    Raises:
        InputError: unknown name, element, lattice or table, or an element without a value that a name needs.
    """

    def __init__(
        self,
        elements: Sequence[str],
        names: Sequence[str] | None = None,
        *,
        lattice: str = "bcc",
        table: str = DEFAULT_TABLE,
    ) -> None:
        self.elements = tuple(elements)
        self.names = tuple(TORCH_DESCRIPTORS if names is None else names)
        for name in self.names:
            if name not in _FORMULAS:
                raise unknown_name("differentiable descriptor", name, _FORMULAS)
        needed = dict.fromkeys(source for name in self.names for source in _FORMULAS[name][1])
        self._constants = {source: _constant(source, self.elements, lattice, table) for source in needed}

    def __call__(self, fractions: torch.Tensor) -> dict[str, torch.Tensor]:
        """Name -> values, shape (N,), of fractions of shape (N, n_elements) in any float type, on any device.

        Raises:
            InputError: another number of columns than there are elements.
        """
        if fractions.ndim != 2 or fractions.shape[1] != len(self.elements):
            raise InputError(f"fractions need the shape (N, {len(self.elements)}): {', '.join(self.elements)}")
        row = _Rows(fractions, self._constants)
        return {name: row[name] for name in self.names}


def _constant(source: str, elements: tuple[str, ...], lattice: str, table: str) -> NDArray[np.float64]:
    """The values of one column, shape (n_elements,), or of the pair table, (n_elements, n_elements); none is missing."""
    import numpy as np

    if source == _MIXING_ENTHALPY:
        values = pair_matrix(elements)
        what, known = "mixing enthalpy", tuple[str, ...]()
        incomplete = [f"{elements[i]} with {elements[j]}" for i, j in np.argwhere(np.isnan(values)) if i < j]
    else:
        is_elemental = source not in LATTICE_PROPERTIES
        values = column(source, elements) if is_elemental else elemental_values(source, elements, lattice, table).values
        what = describe_column("elements" if is_elemental else "lattice", source).meaning
        known = tuple(sorted(element_column(source) if is_elemental else elements_with(source)))
        incomplete = [symbol for symbol, value in zip(elements, values, strict=True) if math.isnan(value)]
    if incomplete:
        raise InputError(
            f"no {what} is tabulated for {', '.join(incomplete)}; leave the element or property out", known
        )
    return values


class _Rows:
    """A batch of compositions; each quantity is computed when first asked for, by the caller or by another one."""

    def __init__(self, fractions: torch.Tensor, constants: Mapping[str, NDArray[np.float64]]) -> None:
        self.fractions = fractions
        self._constants = constants
        self._known: dict[str, torch.Tensor] = {}

    def __getitem__(self, name: str) -> torch.Tensor:
        if name not in self._known:
            self._known[name] = _FORMULAS[name][0](self)
        return self._known[name]

    def tensor(self, values: NDArray[np.float64]) -> torch.Tensor:
        """Constants in the type and on the device of the fractions."""
        import torch

        return torch.as_tensor(values, dtype=self.fractions.dtype, device=self.fractions.device)

    def values(self, *columns: str) -> NDArray[np.float64]:
        """The product of columns of the tables, shape (n_elements,)."""
        import numpy as np

        product: NDArray[np.float64] = np.prod([self._constants[name] for name in columns], axis=0)
        return product

    def mean(self, *columns: str) -> torch.Tensor:
        """sum_i c_i p_i of the product of columns, shape (N,)."""
        return self.fractions @ self.tensor(self.values(*columns))

    def pair_sum(self, pair_values: NDArray[np.float64]) -> torch.Tensor:
        """sum_{i<j} c_i c_j P_ij of a symmetric matrix with zero diagonal, shape (N,)."""
        return 0.5 * ((self.fractions @ self.tensor(pair_values)) * self.fractions).sum(dim=1)

    def variance(self, name: str) -> torch.Tensor:
        """sum_i c_i (p_i - pbar)^2 as a sum over pairs, shape (N,)."""
        values = self.values(name)
        return self.pair_sum((values[:, None] - values[None, :]) ** 2)


def _root(values: torch.Tensor) -> torch.Tensor:
    """Square root with slope zero at zero."""
    import torch

    is_positive = values > 0
    return torch.where(is_positive, torch.sqrt(torch.where(is_positive, values, 1.0)), 0.0)


def _ratio(numerator: torch.Tensor, denominator: torch.Tensor) -> torch.Tensor:
    """The quotient; over zero infinite (NaN for zero over zero) with slope zero."""
    import torch

    is_zero = denominator == 0
    quotient = numerator / torch.where(is_zero, 1.0, denominator)
    return torch.where(is_zero, (numerator / denominator).detach(), quotient)


def _mixing_entropy(row: _Rows) -> torch.Tensor:
    import torch

    smallest = torch.finfo(row.fractions.dtype).tiny
    return 0.0 - GAS_CONSTANT * (row.fractions * torch.log(row.fractions.clamp(min=smallest))).sum(dim=1)


def _size_mismatch(row: _Rows) -> torch.Tensor:
    return 100.0 * _root(row.variance("metallic_radius")) / row.mean("metallic_radius")


def _omega(row: _Rows) -> torch.Tensor:
    return _ratio(row["melting_temperature"] * row["mixing_entropy"], 1000.0 * row["mixing_enthalpy"].abs())


def _lambda(row: _Rows) -> torch.Tensor:
    return _ratio(row["mixing_entropy"], row["atomic_size_mismatch"] ** 2)


def _excess_entropy(row: _Rows) -> torch.Tensor:
    """See `quinary.descriptors.size.excess_entropy`: the mean over two packings of Mansoori's expression."""
    import torch

    radii = row.values("metallic_radius")
    middle = float(radii.mean())
    first, square, cube = (row.fractions @ row.tensor((radii - middle) ** power) for power in (1, 2, 3))
    mean = middle + first
    second = row.variance("metallic_radius") / mean**2
    third = torch.where(second == 0, 0.0, (cube - 3.0 * first * square + 2.0 * first**3) / mean**3)
    return (_excess_at(PACKING_BCC, second, third) + _excess_at(PACKING_FCC, second, third)) / 2.0


def _excess_at(packing: float, second: torch.Tensor, third: torch.Tensor) -> torch.Tensor:
    z = 1.0 / (1.0 - packing)
    cubed = 1.0 + 3.0 * second + third
    y_1 = (2.0 * second + third) / cubed
    y_2 = (1.0 + second) * (second + third - second**2) / cubed**2
    rest = 3.0 * second + 2.0 * third + 6.0 * second**2 + 6.0 * second * third + third**2 - second**3
    bracket = 0.5 * (z - 1.0) * (z - 3.0) + math.log(z)
    return GAS_CONSTANT * (1.5 * (z**2 - 1.0) * y_1 + 1.5 * (z - 1.0) ** 2 * y_2 - bracket * rest / cubed**2)


def _ye_phi(row: _Rows) -> torch.Tensor:
    resistance = 1000.0 * row["mixing_enthalpy"].abs() / row["melting_temperature"]
    return _ratio(row["mixing_entropy"] - resistance, row["excess_entropy"].abs())


def _elastic_strain_energy(row: _Rows) -> torch.Tensor:
    stiff, volumes = row.values("bulk_modulus_metal"), row.values("molar_volume")
    misfit = (volumes[:, None] - volumes[None, :]) ** 2 / (volumes[:, None] * volumes[None, :])
    stiffness = row.mean("bulk_modulus_metal")
    mean_volume = row.mean("bulk_modulus_metal", "molar_volume") / stiffness
    return mean_volume / (2.0 * stiffness) * row.pair_sum(stiff[:, None] * stiff[None, :] * misfit)


def _rice_toughness(row: _Rows) -> torch.Tensor:
    fault, poisson = row["unstable_stacking_fault_energy"], row["poisson_ratio"]
    return RAW_RICE_TO_MPA_SQRT_M * _root(2.0 * row["shear_modulus"] * fault / (1.0 - poisson))


def _mean_of(*columns: str) -> tuple[Callable[[_Rows], torch.Tensor], tuple[str, ...]]:
    return lambda row: row.mean(*columns), columns


def _quotient(above: tuple[str, ...], below: str) -> tuple[Callable[[_Rows], torch.Tensor], tuple[str, ...]]:
    return lambda row: row.mean(*above) / row.mean(below), (*above, below)


_DENSITY: Final = _quotient(("mass",), "molar_volume")
_PRICE: Final = _quotient(("mass", "price"), "mass")
_MELTING: Final = _mean_of("melting_temperature")
_RADIUS: Final = ("metallic_radius",)
_RICE_INPUTS: Final = ("shear_modulus", "unstable_stacking_fault_energy", "poisson_ratio")

# name -> formula, the tables it reads
_Formula: TypeAlias = "tuple[Callable[[_Rows], torch.Tensor], tuple[str, ...]]"
_FORMULAS: Final[Mapping[str, _Formula]] = {
    "mixing_entropy": (_mixing_entropy, ()),
    _MIXING_ENTHALPY: (lambda row: 4.0 * row.pair_sum(row.values(_MIXING_ENTHALPY)), (_MIXING_ENTHALPY,)),
    "mean_melting_temperature": _MELTING,
    "melting_temperature": _MELTING,
    "atomic_size_mismatch": (_size_mismatch, _RADIUS),
    "valence_electron_concentration": _mean_of("valence_electrons"),
    "electronegativity_difference": (lambda row: _root(row.variance("electronegativity")), ("electronegativity",)),
    "omega": (_omega, ("melting_temperature", _MIXING_ENTHALPY)),
    "lambda_parameter": (_lambda, _RADIUS),
    "excess_entropy": (_excess_entropy, _RADIUS),
    "ye_phi": (_ye_phi, ("melting_temperature", _MIXING_ENTHALPY, *_RADIUS)),
    "elastic_strain_energy": (_elastic_strain_energy, ("bulk_modulus_metal", "molar_volume")),
    "mixture_density": _DENSITY,
    "density": _DENSITY,
    "mixture_price": _PRICE,
    "price": _PRICE,
    **{name: _mean_of(name) for name in LATTICE_PROPERTIES},
    "fracture_toughness_rice": (_rice_toughness, _RICE_INPUTS),
    "d_parameter": _quotient(("surface_energy",), "unstable_stacking_fault_energy"),
}

TORCH_DESCRIPTORS: Final = tuple(_FORMULAS)
