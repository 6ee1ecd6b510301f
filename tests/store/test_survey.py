"""The survey finds, in one pass, what the rules in SQL find want by want."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from quinary.chemistry.composition import Composition
from quinary.materials.policy import default_policy, read_policy
from quinary.points.material import Material
from quinary.points.point import Method, Origin
from quinary.store.queries import count_voids, lacks, should_have
from quinary.store.schema import material
from quinary.store.survey import survey
from quinary.store.writing import PointWriter

FORMULAS = ("MoNbTaW", "NbTaTi", "CoCrFeNi", "(HfZr)C", "(HfZr)N", "MoNb")
STRUCTURES = ((), ("BCC",), ("BCC", "Laves"), ("FCC",), ("rocksalt",))
NAMES = ("hardness_vickers", "density", "yield_strength", "fracture_toughness")
POLICY = default_policy()

ENTRIES = st.lists(
    st.tuples(
        st.sampled_from(FORMULAS),
        st.sampled_from(STRUCTURES),
        st.sampled_from(NAMES),
        st.sampled_from([*Origin, None]),
        st.sampled_from([None, 1273.0, 873.0]),
    ),
    max_size=12,
)


@given(ENTRIES)
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_agrees_with_the_rules(database, empty, make_point, entries):
    empty(database)
    with database.write() as connection:
        writer = PointWriter(connection)
        for formula, structure, name, origin, temperature in entries:
            if origin is None:
                thing = Material(Composition.of(formula), structure)
                writer.mark_generated(writer.material_ids([thing]).values())
            else:
                at = {} if temperature is None else {"temperature": temperature}
                other = {"origin": origin, "method": Method.EMPIRICAL, "structure": structure, "at": at}
                writer.add([make_point(formula, name, 3.0, **other)])
    with database.read() as connection:
        found = survey(connection, POLICY)
        assert found.counts() == count_voids(connection, POLICY)
        for want in POLICY.wants:
            for marks, rule in ((found.should_have(want), should_have(want)), (found.lacking(want), lacks(want))):
                ids = connection.execute(select(material.c.id).where(rule).order_by(material.c.id)).scalars().all()
                assert found.ids[marks].tolist() == ids
        assert found.counts() == survey(connection, POLICY).counts()  # twice in one transaction


def test_more_kinds_of_cells_than_a_word_has_bits(database, add, make_point):
    temperatures = list(range(300, 330))
    listed = ", ".join(f'"temperature={t}"' for t in temperatures)
    policy = read_policy(
        f'[[want]]\norigin = "literature"\nproperties = ["density", "elongation"]\nconditions = [{listed}]\n'
        '[[want]]\norigin = "validation"\nproperties = ["phases"]\n'
    )
    add(database, *(make_point("MoNb", "density", 9.0, at={"temperature": float(t)}) for t in temperatures))
    add(database, make_point("NbTa", "elongation", 9.0, at={"temperature": 329.0}), make_point("NbTa", "phases", "BCC"))
    with database.read() as connection:
        found = survey(connection, policy)
        assert found.counts() == count_voids(connection, policy) == {
            "literature": {"density": 1, "elongation": 1}, "validation": {"phases": 2},
        }  # fmt: skip
        density, _, phases = policy.wants
        assert found.known(phases).tolist() == [False, True]
        assert np.array_equal(found.filled(density), [True, False])


def test_an_empty_store(database):
    with database.read() as connection:
        found = survey(connection, POLICY)
        assert found.counts() == count_voids(connection, POLICY)
    assert len(found.ids) == 0
