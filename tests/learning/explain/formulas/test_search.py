"""Planted laws come back with their terms, coefficients and units."""

import numpy as np
import pytest

from quinary.errors import InputError
from quinary.learning.explain.formulas.expressions import Atom, Term, Variable, atoms_of
from quinary.learning.explain.formulas.search import SearchSettings, find_formula
from quinary.learning.explain.formulas.stability import formula_stability
from quinary.learning.explain.formulas.subsets import best_subset, projected


def distractors(random, n_rows):
    return [
        Variable("melting", random.uniform(1500, 3600, n_rows), "K"),
        Variable("density", random.uniform(4, 19, n_rows), "g/cm^3"),
        Variable("chi", random.uniform(1.2, 2.4, n_rows)),
        Variable("vec", random.uniform(3.5, 7, n_rows)),
        Variable("bulk", random.uniform(80, 350, n_rows), "GPa"),
    ]


def noisy(random, values):
    return values * (1 + 0.03 * random.normal(size=len(values)))


def stability(formula, data, settings, n_resamples=10):
    return formula_stability(formula, data, settings, np.arange(len(data[1].values)), n_resamples)


@pytest.mark.physics
def test_tian_hardness_comes_back():
    """Hv = 0.92 (G/B)^1.137 G^0.708, Tian et al. 2012, 10.1016/j.ijrmhm.2012.02.021."""
    random = np.random.default_rng(0)
    shear, ratio = random.uniform(80, 250, 200), random.uniform(0.4, 1.1, 200)
    target = Variable("Hv", noisy(random, 0.92 * ratio**1.137 * shear**0.708), "GPa")
    variables = [Variable("k", ratio), Variable("G", shear, "GPa"), *distractors(random, 200)]
    settings = SearchSettings(n_terms=2, n_screened=10, order=2)
    formula = find_formula(variables, target, settings)
    powers = {part.term.text: part.number for part in formula.parts}
    assert formula.form == "product" and set(powers) == {"k", "G"}
    for name, true in (("k", 1.137), ("G", 0.708)):
        assert abs(powers[name].value - true) < 3 * powers[name].error
    assert stability(formula, (variables, target, ()), settings).share_same >= 0.9


@pytest.mark.physics
def test_rice_toughness_comes_back_with_the_root_of_two():
    """K = sqrt(2 G gamma / (1 - nu)), Rice 1992, 10.1016/S0022-5096(05)80012-2; Poisson's ratios from Be to Nb."""
    random = np.random.default_rng(1)
    shear, fault, poisson = random.uniform(25, 150, 200), random.uniform(0.3, 1.7, 200), random.uniform(0.05, 0.45, 200)
    target = Variable("K", noisy(random, (2 * shear * fault / (1 - poisson)) ** 0.5 * 1e9**0.5 / 1e6), "MPa m^0.5")
    variables = [Variable("G", shear, "GPa"), Variable("g", fault, "J/m^2"), Variable("nu", poisson)]
    variables += distractors(random, 200)
    settings = SearchSettings(n_terms=1)
    formula = find_formula(variables, target, settings)
    assert formula.key == {"G", "g", "1 / (1 - nu)"}
    number = formula.constant if formula.form == "product" else formula.parts[0].number
    assert number.coherent == pytest.approx(2**0.5, rel=0.01)
    assert stability(formula, (variables, target, ()), settings).share_same >= 0.9


@pytest.mark.physics
def test_a_bowing_term_comes_back_beside_the_rule_of_mixtures():
    """P = sum x_i P_i + w x_i x_j: Vegard's rule with one bowing term, Hill 1974, 10.1088/0022-3719/7/3/009."""
    random = np.random.default_rng(2)
    x = random.dirichlet([1, 1, 1], 200)
    target = Variable("B", noisy(random, x @ [160.0, 230.0, 310.0] + 120 * x[:, 0] * x[:, 1]), "GPa")
    shares = [Variable(f"x_{s}", x[:, i], is_fraction=True) for i, s in enumerate(("Ti", "Nb", "W"))]
    variables = [*shares, *distractors(random, 200)]
    settings = SearchSettings(n_terms=2)
    formula = find_formula(variables, target, settings, base=shares)
    assert formula.key == {"x_Ti x_Nb"}
    assert formula.parts[0].number.value == pytest.approx(120, abs=4 * formula.parts[0].number.error)
    assert stability(formula, (variables, target, shares), settings).share_same >= 0.9


