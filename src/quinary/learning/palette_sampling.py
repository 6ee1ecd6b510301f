"""Sampling of the network of `palette_mixture`: palettes down the tree of choices, then one share after the other.

Samples are drawn in blocks small enough for the caches, on all cores; each block has random numbers of its own, so that
the same seed gives the same samples on any number of cores.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from quinary.chemistry.threads import over_blocks
from quinary.learning.layers import one_thread, through, training_device
from quinary.learning.palette_mixture import LEAST_SHARE, N_POINTS, condition_inputs, share_parts, so_far_inputs

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

    from quinary.learning.kept_networks import KeptNetwork
    from quinary.learning.layers import Tensors

__all__ = ["sample_new_palettes", "sample_palettes"]

_BLOCK: Final = 16384  # samples: smaller ones cost more calls, larger ones leave the caches
_SEEDS_APART: Final = 1_000_003
_N_ROUNDS: Final = 6


def sample_palettes(network: KeptNetwork, wanted: Mapping[str, float], n: int, seed: int) -> NDArray[np.float64]:
    """`n` compositions for wanted conditions (any of those it was trained with), shape (n, k), with exact zeros.

    Without a wish known sets of elements recur as often as they are likely to; with one, the network alone proposes them,
    known or not. Random numbers are drawn on the processor, so that every device gives the same samples up to rounding.
    """
    import torch

    device = training_device()
    weights = {name: torch.from_numpy(array).to(device) for name, array in network.arrays.items()}
    values, is_given = (torch.from_numpy(entry[None, :]).to(device) for entry in network.scaled(wanted))
    inputs = condition_inputs(values, is_given)
    found = np.empty((n, len(network.columns)))

    @torch.no_grad()
    def draw(rows: slice) -> None:
        """Fill a block."""
        random = torch.Generator().manual_seed((seed * _SEEDS_APART + rows.start) % 2**63)
        shape = len(network.columns) + 2, rows.stop - rows.start
        chances = torch.rand(shape, generator=random).to(device)
        present, place = _palettes(weights, inputs, chances[:-1])
        if not wanted:
            present, place = _with_known(weights, present, place, chances[-1])
        fractions = _fractions(weights, inputs, present, place, random).cpu().numpy()
        np.divide(fractions, fractions.sum(axis=1, keepdims=True, dtype=np.float64), out=found[rows])

    with one_thread():
        over_blocks(lambda: draw, n, _BLOCK, None if device.type == "cpu" else 1)
    return found


def sample_new_palettes(
    network: KeptNetwork, wanted: Mapping[str, float], n: int, seed: int, known: NDArray[np.float64]
) -> NDArray[np.float64]:
    """As `sample_palettes`, but what is, at 1 at.%, a known alloy or one drawn before is drawn anew, six times at most.

    Measured alloys are full of equal amounts, and a density that has learned so repeats them.
    """
    found = sample_palettes(network, wanted, n, seed)
    old = np.unique(_keys(known))
    for number in range(1, _N_ROUNDS + 1):
        rows = _repeats(_keys(found), old)
        if not rows.size:
            break
        found[rows] = sample_palettes(network, wanted, len(rows), seed + 7919 * number)
    return found


def _keys(fractions: NDArray[np.float64]) -> NDArray[np.uint64]:
    """One number for each composition at 1 at.%; two that differ have the same one with odds of about 1e-19."""
    base = np.random.default_rng(0).integers(2**63, size=fractions.shape[1], dtype=np.uint64) * np.uint64(
        2
    ) + np.uint64(1)
    return np.asarray((np.rint(fractions * 100).astype(np.uint64) * base).sum(axis=1, dtype=np.uint64))


def _repeats(keys: NDArray[np.uint64], old: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Rows whose key is an old one or that of an earlier row."""
    is_first = np.zeros(len(keys), dtype=bool)
    is_first[np.unique(keys, return_index=True)[1]] = True
    place = np.minimum(np.searchsorted(old, keys), max(len(old) - 1, 0))
    is_old = old[place] == keys if len(old) else np.zeros(len(keys), dtype=bool)
    return np.flatnonzero(~is_first | is_old)


