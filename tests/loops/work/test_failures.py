"""What fails and what is a bug: noted with its traceback, told apart, and the rest is done."""

import pytest
from sqlalchemy import text

from quinary.errors import WorkError
from quinary.loops.cycle.cycle import Cycle
from quinary.loops.prediction import PredictionWork
from quinary.loops.work.failures import failures_in_words
from quinary.loops.work.queue import CycleSettings, Tally, plan
from quinary.loops.work.worker import Budget, run_alone, work_through
from quinary.store.work.claims import Item, failed_items, waiting
from quinary.store.work.journal import events, set_setting, setting_of
from quinary.store.writing import PointWriter


class Doubling:
    """A kind of work that doubles the numbers 0 to n - 1, unless told to do something else with them."""

    name = "doubling"

    def __init__(self, n=4, compute=lambda number: 2 * number):
        self.n, self._compute = n, compute

    def version(self):
        return "doubling=1"

    def check(self):
        assert self.n > 0

    def items(self, _connection, since, *, is_redo):
        for number in range(self.n if since == 0 or is_redo else 0):
            yield Item(str(number), {"number": number}, 1, 1 + number % 2)

    def load(self, _connection, body):
        return body["number"]

    def compute(self, number):
        return number, self._compute(number)

    def save(self, connection, computed):
        number, value = computed
        set_setting(connection, f"double {number}", value)
        return Tally(n_materials=1, n_added=1)


def results(database, n=4):
    with database.read() as connection:
        return [setting_of(connection, f"double {number}") for number in range(n)]


@pytest.fixture
def changed(database):
    """The store after one change."""
    with database.write() as connection:
        PointWriter(connection)
    return database


def traced(database):
    with database.read() as connection:
        return [(entry["kind"], entry["is_bug"], entry["trace"]) for entry in events(connection, is_traced=True)]


@pytest.mark.parametrize("error", [AttributeError("no x"), TypeError("a\nb"), KeyError("Xe"), NotImplementedError()])
def test_a_bug_rests_at_once_says_nothing_of_the_material_and_the_rest_is_done(changed, error):
    def compute(number):
        if number == 2:
            raise error
        return 2 * number

    report = run_alone(changed, Doubling(compute=compute))
    assert (report.n_materials, report.n_added, report.n_failed) == (3, 3, 0)
    (said,) = report.bugs
    assert said.startswith("a bug in Quinary ")
    assert "\n" not in said
    with changed.read() as connection:
        (entry,) = failed_items(connection)
        (words,) = failures_in_words(connection)
        line = events(connection)[-1]["text"]
    assert (entry["attempts"], entry["retry_in_seconds"], entry["reason"]) == (1, None, said)
    assert words["is_bug"]
    assert words["next"] == "it rests until the bug is mended and somebody retries it"
    assert line.startswith(f"doubling 2, attempt 1 of 5: {said}; it rests until the bug is mended")
    kind, is_bug, trace = traced(changed)[-1]
    assert (kind, is_bug) == ("bug", True)
    assert "in compute" in trace
    assert f"\n{type(error).__name__}" in trace


def test_a_bug_is_not_tried_again_until_somebody_says_so(changed):
    asked = []

    def compute(number):
        asked.append(number)
        raise AttributeError("no x")

    for _ in range(2):
        run_alone(changed, Doubling(compute=compute))
    assert sorted(asked) == [0, 1, 2, 3]
    with changed.read() as connection:
        assert waiting(connection) == {}
    assert Cycle(changed).retry() == 4
    assert run_alone(changed, Doubling()).n_materials == 4


def test_a_bug_of_a_plugin_from_elsewhere_names_its_package(changed, oven):
    report = run_alone(changed, Doubling(compute=lambda number: oven.PLUGIN.validate(number, None)))
    assert report.bugs == (
        "a bug in validator oven 7 (package quinary-oven 0.3): AttributeError: 'int' object has no attribute 'no_such_member'",
    )


def test_a_failure_keeps_its_traceback_and_is_no_bug(changed):
    def compute(_number):
        try:
            raise OSError("cannot reach postgresql://me:secret@host/db")
        except OSError as error:
            raise WorkError("no convergence") from error

    run_alone(changed, Doubling(1, compute=compute))
    kind, is_bug, trace = traced(changed)[-1]
    assert (kind, is_bug) == ("failed", False)
    assert "me:***@host" in trace
    assert trace.rstrip().endswith("no convergence")


def test_what_a_library_raises_of_its_own_fails_one_piece_and_the_cycle_goes_on(changed):
    class OwnError(Exception):
        """Of a library, derived from nothing else."""

    def compute(number):
        if number == 1:
            raise OwnError("the equilibrium does not converge")
        return number

    report = run_alone(changed, Doubling(compute=compute))
    assert (report.n_materials, report.n_failed, report.bugs) == (3, 1, ())


def test_a_bug_in_saving_writes_nothing_and_rests(changed):
    class Careless(Doubling):
        def save(self, connection, computed):
            tally = super().save(connection, computed)
            return tally if computed[0] != 2 else tally.no_such_member

    report = run_alone(changed, Careless())
    assert (report.n_materials, len(report.bugs)) == (3, 1)
    assert results(changed) == [0, 2, None, 6]
    with changed.read() as connection:
        assert [entry["item"] for entry in failed_items(connection)] == ["2"]


def test_a_row_that_cannot_be_read_fails_its_piece_alone(filled):
    plan(filled, PredictionWork(CycleSettings()), "ann")
    with filled.write() as connection:
        connection.execute(text("UPDATE material SET composition = '[[{' WHERE id = 2"))
    work = PredictionWork(CycleSettings())
    (done,) = work_through(filled, [work], Budget(n_materials=2))
    assert done.outcome == "failed"
    assert done.reason.startswith("the database is damaged: the composition of a material cannot be read: '[[{'")


def test_the_log_says_what_was_begun_done_and_failed(changed, caplog):
    def compute(number):
        if number == 2:
            raise ValueError("bad shape")
        return number

    with caplog.at_level("INFO", logger="quinary"):
        run_alone(changed, Doubling(3, compute=compute))
    said = [entry.getMessage() for entry in caplog.records if entry.name == "quinary.loops.work.worker"]
    assert [line.split(",")[0] for line in said if "began" in line] == [f"began doubling {n}" for n in (0, 2, 1)]
    assert sum(line.startswith("done: doubling") for line in said) == 2
    (failed,) = [entry for entry in caplog.records if entry.levelname == "WARNING"]
    assert failed.exc_info
