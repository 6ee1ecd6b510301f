"""Bad tables are refused or warned of, with reason and remedy."""

from dataclasses import replace

import numpy as np
import pytest

from quinary.errors import InputError
from quinary.learning.data.checks import check_features, check_split, check_table, refuse_or_warn
from quinary.learning.data.splits import Split, make_splits


def names(found):
    return {one.check: one.is_fatal for one in found}


def test_a_good_table_passes(make_table):
    assert check_table(make_table(120)) == []


def test_too_few_rows(make_table):
    assert names(check_table(make_table(12))) == {"few rows": True}
    assert names(check_table(make_table(40))) == {"few rows": False}


def test_one_class_and_constant_targets(make_table):
    table = make_table(80, is_class=True)
    assert names(check_table(replace(table, target=np.full(80, "soft")))) == {"one class": True}
    with pytest.raises(InputError, match="negative results"):
        refuse_or_warn(check_table(replace(make_table(80), target=np.ones(80))))


def test_rare_classes_and_one_paper(make_table):
    table = make_table(80, is_class=True)
    target = np.array(["soft"] * 78 + ["hard"] * 2)
    groups = {**table.groups, "paper": np.full(80, "10.0/1")}
    found = check_table(replace(table, target=target, groups=groups))
    assert names(found) == {"rare class": False, "one paper": False}
    assert "another source" in " ".join(refuse_or_warn(found))


def test_the_target_among_the_features(make_table):
    table = make_table(60)
    features = np.column_stack([table.matrix.fractions[:, 0], np.exp(table.target), np.ones(60)])
    found = check_features(features, ("a", "copy", "still"), table)
    assert names(found) == {"constant features": False, "leaking features": True}
    with pytest.raises(InputError, match="copy"):
        refuse_or_warn(found)


def test_a_class_in_numbers_is_a_leak(make_table):
    table = make_table(60, is_class=True)
    assert names(check_features((table.target == "hard").astype(float)[:, None], ("code",), table)) == {
        "leaking features": True
    }


def test_nothing_but_constants(make_table):
    assert names(check_features(np.ones((60, 2)), ("a", "b"), make_table(60))) == {"constant features": True}


def test_duplicates_across_folds(make_table):
    table = make_table(60)
    assert check_split(table, make_splits("composition", table)) == []
    both = Split(np.arange(60), np.arange(3), "same rows")
    assert names(check_split(table, [both])) == {"duplicates across folds": False}
