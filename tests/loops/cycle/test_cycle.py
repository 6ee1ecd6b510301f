"""The loops on a real file: import, cycle, design, cycle, and what a change sets in motion."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from quinary.chemistry.composition import Composition
from quinary.chemistry.identity import composition_key
from quinary.errors import InputError
from quinary.loops.cycle.cycle import Cycle
from quinary.loops.generation import design
from quinary.loops.literature.importing import import_source
from quinary.materials.policy import default_policy, read_policy
from quinary.plugins.registry import find_plugin
from quinary.plugins.sockets import ValidationSettings
from quinary.points.point import Origin
from quinary.requests.request import Limits, Request
from quinary.store.database import open_database
from quinary.store.kept.candidates import candidates_in, verdicts_on
from quinary.store.queries import count_voids, counts, find_materials, points_of
from quinary.store.work.bookkeeping import failures
from quinary_benchmarks.store import synthetic_points

N_PREDICTED = 11  # properties that the default policy wants predicted
STIFF = Request(ranges={"shear_modulus": (100.0, 130.0)}, limits=Limits(("Mo", "Nb", "Ta", "W")))


def predictions(points):
    return {
        (point.material.key, point.property): (point.value.nominal, point.detail)
        for point in points
        if point.origin is Origin.PREDICTION
    }


def test_predictions_fill_the_voids(filled, points):
    report = Cycle(filled).once()
    predicted, validated = report.loops
    assert (predicted.n_materials, predicted.n_added, predicted.n_impossible) == (5, 4 * N_PREDICTED, N_PREDICTED)
    assert validated.n_materials == 0
    assert not report.did_nothing
    found = predictions(points(filled))
    assert len(found) == 4 * N_PREDICTED
    assert found["Mo1 Nb1 Ta1 W1 | BCC | ", "shear_modulus"] == (
        pytest.approx(87.35), "linear combination, BCC (reported), ultera2023"
    )  # fmt: skip
    with filled.read() as connection:
        left = count_voids(connection, default_policy())["prediction"]
    assert sorted(left.values()) == [0] * (len(left) - N_PREDICTED) + [1] * N_PREDICTED  # the rest is for ceramics


def test_a_second_pass_does_nothing(filled, points):
    cycle = Cycle(filled)
    cycle.once()
    before, counter = points(filled), filled.counter()
    report = cycle.once()
    assert report.did_nothing
    assert [loop.n_added for loop in report.loops] == [0, 0]
    assert filled.counter() == counter
    assert points(filled) == before


def test_what_is_not_possible_is_stored_with_its_reason_and_not_tried_again(filled):
    cycle = Cycle(filled)
    cycle.once()
    with filled.read() as connection:
        first = failures(connection)
    assert {entry["property"] for entry in first} >= {"shear_modulus", "density"}
    assert all(entry["loop"] == "prediction" and "Xe" in entry["reason"] for entry in first)
    assert cycle.once().loops[0].n_impossible == 0
    with filled.read() as connection:
        assert failures(connection) == first


def test_only_what_changed_is_predicted(filled, table):
    cycle = Cycle(filled)
    cycle.once()
    table.write_text("formula,hardness (GPa)\nNbTaTi,2.0\n")
    import_source(filled, str(table))
    assert cycle.once().loops[0].n_materials == 1
    assert cycle.once().did_nothing


def test_a_change_of_policy_is_a_change_of_everything(filled, points):
    Cycle(filled).once()
    smaller = read_policy('[[want]]\norigin = "prediction"\nproperties = ["density"]\n')
    report = Cycle(filled, smaller).once()
    assert report.loops[0].n_materials == 5
    assert len(predictions(points(filled))) == 4 * N_PREDICTED  # nothing is lost, nothing is there twice
    assert Cycle(filled, smaller).once().did_nothing


def test_another_lattice_supersedes_and_back_again(filled, points):
    """Unreported structures follow the assumed lattice; the points of the old one stay but no longer count."""
    path = Path(str(filled.engine.url.database)).with_name("more.csv")
    path.write_text("formula,hardness (GPa)\nMoTaTi,4.0\n")
    import_source(filled, str(path))
    key = (f"{composition_key(Composition.of('MoTaTi'))} |  | ", "shear_modulus")
    seen = {}
    for lattice in ("bcc", "fcc", "bcc"):
        Cycle(filled, lattice=lattice).once()
        found = predictions(points(filled))
        assert f", {lattice}, " in found[key][1]
        assert len(found) == 5 * N_PREDICTED
        assert seen.setdefault(lattice, found[key]) == found[key]
    assert seen["bcc"][0] != seen["fcc"][0]


def test_a_new_version_of_a_predictor_recomputes_and_supersedes(filled, points, monkeypatch):
    """The new version says something else: the old predictions stay in the store but no longer count."""
    Cycle(filled).once()
    before = predictions(points(filled))
    plugin = find_plugin("predictors", "rule_of_mixtures")
    old_predict = type(plugin).predict

    def denser(self, name, task):
        found = old_predict(self, name, task)
        return replace(found, values=found.values * 1.01) if name == "density" else found

    monkeypatch.setattr(type(plugin), "version", "of this test")
    monkeypatch.setattr(type(plugin), "predict", denser)
    report = Cycle(filled).once()
    after = predictions(points(filled))
    assert report.loops[0].n_added == 4
    assert len(after) == len(before)
    for (key, name), (value, _) in after.items():
        ratio = 1.01 if name == "density" else 1.0
        assert value == pytest.approx(before[key, name][0] * ratio)
    with filled.read() as connection:
        stored = find_materials(connection)[0]
        everything = [p for p in points_of(connection, stored, with_superseded=True) if p.property == "density"]
    assert len(everything) == 2
    assert Cycle(filled).once().did_nothing


def test_candidates_become_generated_materials_with_verdicts_and_points(filled):
    Cycle(filled).once()
    made = design(filled, STIFF, 3, generator="random", seed=1)
    with filled.read() as connection:
        stored = [entry for entry in find_materials(connection) if entry.is_generated]
        assert {entry.id for entry in made} == {entry["id"] for entry in candidates_in(connection)}
    assert len(stored) == 3
    assert not any(entry.is_known for entry in stored)
    cycle = Cycle(filled)
    predicted, validated = cycle.once().loops
    assert predicted.n_materials == validated.n_materials == 3
    assert predicted.n_added == 3 * N_PREDICTED
    assert cycle.once().did_nothing
    with filled.read() as connection:
        for entry in stored:
            verdicts = verdicts_on(connection, entry.id)
            assert [verdict["rung"] for verdict in verdicts] == ["rules", "calphad"]
            assert all(verdict["outcome"] in {"passed", "failed", "uncertain"} for verdict in verdicts)
            firm = {verdict["rung"] for verdict in verdicts if verdict["outcome"] != "uncertain"}
            phases = [p for p in points_of(connection, entry) if p.property == "phases"]
            assert all(point.origin is Origin.VALIDATION for point in phases)
            assert {point.source.name for point in phases} <= firm


def test_another_temperature_is_another_question(filled):
    design(filled, STIFF, 1, generator="random", seed=1)
    Cycle(filled, rungs=("rules",)).once()
    warm = Cycle(filled, settings=ValidationSettings(temperature=1473.0))
    assert warm.once().loops[1].n_materials == 1
    assert warm.once().did_nothing


def test_where_a_database_does_not_cover_a_candidate_no_verdict_is_possible(filled, published_data):
    design(filled, STIFF, 1, generator="random", seed=1)
    tdb = published_data / "tdb/Cr-Ni-Ti_huang2018.tdb"
    report = Cycle(filled, settings=ValidationSettings(tdb=tdb)).once()
    assert (report.loops[1].n_failed, report.loops[1].n_impossible) == (0, 1)
    with filled.read() as connection:
        reasons = [entry["reason"] for entry in failures(connection) if entry["loop"] == "validation"]
    assert "does not cover" in reasons[0]


def test_an_unknown_lattice_changes_nothing(filled, numbers):
    before = numbers(filled)
    with pytest.raises(InputError, match="unknown lattice 'diamond'"):
        Cycle(filled, lattice="diamond").once()
    assert numbers(filled) == before


def test_status_says_how_far_each_loop_has_come(filled):
    cycle = Cycle(filled)
    assert cycle.status()["waiting"] == {"prediction": 5, "validation": 0}
    assert cycle.status()["voids"]["prediction"]["shear_modulus"] == 5
    cycle.once()
    status = cycle.status()
    assert status["voids"]["prediction"]["shear_modulus"] == 1
    assert status["waiting"] == {"prediction": 0, "validation": 0}


# -- killed in the middle ----------------------------------------------------------------------------------------------


@pytest.fixture
def big_table(tmp_path):
    """Enough materials for a cycle of several batches."""
    path = tmp_path / "many.csv"
    formulas = dict.fromkeys(point.material.composition.formula for point in synthetic_points(10_000))
    path.write_text("formula,hardness (GPa)\n" + "".join(f"{formula},5\n" for formula in formulas))
    return path


def run_cycle(url):
    code = "from quinary.interfaces.cli.main import main; main()"
    return subprocess.Popen([sys.executable, "-c", code, "--db", url, "cycle", "--once"], stdout=subprocess.DEVNULL)


def n_predicted(url):
    with open_database(url) as database, database.read() as connection:
        return counts(connection)["points"]


@pytest.mark.slow
def test_a_killed_cycle_is_completed_by_the_next(tmp_path, big_table, points):
    urls = [f"sqlite:///{tmp_path / name}.db" for name in ("killed", "undisturbed")]
    for url in urls:
        with open_database(url) as database:
            (report,) = import_source(database, str(big_table))
            assert report.n_added > 2000
    n_before = n_predicted(urls[0])
    running = run_cycle(urls[0])
    limit = time.monotonic() + 120
    while n_predicted(urls[0]) == n_before and running.poll() is None and time.monotonic() < limit:
        time.sleep(0.02)
    os.kill(running.pid, signal.SIGKILL)
    assert running.wait() == -signal.SIGKILL
    n_killed = n_predicted(urls[0])
    assert run_cycle(urls[1]).wait() == 0
    assert n_before < n_killed < n_predicted(urls[1])
    assert run_cycle(urls[0]).wait() == 0
    with open_database(urls[0]) as killed, open_database(urls[1]) as undisturbed:
        assert predictions(points(killed)) == predictions(points(undisturbed))
        assert n_predicted(urls[0]) == n_predicted(urls[1])
        assert Cycle(killed).once().did_nothing
