"""Weights chosen inside the training rows."""

import numpy as np
import pytest
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import LinearRegression

from quinary.chemistry.composition import Composition
from quinary.learning.evaluation import held_out
from quinary.learning.splits import make_splits
from quinary.studies.ceramic_data import ceramic_table
from quinary.studies.nested_blend import blended, nested_blend

CHOICES = ({"mean": 1.0, "line": 0.0}, {"mean": 0.0, "line": 1.0}, {"mean": 0.5, "line": 0.5})


@pytest.mark.parametrize("split", ["random", "element"])
def test_the_member_that_knows_the_law_is_chosen_in_every_fold(split):
    random = np.random.default_rng(0)
    metals = ("Hf", "Nb", "Ta", "Ti", "Zr", "V")
    shares = random.dirichlet(np.ones(6), 90) * (random.random((90, 6)) < 0.6) + 1e-3 * (random.random((90, 6)) < 0.02)
    shares[shares.sum(axis=1) == 0, 0] = 1.0
    rows = [
        Composition.ceramic({s: x for s, x in zip(metals, row, strict=True) if x > 0}, {"C": 1.0}) for row in shares
    ]
    made = [(one, sum(metals.index(s) * x for s, x in one.cations.items())) for one in rows]
    table = ceramic_table("bulk_modulus", "GPa", made)
    members = {
        "mean": (DummyRegressor(), table.matrix.fractions),
        "line": (LinearRegression(), np.array([[value] for _, value in made])),
    }
    splits = make_splits(split, table)
    outer = {name: held_out(model, features, table, splits).predicted for name, (model, features) in members.items()}
    found, chosen = nested_blend(members, table, splits, outer, CHOICES)
    assert chosen == [CHOICES[1]] * len(splits)
    np.testing.assert_allclose(found, outer["line"])


def test_a_blend_is_a_weighted_sum():
    assert blended({"a": 0.25, "b": 0.75}, {"a": np.array([4.0]), "b": np.array([8.0])}) == pytest.approx([7.0])
