"""Climbing the ladder: it stops where a rung says no, resumes, and one failure costs nobody else."""

from dataclasses import dataclass, replace

import pytest

from quinary.chemistry.composition import Composition
from quinary.errors import InputError, WorkError
from quinary.loops.validation.ladder import (
    Climb,
    climbed,
    estimated_seconds,
    is_ruled_out,
    ladder,
    validate_compositions,
)
from quinary.loops.validation.validation import validate_candidates
from quinary.materials.policy import default_policy
from quinary.plugins.sockets import ValidationSettings
from quinary.points.point import Method, Origin
from quinary.requests.candidate import Candidate, Verdict
from quinary.requests.request import Request
from quinary.store.kept.candidates import add_candidates, judged_outcomes, verdicts_on
from quinary.store.queries import find_materials

SETTINGS = ValidationSettings(potential="emt", n_atoms=(8, 8))
# For no solid solution by all five rules: strong compounds, and atoms of very different size
RULED_OUT = "AlZrNiCuTi"


@dataclass(frozen=True)
class Rung:
    """A rung of the user's that always says the same, or fails."""

    name: str
    outcome: str
    order: int
    version: str = "1"
    source: str = "test"

    def validate(self, composition, settings):
        assert settings
        if self.outcome == "work":
            raise WorkError("it broke")
        if self.outcome == "input":
            raise InputError("not for this one")
        return Verdict(composition.formula, self.name, self.outcome, "so it is")


def outcomes(*given, climb=None):
    rungs = [Rung(f"r{number}", outcome, number) for number, outcome in enumerate(given)]
    return [(v.outcome, v.reason) for _, v in climbed(rungs, Composition.of("MoW"), SETTINGS, climb)]


def test_a_rung_that_says_no_ends_the_climb_and_is_named():
    found = outcomes("uncertain", "failed", "passed", "passed")
    assert found == [
        ("uncertain", "so it is"), ("failed", "so it is"), ("skipped", "ruled out by r1"), ("skipped", "ruled out by r1"),
    ]  # fmt: skip
    assert outcomes("failed", "passed", climb=Climb(is_whole=True))[1] == ("passed", "so it is")


def test_failures_do_not_end_it():
    assert [name for name, _ in outcomes("work", "input", "passed")] == ["error", "skipped", "passed"]
    with pytest.raises(InputError, match="not for this one"):
        outcomes("input", climb=Climb(is_strict=True))


def test_the_real_ladder_stops_at_the_rules():
    verdicts = validate_compositions([RULED_OUT], ladder(("rules", "potential", "dft")), SETTINGS)
    assert [entry.outcome for entry in verdicts] == ["failed", "skipped", "skipped"]
    assert [is_ruled_out(entry) for entry in verdicts] == [False, True, True]


def test_processes_give_the_same_in_the_same_order():
    formulas, rungs = ["MoNbTaW", RULED_OUT, "CuAu"], ladder(("rules", "dft"))
    alone = validate_compositions(formulas, rungs, SETTINGS)
    spread = validate_compositions(formulas, rungs, SETTINGS, climb=Climb(n_processes=2))
    assert [replace(entry, seconds=0.0) for entry in spread] == [replace(entry, seconds=0.0) for entry in alone]


def test_costs_are_told_for_slow_rungs_only():
    assert estimated_seconds(["MoNbTaW"], ladder(("rules",)), SETTINGS) == 0.0
    one, two = (estimated_seconds(["MoNbTaW"] * n, ladder(("potential",)), SETTINGS) for n in (1, 2))
    assert 0 < one < two
    assert estimated_seconds(["MoNbTaW"] * 2, ladder(("potential",)), SETTINGS, 2) == pytest.approx(one)


def test_less_than_one_process_is_refused():
    with pytest.raises(InputError, match="at least one process"):
        Climb(n_processes=0)


# -- in the loop -------------------------------------------------------------------------------------------------------


def stored(database, *formulas):
    """Candidates in the store; formula -> id of the material."""
    found = [Candidate(f"C{i}", Composition.of(f), {}, 0.1, "random", 1, False) for i, f in enumerate(formulas)]
    with database.write() as connection:
        add_candidates(connection, Request(), found)
    with database.read() as connection:
        return {entry.formula: entry.id for entry in find_materials(connection)}


def judge(database, *rungs):
    return validate_candidates(database, default_policy(), settings=SETTINGS, rungs=rungs)


def test_values_become_validation_points(database, points):
    stored(database, "CuAu")
    assert judge(database, "potential").n_failed == 0
    found = {point.property: point for point in points(database)}
    assert {"lattice_parameter", "bulk_modulus", "formation_energy"} <= set(found)
    for point in found.values():
        assert (point.method, point.origin) == (Method.POTENTIAL, Origin.VALIDATION)
        assert point.lineage["potential"].startswith("emt")


def test_rungs_that_have_judged_are_not_asked_again_and_still_rule_out(database):
    (identifier,) = stored(database, RULED_OUT).values()
    judge(database, "rules")
    judge(database, "rules", "potential")
    with database.read() as connection:
        found = verdicts_on(connection, identifier)
        assert len(judged_outcomes(connection, identifier)) == 2
    assert [(entry["rung"], entry["outcome"]) for entry in found] == [("rules", "failed"), ("potential", "skipped")]
    assert found[1]["reason"] == "ruled out by rules"