def test_noise_gives_no_formula():
    random = np.random.default_rng(3)
    formula = find_formula(distractors(random, 60), Variable("y", random.normal(10, 1, 60), "GPa"))
    assert formula.is_empty and formula.text == "y = 9.93 [GPa]"
    result = stability(
        formula, (distractors(random, 60), Variable("y", random.normal(10, 1, 60)), ()), SearchSettings(), 5
    )
    assert result.verdict == "none"


def test_a_formula_that_changes_between_resamples_is_called_luck():
    random = np.random.default_rng(4)
    cause = random.normal(size=40)
    variables = [Variable(f"v{i}", cause + 0.5 * random.normal(size=40), "K") for i in range(6)]
    target = Variable("y", cause + 0.5 * random.normal(size=40), "GPa")
    formula = find_formula(variables, target, SearchSettings(n_terms=1, order=1))
    result = stability(formula, (variables, target, ()), SearchSettings(n_terms=1, order=1), 10)
    assert result.verdict != "stable" and result.rivals


def test_prediction_repeats_the_fitted_law_elsewhere():
    random = np.random.default_rng(5)
    length, width = random.uniform(1, 5, 40), random.uniform(1, 5, 40)
    variables = [Variable("a", length, "nm"), Variable("b", width, "nm")]
    formula = find_formula(variables, Variable("area", 3 * length * width, "nm^2"), SearchSettings(n_terms=1))
    assert formula.predict({"a": np.array([2.0]), "b": np.array([10.0])}) == pytest.approx([60.0])
    assert formula.rmse == pytest.approx(0, abs=1e-9)


def test_lasso_finds_independent_terms():
    random = np.random.default_rng(6)
    one, other = random.normal(size=80), random.normal(size=80)
    target = Variable("y", 2 * one - 3 * other + 0.05 * random.normal(size=80), "GPa")
    variables = [Variable("u", one, "GPa"), Variable("v", other, "GPa"), *distractors(random, 80)]
    settings = SearchSettings(n_terms=2, order=1, forms=("sum",), method="lasso", has_sums=False)
    assert find_formula(variables, target, settings).key == {"u", "v"}


def test_dimensions_rule_what_may_be_built():
    rows = np.linspace(1.0, 2.0, 20)
    found = {
        atom.text
        for atom in atoms_of([Variable("G", rows, "GPa"), Variable("s", rows**2, "MPa"), Variable("nu", rows / 5)])
    }
    assert "(G + 0.001 s)" in found and "ln(nu)" in found and "(1 - nu)" in found
    assert not any(text.startswith(("ln(G", "exp(G", "(1 - G")) for text in found)
    assert {atom.text for atom in atoms_of([Variable("x", rows / 3, is_fraction=True)])} == {"x"}


def test_a_term_knows_its_unit_and_text():
    from fractions import Fraction

    half = Fraction(1, 2)
    term = Term(((Atom("itself", ("G",), "GPa"), half), (Atom("one_minus", ("nu",)), -half)))
    assert term.text == "sqrt(G / (1 - nu))"
    assert term.unit_powers == {"GPa": half}


def test_best_subset_agrees_with_trying_everything():
    from itertools import combinations

    random = np.random.default_rng(7)
    columns, target = random.normal(size=(30, 8)), random.normal(size=30)
    base = np.ones((30, 1))
    columns, target = projected(columns, base), projected(target, base)
    for size in (1, 2, 3):
        losses = {
            chosen: float(np.linalg.lstsq(columns[:, chosen], target, rcond=None)[1][0])
            for chosen in combinations(range(8), size)
        }
        loss, chosen = best_subset(columns, target, np.zeros(8), size, lambda residual: residual)
        assert chosen == min(losses, key=losses.get) and loss == pytest.approx(min(losses.values()))


@pytest.mark.parametrize(
    "change", [{"n_terms": 4}, {"order": 0}, {"forms": ("power",)}, {"method": "guess"}, {"forms": ("product",)}]
)
def test_settings_that_make_no_sense_are_refused(change):
    variables = [Variable("a", np.arange(1.0, 21.0), "K")]
    target = Variable("y", np.arange(20.0) - 5, "K")
    with pytest.raises(InputError):
        find_formula(variables, target, SearchSettings(**change))


def test_too_few_rows_and_gaps_are_refused():
    with pytest.raises(InputError, match="at least 12"):
        find_formula([Variable("a", np.arange(5.0))], Variable("y", np.arange(5.0)))
    with pytest.raises(InputError, match="missing"):
        find_formula([Variable("a", np.full(20, np.nan))], Variable("y", np.arange(20.0)))
