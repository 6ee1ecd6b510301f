"""The cycle as a service: it sees changes, honours a pause, tries again what failed, ends when it should."""

import threading
import time

import pytest

from quinary.errors import InputError
from quinary.loops.cycle.cycle import Cycle
from quinary.loops.literature.importing import import_source
from quinary.loops.work.worker import Budget
from quinary.store.database import open_database
from quinary.store.queries import count_voids
from quinary.store.work.bookkeeping import progress_of


@pytest.fixture
def watched(database, url):
    """A watch in a thread of its own: `(cycle, events heard, the report in the end)`."""
    heard, reports, end = [], [], threading.Event()

    def run():
        with open_database(url) as own:
            reports.append(Cycle(own).watch(interval=0.05, hear=heard.append, stop=end))

    thread = threading.Thread(target=run)
    thread.start()
    yield Cycle(database), heard, reports
    end.set()
    thread.join()
    assert heard[0]["kind"] == "watching"
    assert heard[-1]["kind"] == "stopped"


def until(condition, seconds=20.0):
    limit = time.monotonic() + seconds
    while not condition() and time.monotonic() < limit:
        time.sleep(0.02)
    return condition()


def is_done(cycle):
    """Nothing waits, and everything up to the counter has been looked at."""
    with cycle.database.read() as connection:
        done, _ = progress_of(connection, "prediction")
    return done == cycle.database.counter() and not any(cycle.status()["waiting"].values())


def n_voids(cycle):
    with cycle.database.read() as connection:
        return count_voids(connection, cycle.policy)["prediction"]["density"]


def test_changes_are_worked_on_as_they_come(watched, table):
    cycle, heard, _ = watched
    assert until(lambda: bool(heard))
    import_source(cycle.database, str(table))
    assert until(lambda: n_voids(cycle) == 1)  # that of the material that no predictor covers
    table.write_text("formula,hardness (GPa)\nNbTaTi,2.0\n")
    import_source(cycle.database, str(table))
    assert until(lambda: sum(event["kind"] == "worked" for event in heard) == 2)
    assert until(lambda: is_done(cycle))
    texts = [event["text"] for event in heard if event["kind"] == "worked"]
    assert texts[0].startswith("prediction: 5 materials, 44 points added")
    assert texts[1].startswith("prediction: 1 materials, 11 points added, 0 failed, 0 not possible")


def test_a_pause_holds_until_somebody_resumes(watched, table):
    cycle, heard, _ = watched
    assert until(lambda: bool(heard))
    cycle.pause()
    assert until(lambda: any(event["kind"] == "paused" for event in heard))
    import_source(cycle.database, str(table))
    time.sleep(0.5)
    assert n_voids(cycle) == 5
    assert cycle.status()["paused"]["by"]
    cycle.resume()
    assert until(lambda: n_voids(cycle) == 1)
    assert cycle.status()["paused"] is None


@pytest.mark.parametrize("budget", [Budget(seconds=0.3), Budget(n_materials=5)])
def test_a_watch_ends_with_its_budget(filled, budget):
    started = time.monotonic()
    report = Cycle(filled).watch(interval=0.05, budget=budget)
    assert time.monotonic() - started < 20
    assert report.loops[0].n_materials == 5


def test_a_watch_stops_when_another_runs_the_store_with_other_settings(filled, url, table):
    cycle = Cycle(filled)
    stopped = []

    def disturb():
        until(lambda: is_done(cycle))
        with open_database(url) as other:
            Cycle(other, lattice="fcc").once()
            table.write_text("formula,hardness (GPa)\nNbTaTi,2.0\n")
            import_source(other, str(table))

    thread = threading.Thread(target=disturb)
    thread.start()
    with pytest.raises(InputError, match="so that they do not undo each other's work"):
        cycle.watch(interval=0.05, budget=Budget(seconds=60), hear=stopped.append)
    thread.join()
    assert stopped[-1]["kind"] == "stopped"


def test_the_page_of_the_cycle(filled):
    cycle = Cycle(filled)
    cycle.once()
    page = cycle.status()
    assert set(page) == {"counter", "waiting", "items", "voids", "claims", "failures", "paused", "events"}
    assert page["waiting"] == {"prediction": 0, "validation": 0}
    assert (page["claims"], page["failures"], page["items"]) == ([], [], {})
    assert [event["kind"] for event in page["events"]] == ["planned", "worked"]
    assert cycle.log(limit=1) == page["events"][-1:]
