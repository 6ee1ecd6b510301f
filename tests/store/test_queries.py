"""Reading the store: materials, points, and voids in SQL that equal the pure function."""

import math

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quinary.chemistry.composition import Composition
from quinary.chemistry.identity import composition_key
from quinary.materials.classes import read_class
from quinary.materials.policy import Policy, Want, default_policy
from quinary.materials.voids import MaterialStatus, find_voids
from quinary.points.conditions import Conditions
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Origin, Source, Value
from quinary.store.cells import cells_of
from quinary.store.queries import (
    all_points,
    count_voids,
    counts,
    find_materials,
    material_ids_with_voids,
    materials_by_id,
    points_of,
    void_rows,
)
from quinary.store.writing import PointWriter

FORMULAS = ["MoNbTaW", "Mo", "HfNbTaTiZr", "(HfZr)C", "(HfNbTaTiZr)B2"]
points = st.builds(
    DataPoint,
    material=st.builds(
        Material, st.sampled_from(FORMULAS).map(Composition.of), st.just(()), st.sampled_from([(), ("AC",)])
    ),
    property=st.sampled_from(["hardness_vickers", "density", "yield_strength"]),
    value=st.sampled_from([1.0, 2.0]).map(Value.number),
    method=st.sampled_from([Method.MEASURED, Method.CALCULATED]),
    origin=st.sampled_from(Origin),
    source=st.just(Source("a table")),
    conditions=st.sampled_from([{}, {"test": "compression"}]).map(Conditions.of),
)
keys = st.lists(st.sampled_from(["", "test=compression", "test=tension"]), min_size=1, unique=True).map(tuple)
wants = st.builds(
    Want,
    st.sampled_from(["density", "hardness_vickers", "yield_strength"]),
    st.sampled_from(Origin),
    keys,
    st.sampled_from(["all", "known", "generated"]),
    st.sampled_from(["all", "alloy", "ceramic"]),
    st.integers(1, 5),
    st.none()
    | st.sampled_from([{"elements": {"any": ["Mo"]}}, {"kind": "ceramic"}, {"n_components": "2:"}]).map(
        lambda entry: read_class("drawn", entry)
    ),
)
policies = st.just(default_policy()) | st.lists(wants, max_size=4).map(lambda found: Policy(tuple(found), "test"))


def voids_by_hand(connection, policy, since=0):
    """(material id, void) from the pure function, material by material."""
    return [
        (stored.id, void)
        for stored in find_materials(connection)
        if stored.change > since
        for void in find_voids(
            MaterialStatus.of(stored.material, is_known=stored.is_known, is_generated=stored.is_generated),
            cells_of(connection, stored.id),
            policy,
        )
    ]


def in_order(rows):
    return sorted(rows, key=repr)


@given(given_points=st.lists(points, max_size=10), generated=st.lists(st.sampled_from(FORMULAS)), policy=policies)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_voids_in_sql_equal_the_pure_function(database, empty, add, given_points, generated, policy):
    empty(database)
    since = add(database, *given_points[::2]).change
    with database.write() as connection:
        writer = PointWriter(connection)
        writer.add(given_points[1::2])
        writer.mark_generated(writer.material_ids(Material(Composition.of(f)) for f in generated).values())
    with database.read() as connection:
        for start in (0, since):
            expected = voids_by_hand(connection, policy, start)
            assert in_order(void_rows(connection, policy, since=start)) == in_order(expected)
            table = count_voids(connection, policy, since=start)
            for origin in Origin:
                of_origin = [(identifier, void) for identifier, void in expected if void.origin is origin]
                assert in_order(void_rows(connection, policy, since=start, origin=origin)) == in_order(of_origin)
                found = material_ids_with_voids(connection, policy, since=start, origin=origin)
                assert found == sorted({identifier for identifier, _ in of_origin})
                assert sum(table.get(origin, {}).values()) == len(of_origin)


def test_the_first_voids_are_those_of_the_first_wants(database, make_point, add):
    add(database, *(make_point(formula) for formula in FORMULAS))
    policy = default_policy()
    with database.read() as connection:
        everything = list(void_rows(connection, policy))
        for limit in (0, 1, 4, len(everything), 1000):
            assert list(void_rows(connection, policy, limit=limit)) == everything[:limit]


