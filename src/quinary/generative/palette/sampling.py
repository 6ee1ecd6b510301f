"""Sampling of the network of `palette_mixture`: palettes down the tree of choices, then one share after the other.

Samples are drawn in blocks on all cores. Many of them are drawn by a compiled loop, and few, or those on another device than
the processor, by tensors; random numbers go by the count of the sample, so that both draw the same samples up to rounding.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from quinary.generative.palette.composition_keys import composition_keys
from quinary.generative.palette.counter_random import chances, even_chances, normals, streams
from quinary.generative.palette.mixture import LEAST_SHARE, N_POINTS, condition_inputs, share_parts, so_far_inputs
from quinary.generative.palette.systems import varied_rows
from quinary.learning.models.layers import through, training_device
from quinary.threads import one_torch_thread, over_blocks

if TYPE_CHECKING:
    import torch

    from quinary.generative.kept_networks import KeptNetwork
    from quinary.learning.models.layers import Tensors

    Values: TypeAlias = NDArray[np.float64]
    Keys: TypeAlias = NDArray[np.uint64]
    Draw: TypeAlias = Callable[["_Lots", Values, Keys], None]  # -> fractions and keys, which it fills

__all__ = ["sample_new_palettes", "sample_palettes"]

_BLOCK: Final = 16384  # samples: smaller ones cost more calls, larger ones leave the caches
_MANY: Final = 16384  # samples: fewer take less time than loading the loop
_N_ROUNDS: Final = 6
_ROUNDS_APART: Final = 2**40  # counts of samples
_FIRST_WITHOUT_POINTS: Final = 4  # rounds
_FIRST_OF_OTHER_ELEMENTS: Final = 6


@dataclass(frozen=True, eq=False, slots=True)
class _Lots:
    """The random numbers of n samples: evenly spread ones, and streams for the elements and for the shares, each shape (n,).

    `has_points` is false where equal amounts shall not be drawn.
    """

    even: NDArray[np.float32]
    palettes: Keys
    shares: Keys
    has_points: bool

    @classmethod
    def of(cls, seed: int, rows: NDArray[np.intp] | slice, number: int) -> _Lots:
        """Of samples in round `number`; a sample keeps its elements through the first rounds."""
        counts = (
            np.arange(rows.start, rows.stop, dtype=np.uint64) if isinstance(rows, slice) else rows.astype(np.uint64)
        )
        later = counts + np.uint64(number * _ROUNDS_APART)
        palettes = later if number >= _FIRST_OF_OTHER_ELEMENTS else counts
        shares = streams(seed, later)
        return cls(
            even_chances(seed, palettes),
            shares if palettes is later else streams(seed, palettes),
            shares,
            number < _FIRST_WITHOUT_POINTS,
        )


def sample_palettes(network: KeptNetwork, wanted: Mapping[str, float], n: int, seed: int) -> Values:
    """`n` compositions for wanted conditions (any of those it was trained with), shape (n, k), with exact zeros.

    Without a wish known sets of elements recur as often as they are likely to; with one, the network alone proposes them,
    known or not. Every device gives the same samples up to rounding.
    """
    found, keys = np.empty((n, len(network.columns))), np.empty(n, dtype=np.uint64)
    _fill(_drawing(network, wanted, n), lambda rows: _Lots.of(seed, rows, 0), found, keys)
    return found


def sample_new_palettes(
    network: KeptNetwork, wanted: Mapping[str, float], n: int, seed: int, known: NDArray[np.float64]
) -> Values:
    """As `sample_palettes`, but what is, at 1 at.%, a known alloy or one drawn before is drawn anew, six times at most.

    Measured alloys are full of equal amounts, and a density that has learned so repeats them. The elements of a repeat stay at
    first, for otherwise those of known alloys would become rare; after that equal amounts are not drawn any more, and at last
    the elements are drawn anew too.
    """
    draw = _drawing(network, wanted, n)
    found, keys = np.empty((n, len(network.columns))), np.empty(n, dtype=np.uint64)
    entered = _seen(n + len(known), many=n >= _MANY)
    entered(composition_keys(known))
    _fill(draw, lambda rows: _Lots.of(seed, rows, 0), found, keys)
    rows = np.flatnonzero(entered(keys))
    for number in range(1, 1 + _N_ROUNDS):
        if not rows.size:
            break
        again, keys = np.empty((len(rows), found.shape[1])), np.empty(len(rows), dtype=np.uint64)
        _fill(draw, functools.partial(_again, seed, number, rows), again, keys)
        found[rows] = again
        rows = rows[entered(keys)]
    return found


def _again(seed: int, number: int, rows: NDArray[np.intp], block: slice) -> _Lots:
    return _Lots.of(seed, rows[block], number)


def _seen(n_most: int, *, many: bool) -> Callable[[Keys], NDArray[np.bool_]]:
    """What tells of each key whether it was there before, shape (n,), and keeps it."""
    if many:
        from quinary.generative.palette.seen_keys import SeenKeys

        return SeenKeys(n_most).entered
    seen: set[int] = set()

    def entered(keys: Keys) -> NDArray[np.bool_]:
        """By a set."""
        found = []
        for key in keys.tolist():
            found.append(key in seen)
            seen.add(key)
        return np.array(found, dtype=bool)

    return entered


def _fill(draw: Draw, lots: Callable[[slice], _Lots], found: Values, keys: Keys) -> None:
    """Draw samples, shape (n, k), and their keys, shape (n,), in blocks; `lots` gives the random numbers of a block."""

    def fill(rows: slice) -> None:
        """One block."""
        draw(lots(rows), found[rows], keys[rows])

    with one_torch_thread():
        over_blocks(lambda: fill, len(found), _BLOCK, None if training_device().type == "cpu" else 1)


def _drawing(network: KeptNetwork, wanted: Mapping[str, float], n: int) -> Draw:
    """What draws the samples of a wish, of which `n` are wanted."""
    import torch

    device = training_device()
    weights = {name: torch.from_numpy(array).to(device) for name, array in network.arrays.items()}
    values, is_given = (torch.from_numpy(entry[None, :]).to(device) for entry in network.scaled(wanted))
    inputs = condition_inputs(values, is_given)
    if n >= _MANY and device.type == "cpu":
        return _by_loop(network, weights, inputs, recurs=not wanted)

    @torch.no_grad()
    def draw(lots: _Lots, found: Values, keys: Keys) -> None:
        """By tensors."""
        k = len(network.columns)
        chance = torch.from_numpy(np.stack([chances(lots.palettes, number) for number in range(k + 1)])).to(device)
        present, place = _palettes(weights, inputs, chance)
        if not wanted:
            present, place = _with_known(weights, present, place, torch.from_numpy(lots.even).to(device))
        fractions = _fractions(weights, inputs, (present, place), lots).cpu().numpy().astype(np.float64)
        if not wanted:
            systems = np.searchsorted(network.arrays["systems.odds"], lots.even, side="right")
            varied_rows(network.arrays, systems, lots.shares, fractions)
        np.divide(fractions, fractions.sum(axis=1, keepdims=True), out=found)
        keys[:] = composition_keys(found)

    return draw


def _by_loop(network: KeptNetwork, weights: Tensors, inputs: torch.Tensor, *, recurs: bool) -> Draw:
    from quinary.generative.palette.compiled_sampling import PaletteLoop, draw_rows

    palette = through(weights, "palette.conditions", inputs)[0].numpy()
    loop = PaletteLoop.of(
        network.arrays, inputs[0].numpy(), _count_odds(weights, inputs).numpy(), palette, recurs=recurs
    )

    def draw(lots: _Lots, found: Values, keys: Keys) -> None:
        """By the compiled loop."""
        draw_rows(loop, (lots.even, lots.palettes, lots.shares), lots.has_points, found, keys)

    return draw


def _count_odds(weights: Tensors, inputs: torch.Tensor) -> torch.Tensor:
    """Cumulative odds of one element, two and so on, shape (k,)."""
    import torch

    return torch.softmax(through(weights, "count.conditions", inputs)[0, 1:], dim=0).cumsum(dim=0)


def _with_known(
    weights: Tensors, present: torch.Tensor, place: torch.Tensor, chance: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Palettes of which as many as are likely to recur, shape (n,) of chances, are known ones: see `likely_systems`."""
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
    left = 1 + (_count_odds(weights, inputs)[:-1, None] < chances[k]).sum(dim=0)
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
    weights: Tensors, inputs: torch.Tensor, chosen: tuple[torch.Tensor, torch.Tensor], lots: _Lots
) -> torch.Tensor:
    """Fractions of the present elements, shape (n, k).

    `chosen` are the present elements, shape (n, k), and a number that samples of the same elements share, shape (n,).
    """
    import torch

    present, place = chosen
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
        if not lots.has_points:
            outputs[:, :N_POINTS] = -torch.inf
        drawn = lots.shares[rows.cpu().numpy()], k + 2 + 3 * column
        share = _drawn_shares(outputs, still, latest / left.clamp(min=LEAST_SHARE**2), drawn)
        amount = left * torch.where(still > 1, share, 1.0)
        here[:, column] = amount
        here[:, k:] = torch.stack([left - amount, amount, torch.maximum(largest, amount), squares + amount**2], dim=1)
        state.index_copy_(0, rows, here)
    return state[:, :k]


