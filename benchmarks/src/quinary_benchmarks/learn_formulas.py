"""Are planted laws found again, and is the pair law of entropy-forming abilities found: the symbolic part of `bench learn`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.composition import Composition
from quinary.learning.data import LearningTable, Measurement, make_splits, table_of_rows
from quinary.learning.explain.formulas.expressions import Variable
from quinary.learning.explain.formulas.mixture_laws import find_mixture_law
from quinary.learning.explain.formulas.search import SearchSettings, find_formula
from quinary.learning.explain.formulas.stability import formula_stability
from quinary.reference.forming_abilities import published_abilities
from quinary.studies.benches import BenchSettings
from quinary_benchmarks.learning_rows import DEFAULT_TREES

if TYPE_CHECKING:
    from numpy.random import Generator

__all__ = ["ability_figures", "planted_figures", "run"]

_N_ROWS: Final = 200
_NOISE: Final = 0.03  # of the value
_N_RESAMPLES: Final = 10
# Variables, target, and those that enter linearly whatever is found (the rule of mixtures).
_Problem: TypeAlias = tuple[list[Variable], Variable, list[Variable]]


def run(settings: BenchSettings) -> dict[str, Any]:
    """Planted laws and the law of entropy-forming abilities; `size` is the number of trees in the forest (300 by default)."""
    settings.progress("formulas", 0, 2)
    laws = planted_figures(settings.seed)
    settings.progress("entropy_forming_ability", 1, 2)
    ability = ability_figures(settings.size or DEFAULT_TREES, settings.seed)
    settings.progress("done", 2, 2)
    return {"formulas": laws, "entropy_forming_ability": ability, "rows": [*_law_rows(laws), _ability_row(ability)]}


def _law_rows(laws: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    figure = f"resamples with its terms, of {_N_RESAMPLES}"
    return [
        {"what": f"planted law: {name}", "figure": figure, "ours": found["same_and_right"]}
        for name, found in laws.items()
        if name != "noise"
    ]


def _ability_row(ability: dict[str, Any]) -> dict[str, Any]:
    return {
        "what": "entropy-forming ability",
        "figure": f"mae, {ability['law']}",
        "ours": round(ability["mae"], 2),
        "baseline": round(ability["baseline"]["mae"], 2),
    }


def planted_figures(seed: int) -> dict[str, dict[str, Any]]:
    """Law -> how many of ten resamples gave exactly its terms, the formula, the verdict.

    Each law has 200 rows, noise of 3 % of the value and five variables that have nothing to do with it; `noise` has
    nothing else, and should give no formula. Terms that stand for each other within the noise cannot be told apart: that a
    formula is stable does not prove that it is the law.
    """
    return {name: _planted(problem(np.random.default_rng(seed)), terms) for name, (problem, terms) in _LAWS.items()}


def _planted(problem: _Problem, terms: frozenset[str]) -> dict[str, Any]:
    variables, target, base = problem
    settings = SearchSettings()
    formula = find_formula(variables, target, settings, base)
    groups = np.arange(len(target.values))
    stability = formula_stability(formula, (variables, target, base), settings, groups, _N_RESAMPLES)
    is_right = frozenset(formula.key) == terms
    return {
        "same_and_right": round(stability.share_same * _N_RESAMPLES) if is_right else 0,
        "n_resamples": _N_RESAMPLES,
        "formula": formula.text,
        "verdict": stability.verdict,
    }


def _distractors(random: Generator) -> list[Variable]:
    return [
        Variable("melting", random.uniform(1500, 3600, _N_ROWS), "K"),
        Variable("density", random.uniform(4, 19, _N_ROWS), "g/cm^3"),
        Variable("chi", random.uniform(1.2, 2.4, _N_ROWS)),
        Variable("vec", random.uniform(3.5, 7, _N_ROWS)),
        Variable("bulk", random.uniform(80, 350, _N_ROWS), "GPa"),
    ]


def _noisy(random: Generator, values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values * (1.0 + _NOISE * random.normal(size=len(values)))


def _tian(random: Generator) -> _Problem:
    """Hv = 0.92 k^1.137 G^0.708, k = G / B; 10.1016/j.ijrmhm.2012.02.021."""
    shear, ratio = random.uniform(80, 250, _N_ROWS), random.uniform(0.4, 1.1, _N_ROWS)
    target = Variable("Hv", _noisy(random, 0.92 * ratio**1.137 * shear**0.708), "GPa")
    return [Variable("k", ratio), Variable("G", shear, "GPa"), *_distractors(random)], target, []


def _rice(random: Generator) -> _Problem:
    """K = sqrt(2 G g / (1 - nu)); 10.1016/S0022-5096(05)80012-2."""
    shear, fault = random.uniform(25, 150, _N_ROWS), random.uniform(0.3, 1.7, _N_ROWS)
    poisson = random.uniform(0.05, 0.45, _N_ROWS)
    raw = np.sqrt(2.0 * shear * fault / (1.0 - poisson)) * 1e9**0.5 / 1e6
    variables = [Variable("G", shear, "GPa"), Variable("g", fault, "J/m^2"), Variable("nu", poisson)]
    return [*variables, *_distractors(random)], Variable("K", _noisy(random, raw), "MPa m^0.5"), []


def _bowing(random: Generator) -> _Problem:
    """A rule of mixtures with one bowing term; 10.1088/0022-3719/7/3/009."""
    shares = random.dirichlet([1.0, 1.0, 1.0], _N_ROWS)
    modulus = shares @ [160.0, 230.0, 310.0] + 120.0 * shares[:, 0] * shares[:, 1]
    base = [Variable(f"x_{s}", shares[:, i], is_fraction=True) for i, s in enumerate(("Ti", "Nb", "W"))]
    return [*base, *_distractors(random)], Variable("B", _noisy(random, modulus), "GPa"), base


def _noise(random: Generator) -> _Problem:
    return _distractors(random), Variable("y", random.normal(10.0, 2.0, _N_ROWS), "GPa"), []


_LAWS: Final[dict[str, tuple[Callable[[Generator], _Problem], frozenset[str]]]] = {
    "tian": (_tian, frozenset({"k", "G"})),
    "rice": (_rice, frozenset({"G", "g", "1 / (1 - nu)"})),
    "bowing": (_bowing, frozenset({"x_Ti x_Nb"})),
    "noise": (_noise, frozenset()),
}


def ability_figures(n_trees: int, seed: int) -> dict[str, Any]:
    """Published entropy-forming abilities without chromium, pairs of metals held out: errors in (eV/atom)^-1.

    The law is chosen anew for every fold among additive ones (of elements, of pairs; of EFA, of 1/EFA); the forest is its
    baseline. `law` is the one chosen most often, `share_of_folds` how often.
    """
    from sklearn.ensemble import RandomForestRegressor

    table = _abilities()
    fractions = table.matrix.fractions
    law_errors: list[NDArray[np.float64]] = []
    forest_errors: list[NDArray[np.float64]] = []
    chosen = Counter[str]()
    for split in make_splits("pair", table):
        law = find_mixture_law(fractions[split.train], table.target[split.train], table.matrix.elements)
        chosen[f"{law.law} in {law.scale}"] += 1
        forest = RandomForestRegressor(n_trees, random_state=seed).fit(
            fractions[split.train], table.target[split.train]
        )
        for errors, found in ((law_errors, law), (forest_errors, forest)):
            errors.append(np.abs(found.predict(fractions[split.test]) - table.target[split.test]))
    name, count = chosen.most_common(1)[0]
    return {
        "mae": float(np.concatenate(law_errors).mean()),
        "law": name,
        "share_of_folds": count / chosen.total(),
        "baseline": {"mae": float(np.concatenate(forest_errors).mean())},
    }


def _abilities() -> LearningTable:
    rows = [
        Measurement(dict(Composition.of(entry.formula).cations), entry.value, "(eV/atom)^-1")
        for entry in published_abilities()
        if "Cr" not in Composition.of(entry.formula).cations
    ]
    return table_of_rows("entropy_forming_ability", rows)
