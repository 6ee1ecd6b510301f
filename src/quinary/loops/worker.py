"""One worker: takes work, does it, writes the results if the work is still its own."""

from __future__ import annotations

import os
import platform
import threading
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from quinary.errors import QuinaryError
from quinary.loops.failures import next_try, retry_command
from quinary.loops.report import LoopReport
from quinary.loops.work import Tally, Work, labels, plan
from quinary.progress import Progress, silent
from quinary.store.claims import (
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
    renew,
    waiting,
)
from quinary.store.database import Database
from quinary.store.journal import log_event, paused_by

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Budget", "Done", "free_the_dead", "process_name", "run_alone", "work_through", "worker_name"]

# What the code of a plug-in may raise. One piece of work fails with it; the cycle goes on. Mistakes of the store are not
# among them: they are raised outside of `compute`.
_FAILURES: Final = (
    QuinaryError, ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError, NotImplementedError, OSError,
    RuntimeError, TypeError, ValueError,
)  # fmt: skip


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

    `lost`: it took too long, another worker has it by now, nothing was written.
    """

    task: str
    item: str
    outcome: Literal["done", "failed", "lost"]
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
        """Do it and write the results, or note why it failed."""
        started = time.perf_counter()
        work = self.works[held.task]
        with self.heart.beating_for(held):
            with self.database.read() as connection:
                loaded = work.load(connection, held.body)
            try:
                computed = work.compute(loaded)
            except _FAILURES as error:
                return self._note_failure(held, error, started)
            return self._save(work, held, computed, started)

    def _save(self, work: Work, held: Claimed, computed: Any, started: float) -> Done:
        with self.database.write() as connection:
            is_ours = finish(connection, held)
            tally = work.save(connection, computed) if is_ours else Tally()
        outcome: Literal["done", "lost"] = "done" if is_ours else "lost"
        return Done(held.task, held.name, outcome, tally, time.perf_counter() - started, held.size)

    def _note_failure(self, held: Claimed, error: BaseException, started: float) -> Done:
        said = error.message if isinstance(error, QuinaryError) else f"{type(error).__name__}: {error}"
        reason = " ".join(said.split())
        with self.database.write() as connection:
            rests = fail(connection, held, reason)
            then = next_try(None if rests else delay_after(held.attempt), held.attempt)
            how = f"; at once: {retry_command(held.task, held.name)}"
            text = f"{held.task} {held.name}, attempt {held.attempt} of {MOST_ATTEMPTS}: {reason}; {then}{how}"
            log_event(connection, process_name(), "failed", text)
        return Done(held.task, held.name, "failed", Tally(n_failed=1), time.perf_counter() - started, held.size, reason)

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
