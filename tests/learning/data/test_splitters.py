"""Honest splits in scikit-learn's shape: every kind of rows, its own searches and scores, and what cannot be split."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline

import quinary
from quinary import CompositionFeaturizer, ElementSplit, PairSplit, PaperSplit, SystemSplit, TimeSplit
from quinary.errors import InputError

ELEMENTS = ("Cr", "Mo", "Nb", "Ta", "Ti", "W")
RANDOM = np.random.default_rng(3)
AMOUNTS = np.array([RANDOM.multinomial(9, RANDOM.dirichlet(np.full(6, 0.4))) for _ in range(60)])
FORMULAS = ["".join(f"{s}{n}" for s, n in zip(ELEMENTS, row, strict=True) if n) for row in AMOUNTS.tolist()]
HARDNESS = AMOUNTS @ np.array([6.0, 5.0, 2.0, 4.0, 1.5, 7.0])
YEARS = 2000 + np.arange(60) // 4
PAPERS = [f"10.1000/{year}" for year in YEARS]
ROWS = {
    "list": FORMULAS,
    "series": pd.Series(FORMULAS, index=np.arange(60)[::-1]),
    "column": np.array(FORMULAS, dtype=object)[:, None],
    "compositions": [quinary.Composition.of(formula) for formula in FORMULAS],
    "frame": pd.DataFrame({"Formula": FORMULAS, "load": 1.0}),
    "only column": pd.DataFrame({"x": FORMULAS}),
    "fractions": pd.DataFrame(AMOUNTS / 9, columns=list(ELEMENTS)).assign(load=1.0),
}


def elements_of(formula):
    return set(quinary.Composition.of(formula).elements)


@pytest.mark.parametrize("kind", ROWS)
def test_systems_stay_together_whatever_holds_the_formulas(kind):
    splitter = SystemSplit(4, seed=1)
    folds = list(splitter.split(ROWS[kind]))
    assert len(folds) == splitter.get_n_splits() == 4
    assert sorted(np.concatenate([test for _, test in folds])) == list(range(60))
    for train, test in folds:
        systems = [{frozenset(elements_of(FORMULAS[row])) for row in rows} for rows in (train, test)]
        assert not systems[0] & systems[1]
    expected = SystemSplit(4, seed=1).split(FORMULAS)
    assert all(np.array_equal(one[1], other[1]) for one, other in zip(folds, expected, strict=True))


@pytest.mark.parametrize("kind", ROWS)
def test_an_element_or_a_pair_is_tested_by_who_never_saw_it(kind):
    for splitter, n_together in ((ElementSplit(), 1), (PairSplit(fewest=5), 2)):
        labels = splitter.held_out(ROWS[kind])
        folds = list(splitter.split(ROWS[kind]))
        assert len(folds) == len(labels) == splitter.get_n_splits(ROWS[kind])
        for (train, test), label in zip(folds, labels, strict=True):
            out = set(label.removeprefix("without ").split("-"))
            assert len(out) == n_together
            assert all(out <= elements_of(FORMULAS[row]) for row in test)
            assert not any(out <= elements_of(FORMULAS[row]) for row in train)
            assert len(train) + len(test) == 60


def test_the_metals_of_ceramics_are_held_out_and_their_anions_tell_systems_apart():
    ceramics = ["(HfTa)C", "(HfTa)N", "(HfZr)C", "(TiZr)C", "(Hf0.2Ta0.8)C", "(HfZr)N"]
    assert ElementSplit(fewest=2).held_out(ceramics) == ["without Hf", "without Ta", "without Zr"]
    (_, test) = next(fold for fold in SystemSplit(5).split(ceramics) if 0 in fold[1])
    assert set(test) == {0, 4}


def test_papers_and_years():
    frame = pd.DataFrame({"formula": FORMULAS, "doi": PAPERS, "year": YEARS})
    by_groups = list(PaperSplit(3).split(FORMULAS, groups=PAPERS))
    by_column = list(PaperSplit(3, column="doi").split(frame))
    for (train, test), (_, same) in zip(by_groups, by_column, strict=True):
        assert not {PAPERS[row] for row in train} & {PAPERS[row] for row in test}
        assert np.array_equal(test, same)
    splitter = TimeSplit(4, column="year")
    folds = list(splitter.split(frame))
    assert len(folds) == splitter.get_n_splits(frame) == 4
    assert all(YEARS[train].max() < YEARS[test].min() for train, test in folds)
    assert splitter.held_out(frame)[-1].startswith("published from 20")
    assert [list(test) for _, test in TimeSplit(4).split(FORMULAS, groups=YEARS)] == [list(test) for _, test in folds]


def test_scores_and_searches_of_scikit_learn():
    model = make_pipeline(CompositionFeaturizer(["mixing_entropy", "group_mean"]), Ridge())
    assert len(cross_val_score(model, FORMULAS, HARDNESS, cv=SystemSplit(3))) == 3
    features = AMOUNTS / 9
    scores = cross_val_score(Ridge(), features, HARDNESS, cv=ElementSplit(), groups=FORMULAS)
    assert len(scores) == ElementSplit().get_n_splits(FORMULAS)
    search = GridSearchCV(Ridge(), {"alpha": [0.1, 1.0]}, cv=PaperSplit(3)).fit(features, HARDNESS, groups=PAPERS)
    assert search.n_splits_ == 3
    search = GridSearchCV(model, {"ridge__alpha": [0.1]}, cv=PairSplit(fewest=8)).fit(pd.Series(FORMULAS), HARDNESS)
    assert search.n_splits_ == PairSplit(fewest=8).get_n_splits(FORMULAS)


def test_a_random_split_flatters_who_looks_up_neighbours():
    """Six systems, each without one element, of eight near-equal alloys with one value."""
    lacking = np.arange(6).repeat(8)
    amounts = 1.0 + RANDOM.normal(0, 0.05, (48, 6))
    amounts[np.arange(48), lacking] = 0.0
    rows = pd.DataFrame(amounts, columns=list(ELEMENTS))
    error = {
        name: -cross_val_score(
            KNeighborsRegressor(3), rows, 10.0 * lacking, cv=cv, scoring="neg_mean_absolute_error"
        ).mean()
        for name, cv in {"random": KFold(6, shuffle=True, random_state=0), "system": SystemSplit(6)}.items()
    }
    assert error["random"] < 1.0
    assert error["system"] > 5.0


@given(st.integers(2, 5), st.integers(0, 9))
def test_the_same_seed_gives_the_same_folds(n_splits, seed):
    one, other = (list(SystemSplit(n_splits, seed).split(FORMULAS)) for _ in range(2))
    assert all(np.array_equal(a[1], b[1]) for a, b in zip(one, other, strict=True))


def test_they_say_what_they_are_made_of():
    assert repr(SystemSplit(3)) == "SystemSplit(column=None, n_splits=3, seed=0)"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: list(SystemSplit().split(AMOUNTS)), "give the formulas as `groups`"),
        (lambda: list(SystemSplit(40).split(FORMULAS[:20])), "cannot fill 40 folds"),
        (lambda: list(SystemSplit(1).split(FORMULAS)), "it must be 2 or more"),
        (lambda: list(SystemSplit().split(pd.DataFrame({"a": [1], "b": [2]}))), "say which with `column`"),
        (lambda: list(SystemSplit(column="x").split(pd.DataFrame({"a": [1]}))), "no column 'x'; it has a"),
        (lambda: list(SystemSplit(2).split(["MoNb", "Xx"])), "'Xx' is not an element"),
        (lambda: list(PaperSplit().split(FORMULAS)), "give `groups`, or `column`"),
        (lambda: list(PaperSplit(column="doi").split(FORMULAS)), "no data frame"),
        (lambda: list(TimeSplit().split(FORMULAS, groups=["long ago"] * 60)), "needs a year"),
        (lambda: list(TimeSplit().split(FORMULAS, groups=[None] + [2000] * 59)), "1 rows have no year"),
        (lambda: list(TimeSplit().split(FORMULAS, groups=[2000] * 60)), "finds no fold"),
        (lambda: ElementSplit().get_n_splits(), "must see the rows"),
        (lambda: list(ElementSplit().split([])), "no rows"),
    ],
)
def test_what_cannot_be_split_is_told(call, message):
    with pytest.raises(InputError, match=message):
        call()
