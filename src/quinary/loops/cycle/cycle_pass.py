"""One pass of the loops: see what changed, queue the work it calls for, let workers do what is due, add up what they did."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass, field, replace

from quinary.loops.cycle.addresses import store_url
from quinary.loops.cycle.cluster import run_cluster
from quinary.loops.cycle.tasks import works
from quinary.loops.cycle.worker_pools import Order, Tell, n_processes, run_pool
from quinary.loops.training import models_in_force
from quinary.loops.validation import equipped
from quinary.loops.work import (
    Budget,
    CycleSettings,
    Done,
    LoopReport,
    Tally,
    Work,
    free_the_dead,
    labels,
    plan,
    process_name,
    work_through,
)
from quinary.progress import Progress, silent
from quinary.store.database import Database
from quinary.store.work import LEASE_SECONDS, log_event, seconds_until_due, waiting
from quinary.wording import counted

__all__ = ["Crew", "PassReport", "run_pass"]


@dataclass(frozen=True, slots=True)
class Crew:
    """Who works, how much, and for how many seconds a claim holds before another worker may take it over.

    `workers` is a number of processes, or a cluster: `dask:N`, `slurm:N`, or the address of a Dask scheduler.
    """

    workers: str = "1"
    budget: Budget = field(default_factory=Budget)
    lease: float = LEASE_SECONDS


@dataclass(frozen=True, slots=True)
class PassReport:
    """What a pass did: one report a loop, and the number of materials begun."""

    loops: tuple[LoopReport, ...]
    n_begun: int


def run_pass(
    database: Database,
    settings: CycleSettings,
    crew: Crew,
    *,
    progress: Progress = silent,
    may_replace: bool = True,
) -> PassReport:
    """One pass. Without `may_replace` it is refused if the store was planned with other versions meanwhile.

    Raises:
        InputError: the settings cannot be used, or workers of another version are at work; nothing is changed.
        WorkError: the store cannot be read or written; what was committed before stays.
    """
    started = time.perf_counter()
    n_processes(crew.workers)
    able = works(settings)
    for work in able:
        work.check()
    free_the_dead(database)
    settings = replace(settings, validation=equipped(settings.validation, database))
    models = models_in_force(database, settings.policy, progress)
    settings = replace(settings, models=models.versions)
    able = works(settings)
    for work in able:
        plan(database, work, process_name(), may_replace=may_replace or models.is_renewed)
    n_items, n_materials = _due(database, able)
    tallies = _Tallies(able, n_materials, progress)
    if n_items:
        _let_work(database, settings, able, _no_more_than(n_items, crew), tallies.tell)
    report = tallies.report(time.perf_counter() - started)
    _log(database, report)
    return report


def _let_work(database: Database, settings: CycleSettings, able: list[Work], crew: Crew, tell: Tell) -> None:
    n = n_processes(crew.workers)
    if n == 1:
        with closing(work_through(database, able, crew.budget, crew.lease)) as pieces:
            for done in pieces:
                tell(done)
        return
    order = Order(store_url(database), settings, labels(able), crew.budget, crew.lease)
    if n is None:
        run_cluster(crew.workers, order, tell)
    else:
        run_pool(database, order, n, tell)


def _due(database: Database, able: list[Work]) -> tuple[int, int]:
    """The numbers of pieces and of materials that wait, zero if nothing of it can be begun now."""
    with database.read() as connection:
        if seconds_until_due(connection, labels(able)) != 0:
            return 0, 0
        entries = waiting(connection).values()
        return sum(entry["items"] for entry in entries), sum(entry["materials"] for entry in entries)


def _no_more_than(n_items: int, crew: Crew) -> Crew:
    """A process takes a second to start: there are never more than pieces of work."""
    n = n_processes(crew.workers)
    return crew if n is None else replace(crew, workers=str(min(n, n_items)))


def _log(database: Database, report: PassReport) -> None:
    said = [
        f"{loop.loop}: {loop.n_materials} materials, {loop.n_added} points added, {loop.n_failed} failed, "
        f"{loop.n_impossible} not possible" + (f", {counted(len(loop.bugs), 'bug')}" if loop.bugs else "")
        for loop in report.loops
        if loop.n_materials or loop.n_failed or loop.bugs
    ]
    if said:
        with database.write() as connection:
            log_event(connection, process_name(), "worked", "; ".join(said))


@dataclass(slots=True)
class _Tallies:
    """Adds up what the workers tell, loop by loop."""

    works: list[Work]
    n_due: int
    progress: Progress
    n_begun: int = 0
    totals: dict[str, Tally] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def tell(self, done: Done) -> None:
        """One more piece of work is over."""
        self.n_begun += done.n_materials
        self.totals[done.task] = self.totals.get(done.task, Tally()) + done.tally
        self.seconds[done.task] = self.seconds.get(done.task, 0.0) + done.seconds
        n_done = sum(tally.n_materials for tally in self.totals.values())
        self.progress(f"{done.task} under way", n_done, max(n_done, self.n_due))

    def report(self, elapsed: float) -> PassReport:
        """One report a loop; the seconds of several processes are those of the pass, shared out by their work."""
        worked = sum(self.seconds.values())
        scale = min(1.0, elapsed / worked) if worked else 0.0
        loops = tuple(
            self.totals.get(work.name, Tally()).report(work.name, self.seconds.get(work.name, 0.0) * scale)
            for work in self.works
        )
        return PassReport(loops, self.n_begun)
