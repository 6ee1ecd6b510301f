"""Replicates, conflicts, weights and groups."""

from dataclasses import replace

import numpy as np
import pytest

from quinary.errors import InputError
from quinary.learning.data.table import Measurement, build_table, table_of_rows


def alloy(value, **more):
    return Measurement({"Mo": 0.5, "Nb": 0.5}, value, "GPa", **more)


def test_replicates_give_the_median_and_their_scatter():
    found = build_table("hardness_vickers", [alloy(4.0), alloy(5.0), alloy(9.0), Measurement({"Ti": 1.0}, 2.0, "GPa")])
    assert found.target.tolist() == [5.0, 2.0]
    assert found.n_replicates.tolist() == [3, 1]
    assert found.noise == pytest.approx([1.4826, 0.0])
    assert found.groups["system"].tolist() == ["Mo-Nb", "Ti"]


def test_other_conditions_are_no_replicates():
    found = build_table("yield_strength", [alloy(4.0, columns={"temperature": t}) for t in (300.0, 300.0, 1273.0)])
    assert found.columns["temperature"].tolist() == [300.0, 1273.0]


def test_a_tie_between_classes_is_left_out():
    rows = [alloy("BCC"), alloy("FCC"), Measurement({"Ti": 1.0}, "HCP", "GPa"), Measurement({"Zr": 1.0}, "HCP", "GPa")]
    found = build_table("phases", rows)
    assert found.is_class
    assert found.target.tolist() == ["HCP", "HCP"]
    with pytest.raises(InputError, match="conflict"):
        build_table("phases", rows[:2])


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], "no measurement"),
        ([alloy(1.0), replace(alloy(1000.0), unit="MPa")], "several units"),
        ([alloy(1.0), alloy("BCC")], "class names together"),
        ([alloy(1.0, columns={"temperature": 300.0}), alloy(2.0)], "1 of 2 rows do not state temperature"),
    ],
)
def test_what_cannot_be_one_table_is_refused(rows, reason):
    with pytest.raises(InputError, match=reason):
        build_table("hardness_vickers", rows)


def test_noisy_rows_weigh_less():
    weights = build_table("x", [alloy(1.0, uncertainty=0.1), Measurement({"Ti": 1.0}, 2.0, "GPa", 0.4)]).weights()
    assert weights.mean() == pytest.approx(1.0)
    assert weights[0] > weights[1]


def test_rows_keep_their_order(make_measurements):
    found = table_of_rows("hardness_vickers", make_measurements(30))
    part = found.rows(np.array([3, 1]))
    assert part.target.tolist() == found.target[[3, 1]].tolist()
    assert len(part) == 2
