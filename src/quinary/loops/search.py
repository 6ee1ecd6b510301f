"""One design under way: samples of a generator are led onto the request, and the best of what meets it are chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeAlias

from quinary.chemistry.composition import Composition
from quinary.chemistry.identity import composition_key
from quinary.errors import InputError
from quinary.inverse.bounds import Polytope, extreme
from quinary.inverse.even import even_mixtures
from quinary.inverse.feasibility import polytope_of
from quinary.inverse.forms import Linear, Numerical, Ratio
from quinary.inverse.moving import Moved, Mover
from quinary.inverse.pushing import Objective, pushed
from quinary.inverse.ranking import far_apart, first_fronts
from quinary.loops.judgement import Judge, aligned
from quinary.plugins.sockets import GenerationTask, GeneratorPlugin

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Values: TypeAlias = NDArray[np.float64]

__all__ = ["Search"]

_SAMPLES_PER_CANDIDATE: Final = 8
_LEAST_SAMPLES: Final = 256
_MOST_ROUNDS: Final = 8
_POOL: Final = 2  # so many times the candidates wanted are found before the best are chosen
_N_CORNERS: Final = 24
_N_LOOKS: Final = 2000
# Candidates that nobody asked to be different are as far apart as there are enough of: one alloy three times is no choice.
_USUAL_DISTANCES: Final = (0.05, 0.02, 0.01, 0.0)


class _Pool:
    """Compositions that meet the request, each once: fractions (N, n_elements) and how far each was moved."""

    def __init__(self, n_elements: int) -> None:
        import numpy as np

        self.fractions = np.empty((0, n_elements))
        self.moved = np.empty(0)
        self.keys: set[str] = set()

    def add(self, fractions: Values, moved: Values, composition: Callable[[Values], Composition]) -> None:
        """Add those that are not there yet."""
        import numpy as np

        fresh = []
        for row, entry in enumerate(fractions):
            key = composition_key(composition(entry))
            if key not in self.keys:
                self.keys.add(key)
                fresh.append(row)
        self.fractions = np.concatenate([self.fractions, fractions[fresh]])
        self.moved = np.concatenate([self.moved, moved[fresh]])

    def __len__(self) -> int:
        return len(self.fractions)


class Search:
    """Leads samples over the palette of a judge onto the request that it judges by."""

    def __init__(self, judge: Judge, task: GenerationTask) -> None:
        self.judge = judge
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
        self._known_keys = {composition_key(alloy) for alloy in judge.known.materials}

    def collect(self, plugin: GeneratorPlugin, n: int) -> list[tuple[Values, float]]:
        """(fractions, distance moved) of up to `n` different new compositions that meet the request, best first."""
        inside, outside = _Pool(len(self.elements)), _Pool(len(self.elements))
        inside.keys = outside.keys = set(self._known_keys)
        n_samples = max(_LEAST_SAMPLES, _SAMPLES_PER_CANDIDATE * n)
        for number in range(_MOST_ROUNDS):
            for starts in self._starts(plugin, number, n_samples):
                self._take(starts, number, inside, outside)
            self.judge.known.progress("designing", min(len(inside), n), n)
            if len(inside) >= _POOL * n or (number and not len(inside) and len(outside) >= n):
                break
        chosen = self._best(inside, n)
        return chosen + (self._best(outside, n - len(chosen), chosen) if len(chosen) < n else [])

    def _starts(self, plugin: GeneratorPlugin, number: int, n_samples: int) -> list[Values]:
        """Samples of the generator; later also mixtures of corners of what is possible, of ceramics also even ones."""
        task = replace(self.task, seed=self.task.seed + 7919 * number)
        starts = [aligned(plugin.generate(task, n_samples), self.elements)]
        if number:
            starts.append(self._mixed_corners(n_samples, number))
        if number and self.judge.known.anions:
            starts.append(self._even_mixtures(n_samples, number))
        return [self._near_seed(entry) for entry in starts]

    def _mixed_corners(self, n_samples: int, number: int) -> Values:
        """Mixtures of two or three corners of the polytope of the request: every one meets what is linear in it."""
        import numpy as np

        generator = np.random.default_rng((self.task.seed, number))
        place = self._place()
        corners = []
        for _ in range(_N_CORNERS):
            found = extreme(Linear(generator.normal(size=len(self.elements))), place, highest=True)
            if found is not None:
                corners.append([found.composition.get(symbol, 0.0) for symbol in self.elements])
        if not corners:
            return np.empty((0, len(self.elements)))
        chosen = np.array(corners)[generator.integers(len(corners), size=(n_samples, 3))]
        weights = generator.dirichlet(np.full(3, 0.7), n_samples)
        mixed: Values = np.einsum("nk,nke->ne", weights, chosen)
        return mixed

    def _even_mixtures(self, n_samples: int, number: int) -> Values:
        """Nearly equal parts of metals that two by two lie in the domain of the methods, or of any if none do."""
        import numpy as np

        n_metals = len(self.elements)
        first, second = np.triu_indices(n_metals, k=1)
        is_covered = self.judge.is_in_domain((np.eye(n_metals)[first] + np.eye(n_metals)[second]) / 2)
        weights = np.zeros(n_metals)
        np.add.at(weights, np.concatenate([first, second]), np.tile(is_covered, 2))
        generator = np.random.default_rng((self.task.seed, number, 1))
        return even_mixtures(weights, self.request.limits.n_components, n_samples, generator)

    def _place(self) -> Polytope:
        place = polytope_of(self.request.limits, self.elements)
        for goal in self.judge.goals:
            if isinstance(goal.form, Linear | Ratio):
                place = place.within(goal.name, goal.form, *self.request.interval(goal.name))
        return place

    def _near_seed(self, starts: Values) -> Values:
        """Starts drawn towards the material to stay near to, half as far away as allowed."""
        import numpy as np

        if self.request.seed is None or not len(starts):
            return starts
        origin = self.judge.seed_fractions()
        apart = np.abs(starts - origin).sum(axis=1) / 2
        share = np.minimum(1.0, self.request.seed.distance / 2 / np.maximum(apart, 1e-12))
        drawn: Values = origin + share[:, None] * (starts - origin)
        return drawn

    def _take(self, starts: Values, number: int, inside: _Pool, outside: _Pool) -> None:
        """Keep what meets the request as it is or after moving; in another pool what a method's domain does not cover."""
        import numpy as np

        plain = self.mover.as_they_are(starts, self.judge.goals)
        led = self._led(starts[~plain.is_met] if not self.request.objectives else starts, number)
        moved_from = starts[~plain.is_met] if not self.request.objectives else starts
        parts = [(plain.fractions[plain.is_met], starts[plain.is_met])] if not self.request.objectives else []
        parts.append((led.fractions[led.is_met], moved_from[led.is_met]))
        for met, origin in parts:
            is_kept = self.judge.is_acceptable(met)
            fractions = met[is_kept]
            moved = np.abs(fractions - origin[is_kept]).sum(axis=1) / 2
            covered = self.judge.is_in_domain(fractions)
            inside.add(fractions[covered], moved[covered], self.judge.composition)
            outside.add(fractions[~covered], moved[~covered], self.judge.composition)

    def _led(self, starts: Values, number: int) -> Moved:
        objectives = [self._objective(name, direction) for name, direction in self.request.objectives.items()]
        return pushed(self.mover, starts, self.judge.goals, objectives, self.task.seed + number)

    def _objective(self, name: str, direction: float) -> Objective:
        """A property to push, from its worst to its best over the limits: proven, or beyond those of random mixtures."""
        import numpy as np

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

    def _best(self, pool: _Pool, n: int, earlier: Sequence[tuple[Values, float]] = ()) -> list[tuple[Values, float]]:
        """Up to `n`: by objectives, or by hundredths of probability to meet the request, without traces, least moved."""
        import numpy as np

        if not len(pool) or n < 1:
            return []
        costs = [-self.judge.probability(pool.fractions).round(2), self.mover.has_traces(pool.fractions), pool.moved]
        if self.request.objectives:
            columns = [
                -sign * self.judge.forms[name].value(pool.fractions) for name, sign in self.request.objectives.items()
            ]
            costs = [first_fronts(np.array(columns).T).astype(float), columns[0], pool.moved]
        order = np.lexsort(costs[::-1])
        before = [fractions for fractions, _ in earlier]
        for apart in [self.request.diversity] if self.request.diversity > 0 else _USUAL_DISTANCES:
            chosen = far_apart(pool.fractions, order.tolist(), apart, n, before)
            if len(chosen) == n:
                break
        return [(pool.fractions[row], float(pool.moved[row])) for row in chosen]
