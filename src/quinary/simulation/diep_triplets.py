"""The features of atom triplets in diep, with derivatives in closed form: less memory and time than autograd needs.

A triplet lies on a grid of points p in a plane, its atoms k at x_k with charges z_k. The feature of a point is

    I_p = A rho_p V_p,   rho_p = sum_k exp(-d_kp^2 / s) / (pi s),   V_p = sum_k z_k / sqrt(d_kp^2 + e^2)

with d_kp = |x_k - p|, the area A of a grid cell, the width s and the softening e. Autograd keeps some ten arrays of the
size triplets x atoms x points for each call. Here only the places are kept; the derivative

    dI_p/d(d_kp^2) = -A [exp(-d_kp^2 / s) / (pi s^2) V_p + rho_p z_k / 2 (d_kp^2 + e^2)^(-3/2)]

is computed again when it is asked for, in blocks that stay in the cache of a core. The same holds for the sums over
triplets t of a bond b, sum_t w_t I_t u_n(t), with the weight w_t of the cutoff and u_n of the atom at its end.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import torch

__all__ = ["closed_form_features", "closed_form_sums"]

_BLOCK: Final = 256  # triplets; 3 x 121 points x 8 bytes each makes 0.7 MB an array
_Features = Callable[..., "tuple[torch.Tensor, torch.Tensor]"]


def closed_form_features(integrator: Any) -> _Features:
    """The integrator's own function, with this module's triplets where its settings are those of the released potential."""
    features: _Features = integrator.forward
    if integrator.mode != "grid" or integrator.triplet_frame != "canonical" or not integrator.use_effective_charge:
        return features

    def with_closed_form(data: Any, atomic_numbers: torch.Tensor, compute_triplets: bool = True) -> Any:
        of_bonds, none = features(data, atomic_numbers, compute_triplets=False)
        if not compute_triplets or not data.triple_index.numel():
            return of_bonds, none
        return of_bonds, _triplet_features(data, atomic_numbers, integrator)

    return with_closed_form


def _triplet_features(data: Any, numbers: torch.Tensor, integrator: Any) -> torch.Tensor:
    """Shape (n_triplets, n_points); the plane of a triplet is laid by diep itself."""
    import torch
    from diep.layers._diep_core import _canonicalize_triplets_batch

    first, second = data.triple_index
    source, target = data.edge_index
    centre = data.pos[source[first]]
    bonds = data.bond_vec
    places = torch.stack([centre + bonds[first], centre, centre + bonds[second]], dim=1)
    atoms = torch.stack([target[first], source[first], target[second]], dim=1)
    planar, ordered = _canonicalize_triplets_batch(places, numbers[atoms])
    grid = integrator._grid  # made by the call for the bonds
    numbers_of_grid = float(grid.delta_area), integrator.sigma, integrator.softening_epsilon**2
    features: torch.Tensor = _function().apply(planar, ordered.clamp_min(0.0).sqrt(), grid.axis, numbers_of_grid)
    return features


@functools.cache
def _function() -> Any:
    """The differentiable function (places (N, 3, 2), charges (N, 3), axis, (A, s, e^2)) -> features (N, n_points)."""
    import torch

    class OnGrid(torch.autograd.Function):
        """First derivatives by the places only."""

        @staticmethod
        def forward(context: Any, places: Any, charges: Any, axis: Any, numbers: tuple[float, float, float]) -> Any:
            """Block by block."""
            context.save_for_backward(places, charges, axis)
            context.numbers = numbers
            blocks = _blocks(places, charges)
            return torch.cat([_values(place, charge, axis, numbers) for place, charge in blocks])

        @staticmethod
        @torch.autograd.function.once_differentiable
        def backward(context: Any, slopes: Any) -> Any:
            """By the places; charges and grid are fixed."""
            places, charges, axis = context.saved_tensors
            blocks = _blocks(places, charges, slopes)
            found = [_derivatives(place, charge, axis, context.numbers, slope) for place, charge, slope in blocks]
            return torch.cat(found), None, None, None

    return OnGrid


def closed_form_sums(interaction: Any) -> Callable[..., torch.Tensor]:
    """The forward function of a three-body layer of diep: bond features plus a network of the sums over its triplets."""

    def forward(data: Any, basis: torch.Tensor, cutoff: torch.Tensor, of_atoms: Any, of_bonds: torch.Tensor) -> Any:
        first, second = data.triple_index
        n_bonds = data.edge_index.size(1)
        if not n_bonds:
            return of_bonds
        ends = data.edge_index[1][second]
        weights = cutoff[first] * cutoff[second]
        of_ends = interaction.update_network_atom(of_atoms)
        sums = _sum_function().apply(basis, weights, of_ends, (first.long(), ends, n_bonds))
        return of_bonds + interaction.update_network_bond(sums)

    return forward


@functools.cache
def _sum_function() -> Any:
    """The differentiable function (basis (N, P), weights (N,), ends (n_atoms, P), indices) -> sums (n_bonds, P)."""
    import torch

    class Sums(torch.autograd.Function):
        """First derivatives only."""

        @staticmethod
        def forward(context: Any, basis: Any, weights: Any, of_ends: Any, places: tuple[Any, Any, int]) -> Any:
            """Block by block."""
            first, ends, n_bonds = places
            context.save_for_backward(basis, weights, of_ends, first, ends)
            sums = basis.new_zeros((n_bonds, basis.shape[1]))
            for part, weight, bond, end in _blocks(basis, weights, first, ends):
                sums.index_add_(0, bond, of_ends[end].mul_(part).mul_(weight[:, None]))
            return sums

        @staticmethod
        @torch.autograd.function.once_differentiable
        def backward(context: Any, slopes: Any) -> Any:
            """By the basis, the weights and the atoms at the ends."""
            basis, weights, of_ends, first, ends = context.saved_tensors
            by_basis, by_weight, by_end = torch.empty_like(basis), torch.empty_like(weights), torch.zeros_like(of_ends)
            start = 0
            for part, weight, bond, end in _blocks(basis, weights, first, ends):
                here = slice(start, start + len(part))
                slope = slopes[bond]
                product = slope * of_ends[end]
                by_weight[here] = (product * part).sum(dim=1)
                torch.mul(product, weight[:, None], out=by_basis[here])
                by_end.index_add_(0, end, slope.mul_(part).mul_(weight[:, None]))
                start = here.stop
            return by_basis, by_weight, by_end, None

    return Sums


def _blocks(*arrays: Any) -> Any:
    return zip(*(array.split(_BLOCK) for array in arrays), strict=True)


def _values(places: Any, charges: Any, axis: Any, numbers: tuple[float, float, float]) -> Any:
    area, width, softening = numbers
    densities, squares = _on_grid(places, axis, width)
    potential = (charges[:, :, None] * (squares + softening).rsqrt_()).sum(dim=1)
    return potential.mul_(densities.sum(dim=1)).mul_(area)


def _derivatives(places: Any, charges: Any, axis: Any, numbers: tuple[float, float, float], slopes: Any) -> Any:
    area, width, softening = numbers
    densities, squares = _on_grid(places, axis, width)
    inverse = (squares + softening).rsqrt_()
    potentials = charges[:, :, None] * inverse
    slopes = slopes * -area
    by_density = slopes * potentials.sum(dim=1) / width
    by_potential = slopes * densities.sum(dim=1) / 2
    weights = densities.mul_(by_density[:, None, :])
    weights += potentials.mul_(inverse).mul_(inverse).mul_(by_potential[:, None, :])
    n_points = len(axis)
    # points run over the first coordinate fastest
    planes = weights.view(*weights.shape[:2], n_points, n_points)
    along = planes.sum(dim=2), planes.sum(dim=3)
    parts = [2 * (places[:, :, which] * sums.sum(dim=2) - sums @ axis) for which, sums in enumerate(along)]
    return _stacked(parts)


def _on_grid(places: Any, axis: Any, width: float) -> tuple[Any, Any]:
    """(densities, squared distances), each of shape (N, 3, n_points); an exponential of a sum is a product."""
    across = (places[:, :, :, None] - axis) ** 2
    bells = (across / -width).exp_()
    bells[:, :, 0] /= math.pi * width
    densities = (bells[:, :, 1, :, None] * bells[:, :, 0, None, :]).flatten(2)
    return densities, (across[:, :, 1, :, None] + across[:, :, 0, None, :]).flatten(2)


def _stacked(parts: list[Any]) -> Any:
    import torch

    return torch.stack(parts, dim=-1)
