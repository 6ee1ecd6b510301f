"""Who does the work: this process, a pool of processes of this machine, or the workers of a Dask cluster."""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from quinary.errors import InputError, QuinaryError, WorkError
from quinary.logs import LogSettings, current, start_as
from quinary.loops.cycle.addresses import StoreAddress
from quinary.loops.cycle.tasks import works
from quinary.loops.work import Budget, CycleSettings, Done, check_order, free_the_dead, work_through
from quinary.store.database import Database, open_database
from quinary.store.work import LEASE_SECONDS

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext, SpawnContext
    from multiprocessing.process import BaseProcess

__all__ = ["CLUSTERS", "Order", "Tell", "carry_out", "n_processes", "process_maker", "run_pool", "shares"]

# Called with each piece of work that is over
Tell: TypeAlias = Callable[[Done], None]
CLUSTERS: Final = ("dask", "slurm")  # that we make ourselves
_MOST_DEATHS: Final = 20  # one after the other, with nothing done in between
_SECONDS_TO_STOP: Final = 20.0


@dataclass(frozen=True, slots=True)
class Order:
    """All that another process must be told to be a worker: where the store is, what is wanted, for which versions.

    `log` says where it writes what it does; a worker on another machine has a log of its own. The store is a URL for
    processes that we make ourselves, and for all others an address without its password; neither shows one.
    """

    store: str | StoreAddress = field(repr=False)
    settings: CycleSettings
    labels: Mapping[str, str]
    budget: Budget = field(default_factory=Budget)
    lease: float = LEASE_SECONDS
    log: tuple[LogSettings, ...] = field(default_factory=current)


def carry_out(order: Order) -> Generator[Done, None, None]:
    """Open the store that an order names and work until nothing is left that is due.

    Raises:
        InputError: this process has other versions than the work is for, or the store is of a newer one.
        WorkError: the store cannot be reached or written.
    """
    able = works(order.settings)
    check_order(order.labels, able)
    with (
        open_database(
            order.store if isinstance(order.store, str) else order.store.whole(), must_exist=True
        ) as database,
        closing(work_through(database, able, order.budget, order.lease)) as pieces,
    ):
        yield from pieces


def n_processes(text: str) -> int | None:
    """The number of processes that `--workers N` asks for; None if it names a cluster.

    Raises:
        InputError: neither.
    """
    if "://" in text:
        return None
    kind, colon, number = text.rpartition(":")
    if kind not in {"", *CLUSTERS} or bool(kind) != bool(colon) or not number.isascii() or not number.isdigit():
        raise InputError(f"cannot read --workers {text!r}", ["4", "dask:4", "tcp://HOST:8786", "slurm:8"])
    if int(number) < 1:
        raise InputError(f"cannot read --workers {text!r}; say how many, such as {text[: -len(number)]}4")
    return None if kind else int(number)


def shares(budget: Budget, n: int) -> list[Budget]:
    """The budget of each of `n` workers, at most so many as there are materials to begin."""
    if budget.n_materials is None:
        return [budget] * n
    each, rest = divmod(budget.n_materials, n)
    parts = [each + (place < rest) for place in range(n)]
    return [replace(budget, n_materials=part) for part in parts if part]


def process_maker() -> ForkServerContext | SpawnContext:
    """What makes processes: from a server that has loaded this package once, where there is such a thing.

    Those that it forks start in milliseconds and share no thread, lock or connection with this process.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    maker = multiprocessing.get_context("forkserver")
    maker.set_forkserver_preload(["quinary.loops.cycle.cycle", "quinary.plugins.registry"])
    return maker


def run_pool(database: Database, order: Order, n: int, tell: Tell) -> None:
    """Let `n` processes carry out an order. One that dies is replaced, and what it held is free again at once.

    An interruption stops them: they give back what they hold.

    Raises:
        InputError, WorkError: a worker was refused, or could not go on; or one after the other dies.
    """
    pool = _Pool(database, order, tell)
    try:
        for budget in shares(order.budget, n):
            pool.start(budget)
        while pool.members:
            pool.listen()
    finally:
        pool.stop()


@dataclass(slots=True)
class _Member:
    """A process at work, our end of the pipe, and what it may still begin."""

    process: BaseProcess
    channel: Connection
    budget: Budget
    n_materials_told: int = 0
    is_over: bool = False


class _Pool:
    """Each process has a pipe of its own: what dies with one in its hands harms no other."""

    def __init__(self, database: Database, order: Order, tell: Tell) -> None:
        self.database = database
        self.order = order
        self.tell = tell
        self.members: list[_Member] = []
        self.n_deaths = 0
        self.started = time.monotonic()
        self.processes = process_maker()

    def start(self, budget: Budget) -> None:
        """Start one more process; it has what is left of the time."""
        if budget.seconds is not None:
            budget = replace(budget, seconds=budget.seconds - (time.monotonic() - self.started))
        ours, theirs = self.processes.Pipe(duplex=False)
        process = self.processes.Process(
            target=_member, args=(replace(self.order, budget=budget), theirs), daemon=True, name="quinary worker"
        )
        process.start()
        theirs.close()  # otherwise its death would not close the pipe
        self.members.append(_Member(process, ours, budget))

    def listen(self) -> None:
        """Wait for the next message or death."""
        ready = wait([member.channel for member in self.members])
        for member in [member for member in self.members if member.channel in ready]:
            try:
                message = member.channel.recv()
            except EOFError:
                self._dismiss(member)
            else:
                self._hear(member, message)

    def _hear(self, member: _Member, message: Any) -> None:
        if isinstance(message, QuinaryError):
            raise message
        if message is None:
            member.is_over = True
            return
        member.n_materials_told += message.n_materials
        self.n_deaths = 0
        self.tell(message)

    def _dismiss(self, member: _Member) -> None:
        member.process.join()
        member.channel.close()
        self.members.remove(member)
        if member.is_over:
            return
        free_the_dead(self.database)
        self.n_deaths += 1
        if self.n_deaths > _MOST_DEATHS:
            raise WorkError(
                f"{self.n_deaths} workers died one after the other (the last with status {member.process.exitcode}) "
                "and nothing was done in between; `quinary cycle status` shows what they had in hand"
            )
        self.start(self._rest_of(member))

    def _rest_of(self, member: _Member) -> Budget:
        allowed = member.budget.n_materials
        return replace(
            self.order.budget, n_materials=None if allowed is None else max(0, allowed - member.n_materials_told)
        )

    def stop(self) -> None:
        """Stop whoever is still at work; after a while the hard way."""
        for member in self.members:
            member.process.terminate()
        for member in self.members:
            member.process.join(_SECONDS_TO_STOP)
            if member.process.is_alive():
                member.process.kill()
                member.process.join()
            member.channel.close()
        if self.members:
            free_the_dead(self.database)


def _member(order: Order, channel: Connection) -> None:
    """The life of a process of the pool. Ctrl-C is for the process that a person started; it then stops us."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _interrupt)
    with suppress(KeyboardInterrupt, BrokenPipeError), closing(channel):
        try:
            start_as(order.log)
            with closing(carry_out(order)) as pieces:
                for done in pieces:
                    channel.send(done)
        except QuinaryError as error:
            channel.send(type(error)(error.message))
            return
        channel.send(None)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt
