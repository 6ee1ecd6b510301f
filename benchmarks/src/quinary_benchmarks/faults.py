"""What survives: processes that write and cycle on one store at once, and are killed at random.

Every process adds points, and now and then a generated material, in a transaction of its own, and then runs a cycle; it
says so when a transaction is committed. Afterwards every transaction that was said to be committed must be there as a
whole, the others as a whole or not at all, and everything that the policy wants must be there exactly once.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from sqlalchemy import exists, func, select

from quinary.chemistry.composition import Composition
from quinary.errors import InputError, QuinaryError
from quinary.loops.cycle import Cycle, process_maker
from quinary.materials.policy import default_policy
from quinary.points.material import Material
from quinary.points.point import Origin
from quinary.store.cells import rebuild_cells
from quinary.store.database import Database, open_database
from quinary.store.queries import count_voids, counts
from quinary.store.schema import cell, material, point, verdict
from quinary.store.work import failed_items, waiting
from quinary.store.writing import PointWriter
from quinary.studies.benches import BenchSettings, place_of_its_own
from quinary_benchmarks.store import synthetic_points

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

__all__ = ["run", "torture"]

_SECONDS: Final = 120
_N_PROCESSES: Final = 8
_KILLS_PER_SECOND: Final = 50 / 120
_POINTS_AT_ONCE: Final = 20
_TURNS: Final = 100_000  # more than one process ever gets to
_RUNGS: Final = ("rules",)


@dataclass(slots=True)
class Tale:
    """What was seen while the processes ran: seeds committed, seconds of each commit, cycles, errors, kills."""

    committed: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    n_cycles: int = 0
    n_kills: int = 0
    errors: list[str] = field(default_factory=list)


def run(settings: BenchSettings) -> dict[str, Any]:
    """`size` seconds of eight processes, killed at random 25 times a minute, on SQLite or on the empty store at `db`.

    Raises:
        InputError: the store at `db` holds points.
    """
    seconds = settings.size or _SECONDS
    with place_of_its_own() as folder:
        url = settings.db or f"sqlite:///{folder / 'faults.db'}"
        with open_database(url) as database:
            with database.read() as connection:
                if counts(connection)["points"]:
                    raise InputError(f"{database.url} holds points; the faults are tried on an empty store")
            tale = torture(url, _N_PROCESSES, seconds, round(seconds * _KILLS_PER_SECOND), settings.seed)
            found = _judge(database, tale)
            name = database.engine.dialect.name
    rows = [
        {"measure": measure.replace("_", " "), "value": value, "goal": _GOALS.get(measure, "")}
        for measure, value in found.items()
    ]
    return {"database": name, "seconds": seconds, "rows": rows, "errors": tale.errors[:10], **found}


_GOALS: Final = dict.fromkeys(
    ("lost_points", "torn_transactions", "wrong_cells", "missing_predictions", "doubled_predictions",
     "missing_verdicts", "doubled_verdicts", "work_left", "errors_told"), "0",
)  # fmt: skip


def torture(url: str, n_processes: int, seconds: float, n_kills: int, seed: int = 0) -> Tale:
    """Let processes write and cycle for some seconds, kill one at random again and again, then let the rest finish."""
    generator = np.random.default_rng(seed)
    moments = sorted(generator.uniform(0.1 * seconds, seconds, n_kills).tolist())
    tale = Tale()
    with _herd(url, tale) as herd:
        for _ in range(n_processes):
            herd.start()
        while herd.n_at_work < n_processes and not tale.errors:  # to start takes seconds, more on a busy machine
            herd.listen(0.05)
        started = time.monotonic()
        while (now := time.monotonic() - started) < seconds:
            if moments and moments[0] <= now and herd.n_at_work:
                moments.pop(0)
                herd.kill(int(generator.integers(herd.n_at_work)))
            herd.listen(0.01)
        herd.end()
    return tale


@dataclass(slots=True)
class _Member:
    process: BaseProcess
    channel: Connection
    is_at_work: bool = False


@contextmanager
def _herd(url: str, tale: Tale) -> Iterator[_Herd]:
    herd = _Herd(url, tale)
    with ExitStack() as stack:
        stack.callback(herd.clear)
        yield herd


class _Herd:
    """The processes, each with a pipe of its own."""

    def __init__(self, url: str, tale: Tale) -> None:
        self.url = url
        self.tale = tale
        self.members: list[_Member] = []
        self.n_started = 0
        self.processes = process_maker()

    @property
    def n_at_work(self) -> int:
        """How many have begun to write."""
        return sum(member.is_at_work for member in self.members)

    def start(self) -> None:
        """One more process, with seeds that no other has."""
        ours, theirs = self.processes.Pipe()
        arguments = (self.url, self.n_started * _TURNS, theirs)
        process = self.processes.Process(target=_write_and_cycle, args=arguments, daemon=True)
        process.start()
        theirs.close()
        self.members.append(_Member(process, ours))
        self.n_started += 1

    def kill(self, place: int) -> None:
        """Kill -9 one of those at work, and let another take its place."""
        member = [member for member in self.members if member.is_at_work][place]
        self.members.remove(member)
        os.kill(member.process.pid or 0, signal.SIGKILL)
        member.process.join()
        self._hear_out(member)
        member.channel.close()
        self.tale.n_kills += 1
        self.start()

    def listen(self, seconds: float) -> None:
        """Hear what the processes say; none of them has a reason to end by itself."""
        ready = wait([member.channel for member in self.members], seconds)
        for place, member in reversed(list(enumerate(self.members))):
            if member.channel in ready and not self._hear(member):
                member.process.join()
                self.tale.errors.append(f"a process ended with status {member.process.exitcode}")
                self.members.pop(place).channel.close()
                self.start()

    def end(self) -> None:
        """Tell all to come to an end, and wait for it."""
        for member in self.members:
            member.channel.send(None)
        for member in self.members:
            self._hear_out(member)
            member.process.join()
            if member.process.exitcode:
                self.tale.errors.append(f"a process ended with status {member.process.exitcode}")

    def clear(self) -> None:
        """Leave no process behind."""
        for member in self.members:
            member.process.kill()
            member.process.join()
            member.channel.close()

    def _hear_out(self, member: _Member) -> None:
        while self._hear(member):
            pass

    def _hear(self, member: _Member) -> bool:
        try:
            kind, *said = member.channel.recv()
        except (EOFError, ConnectionResetError):
            return False
        if kind == "committed":
            self.tale.committed.append(said[0])
            self.tale.seconds.append(said[1])
        elif kind == "cycled":
            self.tale.n_cycles += 1
        elif kind == "ready":
            member.is_at_work = True
        else:
            self.tale.errors.append(said[0])
        return True


def _write_and_cycle(url: str, first_seed: int, channel: Connection) -> None:
    """The life of one process. What a user would be told of an error goes to the tale."""
    with open_database(url) as database:
        cycle = Cycle(database, rungs=_RUNGS)
        channel.send(("ready",))
        for seed in range(first_seed, first_seed + _TURNS):
            if channel.poll():
                return
            try:
                started = time.perf_counter()
                _write(database, seed)
                channel.send(("committed", seed, time.perf_counter() - started))
                cycle.once()
                channel.send(("cycled",))
            except QuinaryError as error:
                channel.send(("error", error.message))


def _write(database: Database, seed: int) -> None:
    points = list(synthetic_points(_POINTS_AT_ONCE, seed))
    with database.write() as connection:
        writer = PointWriter(connection)
        writer.add(points)
        if seed % 3 == 0:  # a candidate: another composition than those of the points, its fractions turned round
            fractions = points[0].material.composition.atomic_fractions
            turned = dict(zip(fractions, reversed(list(fractions.values())), strict=True))
            invented = Material(Composition.alloy(turned))
            writer.mark_generated(writer.material_ids([invented]).values())


def _judge(database: Database, tale: Tale) -> dict[str, Any]:
    """Finish what is wanted, then compare what is there with what must be there."""
    report = Cycle(database, rungs=_RUNGS).once()
    with database.read() as connection:
        of_doi = Counter(connection.execute(select(point.c.doi).where(point.c.doi != "")).scalars())
        n_wanted = count_voids(connection, default_policy())["prediction"]
        doubled = _n_doubled(connection, _standing_predictions(), _PREDICTED)
        generated = set(connection.execute(select(material.c.id).where(material.c.is_generated.is_(True))).scalars())
        judged = Counter(connection.execute(select(verdict.c.material_id)).scalars())
        kept = _cells(connection.execute(select(cell)).mappings())
        left = sum(entry["items"] for entry in waiting(connection).values()) + len(failed_items(connection))
        found = _cells(rebuild_cells(connection))
        n_points = counts(connection)["points"]
    lost = sum(_POINTS_AT_ONCE - of_doi[_doi(seed)] for seed in tale.committed)
    return {
        "points": n_points,
        "transactions": len(tale.committed),
        "cycles": tale.n_cycles,
        "kills": tale.n_kills,
        "longest_transaction_seconds": round(max(tale.seconds, default=0.0), 3),
        "lost_points": lost,
        "torn_transactions": sum(n != _POINTS_AT_ONCE for n in of_doi.values()),
        "wrong_cells": len(kept ^ found),
        "missing_predictions": sum(n_wanted.values()),
        "doubled_predictions": doubled,
        "missing_verdicts": len(generated - set(judged)),
        "doubled_verdicts": sum(n - 1 for n in judged.values()),
        "work_left": left + report.n_waiting,
        "errors_told": len(tale.errors),
    }


_PREDICTED: Final = (point.c.material_id, point.c.property, point.c.conditions_key)


def _standing_predictions() -> Any:
    """Those that nothing superseded: a model learned meanwhile rightly replaces what stood before."""
    successor = point.alias("successor")
    is_superseded = exists().where(successor.c.supersedes == point.c.id)
    return select(point.c.id).where(point.c.origin == Origin.PREDICTION.value, ~is_superseded)


def _n_doubled(connection: Any, chosen: Any, columns: Any) -> int:
    query = select(func.count()).where(point.c.id.in_(chosen)).group_by(*columns).having(func.count() > 1)
    return sum(n - 1 for n in connection.execute(query).scalars())


def _cells(rows: Any) -> set[tuple[Any, ...]]:
    names = ("material_id", "property", "conditions_key", "origin", "point_id", "rank")
    return {tuple(row[name] for name in names) for row in rows}


def _doi(seed: int) -> str:
    return f"10.0000/{seed}.0"
