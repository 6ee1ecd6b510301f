"""A point and its JSON document are the same thing."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.chemistry.composition import Composition
from quinary.errors import InputError
from quinary.points.conditions import Conditions
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Origin, Source, Value
from quinary.points.point_json import canonical_json, point_document, point_from_document

numbers = st.floats(0.001, 40.0)
formulas = st.sampled_from(
    ["MoNbTaW", "Al0.5CoCrFeNi", "(Hf0.2Nb0.2Ta0.3Ti0.3)C", "(LaSr)(MnCo)O3", "Ti33.3Zr33.3Hf33.4"]
)
values = st.one_of(
    numbers.map(Value.number),
    numbers.map(lambda x: Value(x, math.inf)),
    numbers.map(lambda x: Value(-math.inf, x)),
    st.tuples(numbers, numbers).map(lambda pair: Value(*sorted(pair))),
)
texts = st.text(st.characters(codec="utf-8"), max_size=12)


@st.composite
def points(draw):
    return DataPoint(
        Material(Composition.of(draw(formulas)), draw(st.sampled_from([(), ("BCC",), ("BCC", "Laves")])), ("AC", "A")),
        "hardness_vickers",
        draw(values),
        draw(st.sampled_from(Method)),
        draw(st.sampled_from(Origin)),
        Source(draw(texts), "review", draw(st.sampled_from(["", "MIT"])), draw(texts)),
        uncertainty=draw(st.none() | numbers),
        conditions=Conditions.of({"temperature": draw(st.none() | numbers), "load": 4.9, "atmosphere": "argon"}),
        doi=draw(texts),
        detail=draw(texts),
        lineage={"line": draw(st.integers(1, 9)), "file": draw(texts), "x": draw(numbers)},
    )


@given(points())
def test_nothing_is_lost(point):
    again = point_from_document(json.loads(canonical_json(point_document(point))))
    assert again == point
    assert again.lineage == point.lineage
    assert again.material.composition == point.material.composition
    assert (again.material.structure, again.material.processing) == (
        ("BCC",),
        ("AC", "A"),
    ) or again.material == point.material
    assert again.statement == point.statement
    assert canonical_json(point_document(again)) == canonical_json(point_document(point))


def a_document():
    source = Source("table", "compilation", "MIT")
    material = Material(Composition.of("MoNb"))
    value = Value.category("BCC", "Laves")
    return point_document(DataPoint(material, "phases", value, Method.MEASURED, Origin.LITERATURE, source))


def test_categories_come_back():
    assert point_from_document(a_document()).value.categories == ("BCC", "Laves")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"property": "softness"}, "unknown property 'softness'"),
        ({"unit": "MPa"}, "phases is in 'MPa'"),
        ({"origin": "guess"}, "unknown origin 'guess'"),
        ({"method": []}, "cannot be read|unknown method"),
        ({"composition": [[{"Xx": 1.0}, 1.0]]}, "unknown element 'Xx'"),
        ({"composition": [[{"Mo": 0.5, "Nb": 0.6}, 1.0]]}, "must sum to one"),
        ({"composition": [[{"Mo": 1.0, "Nb": -0.0}, 1.0]]}, "must be above zero"),
        ({"composition": 5}, "cannot be read"),
        ({"structure": "BCC"}, "not a list"),
        ({"value": {"low": None, "high": None}}, "neither a low nor a high"),
        ({"value": {}}, "lacks 'low'"),
        ({"conditions": {"mood": 1}}, "unknown condition"),
        ({"source": {"name": "x"}}, "lacks 'kind'"),
        ({"uncertainty": "large"}, "cannot be read"),
        ({"doi": 5}, "5 is not text"),
    ],
)
def test_a_damaged_document_is_refused_in_one_line(change, message):
    with pytest.raises(InputError, match=message) as refused:
        point_from_document({**a_document(), **change})
    assert "\n" not in refused.value.message


@pytest.mark.parametrize("name", sorted(a_document().keys() - {"formula"}))
def test_whatever_is_missing_is_named(name):
    document = a_document()
    del document[name]
    with pytest.raises(InputError, match=f"lacks '{name}'"):
        point_from_document(document)
