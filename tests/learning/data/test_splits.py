"""No group stands on both sides."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.errors import InputError
from quinary.learning.data.splits import SPLITS, group_folds, make_splits


@pytest.mark.parametrize("name", ["system", "composition", "paper", "leave_system_out", "leave_paper_out"])
def test_groups_stay_together(make_table, name):
    table = make_table(80)
    group = table.groups[name.removeprefix("leave_").removesuffix("_out")]
    for split in make_splits(name, table):
        assert not set(group[split.train]) & set(group[split.test])


@pytest.mark.parametrize("name", ["random", "system", "leave_one_out", "paper"])
def test_every_row_is_tested_once(make_table, name):
    table = make_table(60)
    tested = np.concatenate([split.test for split in make_splits(name, table)])
    assert sorted(tested) == list(range(60))


def test_elements_pairs_and_time(make_table):
    table = make_table(80)
    for split in make_splits("element", table):
        column = table.matrix.elements.index(split.label.removeprefix("without "))
        assert (table.matrix.fractions[split.test, column] > 0).all()
        assert (table.matrix.fractions[split.train, column] == 0).all()
    assert len(make_splits("pair", table)) > 5
    for split in make_splits("time", table):
        assert table.year[split.train].max() < table.year[split.test].min()


@given(st.lists(st.integers(0, 9), min_size=30, max_size=80), st.integers(0, 5))
def test_folds_of_groups(labels, seed):
    groups = np.array([*labels, 0, 1, 2])
    folds = group_folds(groups, 3, seed)
    assert set(folds) == {0, 1, 2}
    assert all(len(set(folds[groups == group])) == 1 for group in set(groups))


def test_bad_splits_are_refused(make_table):
    with pytest.raises(InputError, match="leave_one_out"):
        make_splits("leave_one", make_table(40))
    with pytest.raises(InputError, match="cannot fill"):
        group_folds(np.array(["a", "b"]), 5)
    assert len(SPLITS) == 10
