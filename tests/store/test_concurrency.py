"""Many at once: every transaction is kept, none is locked out, and the counter says in which order they came."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

import pytest
from sqlalchemy import func, select

from quinary.chemistry.composition import Composition
from quinary.errors import WorkError
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Origin, Source, Value
from quinary.store.database import open_database
from quinary.store.schema import change_counter, point
from quinary.store.work.bookkeeping import progress_of, set_progress
from quinary.store.writing import PointWriter

N_WRITERS, N_TRANSACTIONS, N_POINTS = 3, 8, 3


def write_often(database, writer):
    """The changes of a few transactions with points that no other writer has."""
    alloys = [Material(Composition.of(formula)) for formula in ("MoNbTaW", "HfNbTaTiZr", "(HfZr)C")]
    how = Method.MEASURED, Origin.LITERATURE, Source("a table")
    changes = []
    for turn in range(N_TRANSACTIONS):
        values = [Value.number(1 + writer + turn / 100 + n / 10_000) for n in range(N_POINTS)]
        points = [
            DataPoint(alloy, "hardness_vickers", value, *how) for alloy, value in zip(alloys, values, strict=True)
        ]
        with database.write() as connection:
            added = PointWriter(connection).add(points)
        assert added.n_added == N_POINTS
        changes.append(added.change)
    return changes


def check_changes(changes):
    """Each writer's numbers rise, and all together they are 1, 2, 3, ..."""
    assert all(of_one == sorted(of_one) for of_one in changes)
    assert sorted(chain.from_iterable(changes)) == list(range(1, N_WRITERS * N_TRANSACTIONS + 1))


def check_states(database):
    """What one reader sees at one moment: every change up to the counter, and none after it."""
    with database.read() as connection:
        counter = connection.execute(select(change_counter.c.value)).scalar_one()
        newest, n_changes, n_points = connection.execute(
            select(func.max(point.c.change), func.count(point.c.change.distinct()), func.count())
        ).one()
    assert (newest or 0) == n_changes == counter
    assert n_points == counter * N_POINTS
    return counter


def test_processes_that_write_at_once(new_url, check_cells):
    url = new_url()  # not there yet: the first of them makes it
    writers = [
        subprocess.Popen(
            [sys.executable, __file__, url, str(writer)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for writer in range(N_WRITERS)
    ]
    with open_database(url) as database:
        seen = [0]
        while any(writer.poll() is None for writer in writers):
            seen.append(check_states(database))
            time.sleep(0.01)
        assert seen == sorted(seen)
        results = [writer.communicate() for writer in writers]
        assert not any(writer.returncode for writer in writers), [errors for _, errors in results if errors]
        check_changes([[int(change) for change in output.split()] for output, _ in results])
        assert check_states(database) == N_WRITERS * N_TRANSACTIONS
        with database.read() as connection:
            check_cells(connection)


def test_threads_that_share_one_store(database, check_cells):
    with ThreadPoolExecutor(N_WRITERS) as threads:
        check_changes(list(threads.map(lambda writer: write_often(database, writer), range(N_WRITERS))))
    assert check_states(database) == N_WRITERS * N_TRANSACTIONS
    with database.read() as connection:
        check_cells(connection)


def test_who_reads_and_then_writes_is_alone_with_what_was_read(database):
    def count(_):
        for _ in range(N_TRANSACTIONS):
            with database.write() as connection:
                reached, _ = progress_of(connection, "counting")
                set_progress(connection, "counting", reached + 1, "")

    with ThreadPoolExecutor(N_WRITERS) as threads:
        list(threads.map(count, range(N_WRITERS)))
    with database.read() as connection:
        assert progress_of(connection, "counting") == (N_WRITERS * N_TRANSACTIONS, "")


def test_who_waits_too_long_is_told_why(new_url, monkeypatch):
    monkeypatch.setattr("quinary.store.database._BUSY_SECONDS", 1)
    with open_database(new_url()) as database, database.write():
        with (
            pytest.raises(WorkError, match="another process has held the database for over 1 seconds"),
            database.write(),
        ):
            pass
        assert database.counter() == 0  # readers do not wait


def test_who_waits_long_because_others_write_waits_on(new_url, monkeypatch):
    """Each of the others holds the store for less than the limit, all of them together for much longer."""
    monkeypatch.setattr("quinary.store.database._BUSY_SECONDS", 0.5)
    url = new_url()
    open_database(url).close()

    def hold(turns):
        with open_database(url) as mine:
            for turn in range(turns):
                with mine.write() as connection:
                    set_progress(connection, f"{threading.get_ident()}", turn, "")
                    time.sleep(0.2)

    with ThreadPoolExecutor(2) as threads, open_database(url) as database:
        running = [threads.submit(hold, 8)]
        time.sleep(0.3)
        with database.write() as connection:
            set_progress(connection, "patient", 1, "")
        for future in running:
            future.result()
        with database.read() as connection:
            assert progress_of(connection, "patient") == (1, "")


def test_the_same_statement_from_several_at_once_is_kept_once(database, make_point, add):
    with ThreadPoolExecutor(N_WRITERS) as threads:
        added = list(threads.map(lambda _: add(database, make_point(), make_point("Nb")), range(N_WRITERS)))
    assert sorted(report.n_added for report in added) == [0] * (N_WRITERS - 1) + [2]


def test_threads_that_open_new_stores_at_once(new_url):
    url = new_url()

    def opened(place):
        with open_database(place) as database:
            return database.counter()

    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(opened, [url] * 4 + [new_url(), new_url()])) == [0] * 6


if __name__ == "__main__":  # one of the processes that write at once
    with open_database(sys.argv[1]) as opened:
        sys.stdout.write(" ".join(map(str, write_often(opened, int(sys.argv[2])))))
