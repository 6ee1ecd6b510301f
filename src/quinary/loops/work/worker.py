"""One worker: takes work, does it, writes the results if the work is still its own."""

from __future__ import annotations

import logging
import os
import platform
import threading
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from quinary.border import BUGS, is_bug, what_it_says
from quinary.errors import QuinaryError
from quinary.logs import traceback_of
from quinary.loops.work.failures import bug_in_words, next_try, retry_command
from quinary.loops.work.queue import Tally, Work, labels, plan
from quinary.loops.work.report import LoopReport
from quinary.outgoing import without_passwords
from quinary.plugins import blamed
from quinary.progress import Progress, silent
from quinary.store.database import Database
from quinary.store.work import (
    LEASE_SECONDS,
    MOST_ATTEMPTS,
    Claimed,
    claim,
    claims_held,
    delay_after,
    divide,
    fail,
    finish,
    free,
    give_back,
    log_event,
    log_trace,
    paused_by,
    renew,
    waiting,
)

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Budget", "Done", "free_the_dead", "process_name", "run_alone", "work_through", "worker_name"]

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Budget:
    """How much may be begun: for how many seconds, how many materials, down to which priority. None: no bound.

    A material counts once for each loop that takes it up.
    """

    seconds: float | None = None
    n_materials: int | None = None
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a piece of work of `n_materials` materials.

    `lost`: it took too long, another worker has it by now, nothing was written. `bug`: a mistake in the program came in
    between; it says nothing of the materials.
    """

    task: str
    item: str
    outcome: Literal["done", "failed", "bug", "lost"]
    tally: Tally
    seconds: float
    n_materials: int
    reason: str = ""


def process_name() -> str:
    """Machine and process, as the log names them."""
    return f"{platform.node()}:{os.getpid()}"


def worker_name() -> str:
    """Machine, process and moment: no two workers share a name, not even if a process number is given out again."""
    return f"{process_name()}:{time.time_ns() // 1000:x}"


def run_alone(database: Database, work: Work, progress: Progress = silent) -> LoopReport:
    """Plan and do one kind of work in this process: one pass of one loop.

    Raises:
        InputError: the settings cannot be used, or another version is at work.
        WorkError: the store cannot be read or written.
    """
    started = time.perf_counter()
    work.check()
    free_the_dead(database)
    plan(database, work, process_name())
    with database.read() as connection:
        n_waiting = waiting(connection).get(work.name, {}).get("materials", 0)
    total, n_done = Tally(), 0
    for done in work_through(database, [work]):
        total += done.tally
        n_done += done.tally.n_materials
        progress(f"{work.name} under way", n_done, n_waiting)
    return total.report(work.name, time.perf_counter() - started)


def work_through(
    database: Database, works: Sequence[Work], budget: Budget | None = None, lease: float = LEASE_SECONDS
) -> Generator[Done, None, None]:
    """Take and do what is due, piece by piece, until nothing is left, the budget is used up, or the cycle is paused.

    Whatever interrupts it, what it holds is given back.

    Raises:
        WorkError: the store cannot be read or written.
    """
    worker = _Worker(database, works, budget or Budget(), lease)
    with worker.heart, ExitStack() as on_interruption:
        on_interruption.callback(worker.give_back)
        n_begun = 0
        while worker.may_begin(n_begun) and (held := worker.take(n_begun)) is not None:
            n_begun += held.size
            yield worker.do(held)
        on_interruption.pop_all()


class _Worker:
    """The steps of `work_through`."""

    def __init__(self, database: Database, works: Sequence[Work], budget: Budget, lease: float) -> None:
        self.database = database
        self.works = {work.name: work for work in works}
        self.labels = labels(works)
        self.budget = budget
        self.lease = lease
        self.name = worker_name()
        self.heart = _Heart(database, lease)
        self.deadline = None if budget.seconds is None else time.monotonic() + budget.seconds

    def may_begin(self, n_begun: int) -> bool:
        """True while the budget lasts."""
        has_time = self.deadline is None or time.monotonic() < self.deadline
        return has_time and (self.budget.n_materials is None or n_begun < self.budget.n_materials)

    def take(self, n_begun: int) -> Claimed | None:
        """The next piece, or as much of it as the budget allows; None if there is none or the cycle is paused."""
        with self.database.write() as connection:
            if paused_by(connection) is not None:
                return None
            priority = self.budget.priority
            found = claim(connection, self.labels, self.name, seconds=self.lease, priority=priority)
            if not found or self.budget.n_materials is None or found[0].size <= self.budget.n_materials - n_begun:
                return found[0] if found else None
            return divide(connection, found[0], self.budget.n_materials - n_begun)

    def do(self, held: Claimed) -> Done:
        """Do it and write the results, or note why it failed.

        Whatever the code of a plug-in raises, one piece of work ends with it and the cycle goes on.
        """
        started = time.perf_counter()
        work = self.works[held.task]
        _LOG.info("began %s %s, %d materials, attempt %d", held.task, held.name, held.size, held.attempt)
        with self.heart.beating_for(held):
            try:
                with self.database.read() as connection:
                    loaded = work.load(connection, held.body)
                computed = work.compute(loaded)
            except Exception as error:  # noqa: BLE001 - code of others; what it raises is told apart below
                return self._note(held, error, started)
            return self._save(work, held, computed, started)

    def _save(self, work: Work, held: Claimed, computed: Any, started: float) -> Done:
        try:
            with self.database.write() as connection:
                is_ours = finish(connection, held)
                tally = work.save(connection, computed) if is_ours else Tally()
        except BUGS as error:  # of ours, or of a plug-in that answered something else than its socket says
            return self._note(held, error, started)
        outcome: Literal["done", "lost"] = "done" if is_ours else "lost"
        seconds = time.perf_counter() - started
        _LOG.info("%s: %s %s, %d points in %.2f s", outcome, held.task, held.name, tally.n_added, seconds)
        return Done(held.task, held.name, outcome, tally, seconds, held.size)

    def _note(self, held: Claimed, error: Exception, started: float) -> Done:
        """A bug rests at once, since nothing that is tried again mends it; a failure is tried again later."""
        bug = is_bug(error)
        said = without_passwords(what_it_says(error))
        reason = bug_in_words(blamed(error), said) if bug else said
        _LOG.warning("%s %s: %s", held.task, held.name, reason, exc_info=error)
        with self.database.write() as connection:
            rests = fail(connection, held, reason, is_last=bug)
            then = next_try(None if rests else delay_after(held.attempt), held.attempt, is_bug=bug)
            how = f"; at once: {retry_command(held.task, held.name)}"
            text = f"{held.task} {held.name}, attempt {held.attempt} of {MOST_ATTEMPTS}: {reason}; {then}{how}"
            line = log_event(connection, process_name(), "bug" if bug else "failed", text)
            log_trace(connection, line, traceback_of(error), is_bug=bug)
        tally = Tally(bugs=(reason,)) if bug else Tally(n_failed=1)
        seconds = time.perf_counter() - started
        return Done(held.task, held.name, "bug" if bug else "failed", tally, seconds, held.size, reason)

    def give_back(self) -> None:
        """Free what is held; if the store fails, the claim runs out by itself."""
        with suppress(QuinaryError), self.database.write() as connection:
            give_back(connection, self.name)


class _Heart:
    """Renews the claim under way from a thread of its own, so that long work is not taken over."""

    def __init__(self, database: Database, lease: float) -> None:
        self.database = database
        self.lease = lease
        self._held: Claimed | None = None
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="quinary-claims", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        self._thread.join()

    def beating_for(self, held: Claimed) -> ExitStack:
        """A context in which this claim is renewed."""
        self._held = held
        stack = ExitStack()
        stack.callback(self._rest)
        return stack

    def _rest(self) -> None:
        self._held = None

    def _beat(self) -> None:
        while not self._end.wait(self.lease / 3):
            if (held := self._held) is not None:
                # a store that is busy for a minute is no reason to stop working; the next beat tries again
                with suppress(QuinaryError), self.database.write() as connection:
                    renew(connection, held, self.lease)


def free_the_dead(database: Database) -> int:
    """Free at once what processes of this machine held that are no longer there; returns the number of items.

    Those of other machines are taken over when their time is over.
    """
    with database.read() as connection:
        holders = {entry["worker"] for entry in claims_held(connection)}
    dead = sorted(_dead(holders))
    if not dead:
        return 0
    with database.write() as connection:
        n_freed = free(connection, dead)
        if n_freed:
            log_event(connection, process_name(), "taken over", f"{n_freed} pieces of work of {', '.join(dead)}")
    return n_freed


def _dead(workers: Iterable[str]) -> Iterator[str]:
    for worker in workers:
        machine, number, _ = worker.rsplit(":", 2)
        if machine == platform.node() and not _is_alive(int(number)):
            yield worker


def _is_alive(process: int) -> bool:
    if os.name != "posix":  # elsewhere signal 0 is not a question but a blow; there the claim runs out
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
