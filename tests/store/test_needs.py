"""What should be measured next, and what has been filled by what."""

from quinary.chemistry.composition import Composition
from quinary.materials.policy import read_policy
from quinary.points.point import Method, Origin
from quinary.requests.candidate import Candidate, PredictedProperty
from quinary.requests.request import Request
from quinary.store.kept.candidates import add_candidates
from quinary.store.needs import count_filled, filled_voids, ranked_needs
from quinary.store.queries import count_voids, void_rows

POLICY = read_policy("""
[class."Nb alloy"]
elements = { all = ["Nb"] }

[[want]]
origin = "prediction"
priority = 1
properties = ["density"]

[[want]]
origin = "literature"
materials = "reported"
priority = 2
properties = ["hardness_vickers"]

[[want]]
origin = "literature"
materials = "reported"
class = "Nb alloy"
priority = 1
properties = ["yield_strength"]
conditions = ["temperature=1273", "temperature=1273;test=tension"]
""")


def test_the_order_and_its_reasons(database, add, make_point):
    predicted = {"origin": Origin.PREDICTION, "method": Method.EMPIRICAL}
    add(
        database,
        make_point("MoNb", "density", 9.0),
        make_point("MoTa", "density", 12.0),
        make_point("CrTa", "density", 10.0),
        make_point("TaW", "density", 17.0),
        make_point("Ta3W", "hardness_vickers", 4.0),
        make_point("MoTa", "hardness_vickers", 5.0, uncertainty=1.0, **predicted),
    )
    with database.read() as connection:
        needs = ranked_needs(connection, POLICY)
        everything = {void for _, void in void_rows(connection, POLICY)}
        assert {need.void for need in needs} == everything
        assert [need.as_dict()["formula"] for need in ranked_needs(connection, POLICY, limit=2)] == ["MoNb", "MoNb"]
        assert ranked_needs(connection, POLICY, limit=0) == []
        literature = ranked_needs(connection, POLICY, origin="literature")
    assert [(need.formula, need.void.property) for need in literature] == [
        ("MoNb", "yield_strength"),  # priority 1
        ("MoNb", "hardness_vickers"),
        ("CrTa", "hardness_vickers"),  # nothing known, nothing stands in
        ("TaW", "hardness_vickers"),  # one known in Ta-W
        ("MoTa", "hardness_vickers"),  # a prediction stands in
    ]
    assert needs[: len(literature)] == literature  # predictions come last, whatever their priority
    assert "wanted of every reported Nb alloy" in literature[0].reason
    assert "known for 1 other of Ta-W" in literature[3].reason
    assert "5 ± 1 GPa (20 %)" in literature[4].reason


def test_what_candidates_depend_on_comes_first(database, add, make_point):
    add(database, make_point("CrTa", "density", 10.0), make_point("TaW", "density", 17.0))
    predicted = {"hardness_vickers": PredictedProperty(4.0, "GPa", 1.0, "a model", True)}
    found = [Candidate(f"c{n}", Composition.of(f"Ta{n}W"), predicted, 0.1, "random", 1, False) for n in (2, 3)]
    with database.write() as connection:
        add_candidates(connection, Request(ranges={"hardness_vickers": (3.0, 5.0)}), found)
    with database.read() as connection:
        first, second, *_ = ranked_needs(connection, POLICY, origin="literature")
    assert (first.formula, first.n_candidates) == ("TaW", 2)
    assert (second.formula, second.n_candidates) == ("CrTa", 0)
    assert first.reason.endswith("2 candidates of Ta-W depend on it")


def test_filled_voids_name_what_filled_them(database, add, make_point):
    add(database, make_point("MoNb", "hardness_vickers", 4.0, doi="10.1000/a", detail="load 5 N"))
    add(database, make_point("MoNb", "yield_strength", 900.0, at={"temperature": 1273.0, "test": "tension"}))
    with database.read() as connection:
        rows = filled_voids(connection, POLICY)
        assert count_filled(connection, POLICY) == len(rows) == 2
        assert count_filled(connection, POLICY, origin="prediction") == 0
        assert filled_voids(connection, POLICY, limit=1) == rows[:1]
        assert sum(n for names in count_voids(connection, POLICY).values() for n in names.values()) == 1
    newest, older = rows
    assert (newest["property"], newest["conditions"]) == ("yield_strength", "temperature=1273;test=tension")
    assert newest["filled_by"] == "a table (measured)"
    assert (older["value"], older["unit"], older["filled_by"]) == (4.0, "GPa", "10.1000/a (measured, load 5 N)")
