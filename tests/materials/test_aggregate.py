"""Which of several points stands for a cell."""

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quinary.chemistry.composition import Composition
from quinary.materials.aggregate import CellKey, best_points, cell_key, rank
from quinary.points.conditions import Conditions
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Origin, Source, Value

ALLOY = Material(Composition.of("MoNbTaW"))


def hardness(value=5.0, method=Method.MEASURED, origin=Origin.LITERATURE, kind="compilation", **other):
    stated = value if isinstance(value, Value) else Value.number(value)
    return DataPoint(ALLOY, "hardness_vickers", stated, method, origin, Source("a table", kind), **other)


points = st.builds(
    hardness,
    value=st.floats(1, 50) | st.floats(1, 50).map(lambda low: Value(low, math.inf)),
    method=st.sampled_from(Method),
    origin=st.sampled_from(Origin),
    kind=st.sampled_from(["original", "review", "compilation", "computed"]),
    uncertainty=st.none() | st.floats(0, 1),
    conditions=st.sampled_from([{}, {"temperature": 1273.0}, {"load": 9.8}]).map(Conditions.of),
)


def test_a_point_counts_by_method_then_source_then_certainty():
    in_order = [
        hardness(method=Method.MEASURED, kind="original", uncertainty=0.1),
        hardness(method=Method.MEASURED, kind="original"),
        hardness(Value(5.0, math.inf), kind="original", uncertainty=0.1),
        hardness(Value(5.0, math.inf), kind="original"),
        hardness(method=Method.MEASURED, kind="review"),
        hardness(method=Method.MEASURED, kind="compilation"),
        hardness(method=Method.MEASURED, kind="computed"),
        hardness(method=Method.DFT, kind="original"),
        hardness(method=Method.POTENTIAL),
        hardness(method=Method.CALPHAD),
        hardness(method=Method.EMPIRICAL),
    ]
    assert all(rank(better) > rank(worse) for better, worse in pairwise(in_order))
    assert rank(hardness(method=Method.EMPIRICAL)) == rank(hardness(method=Method.LEARNED))


def test_the_latest_of_equals_counts():
    older, newer = hardness(4.0), hardness(6.0)
    assert best_points([older, newer]) == {cell_key(older): newer}
    assert best_points([newer, older]) == {cell_key(older): older}


def test_a_better_point_counts_whenever_it_came():
    measured, learned = hardness(4.0), hardness(6.0, method=Method.LEARNED)
    assert best_points([measured, learned]) == best_points([learned, measured]) == {cell_key(measured): measured}


def test_conditions_and_origin_make_different_cells():
    hot = hardness(conditions=Conditions.of({"temperature": 1273.0}))
    warm = hardness(conditions=Conditions.of({"temperature": 298.15}))
    predicted = hardness(origin=Origin.PREDICTION)
    assert set(best_points([hot, warm, predicted])) == {
        CellKey("hardness_vickers", "temperature=1273", Origin.LITERATURE),
        CellKey("hardness_vickers", "", Origin.LITERATURE),
        CellKey("hardness_vickers", "", Origin.PREDICTION),
    }


@pytest.mark.parametrize("origin", Origin)
def test_values_that_a_compilation_calculated_fill_no_cell(origin):
    assert rank(hardness(method=Method.CALCULATED, origin=origin)) is None
    assert best_points([hardness(method=Method.CALCULATED, origin=origin)]) == {}


@given(st.lists(points, max_size=12))
@settings(max_examples=100)
def test_the_best_point_of_a_cell_is_the_last_of_the_highest_rank(found):
    best = best_points(found)
    assert set(best) == {cell_key(point) for point in found if rank(point) is not None}
    for key, point in best.items():
        rivals = [other for other in found if cell_key(other) == key and rank(other) is not None]
        highest = max(rank(other) for other in rivals)
        assert point is [other for other in rivals if rank(other) == highest][-1]


@given(st.lists(points, max_size=12), points)
@settings(max_examples=100)
def test_one_more_point_changes_at_most_its_own_cell(found, extra):
    before, after = best_points(found), best_points([*found, extra])
    assert {key: point for key, point in after.items() if key != cell_key(extra)} == {
        key: point for key, point in before.items() if key != cell_key(extra)
    }
