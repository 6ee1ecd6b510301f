"""Many at once: every transaction is kept, none is locked out, and the counter says in which order they came."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from quinary.store.database import open_database
from quinary.store.schema import change_counter, point

N_WRITERS, N_TRANSACTIONS, N_POINTS = 4, 12, 3

WRITER = """
import sys
from quinary.chemistry.composition import Composition
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Origin, Source, Value
from quinary.store.database import open_database
from quinary.store.writing import PointWriter

url, writer, n_transactions, n_points = sys.argv[1], *map(int, sys.argv[2:])
alloys = [Material(Composition.of(formula)) for formula in ("MoNbTaW", "HfNbTaTiZr", "(HfZr)C")]
with open_database(url) as database:
    for transaction in range(n_transactions):
        points = [
            DataPoint(alloys[n % 3], "hardness_vickers", Value.number(1 + writer + transaction / 100 + n / 10000),
                      Method.MEASURED, Origin.LITERATURE, Source("a table"))
            for n in range(n_points)
        ]
        with database.write() as connection:
            added = PointWriter(connection).add(points)
        print(added.change, added.n_added, flush=True)
"""


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
    arguments = [[url, str(writer), str(N_TRANSACTIONS), str(N_POINTS)] for writer in range(N_WRITERS)]
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, *given], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for given in arguments
    ]
    with open_database(url) as database:
        seen = [0]
        while any(writer.poll() is None for writer in writers):
            seen.append(check_states(database))
        assert seen == sorted(seen)
        results = [writer.communicate() for writer in writers]
        assert not any(writer.returncode for writer in writers), [errors for _, errors in results if errors]

        lines = [[tuple(map(int, line.split())) for line in output.splitlines()] for output, _ in results]
        changes = [[change for change, _ in of_one] for of_one in lines]
        assert all(of_one == sorted(of_one) for of_one in changes)
        assert sorted(sum(changes, [])) == list(range(1, N_WRITERS * N_TRANSACTIONS + 1))
        assert {n_added for of_one in lines for _, n_added in of_one} == {N_POINTS}
        assert check_states(database) == N_WRITERS * N_TRANSACTIONS
        with database.read() as connection:
            check_cells(connection)


def test_threads_that_share_one_store(database, make_point, add):
    def write(writer):
        return [
            add(
                database, *(make_point(value=1 + writer + turn / 100 + n / 10000) for n in range(N_POINTS))
            ).change
            for turn in range(N_TRANSACTIONS)
        ]

    with ThreadPoolExecutor(N_WRITERS) as threads:
        changes = list(threads.map(write, range(N_WRITERS)))
    assert all(of_one == sorted(of_one) for of_one in changes)
    assert sorted(sum(changes, [])) == list(range(1, N_WRITERS * N_TRANSACTIONS + 1))
    assert check_states(database) == N_WRITERS * N_TRANSACTIONS


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