def _with_known(
    weights: Tensors, present: torch.Tensor, place: torch.Tensor, chance: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Palettes of which as many as are likely to recur, shape (n,) of chances, are known ones: see `_known_systems`."""
    import torch

    odds = weights["systems.odds"]
    number = torch.searchsorted(odds, chance, right=True)
    is_known = number < len(odds)
    known = weights["systems.present"][number.clamp(max=len(odds) - 1)]
    return torch.where(is_known[:, None], known, present), torch.where(is_known, int(place.max()) + 1 + number, place)


def _numbered(codes: torch.Tensor, n_codes: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The different codes below `n_codes`, rising, and the number of each one's among them: unique without sorting."""
    import torch

    is_used = torch.zeros(n_codes, dtype=torch.bool, device=codes.device)
    is_used[codes] = True
    return torch.nonzero(is_used)[:, 0], (is_used.cumsum(dim=0) - 1)[codes]


def _palettes(weights: Tensors, inputs: torch.Tensor, chances: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Which elements are present, shape (n, k), and a number that samples of the same elements share, shape (n,).

    `chances` has shape (k + 1, n); the last row is for the number of elements. Samples that agree so far share one state,
    so that each is worked out once.
    """
    import torch

    k, n = chances.shape[0] - 1, chances.shape[1]
    states = through(weights, "palette.conditions", inputs)
    odds = torch.softmax(through(weights, "count.conditions", inputs)[0, 1:], dim=0)
    left = 1 + (odds.cumsum(dim=0)[:-1, None] < chances[k]).sum(dim=0)
    chosen = torch.zeros((n, k), dtype=torch.bool, device=chances.device)
    place = torch.zeros_like(left)
    for column in range(k):
        both, place = _numbered(place * (k + 1) + left, len(states) * (k + 1))
        states, still = states[both // (k + 1)], both % (k + 1)
        hidden = torch.relu(states + weights["palette.place"][column] + weights["palette.left"][still])
        likely = torch.sigmoid(hidden @ weights["palette.out"][column] + weights["palette.bias"][column])
        likely = torch.where(still >= k - column, 1.0, torch.where(still == 0, 0.0, likely))
        bit = chances[column] < likely[place]
        chosen[:, column] = bit
        left = left - bit.long()
        both, place = _numbered(place * 2 + bit, len(states) * 2)
        states = states[both // 2] + (both % 2)[:, None] * weights["palette.chosen"][column]
    return chosen, place


def _fractions(
    weights: Tensors, inputs: torch.Tensor, present: torch.Tensor, place: torch.Tensor, random: torch.Generator
) -> torch.Tensor:
    """Fractions of the present elements, shape (n, k); samples of the same `place` have the same elements."""
    import torch

    n, k = present.shape
    palettes = torch.zeros((int(place.max()) + 1, k), dtype=torch.bool, device=present.device)
    palettes[place] = present
    context = torch.cat([inputs.expand(len(palettes), -1), palettes.float()], dim=1)
    context = through(weights, "share.conditions", context)
    n_left = palettes.flip(1).cumsum(dim=1).flip(1)
    # One row a sample: what each element got, and then what is left, and the latest, largest and squared fractions.
    state = torch.zeros((n, k + 4), device=present.device)
    state[:, k] = 1.0
    for column in range(k):
        shared = context + weights["share.left"][n_left[:, column]] + weights["share.place"][column]
        rows = torch.nonzero(present[:, column])[:, 0]
        where = place.index_select(0, rows)
        still = n_left[:, column].index_select(0, where)
        here = state.index_select(0, rows)
        left, latest, largest, squares = here[:, k:].unbind(dim=1)
        so_far = so_far_inputs(left.clamp(min=0), still, latest, largest, squares, torch.log)
        seen = torch.addmm(
            shared.index_select(0, where),
            torch.cat([here[:, :column], torch.stack(so_far, dim=1)], dim=1),
            torch.cat([weights["share.taken"][:column], weights["share.so_far"]]),
        )
        outputs = torch.addmm(
            weights["share.bias"][column], seen.relu_(), weights["share.common"] + weights["share.out"][column]
        )
        share = _drawn_shares(outputs, still, latest / left.clamp(min=LEAST_SHARE**2), random)
        amount = left * torch.where(still > 1, share, 1.0)
        here[:, column] = amount
        here[:, k:] = torch.stack([left - amount, amount, torch.maximum(largest, amount), squares + amount**2], dim=1)
        state.index_copy_(0, rows, here)
    return state[:, :k]


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
