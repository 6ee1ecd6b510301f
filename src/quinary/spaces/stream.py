"""Walking through a space of any size: blocks of compositions that meet every limit, at constant memory."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from quinary.errors import InputError
from quinary.progress import Progress, silent
from quinary.spaces.grid import BLOCK_ROWS, Grid

if TYPE_CHECKING:
    from quinary.spaces.limits import SpaceLimits

__all__ = ["parts", "stream"]


def stream(
    limits: SpaceLimits,
    start: int = 0,
    stop: int | None = None,
    n_rows: int = BLOCK_ROWS,
    progress: Progress = silent,
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """(places in the grid, fractions) of the lattice points that meet every limit, linear ones too, block by block.

    Shapes (M,) and (M, n_columns) with M <= `n_rows`; blocks in which no point is left are not yielded. Work that stopped is
    resumed with `start` = last place + 1, and shared out with `parts`.

    Raises:
        InputError: the places are not within the grid.
        WorkError: the space has more points than anyone can list.
    """
    grid = Grid(limits)
    end = grid.n_points if stop is None else stop
    for first, fractions in grid.blocks(start, end, n_rows):
        is_inside = limits.meets_linear(fractions)
        progress("compositions", min(first + n_rows, end) - start, end - start)
        if is_inside.all():
            yield np.arange(first, first + len(fractions)), fractions
        elif is_inside.any():
            yield first + np.flatnonzero(is_inside), fractions[is_inside]


def parts(n_points: int, n_parts: int) -> tuple[tuple[int, int], ...]:
    """(start, stop) of each of `n_parts` equal shares of a list, for workers that do not talk to each other.

    Raises:
        InputError: fewer than one part.
    """
    if n_parts < 1:
        raise InputError(f"a list cannot be shared out to {n_parts} workers")
    cuts = [n_points * part // n_parts for part in range(n_parts + 1)]
    return tuple(itertools.pairwise(cuts))
