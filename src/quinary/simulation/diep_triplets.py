"""The features of atom triplets in diep, with derivatives in closed form: less memory and time than autograd needs.

A triplet lies on a grid of points p in a plane, its atoms k at x_k with charges z_k. The feature of a point is

    I_p = A rho_p V_p,   rho_p = sum_k exp(-d_kp^2 / s) / (pi s),   V_p = sum_k z_k / sqrt(d_kp^2 + e^2)

with d_kp = |x_k - p|, the area A of a grid cell, the width s and the softening e. Autograd keeps some ten arrays of the
size triplets x atoms x points for each call. Here only the places are kept; the derivative

    dI_p/d(d_kp^2) = -A [exp(-d_kp^2 / s) / (pi s^2) V_p + rho_p z_k / 2 (d_kp^2 + e^2)^(-3/2)]

is computed again when it is asked for, in blocks that stay in the cache of a core.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import torch

__all__ = ["closed_form_features"]

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
    grid = integrator._grid  # noqa: SLF001 - made by the call for the bonds
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
            blocks = zip(places.split(_BLOCK), charges.split(_BLOCK), strict=True)
            return torch.cat([_values(place, charge, axis, numbers) for place, charge in blocks])

        @staticmethod
        @torch.autograd.function.once_differentiable  # type: ignore[untyped-decorator]
        def backward(context: Any, slopes: Any) -> Any:
            """By the places; charges and grid are fixed."""
            places, charges, axis = context.saved_tensors
            blocks = zip(places.split(_BLOCK), charges.split(_BLOCK), slopes.split(_BLOCK), strict=True)
            found = [_derivatives(place, charge, axis, context.numbers, slope) for place, charge, slope in blocks]
            return torch.cat(found), None, None, None

    return OnGrid


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
    parts = [
        2 * (places[:, :, which] * sums.sum(dim=2) - sums @ axis) for which, sums in enumerate(along)
    ]
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
