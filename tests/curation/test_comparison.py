"""One's own values beside published ones: the same material, like conditions, median, range and z."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.chemistry.composition import Composition
from quinary.curation.comparison import compared
from quinary.points.conditions import Conditions
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Origin, Source, Value


def point(formula, value, name="yield_strength", doi="10.1000/a", method=Method.MEASURED, **conditions):
    stated = Value.category(*value) if isinstance(value, tuple) else Value.number(value)
    return DataPoint(
        Material(Composition.of(formula)), name, stated, method, Origin.LITERATURE, Source("t"),
        conditions=Conditions.of(conditions), doi=doi,
    )  # fmt: skip


def beside(own, *literature):
    (found,) = compared([own], literature)
    return found


def test_median_range_number_and_sources_of_the_same_material():
    known = [point("MoNbTaW", value, doi=f"10.1000/{value}") for value in (900.0, 1000.0, 1300.0)]
    found = beside(point("Mo25Nb25Ta25W25", 1100.0), *known, point("MoNbTaWV", 1.0))
    assert (found.same.median, found.same.low, found.same.high, found.same.n) == (1000.0, 900.0, 1300.0, 3)
    assert found.same.sources == ("10.1000/900.0", "10.1000/1000.0", "10.1000/1300.0")
    assert found.nearest is None
    # the usual scatter, 1.4826 times the median of 0.1, 0 and 0.3, since three values say little of their own
    assert found.z == pytest.approx(100.0 / (1.4826 * 0.1 * 1000.0))


def test_five_values_have_a_scatter_of_their_own():
    known = [point("MoNbTaW", value, doi=f"10.1000/{value}") for value in (900.0, 950.0, 1000.0, 1100.0, 1300.0)]
    assert beside(point("MoNbTaW", 1200.0), *known).z == pytest.approx(200.0 / (1.4826 * 100.0))


@pytest.mark.parametrize(
    ("mine", "is_same"),
    [
        ("Mo0.25Nb0.25Ta0.25W0.25", True),
        ("Mo25.4Nb24.8Ta24.8W25", True),
        ("Mo27Nb23Ta25W25", False),
        ("MoNbTaWRe", False),
    ],
)
def test_the_same_material_is_one_within_rounding(mine, is_same):
    found = beside(point(mine, 1.0), point("MoNbTaW", 2.0))
    assert (found.same is not None) is is_same
    assert (found.nearest is not None) is not is_same


def test_the_nearest_material_says_how_far_it_is():
    found = beside(point("MoNbTaW", 1.0), point("MoNbTa", 2.0), point("AlCoCrFeNi", 3.0))
    assert found.nearest.formula == "MoNbTa"
    assert found.nearest.distance == pytest.approx(0.25)
    assert found.z is None


@pytest.mark.parametrize(
    ("mine", "theirs", "are_alike"),
    [
        ({}, {"temperature": 300.0}, True), ({"temperature": 1273.0}, {"temperature": 1273.15}, True),
        ({"temperature": 1273.0}, {}, False), ({"test": "tension"}, {"test": "compression"}, False),
        ({"test": "tension"}, {}, True),
    ],
)  # fmt: skip
def test_conditions_must_be_alike(mine, theirs, are_alike):
    found = beside(point("MoNbTaW", 1.0, **mine), point("MoNbTaW", 2.0, **theirs))
    assert (found.same is not None) is are_alike
    assert found.nearest is None


def test_a_statement_that_two_tables_repeat_counts_once_and_what_was_calculated_not_at_all():
    known = [point("MoNbTaW", 1000.0), point("MoNbTaW", 1000.0), point("MoNbTaW", 5.0, method=Method.CALCULATED)]
    assert beside(point("MoNbTaW", 1100.0), *known).same.n == 1


def test_phases_are_compared_by_the_label_that_most_report():
    known = [
        point("MoNbTaW", label, "phases", doi=f"10.1000/{n}") for n, label in enumerate((("BCC",), ("BCC",), ("FCC",)))
    ]
    found = beside(point("MoNbTaW", ("BCC",), "phases"), *known)
    assert (found.same.median, found.same.n, found.same.low, found.z) == ("BCC", 3, None, None)


def test_a_ceramic_is_not_beside_an_alloy():
    found = beside(point("TiC", 20.0, "hardness_vickers"), point("TiNb", 2.0, "hardness_vickers"))
    assert found.same is found.nearest is None


@given(st.lists(st.floats(1.0, 1e4), min_size=1, max_size=12), st.floats(1.0, 1e4))
def test_z_has_the_sign_of_the_difference_and_the_median_lies_in_the_range(values, mine):
    found = beside(point("MoNbTaW", mine), *(point("MoNbTaW", v, doi=f"10.1000/{n}") for n, v in enumerate(values)))
    assert found.same.low <= found.same.median <= found.same.high
    assert (found.z > 0) == (mine > found.same.median)
