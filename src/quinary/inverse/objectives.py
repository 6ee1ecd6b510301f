"""Objectives: each sample is pushed as far as its elements allow, and the Pareto front of what was reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.inverse.moving import Goal, Moved, Mover

if TYPE_CHECKING:
    from quinary.requests import Form

__all__ = ["Objective", "pushed"]

_HALVINGS: Final = 14
_INFINITE: Final = float("inf")


@dataclass(frozen=True, eq=False, slots=True)
class Objective:
    """A property to push: up (+1) or down (-1), counted from `origin`; nothing gets beyond `end`."""

    name: str
    form: Form
    direction: float
    origin: float
    end: float


def pushed(
    mover: Mover, starts: NDArray[np.float64], goals: Sequence[Goal], objectives: Sequence[Objective], seed: int
) -> Moved:
    """Every start moved onto the goals and as far along the objectives as its elements allow.

    With several objectives each start gets a random weight for each and is pushed along all of them together, so that the
    starts spread over the front. How far is found by bisection, for all starts at once.
    """
    first = mover.move(starts, goals)
    if not objectives:
        return first
    fractions, is_met = first.fractions[first.is_met], first.is_met
    weights = np.random.default_rng(seed).dirichlet(np.ones(len(objectives)), len(starts))[is_met]
    weights /= weights.max(axis=1, keepdims=True)
    reached, beyond = np.zeros(len(fractions)), np.ones(len(fractions))
    chosen = [_of_rows(goal, is_met) for goal in goals]
    for _ in range(_HALVINGS):
        middle = (reached + beyond) / 2
        tried = mover.move(fractions, [*chosen, *_wishes(objectives, weights * middle[:, None])])
        fractions = np.where(tried.is_met[:, None], tried.fractions, fractions)
        reached, beyond = np.where(tried.is_met, middle, reached), np.where(tried.is_met, beyond, middle)
    found = first.fractions.copy()
    found[is_met] = fractions
    return Moved(found, is_met)


def _of_rows(goal: Goal, chosen: NDArray[np.bool_]) -> Goal:
    """The goal for some of the samples."""

    def part(value: float | NDArray[np.float64]) -> float | NDArray[np.float64]:
        """A number holds for all of them."""
        return value[chosen] if isinstance(value, np.ndarray) else value

    return Goal(goal.name, goal.form, part(goal.low), part(goal.high), None if goal.aim is None else part(goal.aim))


def _wishes(objectives: Sequence[Objective], shares: NDArray[np.float64]) -> list[Goal]:
    """Each objective at a share of its way, shape (N, n_objectives), as an open interval."""
    wishes = []
    for column, entry in enumerate(objectives):
        side = entry.origin + shares[:, column] * (entry.end - entry.origin)
        low, high = (side, _INFINITE) if entry.direction > 0 else (-_INFINITE, side)
        wishes.append(Goal(entry.name, entry.form, low, high))
    return wishes
