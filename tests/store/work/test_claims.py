"""Claims: each piece of work is in one hand at a time, and takes effect once."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from quinary.store.schema import claim as table
from quinary.store.schema import progress
from quinary.store.work import claims as claims_module
from quinary.store.work.bookkeeping import set_progress
from quinary.store.work.claims import (
    LEASE_SECONDS,
    MOST_ATTEMPTS,
    Item,
    adopt,
    claim,
    claims_held,
    drop,
    enqueue,
    fail,
    failed_items,
    finish,
    free,
    give_back,
    renew,
    retry,
    seconds_until_due,
    versions_waiting,
    waiting,
)

V = {"cook": "1"}


@pytest.fixture
def do(database):
    """`do(function, ...)` calls it with a write transaction of its own."""

    def call(function, *arguments, **named):
        with database.write() as connection:
            return function(connection, *arguments, **named)

    return call


def items(*names, priority=1, size=1):
    return [Item(name, {"of": name}, size, priority) for name in names]


def names(found):
    return [held.name for held in found]


def test_each_item_goes_to_one_worker_the_most_wanted_first(do):
    assert do(enqueue, "cook", "1", 1, items("a", "b", priority=2) + items("c", priority=1)) == 3
    (first,) = do(claim, V, "ann")
    assert (first.task, first.name, first.body, first.size, first.attempt) == ("cook", "c", {"of": "c"}, 1, 1)
    assert names(do(claim, V, "bob", n=5)) == ["a", "b"]
    assert do(claim, V, "cid") == []
    assert [entry["worker"] for entry in do(claims_held)] == ["ann", "bob", "bob"]


def test_what_is_wanted_less_is_left(do):
    do(enqueue, "cook", "1", 1, items("a", priority=1) + items("b", priority=5))
    assert names(do(claim, V, "ann", n=5, priority=3)) == ["a"]


def test_earlier_changes_come_first(do):
    do(enqueue, "cook", "1", 7, items("a"))
    do(enqueue, "cook", "1", 3, items("b"))
    assert names(do(claim, V, "ann", n=2)) == ["b", "a"]


@pytest.mark.parametrize("able", [{"cook": "2"}, {"bake": "1"}])
def test_a_worker_gets_only_what_it_can_do(do, able):
    do(enqueue, "cook", "1", 1, items("a"))
    assert do(claim, able, "ann") == []
    assert do(seconds_until_due, able) is None
    assert do(versions_waiting, "cook") == {"1": ""}


def test_finished_work_is_off_the_list(do):
    do(enqueue, "cook", "1", 1, items("a", size=500))
    assert do(waiting) == {"cook": {"items": 1, "materials": 500}}
    (held,) = do(claim, V, "ann")
    assert do(versions_waiting, "cook") == {"1": "ann"}
    assert do(finish, held)
    assert do(waiting) == {}
    assert not do(finish, held)


def test_what_a_silent_worker_held_is_taken_over_and_its_results_are_not_written(do):
    do(enqueue, "cook", "1", 1, items("a"))
    (late,) = do(claim, V, "ann", seconds=-1)
    (held,) = do(claim, V, "bob")
    assert (held.name, held.attempt) == ("a", 2)
    assert not do(renew, late)
    assert not do(finish, late)
    assert do(finish, held)


def test_a_worker_that_took_its_own_work_again_holds_another_claim(do):
    do(enqueue, "cook", "1", 1, items("a"))
    (old,) = do(claim, V, "ann", seconds=-1)
    (new,) = do(claim, V, "ann")
    assert not do(finish, old)
    assert do(finish, new)


def test_renewed_work_is_not_taken_over(do):
    do(enqueue, "cook", "1", 1, items("a"))
    (held,) = do(claim, V, "ann", seconds=-1)
    assert do(renew, held, 60)
    assert do(claim, V, "bob") == []
    assert 0 < do(seconds_until_due, V) <= 60


def test_the_results_and_the_end_of_the_claim_are_one_transaction(do, database):
    do(enqueue, "cook", "1", 1, items("a"))
    (held,) = do(claim, V, "ann")
    with pytest.raises(ZeroDivisionError), database.write() as connection:
        assert finish(connection, held)
        set_progress(connection, "result", 1, "")
        raise ZeroDivisionError
    with database.read() as connection:
        assert connection.execute(select(progress)).all() == []
    assert do(finish, held)


def test_failures_are_tried_later_each_time_and_rest_in_the_end(do, database):
    do(enqueue, "cook", "1", 1, items("a"))
    delays = []
    for attempt in range(1, MOST_ATTEMPTS + 1):
        (held,) = do(claim, V, "ann")
        assert held.attempt == attempt
        assert do(fail, held, "burnt") is (attempt == MOST_ATTEMPTS)
        assert do(claim, V, "ann") == []
        if attempt < MOST_ATTEMPTS:
            delays.append(do(seconds_until_due, V))
            with database.write() as connection:  # as if that time were over
                connection.execute(table.update().values(not_before=0.0))
    assert delays == pytest.approx([30, 60, 120, 240], abs=5)
    (entry,) = do(failed_items)
    assert (entry["reason"], entry["attempts"], entry["retry_in_seconds"]) == ("burnt", MOST_ATTEMPTS, None)
    assert do(waiting) == {}
    assert do(seconds_until_due, V) is None


@pytest.mark.parametrize(
    ("what", "n"), [((), 2), (("cook",), 2), (("cook", "a"), 1), (("bake",), 0), (("cook", "c"), 0)]
)
def test_a_person_retries_all_a_task_or_one(do, what, n):
    do(enqueue, "cook", "1", 1, items("a", "b", "c"))
    for held in do(claim, V, "ann", n=2):
        do(fail, held, "burnt")
    assert do(retry, *what) == n
    assert sorted(held.attempt for held in do(claim, V, "bob", n=5)) == [1] * (n + 1)
    assert len(do(failed_items)) == 2 - n


def test_work_given_back_counts_as_not_tried(do):
    do(enqueue, "cook", "1", 1, items("a"))
    do(claim, V, "ann")
    assert do(give_back, "ann") == 1
    (held,) = do(claim, V, "bob")
    assert held.attempt == 1


def test_work_that_kills_its_workers_rests_in_the_end(do):
    do(enqueue, "cook", "1", 1, items("a", "b"))
    for attempt in range(1, MOST_ATTEMPTS + 1):
        (held,) = do(claim, V, f"worker {attempt}")
        assert (held.name, held.attempt) == ("a", attempt)
        assert do(free, [held.worker]) == (attempt < MOST_ATTEMPTS)
    assert names(do(claim, V, "ann", n=5)) == ["b"]
    (entry,) = do(failed_items)
    assert "died" in entry["reason"]
    assert entry["retry_in_seconds"] is None
    assert do(free, []) == 0


def test_work_whose_time_is_over_too_often_rests_too(do):
    do(enqueue, "cook", "1", 1, items("a"))
    for _ in range(MOST_ATTEMPTS):
        assert len(do(claim, V, "ann", seconds=-1)) == 1
    assert do(claim, V, "ann") == []
    assert len(do(failed_items)) == 1


def test_other_versions_adopt_or_drop(do):
    do(enqueue, "cook", "1", 1, items("a", "b"))
    (held,) = do(claim, V, "ann")
    do(adopt, "cook", "2")
    assert names(do(claim, {"cook": "2"}, "bob", n=5)) == ["b"]
    assert do(drop, "cook") == 2
    assert not do(finish, held)


def test_many_threads_do_everything_once(database):
    n_items = 40
    with database.write() as connection:
        enqueue(connection, "cook", "1", 1, items(*(f"{n:03d}" for n in range(n_items))))
    start = threading.Barrier(4)

    def work(worker):
        done = []
        start.wait()
        while True:
            with database.write() as connection:
                found = claim(connection, V, worker, n=2)
            if not found:
                return done
            for held in found:
                with database.write() as connection:
                    assert finish(connection, held)
                done.append(held.name)

    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(work, ["ann", "bob", "cid", "dan"]))
    assert sorted(name for done in results for name in done) == [f"{n:03d}" for n in range(n_items)]


STEPS = st.lists(
    st.tuples(st.sampled_from(["take", "late", "finish", "fail", "free", "back", "retry"]), st.sampled_from("ab")),
    max_size=30,
)


@given(STEPS)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_nothing_takes_effect_twice_and_nothing_is_lost(database, do, empty, steps):
    empty(database)
    do(enqueue, "cook", "1", 1, items("x", "y"))
    held, effects = {"a": [], "b": []}, []
    for step, worker in steps:
        if step in {"take", "late"}:
            held[worker] += do(claim, V, worker, seconds=60 if step == "take" else -1)
        elif step == "finish":
            effects += [one.name for one in held[worker] if do(finish, one)]
        elif step == "fail":
            for one in held[worker]:
                do(fail, one, "burnt")
        elif step == "retry":
            do(retry)
        else:
            do(free, [worker]) if step == "free" else do(give_back, worker)
    do(free, ["a", "b"])
    do(retry)
    while found := do(claim, V, "last", n=5):
        effects += [one.name for one in found if do(finish, one)]
    assert sorted(effects) == ["x", "y"]


# -- clocks that were wrong --------------------------------------------------------------------------------------------


@pytest.fixture
def clock_ahead(monkeypatch):
    """`clock_ahead(seconds)`: the clock of the machine is wrong by so much from now on; 0 puts it right."""
    right = time.time

    def set_clock(seconds):
        monkeypatch.setattr(claims_module.time, "time", lambda: right() + seconds)

    return set_clock


def has_own_clock(database):
    """True for a server, whose clock counts and not that of a worker."""
    return database.engine.dialect.name != "sqlite"


@pytest.mark.parametrize("ahead", [86_400, 3600, 200])
def test_a_claim_that_was_made_while_the_clock_was_ahead_holds_nothing(do, database, clock_ahead, ahead):
    do(enqueue, "cook", "1", 1, items("a"))
    clock_ahead(ahead)
    (late,) = do(claim, V, "ann")
    assert do(renew, late)
    clock_ahead(0)
    if has_own_clock(database):
        assert 0 < do(seconds_until_due, V) <= LEASE_SECONDS
        return
    assert do(seconds_until_due, V) == 0
    assert do(versions_waiting, "cook") == {"1": ""}
    assert [entry["expires_in_seconds"] for entry in do(claims_held)] == [0.0]
    (held,) = do(claim, V, "bob")
    assert (held.name, held.attempt) == ("a", 2)
    assert not do(finish, late)
    assert do(finish, held)


def test_work_that_failed_while_the_clock_was_ahead_is_due_again(do, database, clock_ahead):
    do(enqueue, "cook", "1", 1, items("a"))
    clock_ahead(86_400)
    do(fail, do(claim, V, "ann")[0], "burnt")
    assert 0 < do(failed_items)[0]["retry_in_seconds"] <= 30
    clock_ahead(0)
    if has_own_clock(database):
        assert 0 < do(failed_items)[0]["retry_in_seconds"] <= 30
        return
    assert do(failed_items)[0]["retry_in_seconds"] == 0
    assert names(do(claim, V, "bob")) == ["a"]


def test_no_claim_lasts_longer_than_the_longest(do):
    do(enqueue, "cook", "1", 1, items("a", "b"))
    held = do(claim, V, "ann", n=2, seconds=86_400)
    do(renew, held[0], 86_400)
    assert all(0 < entry["expires_in_seconds"] <= LEASE_SECONDS for entry in do(claims_held))
