"""The answers to wishes from samples of any generator: screened by the model, led by steps, the least missed one of each.

The same for every generator, so that what differs is what it offers. Many samples take one step and a few of them go on;
away from known materials the search starts also from the best answers near them, moved the ways that cost least.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from quinary.inverse.approaching import Aim, Approached, Model, NoveltyWall, approached, loosened

if TYPE_CHECKING:
    from quinary.inverse.moving import Mover

    Values: TypeAlias = NDArray[np.float64]

__all__ = ["Answers", "Wishes", "answered", "answered_away"]

_STEPS: Final = (1, 4, 15)
_KEPT: Final = (32, 10)  # samples of a wish that go on after the first and the second time
_N_LOOSENED: Final = 6  # of the best answers near known materials
_STEPS_AWAY: Final = 12
_ALIKE: Final = 2  # samples of the same elements before those of others: many end in the same place


@dataclass(frozen=True, eq=False, slots=True)
class Wishes:
    """Wanted values, shape (T, n_properties), the model that predicts them, and the scales of misses, (n_properties,)."""

    targets: Values
    model: Model
    scales: Values

    def aim(self, n_each: int, wall: NoveltyWall | None = None) -> Aim:
        """The aim of `n_each` samples of every wish, one wish after the other."""
        return Aim(self.model, np.repeat(self.targets, n_each, axis=0), self.scales, wall)


@dataclass(frozen=True, eq=False, slots=True)
class Answers:
    """All that were led to the end, wish by wish: fractions (T, n, n_elements), mean squared misses (T, n), best first."""

    fractions: Values
    misses: Values

    @classmethod
    def of(cls, ended: Approached, n_wishes: int) -> Answers:
        """Samples of wishes one after the other."""
        misses = ended.misses.reshape(n_wishes, -1)
        fractions = ended.fractions.reshape(*misses.shape, -1)
        order = misses.argsort(axis=1, kind="stable")
        return cls(np.take_along_axis(fractions, order[:, :, None], axis=1), np.take_along_axis(misses, order, axis=1))

    def first(self, n: int, n_alike: int) -> Values:
        """The best `n` of every wish, one wish after the other; of those of the same elements the best `n_alike` go first."""
        codes = (self.fractions > 0) @ np.exp2(np.arange(self.fractions.shape[2]))
        is_alike = codes[:, :, None] == codes[:, None, :]
        n_before = (is_alike & np.tri(codes.shape[1], k=-1, dtype=bool)).sum(axis=2)
        order = (n_before >= n_alike).argsort(axis=1, kind="stable")[:, :n]
        return np.take_along_axis(self.fractions, order[:, :, None], axis=1).reshape(-1, self.fractions.shape[2])


def answered(mover: Mover, samples: Values, wishes: Wishes) -> Answers:
    """Answers from as many samples of every wish, shape (T, n, n_elements)."""
    n_wishes = len(samples)
    starts = samples.reshape(-1, samples.shape[2])
    found = Answers.of(approached(mover, starts, wishes.aim(samples.shape[1]), _STEPS[0]), n_wishes)
    for n_kept, n_steps in zip(_KEPT, _STEPS[1:], strict=True):
        n_each = min(n_kept, found.misses.shape[1])
        found = Answers.of(approached(mover, found.first(n_each, _ALIKE), wishes.aim(n_each), n_steps), n_wishes)
    return found


def answered_away(mover: Mover, near: Answers, wishes: Wishes, wall: NoveltyWall) -> Answers:
    """Answers that keep their distance from what is known, from those that need not."""
    n_wishes, n_near = near.misses.shape
    n_loose = min(_N_LOOSENED, n_near)
    best = near.first(n_loose, _ALIKE)
    starts = loosened(mover, best, wishes.aim(n_loose, wall))
    n_ways = len(starts) // max(len(best), 1)
    ordered = (
        starts.reshape(n_ways, n_wishes, n_loose, -1).transpose(1, 0, 2, 3).reshape(n_wishes, n_ways * n_loose, -1)
    )
    every = np.concatenate([ordered, near.fractions], axis=1)
    aim = wishes.aim(every.shape[1], wall)
    return Answers.of(approached(mover, every.reshape(-1, every.shape[2]), aim, _STEPS_AWAY), n_wishes)
