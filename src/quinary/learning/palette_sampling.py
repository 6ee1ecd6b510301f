"""Sampling of the network of `palette_mixture`: palettes down the tree of choices, then one share after the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from quinary.learning.layers import one_thread, through, training_device
from quinary.learning.palette_mixture import LEAST_SHARE, N_POINTS, condition_inputs, share_parts

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

    from quinary.learning.kept_networks import KeptNetwork
    from quinary.learning.layers import Tensors

__all__ = ["sample_palettes"]


def sample_palettes(network: KeptNetwork, wanted: Mapping[str, float], n: int, seed: int) -> NDArray[np.float64]:
    """`n` compositions for wanted conditions (any of those it was trained with), shape (n, k), with exact zeros.

    Random numbers are drawn on the processor, so that every device gives the same samples up to rounding.
    """
    import torch

    device = training_device()
    random = torch.Generator().manual_seed(seed)
    weights = {name: torch.from_numpy(array).to(device) for name, array in network.arrays.items()}
    values, is_given = (torch.from_numpy(entry[None, :]).to(device) for entry in network.scaled(wanted))
    with one_thread(), torch.no_grad():
        inputs = condition_inputs(values, is_given)
        present = _palettes(weights, inputs, torch.rand((len(network.columns) + 1, n), generator=random).to(device))
        fractions = _fractions(weights, inputs, present, random)
    found = fractions.cpu().numpy().astype(np.float64)
    return np.asarray(found / found.sum(axis=1, keepdims=True))


def _palettes(weights: Tensors, inputs: torch.Tensor, chances: torch.Tensor) -> torch.Tensor:
    """Which elements are present, shape (n, k), for chances of shape (k + 1, n); the last row is for the number of elements.

    Samples that agree so far share one state, so that each is worked out once.
    """
    import torch

    k, n = chances.shape[0] - 1, chances.shape[1]
    states = through(weights, "palette.conditions", inputs)
    odds = torch.softmax(through(weights, "count.conditions", inputs)[0, 1:], dim=0)
    left = 1 + (odds.cumsum(dim=0)[:-1, None] < chances[k]).sum(dim=0)
    chosen = torch.zeros((n, k), dtype=torch.bool, device=chances.device)
    place = torch.zeros_like(left)
    for column in range(k):
        both, place = torch.unique(place * (k + 1) + left, return_inverse=True)
        states, still = states[both // (k + 1)], both % (k + 1)
        hidden = torch.relu(states + weights["palette.place"][column] + weights["palette.left"][still])
        likely = torch.sigmoid(hidden @ weights["palette.out"][column] + weights["palette.bias"][column])
        likely = torch.where(still >= k - column, 1.0, torch.where(still == 0, 0.0, likely))
        bit = chances[column] < likely[place]
        chosen[:, column] = bit
        left = left - bit.long()
        both, place = torch.unique(place * 2 + bit, return_inverse=True)
        states = states[both // 2] + (both % 2)[:, None] * weights["palette.chosen"][column]
    return chosen


def _fractions(weights: Tensors, inputs: torch.Tensor, present: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """Fractions of the present elements, shape (n, k)."""
    import torch

    palettes, place = torch.unique(present, dim=0, return_inverse=True)
    context = torch.cat([inputs.expand(len(palettes), -1), palettes.float()], dim=1)
    hidden = through(weights, "share.conditions", context)[place]
    fractions = torch.zeros(present.shape, device=present.device)
    left, latest = torch.ones(len(present), device=present.device), torch.zeros(len(present), device=present.device)
    n_left = present.sum(dim=1)
    for column in range(present.shape[1]):
        rows = torch.nonzero(present[:, column] & (n_left > 1))[:, 0]
        last = present[:, column] & (n_left == 1)
        outputs = torch.addmm(
            weights["share.bias"][column],
            torch.relu(hidden[rows] + weights["share.place"][column]),
            weights["share.out"][column],
        )
        amount = left[rows] * _drawn_shares(outputs, n_left[rows], latest[rows] / left[rows], random)
        fractions[rows, column] = amount
        fractions[last, column] = left[last]
        hidden.index_add_(0, rows, amount[:, None] * weights["share.taken"][column])
        left[rows] -= amount
        latest[rows] = amount
        n_left = n_left - present[:, column].long()
    return fractions


def _drawn_shares(
    outputs: torch.Tensor, n_left: torch.Tensor, share_of_latest: torch.Tensor, random: torch.Generator
) -> torch.Tensor:
    """One share of each row, shape (rows,): a point or a draw of one of the normal parts."""
    import torch

    logs, centres, scales = share_parts(outputs)
    n = len(outputs)
    chance = torch.rand((n, 1), generator=random).to(outputs.device)
    part = (logs.exp().cumsum(dim=1) < chance).sum(dim=1).clamp(max=logs.shape[1] - 1)
    column = (part - N_POINTS).clamp(min=0)[:, None]
    noise = torch.randn(n, generator=random).to(outputs.device)
    score = centres.gather(1, column)[:, 0] + scales.gather(1, column)[:, 0] * noise
    share = torch.sigmoid(score - (n_left - 1).float().log())
    share = torch.where((part == 1) & (share_of_latest > 0), share_of_latest, share)
    # The fraction of the element before may leave nothing for those to come: then all that are left get the same.
    is_equal = (part == 0) | ((part == 1) & ((share_of_latest <= 0) | (share_of_latest > 1 - LEAST_SHARE)))
    return torch.where(is_equal, 1.0 / n_left, share).clamp(LEAST_SHARE, 1 - LEAST_SHARE)
