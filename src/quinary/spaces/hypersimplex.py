"""Uniform points of hypersimplices: {f in [0, 1]^k : sum f = j}, the shapes into which a lattice cuts a simplex."""

from __future__ import annotations

import functools
import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["draw_hypersimplex", "log_volume"]


def log_volume(n_coordinates: int, level: int) -> float:
    """Log of the volume of {f in [0, 1]^k : sum f = j} in units of 1/(k - 1)!: the Eulerian number A(k - 1, j - 1).

    Laplace's result; minus infinity where the set is empty or has no interior.
    """
    number = _eulerian(n_coordinates - 1, level - 1)
    return math.log(number) if number else -math.inf


@functools.cache
def _eulerian(length: int, n_descents: int) -> int:
    """Permutations of `length` things with `n_descents` descents."""
    if length == 0:
        return int(n_descents == 0)
    if not 0 <= n_descents < length:
        return 0
    stay = (n_descents + 1) * _eulerian(length - 1, n_descents)
    return stay + (length - n_descents) * _eulerian(length - 1, n_descents - 1)


def draw_hypersimplex(n_coordinates: int, level: int, n_points: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """`n_points` uniform points of {f in [0, 1]^k : sum f = j}, shape (n_points, k); no point is rejected.

    Stanley's map z_i = (u_i - u_{i-1}) mod 1 carries the uniform points u of the cube whose order has j - 1 descents onto
    the slab j - 1 <= sum z <= j without change of volume; the last coordinate is what is missing to j. Orders with a given
    number of descents are drawn from the exact counts. Source: R. P. Stanley, in: Higher Combinatorics (1977) p. 49.
    """
    n_free = n_coordinates - 1
    if n_free == 0:
        return np.ones((n_points, 1))
    cube = np.sort(rng.random((n_points, n_free)), axis=1)
    if level == n_free:
        cube = cube[:, ::-1]
    elif level > 1:
        cube = np.take_along_axis(cube, _orders(n_free, level - 1, n_points, rng), axis=1)
    previous = np.concatenate([np.zeros((n_points, 1)), cube[:, :-1]], axis=1)
    return np.concatenate([cube - previous + (cube < previous), 1.0 - cube[:, -1:]], axis=1)


@functools.cache
def _last_rank_counts(length: int) -> tuple[tuple[tuple[int, ...], ...], ...]:
    """[m - 1][d][a]: orders of m things with d descents whose last thing has rank a, for m = 1..length."""
    tables: list[tuple[tuple[int, ...], ...]] = [((1,),)]
    for size in range(2, length + 1):
        shorter = tables[-1]
        rows = []
        for n_descents in range(size):
            rise = shorter[n_descents] if n_descents < size - 1 else (0,) * (size - 1)
            fall = shorter[n_descents - 1] if n_descents else (0,) * (size - 1)
            rows.append(tuple(sum(rise[:rank]) + sum(fall[rank:]) for rank in range(size)))
        tables.append(tuple(rows))
    return tuple(tables)


def _orders(length: int, n_descents: int, n_points: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Uniform orders (the rank of each of `length` things) with a given number of descents, shape (n_points, length)."""
    tables = _last_rank_counts(length)
    last = np.array(tables[-1][n_descents], dtype=float)
    rank = rng.choice(length, size=n_points, p=last / last.sum())
    descents = np.full(n_points, n_descents)
    ranks = np.empty((n_points, length), dtype=np.int64)
    ranks[:, -1] = rank
    for size in range(length - 1, 0, -1):
        totals = _earlier_totals(tables[size - 1])[descents, rank]
        target = rng.random(n_points) * totals[:, -1]
        earlier = np.minimum((totals <= target[:, None]).sum(axis=1), size - 1)
        descents = descents - (earlier >= rank)
        rank = earlier
        ranks[:, size - 1] = rank
    for size in range(1, length):
        ranks[:, :size] += ranks[:, :size] >= ranks[:, size : size + 1]
    return ranks


def _earlier_totals(table: tuple[tuple[int, ...], ...]) -> NDArray[np.float64]:
    """Running totals over the rank of the last but one thing, shape (n_descents + 1, size + 1 ranks of the last, size)."""
    size = len(table)
    counts = np.array(table, dtype=float)
    rise = np.concatenate([counts, np.zeros((1, size))])[:, None, :]
    fall = np.concatenate([np.zeros((1, size)), counts])[:, None, :]
    is_fall = np.arange(size)[None, None, :] >= np.arange(size + 1)[None, :, None]
    return np.cumsum(np.where(is_fall, fall, rise), axis=2)
