"""The drawing of `palette_sampling` as one compiled loop over samples, without intermediate arrays, for the processor.

Importing this module loads numba; it is imported where many samples are drawn. Compiling takes some seconds, once a process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from quinary.generative.palette.composition_keys import key_base
from quinary.generative.palette.counter_random import GOLDEN, as_chance, as_normal, scrambled
from quinary.generative.palette.mixture import LARGEST_SCALE, LEAST_SHARE, N_POINTS, SMALL, SMALLEST_SCALE
from quinary.generative.palette.systems import AMOUNT_SPREAD, FEW

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Floats = NDArray[np.float32]
    Keys: TypeAlias = NDArray[np.uint64]
    _Number: TypeAlias = int | np.intp  # what compiled loops count with

__all__ = ["PaletteLoop", "draw_rows"]

# Sums may be taken in any order; infinite numbers stay what they are.
_FREE: Final = {"reassoc", "contract", "arcp", "nsz", "afn"}
_Function = TypeVar("_Function", bound="Callable[..., Any]")


def _compiled(function: _Function) -> _Function:
    """The function, compiled at its first call; to its callers it has the types that it is written with."""
    made: _Function = njit(nogil=True, fastmath=_FREE, error_model="numpy")(function)
    return made


_scrambled: Final = _compiled(scrambled)
_as_chance: Final = _compiled(as_chance)
_as_normal: Final = _compiled(as_normal)
_FEW_SQUARED: Final = np.float32(FEW**2)
_ZERO: Final = np.float32(0.0)
_ONE: Final = np.float32(1.0)
_LEAK: Final = np.float32(0.1)
_SMALL: Final = np.float32(SMALL)
_LEAST: Final = np.float32(LEAST_SHARE)
_LEAST_LEFT: Final = np.float32(LEAST_SHARE**2)
_LARGEST_SCALE: Final = np.float32(LARGEST_SCALE)
_SMALLEST_SCALE: Final = np.float32(SMALLEST_SCALE)


class PaletteLoop(NamedTuple):
    """The weights of a network for one wish, as the loop reads them: k elements, w hidden units, S known systems.

    `count_odds` are cumulative, shape (k,); `systems` and `system_odds` are empty where known systems shall not recur,
    and so are `contexts`, shape (S, w), where the network of the shares begins with each of them. `share_matrix` is
    transposed. `rows` are the known alloys, shape (N, k), and `row_first` where those of each system begin, shape (1 + S',);
    it is just 0 where they shall not recur. `outputs` has shape (k, n_out, w). `key_base`, shape (k,), is what keys of
    compositions are made of.
    """

    palette: Floats
    count_odds: Floats
    chosen: Floats
    palette_place: Floats
    palette_left: Floats
    palette_out: Floats
    palette_bias: Floats
    systems: NDArray[np.bool_]
    system_odds: Floats
    contexts: Floats
    rows: Floats
    row_first: NDArray[np.int64]
    share: Floats
    share_element: Floats
    share_matrix: Floats
    share_bias: Floats
    share_left: Floats
    share_place: Floats
    taken: Floats
    so_far: Floats
    outputs: Floats
    output_bias: Floats
    key_base: NDArray[np.uint64]

    @classmethod
    def of(
        cls, arrays: Mapping[str, NDArray[Any]], inputs: Floats, count_odds: Floats, palette: Floats, *, recurs: bool
    ) -> PaletteLoop:
        """From the weights by name, the inputs of the wish, shape (1 + 2 p,), and what the first networks make of it."""
        n_known = len(arrays["systems.odds"]) if recurs else 0
        systems = arrays["systems.present"][:n_known]
        first, second = (arrays[f"share.conditions.{number}.matrix"] for number in (0, 1))
        first_bias, second_bias = (arrays[f"share.conditions.{number}.bias"] for number in (0, 1))
        share, share_element = inputs @ first[: len(inputs)] + first_bias, np.ascontiguousarray(first[len(inputs) :])
        hidden = share + systems.astype(np.float32) @ share_element
        outputs = (arrays["share.common"] + arrays["share.out"]).transpose(0, 2, 1)
        return cls(
            palette, count_odds, arrays["palette.chosen"], arrays["palette.place"], arrays["palette.left"],
            arrays["palette.out"], arrays["palette.bias"], systems, arrays["systems.odds"][:n_known],
            np.maximum(hidden, hidden * _LEAK) @ second + second_bias, arrays["rows.fractions"],
            arrays["rows.first"] if recurs else np.zeros(1, np.int64), share, share_element,
            np.ascontiguousarray(second.T), second_bias, arrays["share.left"], arrays["share.place"],
            arrays["share.taken"], arrays["share.so_far"], np.ascontiguousarray(outputs), arrays["share.bias"],
            key_base(len(systems.T)),
        )  # fmt: skip


@_compiled
def _chance(stream: np.uint64, number: int) -> np.float32:
    chance: np.float32 = _as_chance(_scrambled(stream + np.uint64(number + 1) * GOLDEN))
    return chance


@_compiled
def _vary_rows(
    alloys: tuple[Floats, NDArray[np.int64], Floats], even: Floats, shares: Keys, found: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Which rows, shape (n,), were filled with variants of known alloys."""
    rows, first, odds = alloys
    is_varied = np.zeros(len(shares), np.bool_)
    for row in range(len(shares)):
        known = np.searchsorted(odds, even[row], side="right")
        is_varied[row] = _vary((rows, first), known, shares[row], found[row])
    return is_varied


@_compiled
def draw_rows(
    loop: PaletteLoop, lots: tuple[Floats, Keys, Keys], has_points: bool, found: NDArray[np.float64], keys: Keys
) -> None:
    """Fill fractions, shape (n, k), and their keys at 1 at.%, shape (n,), of n samples.

    `lots` are evenly spread chances, and random streams for the elements and for the shares, each shape (n,). Equal amounts
    are not drawn unless `has_points`.
    """
    even, palettes, shares = lots
    k, width = loop.chosen.shape
    present = np.empty(k, np.bool_)
    state, hidden = np.empty(width, np.float32), np.empty(width, np.float32)
    likely = np.empty(loop.outputs.shape[1], np.float32)
    first = 0 if has_points else N_POINTS
    is_varied = _vary_rows((loop.rows, loop.row_first, loop.system_odds), even, shares, found)
    for row in range(len(shares)):
        if is_varied[row]:
            continue
        known = np.searchsorted(loop.system_odds, even[row], side="right")
        _choose(loop, known, palettes[row], present, state)
        _begin(loop, known, present, state, hidden)
        _divide(loop, (shares[row], first), present, (state, hidden, likely), found[row])
    for row in range(len(shares)):
        total = found[row].sum()
        key = np.uint64(0)
        for column in range(k):
            found[row, column] /= total
            key += np.uint64(np.rint(100.0 * found[row, column])) * loop.key_base[column]
        keys[row] = _scrambled(key)


@_compiled
def _choose(loop: PaletteLoop, known: _Number, stream: np.uint64, present: NDArray[np.bool_], state: Floats) -> None:
    """Which elements are present: those of the known system of that number, or one element after the other."""
    k, width = loop.chosen.shape
    left: _Number = 0
    if known < len(loop.system_odds):
        for column in range(k):
            present[column] = loop.systems[known, column]
    else:
        left = 1 + np.searchsorted(loop.count_odds[:-1], _chance(stream, k))
        for unit in range(width):
            state[unit] = loop.palette[unit]
        present[:] = False
    for column in range(k if left else 0):
        if left < k - column:
            score = loop.palette_bias[column]
            for unit in range(width):
                value = state[unit] + loop.palette_place[column, unit] + loop.palette_left[left, unit]
                score += max(value, _ZERO) * loop.palette_out[column, unit]
            if _chance(stream, column) * (_ONE + np.exp(-score)) >= _ONE:
                continue
        present[column] = True
        left -= 1
        if left == 0:
            break
        for unit in range(width):
            state[unit] += loop.chosen[column, unit]


@_compiled
def _vary(
    alloys: tuple[Floats, NDArray[np.int64]], known: _Number, stream: np.uint64, fractions: NDArray[np.float64]
) -> bool:
    """Whether the fractions, which need not sum to one, were filled with a variant of a known alloy: see `varied_rows`."""
    rows, first = alloys
    if known >= len(first) - 1:
        return False
    count = first[known + 1] - first[known]
    if _chance(stream, 0) * np.float32(count * count) >= _FEW_SQUARED:
        return False
    row = first[known] + min(int(_chance(stream, 1) * count), count - 1)
    n_present = 0
    for column in range(len(fractions)):
        fractions[column] = rows[row, column]
        n_present += int(fractions[column] > 0.0)
    number = min(int(_chance(stream, 2) * n_present), n_present - 1)
    for column in range(len(fractions)):
        if fractions[column] > 0.0:
            if number == 0:
                fractions[column] *= np.exp(
                    AMOUNT_SPREAD * np.float64(_as_normal(_chance(stream, 3), _chance(stream, 4)))
                )
            number -= 1
    return True


@_compiled
def _begin(loop: PaletteLoop, known: _Number, present: NDArray[np.bool_], state: Floats, hidden: Floats) -> None:
    """What the network of the shares knows of the wish and the elements: fills `state`."""
    width = len(state)
    if known < len(loop.contexts):
        for unit in range(width):
            state[unit] = loop.contexts[known, unit]
        return
    for unit in range(width):
        hidden[unit] = loop.share[unit]
    for column in range(len(present)):
        if present[column]:
            for unit in range(width):
                hidden[unit] += loop.share_element[column, unit]
    for unit in range(width):
        hidden[unit] = max(hidden[unit], hidden[unit] * _LEAK)
    for unit in range(width):
        total = loop.share_bias[unit]
        for source in range(width):
            total += hidden[source] * loop.share_matrix[unit, source]
        state[unit] = total


@_compiled
def _divide(
    loop: PaletteLoop,
    lots: tuple[np.uint64, int],
    present: NDArray[np.bool_],
    work: tuple[Floats, Floats, Floats],
    fractions: NDArray[np.float64],
) -> None:
    """The fractions of one sample; `work` are the state, the hidden units and the scores of the parts.

    `lots` are the random stream and the first part of the density that may be drawn from.
    """
    state, hidden, likely = work
    stream, first_part = lots
    k, width = loop.chosen.shape
    n_left = np.count_nonzero(present)
    left, latest, largest, squares = _ONE, _ZERO, _ZERO, _ZERO
    fractions[:] = 0.0
    for column in range(k):
        if not present[column]:
            continue
        amount = left
        if n_left > 1:
            level = np.log((max(left, _ZERO) + _SMALL) / (np.float32(n_left) + _SMALL))
            recent = np.log(latest + _SMALL) - level if latest > _ZERO else _ZERO
            major = np.log(largest + _SMALL) - level if latest > _ZERO else _ZERO
            for unit in range(width):
                value = state[unit] + loop.share_left[n_left, unit] + loop.share_place[column, unit]
                value += max(left, _ZERO) * loop.so_far[0, unit] + recent * loop.so_far[1, unit]
                value += major * loop.so_far[2, unit] + squares * loop.so_far[3, unit]
                hidden[unit] = max(value, _ZERO)
            first = k + 2 + 3 * column
            drawn = (_chance(stream, first), _chance(stream, first + 1), _chance(stream, first + 2))
            so_far = (n_left, latest / max(left, _LEAST_LEFT), first_part)
            amount *= _share(loop.outputs[column], loop.output_bias[column], hidden, likely, drawn, so_far)
            for unit in range(width):
                state[unit] += amount * loop.taken[column, unit]
        fractions[column] = amount
        left, latest, largest = left - amount, amount, max(largest, amount)
        squares += amount * amount
        n_left -= 1


@_compiled
def _share(
    outputs: Floats,
    bias: Floats,
    hidden: Floats,
    likely: Floats,
    drawn: tuple[np.float32, np.float32, np.float32],
    so_far: tuple[_Number, np.float32, int],
) -> np.float32:
    """The share of one element of what is left, from its part of the output matrix, shape (n_out, w).

    `drawn` are three uniform numbers; `so_far` are how many elements are left, the share that the latest would be, and the
    first part to draw from.
    """
    n_left, share_of_latest, first = so_far
    n_parts = (len(likely) - N_POINTS) // 3
    highest = np.float32(-np.inf)
    for number in range(first, N_POINTS + n_parts):
        score = bias[number]
        for unit in range(len(hidden)):
            score += hidden[unit] * outputs[number, unit]
        likely[number] = score
        highest = max(highest, score)
    total = _ZERO
    for number in range(first, N_POINTS + n_parts):
        total += np.exp(likely[number] - highest)
        likely[number] = total
    part, limit = first, drawn[0] * total
    while part < N_POINTS + n_parts - 1 and likely[part] < limit:
        part += 1
    if part >= N_POINTS:
        centre, scale = bias[part + n_parts], bias[part + 2 * n_parts]
        for unit in range(len(hidden)):
            centre += hidden[unit] * outputs[part + n_parts, unit]
            scale += hidden[unit] * outputs[part + 2 * n_parts, unit]
        scale = _LARGEST_SCALE / (_ONE + np.exp(_ONE - scale)) + _SMALLEST_SCALE
        score = centre + scale * _as_normal(drawn[1], drawn[2])
        share = _ONE / (_ONE + np.exp(-score) * np.float32(n_left - 1))
    elif part == 1 and _ZERO < share_of_latest <= _ONE - _LEAST:
        share = share_of_latest
    else:
        share = _ONE / np.float32(n_left)
    return min(max(share, _LEAST), _ONE - _LEAST)
