"""The search for requests about rough properties, which have no slopes to follow: the best are varied, again and again.

A forest of trees is flat between its thresholds. What is smooth in a request is still met exactly, by moving each variant; of
what is rough only values are asked, all at once. With several objectives the best are those that no other beats, spread over
their front. Nothing is proven here: a request that is not met may still be possible.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from quinary.inverse.engine.judgement import Judge, Look
from quinary.inverse.engine.pools import Nearest
from quinary.inverse.engine.starting_points import Starts
from quinary.inverse.ranking import spread_fronts
from quinary.inverse.variants import varied
from quinary.requests import Numerical

if TYPE_CHECKING:
    from quinary.inverse.moving import Goal, Mover
    from quinary.plugins import GeneratorPlugin
    from quinary.requests import Form

    Values: TypeAlias = NDArray[np.float64]

__all__ = ["RoughSearch", "is_rough"]

_N_FIRST: Final = 3000  # samples of each kind to begin with
_N_VARIANTS: Final = 3000  # in a generation
_MOST_GENERATIONS: Final = 12
_PATIENCE: Final = 2  # generations in which the best does not get better
_N_PARENTS: Final = 64
_N_OFFERED: Final = 8  # times the candidates wanted, of each generation
_OUTSIDE_DOMAIN: Final = 0.02  # counts as much as missing a value by 2 %
_GAIN: Final = 0.002


def is_rough(form: Form) -> bool:
    """True for a property whose slopes are only seen from afar."""
    return isinstance(form, Numerical) and form.is_rough


@dataclass(frozen=True, slots=True)
class _Generation:
    """Compositions and what decides between them, small is good.

    `fractions` (N, n_elements); `misses` (N,), from the request, the novelty and the seed that it asks for, and the domain;
    `costs` (N, n_objectives), the objectives, or the chance to fail where there are none.
    """

    fractions: Values
    misses: Values
    costs: Values

    def best(self, n_most: int) -> _Generation:
        """Each composition once, the best first, and the best `n_most` of them."""
        _, rows = np.unique(self.fractions, axis=0, return_index=True)
        return self._of(rows[_order(self.misses[rows], self.costs[rows], n_most)])

    def with_others(self, other: _Generation) -> _Generation:
        """Those of both."""
        return _Generation(
            np.concatenate([self.fractions, other.fractions]),
            np.concatenate([self.misses, other.misses]),
            np.concatenate([self.costs, other.costs]),
        )

    def is_better_than(self, former: _Generation) -> bool:
        """True if it misses less, or its objective, or the best of one of several, is better by more than a five-hundredth."""
        pairs = [(self.misses.mean(), former.misses.mean())]
        if self.costs.shape[1] == 1:
            pairs += [(self.costs.mean(), former.costs.mean())]
        else:
            pairs += list(zip(self.costs.min(axis=0), former.costs.min(axis=0), strict=True))
        return any(now < then - _GAIN * max(abs(then), 1e-3) for now, then in pairs)

    def _of(self, rows: NDArray[np.intp]) -> _Generation:
        return _Generation(self.fractions[rows], self.misses[rows], self.costs[rows])


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
        best: _Generation | None = None
        n_idle = n_kept = 0
        for number in range(_MOST_GENERATIONS):
            moved = self.mover.move(begin, self.smooth)
            found = moved.fractions[moved.is_met]
            if len(found):
                look = self.judge.look(found)
                n_kept = self._offered(found, begin[moved.is_met], look, n, keep)
                fresh = _Generation(
                    found, look.misses + look.shortage + _OUTSIDE_DOMAIN * ~look.is_inside, self._costs(look)
                )
                near.add(found, fresh.misses)
                former = best
                best = (fresh if former is None else fresh.with_others(former)).best(_N_PARENTS)
                n_idle = n_idle + 1 if former is not None and not best.is_better_than(former) else 0
            self.judge.known.progress("designing", number + 1, _MOST_GENERATIONS)
            if best is None:
                begin = np.concatenate(self.starts.of_round(plugin, number + 2, _N_FIRST, near.fractions))
                continue
            if n_idle >= _PATIENCE and n_kept >= n:
                break
            begin = varied(best.fractions, _N_VARIANTS, random)

    def _costs(self, look: Look) -> Values:
        objectives = self.judge.request.objectives
        if not objectives:
            return -look.probability[:, None]
        return np.column_stack([-sign * look.values[name] for name, sign in objectives.items()])

    def _offered(self, found: Values, origin: Values, look: Look, n: int, keep: Callable[[Values, Values], int]) -> int:
        """Offer the best of those that meet every wish; the number kept so far.

        What is too near to known materials comes last: it is offered only to be refused in words, where there is no other.
        """
        rows = np.flatnonzero(look.misses <= 0)
        apart = look.shortage[rows] + _OUTSIDE_DOMAIN * ~look.is_inside[rows]
        rows = rows[_order(apart, self._costs(look)[rows], _N_OFFERED * n)]
        return keep(found[rows], origin[rows])


def _order(misses: Values, costs: Values, n_most: int) -> NDArray[np.intp]:
    """The best `n_most` rows, best first: those that miss least, and of equals the least cost or the fronts of several."""
    if costs.shape[1] == 1:
        return np.lexsort([costs[:, 0], misses])[:n_most]
    order: list[int] = []
    for miss in np.unique(misses):
        rows = np.flatnonzero(misses == miss)
        order += rows[spread_fronts(costs[rows], n_most - len(order))[0]].tolist()
        if len(order) >= n_most:
            break
    return np.array(order[:n_most], dtype=np.intp)
