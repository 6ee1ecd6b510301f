"""Planning and doing work: nothing twice, nothing forgotten, whatever fails or is interrupted."""

import threading
import time

import pytest
from sqlalchemy import text, update

from quinary.errors import InputError, WorkError
from quinary.loops.cycle.cycle import Cycle
from quinary.loops.cycle.tasks import works
from quinary.loops.prediction import PredictionWork
from quinary.loops.work.queue import CycleSettings, Tally, check_order, labels, plan
from quinary.loops.work.worker import Budget, free_the_dead, run_alone, work_through, worker_name
from quinary.materials.policy import default_policy
from quinary.store.database import open_database
from quinary.store.queries import count_voids
from quinary.store.schema import claim as claim_table
from quinary.store.work.bookkeeping import progress_of
from quinary.store.work.claims import Item, claim, claims_held, failed_items, waiting
from quinary.store.work.journal import events, log_event, pause, set_setting, setting_of
from quinary.store.writing import PointWriter


class Doubling:
    """A kind of work as a new loop would write it: doubles the numbers 0 to n - 1, each once."""

    name = "doubling"

    def __init__(self, n=4, version="1", compute=lambda number: 2 * number):
        self.n, self._version, self._compute = n, version, compute

    def version(self):
        return f"doubling={self._version}"

    def check(self):
        if self.n < 0:
            raise InputError("fewer than none")

    def items(self, _connection, since, *, is_redo):
        for number in range(self.n if since == 0 or is_redo else 0):
            yield Item(str(number), {"number": number}, 1, 1 + number % 2)

    def load(self, _connection, body):
        return body["number"]

    def compute(self, number):
        return number, self._compute(number)

    def save(self, connection, computed):
        number, value = computed
        before = setting_of(connection, f"double {number}") or []
        set_setting(connection, f"double {number}", [*before, value])
        return Tally(n_materials=1, n_added=1)


def results(database, n=4):
    with database.read() as connection:
        return [setting_of(connection, f"double {number}") for number in range(n)]


def kinds_of_events(database):
    with database.read() as connection:
        return [entry["kind"] for entry in events(connection)]


@pytest.fixture
def changed(database):
    """The store after one change."""
    with database.write() as connection:
        PointWriter(connection)
    return database


# -- planning ----------------------------------------------------------------------------------------------------------


def test_a_change_is_planned_once(changed):
    assert plan(changed, Doubling(), "ann") == 4
    assert plan(changed, Doubling(), "bob") == 0
    with changed.read() as connection:
        assert progress_of(connection, "doubling") == (1, "doubling=1")
    assert kinds_of_events(changed) == ["planned"]