def _drawn_shares(
    outputs: torch.Tensor, n_left: torch.Tensor, share_of_latest: torch.Tensor, drawn: tuple[Keys, int]
) -> torch.Tensor:
    """One share of each row, shape (rows,): a point or a draw of one of the normal parts.

    `drawn` are the random streams of the rows and the first of the three numbers to take from them.
    """
    import torch

    logs, centres, scales = share_parts(outputs)
    starts, first = drawn
    chance = torch.from_numpy(chances(starts, first))[:, None].to(outputs.device)
    part = (logs.exp().cumsum(dim=1) < chance).sum(dim=1).clamp(max=logs.shape[1] - 1)
    column = (part - N_POINTS).clamp(min=0)[:, None]
    noise = torch.from_numpy(normals(starts, first + 1)).to(outputs.device)
    score = centres.gather(1, column)[:, 0] + scales.gather(1, column)[:, 0] * noise
    share = torch.sigmoid(score - (n_left - 1).float().log())
    share = torch.where((part == 1) & (share_of_latest > 0), share_of_latest, share)
    # The fraction of the element before may leave nothing for those to come: then all that are left get the same.
    is_equal = (part == 0) | ((part == 1) & ((share_of_latest <= 0) | (share_of_latest > 1 - LEAST_SHARE)))
    return torch.where(is_equal, 1.0 / n_left, share).clamp(LEAST_SHARE, 1 - LEAST_SHARE)
