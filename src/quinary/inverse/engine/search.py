"""One design under way: samples of a generator are led onto the request, and the best of what meets it are chosen."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.identity import composition_key
from quinary.errors import ImpossibleRequestError, InputError
from quinary.inverse.bounds import extreme
from quinary.inverse.compromise import least_missing
from quinary.inverse.engine.judgement import Judge
from quinary.inverse.engine.pools import N_PARENTS, Nearest, Pool
from quinary.inverse.engine.rough_search import RoughSearch, is_rough
from quinary.inverse.engine.starting_points import Starts
from quinary.inverse.feasibility import evidence_of, polytope_of
from quinary.inverse.moving import Mover
from quinary.inverse.objectives import Objective, pushed
from quinary.inverse.ranking import far_apart, spread_fronts
from quinary.inverse.variants import varied
from quinary.plugins import GenerationTask, GeneratorPlugin
from quinary.points.quantity import quantity_named
from quinary.requests import Numerical

if TYPE_CHECKING:
    Values: TypeAlias = NDArray[np.float64]

__all__ = ["Search"]

_SAMPLES_PER_CANDIDATE: Final = 8
_LEAST_SAMPLES: Final = 256
_MOST_ROUNDS: Final = 8
_POOL: Final = 2  # so many times the candidates wanted are found before the best are chosen
_N_LOOKS: Final = 2000
_PATIENCE: Final = 3  # rounds that neither find anything nor come nearer
_NEARER: Final = 0.95
_OUTSIDE_DOMAIN: Final = 0.02  # counts as much as missing a value by 2 %
# Candidates that nobody asked to be different are as far apart as there are enough of: one alloy three times is no choice.
_USUAL_DISTANCES: Final = (0.05, 0.02, 0.01, 0.0)


class Search:
    """Leads samples over the palette of a judge onto the request that it judges by.

    Attributes:
        nearest: the composition, shape (n_elements,), that came nearest to the values asked for without them, or None.
        has_refused: whether some have them, but are too near to known materials or too far from the seed.
        has_left_domain: whether some have them, but outside the domain of what predicts them, where that is not wanted.
    """

    def __init__(self, judge: Judge, task: GenerationTask, *, in_domain: bool = False) -> None:
        self.judge = judge
        self.in_domain = in_domain
        self.request = judge.request
        self.elements = judge.elements
        limits = self.request.limits
        self.mover = Mover(
            self.elements,
            {symbol: limits.bounds(symbol) for symbol in self.elements},
            limits.n_components,
            limits.smallest,
            limits.step,
        )
        self.task = replace(task, forms=judge.forms)
        self.nearest: Values | None = None
        self.has_refused = False
        self.has_left_domain = False
        self._known_keys = {composition_key(alloy) for alloy in judge.known.materials}

    def collect(self, plugin: GeneratorPlugin, n: int) -> list[tuple[Values, float]]:
        """(fractions, distance moved) of up to `n` different new compositions that meet the request, best first."""
        inside, outside = Pool(len(self.elements)), Pool(len(self.elements))
        inside.keys = outside.keys = set(self._known_keys)
        near = Nearest(len(self.elements))
        starts = Starts(self.judge, self.task)
        if any(map(is_rough, self.judge.forms.values())):
            return self._collect_rough(plugin, n, (inside, outside), starts)
        n_samples = max(_LEAST_SAMPLES, _SAMPLES_PER_CANDIDATE * n)
        n_idle = 0
        for number in range(_MOST_ROUNDS):
            before = len(inside) + len(outside), near.least
            for entry in starts.of_round(plugin, number, n_samples, near.fractions):
                self._take(entry, number, (inside, outside), near)
            if not len(inside) and len(near.fractions):
                self._remember(least_missing(self.mover, near.fractions, self.judge.goals), near)
            self.judge.known.progress("designing", min(len(inside), n), n)
            if len(inside) >= _POOL * n or (number and not len(inside) and len(outside) >= n):
                break
            has_found = len(inside) + len(outside) > before[0] or near.least < _NEARER * before[1]
            n_idle = 0 if has_found else n_idle + 1
            if n_idle == _PATIENCE:
                break
        self.nearest = near.fractions[0] if len(near.fractions) else None
        pools = [inside, outside]
        if self.request.objectives and 0 < len(inside) + len(outside) < n:
            next_inside, next_outside = self._next_best(inside if len(inside) else outside, n_samples)
            pools = [inside, next_inside, outside, next_outside]
        chosen: list[tuple[Values, float]] = []
        for pool in pools:
            chosen += self._best(pool, n - len(chosen), chosen)
        return chosen

    def _collect_rough(
        self, plugin: GeneratorPlugin, n: int, pools: tuple[Pool, Pool], starts: Starts
    ) -> list[tuple[Values, float]]:
        """The same where a property has no slopes to follow."""

        def keep(met: Values, origin: Values) -> int:
            self._keep(met, origin, pools)
            return len(pools[0])

        near = Nearest(len(self.elements))
        RoughSearch(self.judge, self.mover, starts, self.task.seed).collect(plugin, n, keep, near)
        self.nearest = near.fractions[0] if len(near.fractions) else None
        chosen = self._best(pools[0], n)
        return [*chosen, *self._best(pools[1], n - len(chosen), chosen)]

    def too_few(self, n: int, n_found: int) -> ImpossibleRequestError:
        """The error when fewer than `n` candidates were found: what came nearest, or what was refused."""
        names = ", ".join(self.request.wanted) or "the limits"
        nearest = {} if self.nearest is None or n_found else dict(self.judge.composition(self.nearest).cations)
        if n_found:
            what = f"found {n_found} of {n} new compositions that meet {names}; allow fewer (--allow-fewer)"
        elif self.has_refused:
            what = (
                f"found 0 of {n} new compositions that meet {names}: others do, but are too near to known materials or too "
                "far from the one to stay near to"
            )
        elif self.has_left_domain:
            what = (
                f"found 0 of {n} new compositions that meet {names} inside the domain of what predicts them; others lie "
                "outside: leave --in-domain away"
            )
        elif self.nearest is not None:
            what = f"found 0 of {n} new compositions that meet {names}; the nearest, {self._nearest_in_words(self.nearest)}"
        else:
            what = f"found 0 of {n} new compositions that meet {names}"
        return ImpossibleRequestError(
            f"{what}; or widen the request" if n_found else f"{what}; widen the request",
            evidence_of(names, None, nearest, (), certain=False),
        )

    def _nearest_in_words(self, fractions: Values) -> str:
        values = [
            f"{goal.name} {goal.form.value(fractions[None, :])[0]:.4g} {quantity_named(goal.name).unit}".rstrip()
            for goal in self.judge.goals
        ]
        return f"{self.judge.composition(fractions).formula}, has {', '.join(values)}"

    def _take(self, starts: Values, number: int, pools: tuple[Pool, Pool], near: Nearest) -> None:
        """Keep what meets the request as it is or after moving; in the second pool what a method's domain does not cover."""
        if not self.request.objectives:
            plain = self.mover.as_they_are(starts, self.judge.goals)
            self._keep(plain.fractions[plain.is_met], starts[plain.is_met], pools)
            starts = starts[~plain.is_met]
        led = pushed(self.mover, starts, self.judge.goals, self._objectives, self.task.seed + number)
        self._keep(led.fractions[led.is_met], starts[led.is_met], pools)
        self._remember(led.fractions[~led.is_met], near)

    def _next_best(self, best: Pool, n_samples: int) -> tuple[Pool, Pool]:
        """Variants of the best, inside and outside of domains: where few compositions are best, and more were asked for."""
        spare = Pool(len(self.elements)), Pool(len(self.elements))
        spare[0].keys = spare[1].keys = best.keys
        starts = varied(best.fractions[:N_PARENTS], _MOST_ROUNDS * n_samples, np.random.default_rng(self.task.seed))
        moved = self.mover.move(starts, self.judge.goals)
        self._keep(moved.fractions[moved.is_met], starts[moved.is_met], spare)
        return spare

    def _keep(self, met: Values, origin: Values, pools: tuple[Pool, Pool]) -> None:
        """Put what meets the goals, and where it was moved from, into the pools if it is new and near enough."""
        is_kept = self.judge.is_acceptable(met)
        self.has_refused |= not is_kept.all()
        fractions = met[is_kept]
        moved = np.abs(fractions - origin[is_kept]).sum(axis=1) / 2
        covered = self.judge.is_in_domain(fractions)
        outside = ~covered
        if self.in_domain:
            self.has_left_domain |= bool(outside.any())
            outside[:] = False
        for pool, chosen in zip(pools, (covered, outside), strict=True):
            pool.add(fractions[chosen], moved[chosen], self.judge.composition)

    def _remember(self, missed: Values, near: Nearest) -> None:
        """Note what came near once it obeys the limits, which steps towards goals out of reach lead away from."""
        inside = self.mover.move(missed, [])
        missed = inside.fractions[inside.is_met]
        if self.judge.goals and len(missed):
            misses = self.mover.misses(missed, self.judge.goals)
            near.add(missed, misses + _OUTSIDE_DOMAIN * ~self.judge.is_in_domain(missed))

    @functools.cached_property
    def _objectives(self) -> list[Objective]:
        return [self._objective(name, direction) for name, direction in self.request.objectives.items()]

    def _objective(self, name: str, direction: float) -> Objective:
        """A property to push, from its worst to its best over the limits: proven, or beyond those of random mixtures."""
        form = self.judge.forms[name]
        place = polytope_of(self.request.limits, self.elements)
        if isinstance(form, Numerical):
            anywhere = np.random.default_rng(0).dirichlet(np.full(len(self.elements), 0.5), _N_LOOKS)
            values = form.value(anywhere)
            values = values[np.isfinite(values)]
            if not len(values):
                raise InputError(f"{name} is not defined for mixtures of {', '.join(self.elements)}")
            spread = float(np.ptp(values))
            low, high = float(values.min()) - spread, float(values.max()) + spread
        else:
            ends = [extreme(form, place, highest=side) for side in (False, True)]
            low, high = (end.value if end else 0.0 for end in ends)
        return Objective(name, form, direction, low if direction > 0 else high, high if direction > 0 else low)

    def _best(self, pool: Pool, n: int, earlier: Sequence[tuple[Values, float]] = ()) -> list[tuple[Values, float]]:
        """Up to `n`: by objectives, or by hundredths of probability to meet the request, without traces, least moved."""
        if not len(pool) or n < 1:
            return []
        order, ranks = self._ordered(pool)
        before = [fractions for fractions, _ in earlier]
        for apart in [self.request.diversity] if self.request.diversity > 0 else _USUAL_DISTANCES:
            chosen = far_apart(pool.fractions, order, apart, n, before)
            if len(chosen) == n:
                break
        return [(pool.fractions[row], float(pool.moved[row])) for row in sorted(chosen, key=ranks.__getitem__)]

    def _ordered(self, pool: Pool) -> tuple[list[int], list[int]]:
        """Rows in the order in which they are chosen, and the rank of each among the candidates.

        They differ for several objectives, where the first few shall stand for the whole front.
        """
        objectives = self.request.objectives
        values = np.array([-sign * self.judge.forms[name].value(pool.fractions) for name, sign in objectives.items()]).T
        if len(objectives) > 1:
            order, fronts = spread_fronts(values)
            return order, np.lexsort([pool.moved, values[:, 0], fronts]).argsort().tolist()
        if objectives:
            costs = [pool.moved, values[:, 0]]
        else:
            costs = [
                pool.moved,
                self.mover.has_traces(pool.fractions),
                -self.judge.probability(pool.fractions).round(2),
            ]
        ranked = np.lexsort(costs)
        return ranked.tolist(), ranked.argsort().tolist()
