"""Random numbers by count: number j of sample i is a function of the seed, i and j alone, whoever draws it and when.

A sample is then the same on any device, in any block and on any number of threads. Each sample has a start in the sequence of
SplitMix64 (Steele, Lea and Flood 2014, 10.1145/2660193.2660195), scrambled twice so that samples do not overlap.
The functions take arrays of numpy as well as single numbers in compiled loops.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["GOLDEN", "as_chance", "as_normal", "chances", "even_chances", "normals", "scrambled", "streams"]

GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND: Final = np.uint64(0x94D049BB133111EB)
_SHIFTS: Final = (np.uint64(30), np.uint64(27), np.uint64(31))
_UNUSED: Final = np.uint64(41)  # 23 bits and a half are exact in single precision, and never 0 or 1
_HALF: Final = np.float32(0.5)
_UNIT: Final = np.float32(2.0**-23)
_TURN: Final = np.float32(2.0 * np.pi)
_MINUS_TWO: Final = np.float32(-2.0)


def scrambled(word: Any) -> Any:
    """The output function of SplitMix64, shape as given, unsigned 64-bit numbers."""
    word = (word ^ (word >> _SHIFTS[0])) * _FIRST
    word = (word ^ (word >> _SHIFTS[1])) * _SECOND
    return word ^ (word >> _SHIFTS[2])


def as_chance(word: Any) -> Any:
    """Uniform between 0 and 1, both excluded, in single precision."""
    return (np.float32(word >> _UNUSED) + _HALF) * _UNIT


def as_normal(first: Any, second: Any) -> Any:
    """Normally distributed, from two uniform numbers: Box and Muller 1958, 10.1214/aoms/1177706645."""
    return np.sqrt(_MINUS_TWO * np.log(first)) * np.cos(_TURN * second)


def streams(seed: int, counts: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The starts of the samples with these counts, shape as given."""
    return np.asarray(scrambled(_places(seed, counts)))


def even_chances(seed: int, counts: NDArray[np.uint64]) -> NDArray[np.float32]:
    """Uniform numbers of the samples with these counts that fill the interval evenly: those of neighbouring counts differ.

    They are the multiples of the golden ratio modulo one, of which any n in a row leave no gap wider than 2.3 / n:
    Niederreiter 1992, Random Number Generation and Quasi-Monte Carlo Methods, chapter 3.
    """
    return np.asarray(as_chance(_places(seed, counts)))


def _places(seed: int, counts: NDArray[np.uint64]) -> NDArray[np.uint64]:
    first = scrambled(np.array([seed % 2**64], dtype=np.uint64))
    return np.asarray(first + GOLDEN * counts)


def chances(starts: NDArray[np.uint64], number: int) -> NDArray[np.float32]:
    """Uniform number `number` of each sample, shape as given."""
    return np.asarray(as_chance(scrambled(starts + np.uint64((number + 1) * int(GOLDEN) % 2**64))))


def normals(starts: NDArray[np.uint64], number: int) -> NDArray[np.float32]:
    """Normal numbers made of uniform numbers `number` and `number + 1`, shape as given."""
    return np.asarray(as_normal(chances(starts, number), chances(starts, number + 1)))