def test_only_what_changed_is_looked_at_again(database, make_point, add):
    first = add(database, make_point("Mo"), make_point("Nb"))
    second = add(database, make_point("Nb", "density", 8.6))
    with database.read() as connection:
        changed = {void.material_key for _, void in void_rows(connection, default_policy(), since=first.change)}
        assert changed == {make_point("Nb").material.key}
        assert list(void_rows(connection, default_policy(), since=second.change)) == []


def test_materials_are_found_by_composition_elements_and_mark(database, make_point, add):
    add(
        database,
        make_point("MoNbTaW"),
        make_point("W25Ta25Nb25Mo25", structure=("BCC",)),
        make_point("CoCrFeNi"),
        make_point("(HfZr)C"),
        make_point("Nb", origin=Origin.PREDICTION),
    )

    def found(**how):
        with database.read() as connection:
            return [stored.formula for stored in find_materials(connection, **how)]

    key = composition_key(Composition.of("TaWMoNb"))
    assert found() == ["MoNbTaW", "MoNbTaW", "CoCrFeNi", "(HfZr)C", "Nb"]
    assert found(composition_key=key) == ["MoNbTaW", "MoNbTaW"]
    assert found(elements=["Nb"]) == ["MoNbTaW", "MoNbTaW", "Nb"]
    assert found(elements=["Nb", "W"]) == ["MoNbTaW", "MoNbTaW"]
    assert found(elements=["C"]) == ["(HfZr)C"]  # and not the Co and Cr of CoCrFeNi
    assert found(elements=["N"]) == []
    assert found(is_known=False) == ["Nb"]
    assert found(is_known=True, limit=1) == ["MoNbTaW"]


def test_points_of_a_material_in_the_order_of_entry(database, make_point, add):
    entered = [make_point(value=v, lineage={"line": n}) for n, v in enumerate((5.0, 4.0, 6.0))]
    add(database, *entered, make_point("Mo"))
    newer = make_point(value=7.0, detail="new", uncertainty=0.5, at={"load": 9.8}, doi="10.1000/1")
    latest = make_point(value=8.0)
    add(database, newer, latest, supersede=True)
    with database.read() as connection:
        stored = find_materials(connection)[0]
        assert points_of(connection, stored) == [*entered[:2], newer, latest]
        assert points_of(connection, stored, with_superseded=True) == [*entered, newer, latest]
        assert [p.lineage for p in points_of(connection, stored)[:2]] == [{"line": 0}, {"line": 1}]
        everything = list(all_points(connection))
        assert [p for p, identifier in everything if identifier == stored.id] == points_of(connection, stored)
        assert len(everything) == 5
        assert list(all_points(connection, origin="prediction")) == []


def test_bounds_intervals_and_phases_come_back(database, make_point, add):
    entered = [
        make_point(value=Value(5.0, math.inf)),
        make_point(value=Value(-math.inf, 7.0)),
        make_point(value=Value(5.0, 6.0), uncertainty=0.25),
        make_point(name="phases", value="BCC"),
    ]
    add(database, *entered)
    with database.read() as connection:
        assert points_of(connection, find_materials(connection)[0]) == entered


def test_materials_by_id_and_counts(database, make_point, add):
    add(database, make_point("Mo"), make_point("Nb"), make_point("Nb", value=3.0))
    with database.read() as connection:
        everything = {stored.id: stored for stored in find_materials(connection)}
        assert materials_by_id(connection, everything) == everything
        assert materials_by_id(connection, [10**6]) == {}
        assert counts(connection) == {
            "points": 3, "materials": 2, "candidates": 0, "verdicts": 0, "failures": 0, "sources": 1, "imports": 0,
        }  # fmt: skip


def test_a_stored_material_is_the_one_that_was_entered(database, make_point, add):
    entered = [make_point(formula, structure=("BCC", "B2"), processing=("AC", "A")) for formula in FORMULAS]
    add(database, *entered)
    with database.read() as connection:
        stored = find_materials(connection)
    assert [found.material for found in stored] == [point.material for point in entered]
    assert [found.material.composition for found in stored] == [point.material.composition for point in entered]
    assert [found.formula for found in stored] == [point.material.composition.formula for point in entered]


def test_reading_all_points_leaves_the_connection_as_it_was(database, add, make_point):
    add(database, make_point(), make_point("CoCrFeNi"))
    with database.read() as connection:
        before = dict(connection.get_execution_options())
        assert sum(1 for _ in all_points(connection)) == 2
        assert dict(connection.get_execution_options()) == before