def test_threads_that_plan_at_once_plan_once(changed):
    start = threading.Barrier(4)
    made = []

    def planned():
        start.wait()
        made.append(plan(changed, Doubling(), "ann"))

    threads = [threading.Thread(target=planned) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [0, 0, 0, 4]


def test_another_version_replaces_what_waits(changed):
    plan(changed, Doubling(version="1"), "ann")
    assert plan(changed, Doubling(3, version="2"), "ann") == 3
    with changed.read() as connection:
        assert waiting(connection) == {"doubling": {"items": 3, "materials": 3}}
    run_alone(changed, Doubling(3, version="2"))
    assert results(changed, 4) == [[0], [2], [4], None]


def test_work_of_another_version_is_left_to_those_at_work_on_it(changed):
    plan(changed, Doubling(version="1"), "ann")
    with changed.write() as connection:
        claim(connection, labels([Doubling(version="1")]), "elsewhere:1:0")
    with pytest.raises(InputError, match=r"elsewhere:1:0 is at work .* doubling=1 \(here 2\)$"):
        plan(changed, Doubling(version="2"), "bob")
    with changed.read() as connection:
        assert progress_of(connection, "doubling") == (1, "doubling=1")
        assert waiting(connection)["doubling"]["items"] == 4


def test_a_service_does_not_undo_what_another_has_planned(changed):
    plan(changed, Doubling(version="2"), "ann")
    with pytest.raises(InputError, match="other settings or versions"):
        plan(changed, Doubling(version="1"), "bob", may_replace=False)


def as_if_planned_by(database, code):
    label = labels([Doubling()])["doubling"].replace(labels([Doubling()])["doubling"].split(";")[0], f"quinary={code}")
    with database.write() as connection:
        connection.execute(update(claim_table).values(version=label))


def test_work_for_a_newer_code_is_refused_and_left_alone(changed):
    plan(changed, Doubling(), "ann")
    as_if_planned_by(changed, "99.0.0")
    with pytest.raises(
        InputError, match=r"^this worker cannot do the doubling work that waits.*quinary=99\.0\.0 \(here "
    ):
        plan(changed, Doubling(), "bob")
    assert list(work_through(changed, [Doubling()])) == []
    assert results(changed) == [None] * 4


def test_work_for_an_older_code_is_taken_over(changed):
    plan(changed, Doubling(), "ann")
    as_if_planned_by(changed, "0.0.1")
    assert plan(changed, Doubling(), "bob") == 0
    assert len(list(work_through(changed, [Doubling()]))) == 4


def test_a_worker_of_another_version_than_it_is_asked_for_is_refused():
    (prediction, _) = works(CycleSettings())
    wanted = labels([PredictionWork(CycleSettings(lattice="fcc"))])
    with pytest.raises(InputError, match=r"^[^\n]*lattice=fcc \(here bcc\)$"):
        check_order(wanted, [prediction])
    check_order(labels([prediction]), [prediction])


def test_what_cannot_be_used_is_refused_before_anything_is_planned(filled):
    with pytest.raises(InputError, match="unknown lattice"):
        Cycle(filled, lattice="diamond").once()
    with filled.read() as connection:
        assert progress_of(connection, "prediction") == (0, "")
        assert waiting(connection) == {}


# -- doing -------------------------------------------------------------------------------------------------------------


def test_work_is_done_in_the_order_of_its_priority(changed):
    plan(changed, Doubling(), "ann")
    done = list(work_through(changed, [Doubling()]))
    assert [(entry.item, entry.outcome) for entry in done] == [(n, "done") for n in ("0", "2", "1", "3")]
    assert results(changed) == [[0], [2], [4], [6]]


@pytest.mark.parametrize(
    ("budget", "n"),
    [(Budget(n_materials=3), 3), (Budget(n_materials=0), 0), (Budget(priority=1), 2), (Budget(seconds=0), 0)],
)
def test_a_budget_bounds_what_is_begun(changed, budget, n):
    plan(changed, Doubling(), "ann")
    assert len(list(work_through(changed, [Doubling()], budget))) == n
    assert len(list(work_through(changed, [Doubling()]))) == 4 - n


def test_a_budget_takes_a_part_of_a_piece_and_the_rest_waits(filled):
    plan(filled, PredictionWork(CycleSettings()), "ann")
    work = PredictionWork(CycleSettings())
    for allowed, left in ((2, 3), (1, 2), (5, 0)):
        done = list(work_through(filled, [work], Budget(n_materials=allowed)))
        assert sum(entry.tally.n_materials for entry in done) == sum(entry.n_materials for entry in done)
        with filled.read() as connection:
            assert sum(entry["materials"] for entry in waiting(connection).values()) == left
    with filled.read() as connection:
        assert count_voids(connection, default_policy())["prediction"]["shear_modulus"] == 1  # that of no predictor


def test_a_part_that_fails_is_tried_again_as_a_part(filled, monkeypatch):
    def compute(_self, _loaded):
        raise WorkError("no luck")

    work = PredictionWork(CycleSettings())
    plan(filled, work, "ann")
    with monkeypatch.context() as patch:
        patch.setattr(PredictionWork, "compute", compute)
        list(work_through(filled, [work], Budget(n_materials=2)))
    with filled.read() as connection:
        (entry,) = failed_items(connection)
        assert waiting(connection) == {"prediction": {"items": 2, "materials": 5}}
    assert (entry["materials"], entry["attempts"], entry["body"]["materials"]) == (2, 1, [1, 2])
    assert Cycle(filled).retry("prediction", entry["item"]) == 1
    assert sum(entry.tally.n_materials for entry in work_through(filled, [work])) == 5


@pytest.mark.parametrize("error", [WorkError("no convergence"), ValueError("bad shape"), ZeroDivisionError("by zero")])
def test_what_fails_is_noted_and_the_rest_is_done(changed, error):
    def compute(number):
        if number == 2:
            raise error
        return 2 * number

    report = run_alone(changed, Doubling(compute=compute))
    assert (report.n_materials, report.n_added, report.n_failed) == (3, 3, 1)
    with changed.read() as connection:
        (entry,) = failed_items(connection)
    assert entry["item"] == "2"
    assert str(error) in entry["reason"]
    assert 0 < entry["retry_in_seconds"] <= 30
    assert kinds_of_events(changed) == ["planned", "failed"]
    with changed.read() as connection:
        said = events(connection)[-1]["text"]
    assert said.startswith("doubling 2, attempt 1 of 5: ")
    assert said.endswith("; a cycle that runs in 30 s or later tries it again; at once: quinary cycle retry doubling 2")
    assert run_alone(changed, Doubling()).n_materials == 0  # not yet
    assert Cycle(changed).retry("doubling") == 1
    assert run_alone(changed, Doubling()).n_materials == 1
    assert results(changed) == [[0], [2], [4], [6]]


def test_an_interruption_gives_back_what_is_in_hand(changed):
    def interrupted(_number):
        raise KeyboardInterrupt

    plan(changed, Doubling(), "ann")
    with pytest.raises(KeyboardInterrupt):
        list(work_through(changed, [Doubling(compute=interrupted)]))
    with changed.read() as connection:
        assert claims_held(connection) == []
        assert failed_items(connection) == []
    assert len(list(work_through(changed, [Doubling()]))) == 4


def test_a_pause_holds_between_two_pieces(changed):
    plan(changed, Doubling(), "ann")
    done = []
    for piece in work_through(changed, [Doubling()]):
        done.append(piece)
        if len(done) == 2:
            with changed.write() as connection:
                pause(connection, "bob")
    assert len(done) == 2
    with pytest.raises(WorkError, match=r"paused since .* \(by bob\)"):
        Cycle(changed).once()


def test_long_work_is_renewed_and_not_taken_over(changed):
    lease = 0.6
    plan(changed, Doubling(1), "ann")
    slow = Doubling(1, compute=lambda number: time.sleep(4 * lease) or number)
    other = []

    def look():
        time.sleep(2.5 * lease)
        other.extend(work_through(changed, [Doubling(1)], lease=lease))

    thread = threading.Thread(target=look)
    thread.start()
    (done,) = work_through(changed, [slow], lease=lease)
    thread.join()
    assert (done.outcome, other) == ("done", [])
    assert results(changed, 1) == [[0]]


def test_the_results_of_work_that_another_has_taken_over_are_not_written(changed):
    """Cut off for longer than its claim holds: whoever comes second writes nothing."""
    plan(changed, Doubling(1), "ann")

    def cut_off(number):
        with changed.write() as connection:
            connection.execute(update(claim_table).values(expires=1.0))
        assert [done.outcome for done in work_through(changed, [Doubling(1)])] == ["done"]
        return 100 + number

    (done,) = work_through(changed, [Doubling(1, compute=cut_off)])
    assert done.outcome == "lost"
    assert results(changed, 1) == [[0]]


def test_what_the_dead_of_this_machine_held_is_free_at_once(changed):
    plan(changed, Doubling(2), "ann")
    machine = worker_name().split(":")[0]
    with changed.write() as connection:
        claim(connection, labels([Doubling(2)]), f"{machine}:{2**22 + 1}:0")  # above the largest process number
        claim(connection, labels([Doubling(2)]), f"{machine}-2:1:0")
    assert free_the_dead(changed) == 1
    assert free_the_dead(changed) == 0
    with changed.read() as connection:
        assert [entry["worker"] for entry in claims_held(connection)] == [f"{machine}-2:1:0"]
    assert kinds_of_events(changed)[-1] == "taken over"


def test_a_store_of_a_newer_version_refuses_workers(url, database):
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        log_event(connection, "ann", "noted", "before")
    with pytest.raises(InputError, match="newer version of Quinary"):
        open_database(url)
