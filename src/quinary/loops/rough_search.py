"""The search for requests about rough properties, which have no slopes to follow: the best are varied, again and again.

A forest of trees is flat between its thresholds. What is smooth in a request is still met exactly, by moving each variant; of
what is rough only values are asked, all at once. Nothing is proven here: a request that is not met may still be possible.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from quinary.inverse.forms import Numerical
from quinary.inverse.varying import varied
from quinary.loops.judgement import Judge, Look
from quinary.loops.pools import Nearest
from quinary.loops.starts import Starts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from quinary.inverse.forms import Form
    from quinary.inverse.moving import Goal, Mover
    from quinary.plugins.sockets import GeneratorPlugin

    Values: TypeAlias = NDArray[np.float64]

__all__ = ["RoughSearch", "is_rough"]

_N_FIRST: Final = 3000  # samples of each kind to begin with
_N_VARIANTS: Final = 3000  # in a generation
_MOST_GENERATIONS: Final = 12
_PATIENCE: Final = 3  # generations in which the best does not get better
_N_PARENTS: Final = 64
_N_OFFERED: Final = 8  # times the candidates wanted, of each generation
_OUTSIDE_DOMAIN: Final = 0.02  # counts as much as missing a value by 2 %
_GAIN: Final = 0.002


def is_rough(form: Form) -> bool:
    """True for a property whose slopes are only seen from afar."""
    return isinstance(form, Numerical) and form.is_rough


@dataclass(frozen=True, slots=True)
class _Ranked:
    """Compositions in the order of their worth, best first: fractions (N, n_elements), and what decided, (N, n_keys)."""

    fractions: Values
    keys: Values

    @classmethod
    def of(cls, fractions: Values, keys: Values) -> _Ranked:
        """Each composition once; the first key decides, then the second, small is good."""
        _, first = np.unique(fractions, axis=0, return_index=True)
        order = first[np.lexsort(keys[first].T[::-1])]
        return cls(fractions[order], keys[order])

    def with_others(self, other: _Ranked, n_most: int) -> _Ranked:
        """The best of both."""
        both = _Ranked.of(np.concatenate([self.fractions, other.fractions]), np.concatenate([self.keys, other.keys]))
        return _Ranked(both.fractions[:n_most], both.keys[:n_most])


class RoughSearch:
    """Searches over the palette of a judge for what meets its request."""

    def __init__(self, judge: Judge, mover: Mover, starts: Starts, seed: int) -> None:
        self.judge = judge
        self.mover = mover
        self.starts = starts
        self.seed = seed
        self.smooth: list[Goal] = [goal for goal in judge.goals if not is_rough(goal.form)]

    def collect(self, plugin: GeneratorPlugin, n: int, keep: Callable[[Values, Values], int], near: Nearest) -> None:
        """Give what meets the request, and where it came from, to `keep`, which says how many of them there are by now."""
        random = np.random.default_rng((self.seed, 17))
        begun = [entry for number in (0, 1) for entry in self.starts.of_round(plugin, number, _N_FIRST, near.fractions)]
        begin = np.concatenate(begun)
        best: _Ranked | None = None
        n_idle = 0
        for generation in range(_MOST_GENERATIONS):
            moved = self.mover.move(begin, self.smooth)
            found, look = moved.fractions[moved.is_met], None
            if len(found):
                look = self.judge.look(found)
                n_kept = self._offered(found, begin[moved.is_met], look, n, keep)
                ranked = self._ranked(found, look)
                near.add(found, look.misses + _OUTSIDE_DOMAIN * ~look.is_inside)
                former = best
                best = ranked if best is None else best.with_others(ranked, _N_PARENTS)
                n_idle = n_idle + 1 if former is not None and not _is_better(best, former) else 0
            self.judge.known.progress("designing", generation + 1, _MOST_GENERATIONS)
            if best is None:
                begin = np.concatenate(self.starts.of_round(plugin, generation + 2, _N_FIRST, near.fractions))
                continue
            if n_idle >= _PATIENCE and (n_kept >= n or generation == _MOST_GENERATIONS - 1):
                break
            begin = varied(best.fractions[:_N_PARENTS], _N_VARIANTS, random)

    def _ranked(self, fractions: Values, look: Look) -> _Ranked:
        """By how far from the request, within it by the objectives, else by the chance to meet it in truth."""
        misses = look.misses + _OUTSIDE_DOMAIN * ~look.is_inside
        objectives = self.judge.request.objectives
        if objectives:
            weights = np.random.default_rng(self.seed).dirichlet(np.ones(len(objectives)), len(fractions))
            values = np.column_stack([-sign * look.values[name] for name, sign in objectives.items()])
            scale = np.maximum(np.ptp(values, axis=0), 1e-12)
            worth = (weights * values / scale).sum(axis=1) if len(objectives) > 1 else values[:, 0]
        else:
            worth = -look.probability
        return _Ranked.of(fractions, np.column_stack([misses, worth]))

    def _offered(self, found: Values, origin: Values, look: Look, n: int, keep: Callable[[Values, Values], int]) -> int:
        """Offer the best of those that meet everything; the number kept so far."""
        rows = np.flatnonzero(look.misses <= 0)
        keys = self._ranked_rows(look, rows)
        rows = rows[keys][: _N_OFFERED * n]
        return keep(found[rows], origin[rows])

    def _ranked_rows(self, look: Look, rows: NDArray[np.intp]) -> NDArray[np.intp]:
        objectives = self.judge.request.objectives
        if not objectives:
            return np.lexsort([-look.probability[rows], ~look.is_inside[rows]])
        values = sum(-sign * _standardised(look.values[name][rows]) for name, sign in objectives.items())
        return np.lexsort([np.asarray(values), ~look.is_inside[rows]])


def _standardised(values: Values) -> Values:
    spread = float(np.std(values)) if len(values) else 0.0
    return np.asarray((values - values.mean()) / spread) if spread > 0 else np.zeros(len(values))


def _is_better(best: _Ranked, former: _Ranked) -> bool:
    """True if the first, or the mean of the parents, is better by more than a five-hundredth."""
    for column in range(best.keys.shape[1]):
        now, then = best.keys[:, column].mean(), former.keys[:, column].mean()
        if now < then - _GAIN * max(abs(then), 1e-3):
            return True
    return False
