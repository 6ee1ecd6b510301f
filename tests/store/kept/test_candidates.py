"""Candidates, requests and verdicts in the store."""

from sqlalchemy import select

from quinary.chemistry.composition import Composition
from quinary.requests.candidate import Candidate, PredictedProperty, Verdict
from quinary.requests.request import Limits, Request
from quinary.store.kept.candidates import (
    add_candidates,
    add_verdicts,
    candidates_in,
    generated_ids,
    judged_rungs,
    verdicts_on,
)
from quinary.store.queries import counts, find_materials
from quinary.store.schema import request

ASKED = Request(ranges={"shear_modulus": (110.0, float("inf"))}, limits=Limits(elements=("Mo", "Nb", "Ta", "W")))


def made(identifier, formula):
    predicted = {"shear_modulus": PredictedProperty(112.0, "GPa", 3.0, "linear combination", True)}
    return Candidate(identifier, Composition.of(formula), predicted, 0.2, "random", 7, False, "MoNbTaW", {"seed": 7})


def test_candidates_come_back_as_they_were_printed(database):
    found = [made("c1", "Mo0.5NbTaW"), made("c2", "(HfZr)C")]
    with database.write() as connection:
        assert add_candidates(connection, ASKED, found) == 1
    with database.read() as connection:
        assert candidates_in(connection) == [entry.as_dict() for entry in found]
        assert candidates_in(connection, limit=1) == [found[0].as_dict()]
        stored = find_materials(connection)
        assert [(s.is_known, s.is_generated) for s in stored] == [(False, True), (False, True)]
        assert generated_ids(connection) == [s.id for s in stored]
        assert connection.execute(select(request.c.digest)).scalars().all() == [ASKED.digest]


def test_the_newest_candidates_come_first_and_none_is_kept_twice(database):
    for found in ([made("c1", "MoNb")], [made("c2", "MoW"), made("c1", "MoNb")]):
        with database.write() as connection:
            add_candidates(connection, ASKED, found)
    with database.read() as connection:
        assert [entry["id"] for entry in candidates_in(connection)] == ["c2", "c1"]
        assert counts(connection)["candidates"] == 2


def test_a_candidate_may_be_a_known_material(database, make_point, add):
    add(database, make_point("MoNb"))
    with database.write() as connection:
        add_candidates(connection, ASKED, [made("c1", "NbMo")])
    with database.read() as connection:
        (stored,) = find_materials(connection)
    assert (stored.is_known, stored.is_generated, stored.change) == (True, True, 2)


def test_verdicts_come_back_in_the_order_in_which_they_were_given(database, make_point, add):
    add(database, make_point())
    verdicts = [
        Verdict("MoNbTaW", "rules", "passed", "", {"delta": 2.3}, ("BCC",), {}, 0.01),
        Verdict("MoNbTaW", "calphad", "skipped", "no database covers W", conditions={"temperature": 1273.0}),
    ]
    with database.write() as connection:
        (stored,) = find_materials(connection)
        add_verdicts(connection, stored.id, zip(verdicts, ("1.0", "2.1"), strict=True), change=1)
        add_verdicts(connection, stored.id, [], change=1)
    with database.read() as connection:
        assert verdicts_on(connection, stored.id) == [entry.as_dict() for entry in verdicts]
        assert verdicts_on(connection, stored.id + 1) == []
        assert judged_rungs(connection, stored.id) == {("rules", "1.0"), ("calphad", "2.1")}
