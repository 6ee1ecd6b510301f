"""Several processes on one store: pools, kills, interruptions, Dask, Slurm's job script."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from itertools import pairwise

import pytest

from quinary.errors import InputError, WorkError
from quinary.loops.cycle.addresses import store_url
from quinary.loops.cycle.cluster import slurm_cluster
from quinary.loops.cycle.cycle import Cycle
from quinary.loops.cycle.tasks import works
from quinary.loops.cycle.worker_pools import Order, carry_out, n_processes, run_pool, shares
from quinary.loops.generation import design
from quinary.loops.literature.importing import import_source
from quinary.loops.training.retraining import models_in_force
from quinary.loops.work.queue import CycleSettings, labels, plan
from quinary.loops.work.worker import Budget
from quinary.points.point import Origin
from quinary.requests.request import Limits, Request
from quinary.store.database import open_database
from quinary.store.queries import find_materials, points_of
from quinary.store.work.claims import claims_held, waiting
from quinary_benchmarks.store import synthetic_points

RUNGS = ("rules",)
STIFF = Request(ranges={"shear_modulus": (80.0, 130.0)}, limits=Limits(("Mo", "Nb", "Ta", "W")))
PROGRAM = [sys.executable, "-c", "from quinary.interfaces.cli.main import main; main()"]


@pytest.fixture
def many(tmp_path, monkeypatch):
    """A table of five batches of materials."""
    monkeypatch.setattr("quinary.loops.prediction._BATCH", 50)
    path = tmp_path / "many.csv"
    formulas = dict.fromkeys(point.material.composition.formula for point in synthetic_points(800))
    path.write_text("formula,hardness (GPa)\n" + "".join(f"{formula},5\n" for formula in formulas))
    return path


@pytest.fixture
def new_store(tmp_path, many):
    """`new_store(name)`: a store with the table and three candidates, not cycled yet."""

    def make(name):
        database = open_database(f"sqlite:///{tmp_path / name}.db")
        import_source(database, str(many))
        design(database, STIFF, 3, generator="random", seed=1)
        return database

    return make


def contents(database):
    """What is stored, whoever did it in whichever order: values of each material, and its marks."""
    with database.read() as connection:
        return sorted(
            (m.material.key, m.is_known, m.is_generated, p.property, p.origin.value, repr(p.value), p.detail)
            for m in find_materials(connection)
            for p in points_of(connection, m, with_superseded=True)
        )


def is_quiet(database):
    with database.read() as connection:
        return (
            claims_held(connection) == []
            and waiting(connection) == {}
            and Cycle(database, rungs=RUNGS).once().did_nothing
        )


@pytest.fixture
def expected(new_store):
    """What one process makes of it, and what it says."""
    with new_store("alone") as database:
        report = Cycle(database, rungs=RUNGS).once()
        assert [loop.n_materials > 0 for loop in report.loops] == [True, True]
        return contents(database), [(loop.n_materials, loop.n_added, loop.n_impossible) for loop in report.loops]


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["2", "dask:2"])
def test_several_workers_do_what_one_does(new_store, expected, workers):
    with new_store("together") as database:
        report = Cycle(database, rungs=RUNGS).once(workers=workers)
        assert contents(database) == expected[0]
        assert [(loop.n_materials, loop.n_added, loop.n_impossible) for loop in report.loops] == expected[1]
        assert is_quiet(database)


@pytest.mark.slow
def test_killed_processes_are_replaced_and_everything_is_done_once(new_store, expected):
    killed = []
    with new_store("killed") as database:
        settings = CycleSettings(rungs=RUNGS)
        settings = replace(settings, models=models_in_force(database, settings.policy).versions)
        for work in works(settings):
            plan(database, work, "ann")

        def kill_the_holder(_done):
            with database.read() as connection:
                held = claims_held(connection)
            if held and len(killed) < 2:
                killed.append(int(held[0]["worker"].split(":")[1]))
                os.kill(killed[-1], signal.SIGKILL)

        order = Order(store_url(database), settings, labels(works(settings)))
        run_pool(database, order, 2, kill_the_holder)
        assert contents(database) == expected[0]
        assert is_quiet(database)
    assert killed


def test_a_candidate_is_known_only_once_it_is_validated(new_store):
    """A generation pass is never its own evidence, and neither is a prediction for what it made."""
    with new_store("marks") as database:

        def marks():
            with database.read() as connection:
                return {(m.is_known, m.is_generated) for m in find_materials(connection) if m.is_generated}

        def origins():
            with database.read() as connection:
                generated = [m for m in find_materials(connection) if m.is_generated]
                return {p.origin for m in generated for p in points_of(connection, m)}

        assert marks() == {(False, True)}
        n_unpredicted = Cycle(database, rungs=RUNGS).status()["waiting"]["prediction"]
        Cycle(database, rungs=RUNGS).once(budget=Budget(n_materials=n_unpredicted))  # predictions come first
        assert origins() == {Origin.PREDICTION}
        assert marks() == {(False, True)}
        Cycle(database, rungs=RUNGS).once()
        assert Origin.VALIDATION in origins()
        assert (True, True) in marks()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_program_gives_back_what_it_holds(new_store, expected, number):
    with new_store("stopped") as database:
        running = subprocess.Popen(
            [*PROGRAM, "--db", store_url(database), "cycle", "--watch", "--workers", "2", "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        limit = time.monotonic() + 240
        while not held_in(database) and running.poll() is None and time.monotonic() < limit:
            time.sleep(0.02)
        running.send_signal(number)
        out, err = running.communicate(timeout=240)
        assert running.returncode == 0, err
        assert out.startswith('{"did_nothing"')
        assert "stopped" in err
        assert held_in(database) == []
        Cycle(database).once()
        with database.read() as connection:
            assert waiting(connection) == {}
        predicted = {row for row in contents(database) if row[4] == "prediction"}
        assert {row[0::3] for row in predicted} == {row[0::3] for row in expected[0] if row[4] == "prediction"}


def held_in(database):
    with database.read() as connection:
        return claims_held(connection)


# -- what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "n"), [("1", 1), ("8", 8), ("dask:4", None), ("tcp://h:1", None), ("slurm:2", None)])
def test_workers_are_read(text, n):
    assert n_processes(text) == n


@pytest.mark.parametrize("text", ["0", "-1", "many", "1.5", "", "dusk:4"])
def test_other_workers_are_refused(filled, text):
    with pytest.raises(InputError, match="cannot read --workers"):
        Cycle(filled).once(workers=text)


@pytest.mark.parametrize(
    ("place", "error", "message"),
    [
        ("dask:none", InputError, "cannot read --workers"),
        ("slurm:0", InputError, "say how many"),
        ("tcp://127.0.0.1:9", WorkError, "no Dask scheduler"),
        ("gopher://127.0.0.1", InputError, "cannot read --workers"),
    ],
)
def test_clusters_that_are_not_there(filled, monkeypatch, place, error, message):
    monkeypatch.setattr("quinary.loops.cycle.cluster._SECONDS_TO_CONNECT", 1)
    with pytest.raises(error, match=message):
        Cycle(filled).once(workers=place)
    assert held_in(filled) == []
    assert Cycle(filled).once().loops[0].n_added > 0


def test_a_store_in_memory_has_one_worker():
    with open_database("sqlite://") as database, pytest.raises(InputError, match="in memory"):
        store_url(database)


def test_a_process_of_another_version_is_refused_with_one_line(filled):
    settings = CycleSettings()
    wanted = {task: label.replace("quinary=", "quinary=99.") for task, label in labels(works(settings)).items()}
    order = Order(store_url(filled), settings, wanted)
    with pytest.raises(InputError, match=r"^this worker cannot do [^\n]*quinary=99\.[^\n]*$"):
        next(carry_out(order))
    with pytest.raises(InputError, match="this worker cannot do"):
        run_pool(filled, order, 1, lambda _done: None)


def test_a_budget_is_shared_out():
    assert [share.n_materials for share in shares(Budget(n_materials=5), 3)] == [2, 2, 1]
    assert [share.n_materials for share in shares(Budget(n_materials=2), 4)] == [1, 1]
    assert shares(Budget(seconds=3.0), 2) == [Budget(seconds=3.0)] * 2


# -- Slurm -------------------------------------------------------------------------------------------------------------


def test_the_job_script_of_slurm():
    options = {"queue": "compute", "account": "alloys", "job_extra_directives": ["--exclusive"]}
    with slurm_cluster(cores=4, memory="16GB", walltime="08:00:00", options=options) as cluster:
        script = cluster.job_script()
        address = cluster.scheduler_address
    lines = script.splitlines()
    assert lines[0].startswith("#!/")
    assert {
        "#SBATCH -J quinary", "#SBATCH -p compute", "#SBATCH -A alloys", "#SBATCH -n 1", "#SBATCH --cpus-per-task=4",
        "#SBATCH --mem=15G", "#SBATCH -t 08:00:00", "#SBATCH --exclusive", "export OMP_NUM_THREADS=1",
    } <= set(lines)  # fmt: skip
    assert lines[-1].startswith(f"{sys.executable} -m distributed.cli.dask_worker {address}")
    assert {"--nthreads 1", "--nworkers 4"} <= {" ".join(pair) for pair in pairwise(lines[-1].split())}


def test_options_that_slurm_does_not_know_are_refused():
    with pytest.raises(InputError, match="cannot describe the Slurm jobs"):
        slurm_cluster(options={"nosuchoption": 1})
