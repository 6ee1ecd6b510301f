"""Voids: what the policy asks for and a material lacks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quinary.chemistry.composition import Composition
from quinary.materials.aggregate import CellKey, best_points
from quinary.materials.policy import Policy, Want, default_policy
from quinary.materials.voids import MaterialStatus, Void, find_voids
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Origin, Source, Value
from quinary.points.properties import property_named

ALLOY = Material(Composition.of("MoNbTaW"))
statuses = st.builds(MaterialStatus, st.just(ALLOY.key), st.booleans(), st.booleans(), st.booleans())
keys = st.sampled_from(["", "test=compression", "test=tension", "temperature=1273"])
cells = st.frozensets(
    st.builds(
        CellKey,
        st.sampled_from(sorted({want.property for want in default_policy().wants})),
        keys,
        st.sampled_from(Origin),
    ),
    max_size=15,
)
# One want for each property, origin, materials and kind, as the wants of a sensible policy are
policies = st.lists(
    st.builds(
        Want,
        st.sampled_from(["density", "phases", "hardness_vickers"]),
        st.sampled_from(Origin),
        st.lists(keys, min_size=1, max_size=3, unique=True).map(tuple),
        st.sampled_from(["all", "known", "generated"]),
        st.sampled_from(["all", "alloy", "ceramic"]),
        st.integers(1, 5),
    ),
    unique_by=lambda want: (want.property, want.origin),
    max_size=6,
).map(lambda wants: Policy(tuple(wants), "test"))
any_policy = policies | st.just(default_policy())


def answer(void, method=Method.MEASURED):
    """A point of the material that the void is about, in the cell that it names."""
    entry = property_named(void.property)
    value = Value.category("BCC") if entry.is_categorical else Value.number(sum(entry.bounds) / 2)
    return DataPoint(ALLOY, void.property, value, method, void.origin, Source("a table"))


def test_a_known_alloy_without_points_lacks_all_that_is_asked_of_it():
    status = MaterialStatus(ALLOY.key, is_known=True, is_generated=False, is_ceramic=False)
    found = find_voids(status, frozenset(), default_policy())
    assert Void(ALLOY.key, "hardness_vickers", "", Origin.LITERATURE, 2) in found
    assert Void(ALLOY.key, "shear_modulus", "", Origin.PREDICTION, 1) in found
    assert not any(void.origin is Origin.VALIDATION for void in found)


@pytest.mark.parametrize("conditions_key", ["", "test=compression", "test=tension"])
def test_any_of_the_accepted_conditions_is_an_answer(conditions_key):
    status = MaterialStatus(ALLOY.key, is_known=True, is_generated=False, is_ceramic=False)
    cells = frozenset({CellKey("yield_strength", conditions_key, Origin.LITERATURE)})
    assert "yield_strength" not in {void.property for void in find_voids(status, cells, default_policy())}


def test_other_conditions_and_other_origins_are_no_answer():
    status = MaterialStatus(ALLOY.key, is_known=True, is_generated=False, is_ceramic=False)
    cells = frozenset(
        {
            CellKey("yield_strength", "temperature=1273", Origin.LITERATURE),
            CellKey("yield_strength", "", Origin.VALIDATION),
        }
    )
    assert "yield_strength" in {void.property for void in find_voids(status, cells, default_policy())}


@given(statuses, cells, any_policy)
@settings(max_examples=100)
def test_filling_a_void_removes_exactly_it(status, filled, policy):
    voids = find_voids(status, filled, policy)
    for void in voids:
        after = find_voids(status, filled | {CellKey(void.property, void.conditions_key, void.origin)}, policy)
        assert after == [other for other in voids if other != void]


@given(statuses, cells, any_policy)
@settings(max_examples=100)
def test_voids_are_wants_without_a_cell(status, filled, policy):
    voids = find_voids(status, filled, policy)
    assert len(voids) == len(set(voids)) <= len(policy.wants)
    assert not {CellKey(void.property, void.conditions_key, void.origin) for void in voids} & filled
    assert find_voids(status, filled, policy) == voids


@given(statuses, any_policy)
@settings(max_examples=60)
def test_points_fill_voids_and_calculated_points_fill_none(status, policy):
    voids = find_voids(status, frozenset(), policy)
    calculated = [answer(void, Method.CALCULATED) for void in voids]
    assert find_voids(status, frozenset(best_points(calculated)), policy) == voids
    ambient = [void for void in voids if void.conditions_key == ""]
    measured = [answer(void) for void in ambient]
    left = find_voids(status, frozenset(best_points(measured)), policy)
    assert not set(left) & set(ambient)


@given(cells, any_policy, st.booleans(), st.booleans())
@settings(max_examples=60)
def test_what_is_neither_known_nor_generated_lacks_only_what_all_should_have(filled, policy, is_known, is_ceramic):
    def wanted(**marks):
        return set(find_voids(MaterialStatus(ALLOY.key, is_ceramic=is_ceramic, **marks), filled, policy))

    assert wanted(is_known=False, is_generated=False) <= wanted(is_known=is_known, is_generated=True)
