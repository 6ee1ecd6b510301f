"""The kept count of literature voids equals the one found from scratch, whatever has changed."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quinary.chemistry.composition import Composition
from quinary.materials.policy import default_policy, read_policy
from quinary.points.material import Material
from quinary.points.point import Method, Origin
from quinary.store.queries import count_voids
from quinary.store.void_totals import literature_voids
from quinary.store.writing import PointWriter

FORMULAS = ("MoNbTaW", "HfNbTaTiZr", "CoCrFeNi", "NbTaTi", "(HfZr)C", "MoNb", "TaW", "AlTi")
POLICY = default_policy()


def from_scratch(database, policy):
    with database.read() as connection:
        return sum(count_voids(connection, policy).get("literature", {}).values())


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(FORMULAS),
        st.sampled_from(["hardness_vickers", "density", "yield_strength", "invented"]),
        st.sampled_from([Origin.LITERATURE, Origin.PREDICTION, Origin.VALIDATION]),
    ),
    max_size=8,
)


@given(CHANGES)
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_kept_count_is_the_true_one(database, empty, make_point, add, monkeypatch, changes):
    monkeypatch.setattr("quinary.store.void_totals._BLOCK", 2)
    empty(database)
    for formula, name, origin in changes:
        if name == "invented":
            with database.write() as connection:
                writer = PointWriter(connection)
                writer.mark_generated(writer.material_ids([Material(Composition.of(formula))]).values())
        else:
            add(database, make_point(formula, name, 3.0, origin=origin, method=Method.EMPIRICAL))
        assert literature_voids(database, POLICY) == from_scratch(database, POLICY)
    assert literature_voids(database, POLICY) == from_scratch(database, POLICY)


def test_another_policy_counts_anew(database, make_point, add):
    add(database, *(make_point(formula) for formula in FORMULAS))
    smaller = read_policy('[[want]]\norigin = "literature"\nproperties = ["density"]\n')
    assert literature_voids(database, POLICY) == from_scratch(database, POLICY)
    assert literature_voids(database, smaller) == len(FORMULAS)
    assert literature_voids(database, POLICY) == from_scratch(database, POLICY)


def test_only_blocks_that_changed_are_looked_at(database, make_point, add, monkeypatch):
    monkeypatch.setattr("quinary.store.void_totals._BLOCK", 2)
    add(database, *(make_point(formula) for formula in FORMULAS))
    literature_voids(database, POLICY)
    add(database, make_point("MoNbTaW", "density", 9.0))

    def never(*_):
        pytest.fail("the whole store was looked at")

    monkeypatch.setattr("quinary.store.void_totals._counted", never)
    assert literature_voids(database, POLICY) == from_scratch(database, POLICY)
