"""Which of many keys were there before: a table in parts, each small enough for a cache and looked after by one thread.

Importing this module loads numba; it is imported where there are many keys.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numba import njit
from numpy.typing import NDArray

from quinary.threads import n_cores

if TYPE_CHECKING:
    from collections.abc import Callable

    Keys: TypeAlias = NDArray[np.uint64]
    Mask: TypeAlias = NDArray[np.bool_]

__all__ = ["SeenKeys"]

_PART: Final = 32768  # keys of one part: its table takes half a megabyte
_PARTS: Final = (2, 4, 8, 16, 32)
_SMALLEST: Final = 1024  # places of a table
_KEY_BITS: Final = 64


class SeenKeys:
    """A set of at most `n_most` keys, whose bits are as good as random (see `composition_keys`)."""

    def __init__(self, n_most: int) -> None:
        n_parts = next((number for number in _PARTS if number * _PART >= n_most), _PARTS[-1])
        # Half of the places stay free at least; a number of places that is a power of two is counted by bits.
        size = max(_SMALLEST, 1 << (2 * n_most // n_parts).bit_length())
        self._tables = np.zeros((n_parts, size), dtype=np.uint64)

    def entered(self, keys: Keys) -> Mask:
        """True for each key, shape (n,), that was there before or comes earlier in `keys`; from now on all are there."""
        n_parts = len(self._tables)
        shift = np.uint64(_KEY_BITS + 1 - n_parts.bit_length())
        is_old = np.empty(len(keys), dtype=np.bool_)

        def enter(part: int) -> None:
            """The keys of one part."""
            _enter(keys, np.uint64(part), shift, self._tables[part], is_old)

        with ThreadPoolExecutor(min(n_cores(), n_parts)) as pool:
            list(pool.map(enter, range(n_parts)))
        return is_old


def _enter_plainly(keys: Keys, part: np.uint64, shift: np.uint64, table: Keys, is_old: Mask) -> None:
    """Enter the keys whose highest bits are `part`; from a place that is taken they go to the next. 0 marks a free place."""
    last, one, zero = np.uint64(len(table) - 1), np.uint64(1), np.uint64(0)
    for number in range(len(keys)):
        key = keys[number]
        if key >> shift != part:
            continue
        key = max(key, one)
        place = key & last
        while table[place] != zero and table[place] != key:
            place = (place + one) & last
        is_old[number] = table[place] == key
        table[place] = key


_enter: Final[Callable[[Keys, np.uint64, np.uint64, Keys, Mask], None]] = njit(nogil=True)(_enter_plainly)
