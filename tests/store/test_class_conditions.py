"""Classes in SQL equal the pure predicate."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from quinary.chemistry.composition import Composition
from quinary.materials.classes import MaterialClass, Members, Range
from quinary.points.material import Material
from quinary.store.class_conditions import in_class
from quinary.store.records import material_from_row
from quinary.store.schema import material
from quinary.store.writing import PointWriter

FORMULAS = ["Mo", "MoNb", "MoNbTaW", "CoCrFeMnNi", "Hf45Nb45C10", "(HfNb)C", "(HfNbTa)B2", "(HfNb)(C0.5N0.5)", "AlCo"]
STRUCTURES = [(), ("BCC",), ("BCC", "BCC"), ("B2", "BCC"), ("FCC", "Laves"), ("rock-salt",)]

elements = st.lists(st.sampled_from(["Mo", "Nb", "Ta", "W", "C", "Hf", "Co", "O", "B"]), max_size=4, unique=True).map(
    tuple
)
phases = st.lists(st.sampled_from(["BCC", "B2", "FCC", "Laves"]), max_size=2, unique=True).map(tuple)
ranges = st.none() | st.builds(Range, st.integers(0, 3), st.none() | st.integers(3, 5))
classes = st.builds(
    MaterialClass,
    st.just("drawn"),
    st.sampled_from(["all", "alloy", "ceramic"]),
    st.none() | st.builds(Members, elements, elements, elements, elements),
    st.none() | st.sampled_from([("C",), ("B",), ("C", "N")]),
    st.none() | st.builds(Members, phases, phases, phases, phases),
    ranges,
    ranges,
)


@pytest.fixture
def filled(database):
    with database.write() as connection:
        made = [Material(Composition.of(f), s) for f in FORMULAS for s in STRUCTURES]
        PointWriter(connection).material_ids(made)
    return database


@given(asked=st.lists(classes, min_size=20, max_size=20))
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.large_base_example])
def test_sql_equals_the_pure_predicate(filled, asked):
    with filled.read() as connection:
        everything = [(row["key"], material_from_row(row)) for row in connection.execute(select(material)).mappings()]
        for one in asked:
            found = set(connection.execute(select(material.c.key).where(in_class(one))).scalars())
            expected = {
                key
                for key, thing in everything
                if one.holds(thing.composition.elements, thing.structure, is_ceramic=thing.composition.is_ceramic)
            }
            assert found == expected, one
