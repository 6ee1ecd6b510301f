"""Which mixing law: known ones, and the entropy-forming abilities of carbides."""

import numpy as np
import pytest

from quinary.chemistry.composition import Composition
from quinary.errors import InputError
from quinary.learning.data.splits import make_splits
from quinary.learning.data.table import Measurement, table_of_rows
from quinary.learning.explain.formulas.mixture_laws import find_mixture_law
from quinary.reference.forming_abilities import published_abilities

ELEMENTS = ("Nb", "Ta", "Ti", "V")


def test_the_planted_law_is_found_on_its_scale():
    random = np.random.default_rng(0)
    x = random.dirichlet([1, 1, 1, 1], 80)
    linear = find_mixture_law(x, x @ [100.0, 150.0, 200.0, 300.0] + 0.5 * random.normal(size=80), ELEMENTS, ["value"])
    assert linear.choice_error < 1 and linear.law in {"rule_of_mixtures", "both"}
    pairs = 1.0 / (0.01 + 0.03 * x[:, 0] * x[:, 1])
    found = find_mixture_law(x, pairs, ELEMENTS)
    assert (found.law, found.scale) in {("pair_additive", "reciprocal"), ("both", "reciprocal")}
    assert found.document()["largest_terms"][0]["term"] == "Nb-Ta"


@pytest.mark.physics
def test_the_pair_law_of_the_spread_beats_a_forest_on_unseen_pairs():
    """1/EFA is a sum over pairs of metals: Sarker et al. 2018, 10.1038/s41467-018-07160-7, 56 carbides."""
    from sklearn.ensemble import RandomForestRegressor

    rows = [
        Measurement(dict(Composition.of(one.formula).cations), one.value, "(eV/atom)^-1")
        for one in published_abilities()
        if "Cr" not in one.formula
    ]
    table = table_of_rows("entropy_forming_ability", rows)
    x, whole = table.matrix.fractions, find_mixture_law(table.matrix.fractions, table.target, table.matrix.elements)
    assert (whole.law, whole.scale) == ("pair_additive", "reciprocal")
    ours, forest = [], []
    for split in make_splits("pair", table)[::3]:
        seen, truth = table.target[split.train], table.target[split.test]
        law = find_mixture_law(x[split.train], seen, table.matrix.elements)
        trees = RandomForestRegressor(50, random_state=0).fit(x[split.train], seen)
        ours.append(np.abs(law.predict(x[split.test]) - truth))
        forest.append(np.abs(trees.predict(x[split.test]) - truth))
    assert np.concatenate(ours).mean() < 0.75 * np.concatenate(forest).mean()


def test_what_cannot_be_told_is_refused():
    with pytest.raises(InputError, match="at least 12"):
        find_mixture_law(np.eye(4), np.arange(4.0), ELEMENTS)
    x = np.random.default_rng(0).dirichlet([1, 1, 1, 1], 20)
    with pytest.raises(InputError, match="positive"):
        find_mixture_law(x, x[:, 0] - 0.5, ELEMENTS, ["logarithm"])
    with pytest.raises(InputError, match="scale"):
        find_mixture_law(x, x[:, 0], ELEMENTS, ["cube"])
