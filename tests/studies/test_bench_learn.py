"""A small version of the bench: its keys, and that it beats the plain baselines even so."""

import numpy as np

from quinary.learning.table import Measurement, table_of_rows
from quinary.studies.bench_learn_phases import _blended
from quinary.studies.bench_learn_values import _best_subset, value_figures
from quinary.studies.learning_tables import PhaseTable, hardness_table


def class_table(target=("a", "b") * 30):
    return table_of_rows("phases", [Measurement({"Mo": 0.5, "Nb": 0.5}, str(name)) for name in target])


def test_hardness_figures():
    found = value_figures(hardness_table(), n_trees=10, seed=0)
    assert list(found)[:4] == ["mae_hv", "width_hv", "coverage", "interval"]
    assert set(found["baseline"]) == {"mae_hv", "width_hv", "coverage"}
    assert found["interval"][0] < found["mae_hv"] < found["interval"][1]
    assert found["mae_hv"] < 0.75 * found["baselines"]["mean"]
    assert 0.8 < found["coverage"] < 0.98


def test_the_best_subset_errs_least():
    truth = np.zeros(50)
    error = np.random.default_rng(0).normal(size=50)
    assert _best_subset(np.array([error, -error, np.full(50, 9.0)]), truth) == [0, 1]


def test_a_fold_has_no_say_in_its_own_blend():
    """What is chosen for a fold must not change with the labels of that fold."""
    table = class_table()
    fold = np.arange(len(table)) % 3
    random = np.random.default_rng(0)
    classes = np.unique(table.target)
    probabilities = {name: random.dirichlet(np.ones(2), (3, len(table))) for name in ("a", "b", "rival_forest")}
    _, chosen = _blended(probabilities, PhaseTable(table, fold, np.empty((len(table), 0))))
    flipped = np.where(fold == 1, np.where(table.target == classes[0], classes[1], classes[0]), table.target)
    _, again = _blended(probabilities, PhaseTable(class_table(flipped), fold, np.empty((len(table), 0))))
    assert chosen[1] == again[1]
