"""Records to rows and back."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quinary.chemistry.composition import Composition
from quinary.materials.aggregate import rank
from quinary.points.conditions import Conditions
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Origin, Source, Value
from quinary.store.records import (
    composition_from_json,
    composition_json,
    material_from_row,
    material_row,
    point_from_row,
    point_row,
)

alloys = st.dictionaries(st.sampled_from(["Mo", "Nb", "Ta", "W", "B"]), st.floats(1e-6, 1), min_size=1)
texts = st.text(max_size=8)
values = st.one_of(
    st.floats(0.1, 50).map(Value.number),
    st.floats(0.1, 50).map(lambda low: Value(low, math.inf)),
    st.floats(0.1, 50).map(lambda high: Value(-math.inf, high)),
    st.tuples(st.floats(0.1, 5), st.floats(5, 50)).map(lambda pair: Value(*pair)),
)
points = st.builds(
    DataPoint,
    material=alloys.map(lambda amounts: Material(Composition.of(amounts), ("BCC", "Laves"), ("AC", "A"))),
    property=st.just("hardness_vickers"),
    value=values,
    method=st.sampled_from(Method),
    origin=st.sampled_from(Origin),
    source=st.builds(Source, texts, st.sampled_from(["original", "review", "compilation", "computed"]), texts, texts),
    uncertainty=st.none() | st.floats(0, 10),
    conditions=st.fixed_dictionaries({}, optional={"temperature": st.floats(1, 3000), "test": texts}).map(
        Conditions.of
    ),
    doi=texts,
    detail=texts,
    lineage=st.dictionaries(texts, texts | st.integers(-9, 9) | st.floats(-9, 9), max_size=3),
)


def joined(row, point):
    """The row of a point as the query that joins it with its source returns it."""
    source = point.source
    return row | {
        "source_name": source.name,
        "source_kind": source.kind,
        "licence": source.licence,
        "citation": source.citation,
    }


@given(points)
@settings(max_examples=100)
def test_a_point_comes_back_as_it_went_in(point):
    found = point_from_row(joined(point_row(point, point.content_hash), point), point.material)
    assert found == point
    assert found.lineage == point.lineage
    assert found.content_hash == point.content_hash
    assert point_row(point, b"")["rank"] == rank(point)


def test_phases_come_back_as_they_went_in():
    alloy = Material(Composition.of("MoNbTaW"))
    value = Value.category("BCC", "BCC", "Laves")
    point = DataPoint(alloy, "phases", value, Method.MEASURED, Origin.LITERATURE, Source("a table"))
    row = point_row(point, point.content_hash)
    assert (row["low"], row["high"], row["categories"]) == (None, None, "BCC+BCC+Laves")
    assert point_from_row(joined(row, point), alloy) == point


@given(alloys)
@settings(max_examples=60)
def test_a_composition_comes_back_bit_for_bit(amounts):
    composition = Composition.of(amounts)
    assert composition_from_json(composition_json(composition)) == composition


@pytest.mark.parametrize("formula", ["MoNbTaW", "(HfZr)B2", "(GdLa)(CrMn)O3", "(TiZr)(C0.3N0.6)"])
@pytest.mark.parametrize(("structure", "processing"), [((), ()), (("BCC",), ()), (("BCC", "BCC"), ("AC", "A"))])
def test_a_material_comes_back_as_it_went_in(formula, structure, processing):
    material = Material(Composition.of(formula), structure, processing)
    row = material_row(material, change=7)
    found = material_from_row(row)
    assert found == material
    assert found.composition == material.composition
    assert (found.structure, found.processing) == (structure, processing)
    assert row["is_ceramic"] is (formula != "MoNbTaW")
    assert row["change"] == 7
