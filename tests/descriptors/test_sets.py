"""Sets of descriptors by name."""

import numpy as np
import pytest

from quinary.chemistry.matrix import as_matrix
from quinary.descriptors.alloys.formulas import ALLOY_DESCRIPTORS, alloy_descriptors
from quinary.descriptors.sets import DESCRIPTOR_SETS, compute_descriptors, resolved_names
from quinary.descriptors.statistics import statistics_names
from quinary.errors import InputError


def test_what_the_sets_hold():
    assert resolved_names("alloy") == ALLOY_DESCRIPTORS
    assert resolved_names("elemental_statistics") == statistics_names()
    assert resolved_names("all") == (*ALLOY_DESCRIPTORS, *statistics_names())
    assert resolved_names(["omega", "group_mean", "omega", "alloy"])[:2] == ("omega", "group_mean")
    assert all(resolved_names(name) for name in DESCRIPTOR_SETS)


def test_values_come_in_the_order_of_the_names():
    matrix = as_matrix(["MoNbTaW", "NbTi"])
    names = ("period_range", "mixing_entropy", "group_mode")
    found = compute_descriptors(matrix, names)
    assert tuple(found) == names
    np.testing.assert_array_equal(
        found["mixing_entropy"], alloy_descriptors(matrix, ["mixing_entropy"])["mixing_entropy"]
    )
    assert found["period_range"].tolist() == [1.0, 1.0]


def test_unknown_names():
    with pytest.raises(InputError, match="did you mean omega"):
        resolved_names(["omeg"])
