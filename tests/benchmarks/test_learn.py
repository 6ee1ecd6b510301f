"""A small version of the bench: its keys, and that it beats the plain baselines even so."""

import numpy as np

from quinary.learning.data.table import Measurement, table_of_rows
from quinary_benchmarks.learn_phases import _figures
from quinary_benchmarks.learn_values import _best_subset, value_figures
from quinary_benchmarks.learning_tables import PhaseTable, hardness_table


def class_table(target=("a", "b") * 30):
    return table_of_rows("phases", [Measurement({"Mo": 0.5, "Nb": 0.5}, str(name)) for name in target])


def test_hardness_figures():
    table = hardness_table()
    found = value_figures(table.rows(np.arange(0, len(table), 3)), n_trees=8, seed=0, n_folds=3)
    assert list(found)[:4] == ["mae_hv", "width_hv", "coverage", "interval"]
    assert set(found["baseline"]) == {"mae_hv", "width_hv", "coverage"}
    assert found["interval"][0] < found["mae_hv"] < found["interval"][1]
    assert found["mae_hv"] < 0.9 * found["baselines"]["mean"]
    assert 0.75 < found["coverage"] <= 1.0


def test_the_best_subset_errs_least():
    truth = np.zeros(50)
    error = np.random.default_rng(0).normal(size=50)
    assert _best_subset(np.array([error, -error, np.full(50, 9.0)]), truth) == [0, 1]


def test_a_fold_has_no_say_in_its_own_sets():
    """The sets and the decision for a fold must not change with the labels of that fold."""
    table = class_table()
    fold = np.arange(len(table)) % 3
    probabilities = np.random.default_rng(0).dirichlet(np.ones(2), (3, len(table)))
    flipped = class_table(np.where((fold == 1) & (table.target == "a"), "b", table.target))
    first, second = (
        _figures(probabilities, PhaseTable(one, fold, np.empty((len(one), 0))), is_balanced=True)[1]
        for one in (table, flipped)
    )
    assert first[fold == 1].tolist() == second[fold == 1].tolist()
