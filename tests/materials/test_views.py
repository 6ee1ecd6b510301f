"""Views are pure functions of points and what is known of their studies; nothing is lost, and the choice is explained."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quinary.chemistry.composition import Composition
from quinary.errors import InputError
from quinary.materials.aggregate import best_points
from quinary.materials.views import View, cells_of_points, grouped, study_of, view_named
from quinary.points.conditions import Conditions
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Origin, Source, Value

materials = st.builds(
    Material,
    st.sampled_from(["MoNbTaW", "MoNb"]).map(Composition.of),
    st.sampled_from([(), ("BCC",)]),
    st.sampled_from([(), ("AC",), ("A",)]),
)
points = st.builds(
    DataPoint,
    material=materials,
    property=st.sampled_from(["hardness_vickers", "density"]),
    value=st.floats(1, 20).map(Value.number) | st.floats(1, 20).map(lambda low: Value(low, math.inf)),
    method=st.sampled_from([Method.MEASURED, Method.DFT, Method.CALCULATED]),
    origin=st.sampled_from(Origin),
    source=st.builds(Source, st.just("a table"), st.sampled_from(["original", "review", "compilation", "computed"])),
    uncertainty=st.none() | st.floats(0, 1),
    conditions=st.sampled_from([{}, {"temperature": 1273.0}]).map(Conditions.of),
    doi=st.sampled_from(["", "10.1000/a", "10.1000/B"]),
)
kinds = st.dictionaries(
    st.sampled_from(["10.1000/a", "10.1000/B"]), st.sampled_from(["original", "review", "compilation", ""])
)


def hardness(value=5.0, kind="compilation", doi="", formula="MoNbTaW", **other):
    given_material = Material(Composition.of(formula), other.pop("structure", ()), other.pop("processing", ()))
    given_method = other.pop("method", Method.MEASURED)
    stated = value if isinstance(value, Value) else Value.number(value)
    return DataPoint(
        given_material,
        "hardness_vickers",
        stated,
        given_method,
        Origin.LITERATURE,
        Source("a table", kind),
        doi=doi,
        **other,
    )


def only_cell(found, known=None):
    (cell,) = cells_of_points(found, known or {})
    return cell


@given(st.lists(points, max_size=12), kinds, st.sampled_from(View))
@settings(max_examples=80)
def test_no_point_is_lost_and_each_stands_in_one_group(found, known, view):
    groups = grouped(view, found, known)
    assert sum(len(group.points) for group in groups) == len(found)
    for group in groups:
        assert all(view.group_of(point) == group.key for point in group.points)
        assert sum(len(cell.values) for cell in group.cells) == len(group.points)
        assert all(cell.best in (None, cell.values[0]) for cell in group.cells)


@given(st.lists(points, max_size=12), kinds)
@settings(max_examples=80)
def test_the_value_that_stands_is_the_one_that_cells_hold(found, known):
    for group in grouped(View.AGGREGATED, found, known):
        standing = {cell.key: cell.best for cell in group.cells if cell.best is not None}
        assert standing == best_points(group.points, known)


@given(st.lists(points, min_size=1, max_size=12), kinds, st.sampled_from(View), st.integers(0, 12))
@settings(max_examples=80)
def test_more_points_change_only_the_groups_they_belong_to(found, known, view, n_first):
    """Incremental equals from scratch: what no new point touches is as it was, what is touched is found from its points."""
    before = {group.key: group for group in grouped(view, found[:n_first], known)}
    touched = {view.group_of(point) for point in found[n_first:]}
    after = {key: group for key, group in before.items() if key not in touched}
    for key in touched:
        members = [point for point in found if view.group_of(point) == key]
        (after[key],) = grouped(view, members, known)
    assert after == {group.key: group for group in grouped(view, found, known)}


@given(st.lists(points, max_size=10))
@settings(max_examples=40)
def test_coarser_views_are_unions_of_finer_ones(found):
    sizes = [len(grouped(view, found)) for view in (View.AGGREGATED, View.STRUCTURAL, View.COMPOSITIONAL)]
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize(
    ("worse", "better", "known", "reason"),
    [
        (hardness(kind="compilation"), hardness(kind="original"), {}, "original study before compilation"),
        (hardness(kind="review"), hardness(kind="original"), {}, "original study before review"),
        (
            hardness(kind="original", doi="10.1000/r"),
            hardness(kind="original", doi="10.1000/o"),
            {"10.1000/r": "review"},
            "original study before review",
        ),
        (
            hardness(doi="10.1000/r", uncertainty=0.1),
            hardness(Value(4.0, math.inf), doi="10.1000/o"),
            {"10.1000/r": "review", "10.1000/o": "original"},
            "compilation before compilation of a review",
        ),
        (hardness(method=Method.DFT), hardness(), {}, "measured before DFT"),
        (hardness(Value(5.0, math.inf)), hardness(), {}, "a number before a bound"),
        (hardness(), hardness(uncertainty=0.2), {}, "a stated uncertainty before none"),
        (hardness(4.0), hardness(5.0), {}, "the latest entered of equal ones"),
        (hardness(method=Method.CALCULATED), hardness(), {}, "all others a compilation calculated itself"),
    ],
)
def test_the_choice_is_explained(worse, better, known, reason):
    cell = only_cell([worse, better], known)
    assert cell.values == (better, worse)
    assert cell.best == better
    assert cell.reason == f"of 2: {reason}"


def test_one_value_and_none_that_stands():
    assert only_cell([hardness()]).reason == "the only value"
    own = only_cell([hardness(method=Method.CALCULATED)])
    assert own.best is None
    assert len(own.values) == 1


def test_a_study_goes_by_its_doi_or_its_source():
    assert study_of(hardness(doi="10.1000/ABC")) == "10.1000/abc"
    assert study_of(hardness()) == "a table"
    with pytest.raises(InputError, match="did you mean aggregated"):
        view_named("agregated")
