"""The verbs of the cycle: the loops on what changed, in one pass or as a service, and what they say of themselves."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from quinary.errors import InputError
from quinary.loops.cycle import Cycle, Hear
from quinary.loops.work import Budget
from quinary.plugins import ValidationSettings
from quinary.progress import Progress, silent
from quinary.reference.lattices import DEFAULT_TABLE
from quinary.services.arguments import path_in
from quinary.services.documents.older_rules import older_rules
from quinary.services.stores import Store, needed_store

__all__ = [
    "cycle_log",
    "cycle_once",
    "cycle_pause",
    "cycle_resume",
    "cycle_retry",
    "cycle_status",
    "cycle_watch",
]


def cycle_once(
    *,
    workers: str | int = 1,
    budget: float | None = None,
    limit: int | None = None,
    priority: int | None = None,
    sheet: str | Path | None = None,
    temperature: float | None = None,
    tdb: str | Path | None = None,
    lattice: str = "bcc",
    table: str = DEFAULT_TABLE,
    db: Store = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """One pass of the loops over what changed: fill predictions, validate candidates. Without a change it does nothing.

    Args:
        workers: processes, or a Dask cluster: `4`, `"dask:4"`, `"slurm:8"`, `"tcp://HOST:8786"`.
        budget: begin nothing after so many seconds.
        limit: begin at most so many materials, each counted once a loop.
        priority: leave what the policy wants less than this; 1 is most.
        sheet: a file (.xlsx, .csv) that lists what people should look up.
        temperature: of the equilibria, K; None: 1273, lower where that melts.
        tdb: a thermodynamic database; None: one that covers the elements.
        lattice: of the linear combination where no phase is reported: `bcc`, `fcc` or `hcp`.
        table: set of elemental values: `ultera2023` or `chong2021`.
        db: the store.
        progress: told how far the work has come.

    Returns:
        `did_nothing`, `loops` (each with `materials`, `added`, `failed`, `not_possible`, `seconds`), `literature_voids`,
        `sheet`, `waiting`, `held` (what other processes have in hand: `materials`, `by`, `seconds`, `until`; or None) and
        `bugs`; and `older_rules` where the store holds points read by older rules.

    Raises:
        InputError: the settings cannot be used, there is no store, or workers of another version are at work.
        WorkError: the cycle is paused, or the store or the sheet cannot be written; what was committed before stays.
    """
    allowed = Budget(_positive(budget, "--budget"), limit, priority)
    with _runner(db, temperature, tdb, lattice, table) as runner:
        report = runner.once(sheet=path_in(sheet), workers=workers, budget=allowed, progress=progress)
        older = older_rules(runner.database)
    return {**report.as_dict(), **({"older_rules": older} if older else {})}


def cycle_watch(
    *,
    workers: str | int = 1,
    interval: float = 5.0,
    budget: float | None = None,
    limit: int | None = None,
    priority: int | None = None,
    temperature: float | None = None,
    tdb: str | Path | None = None,
    lattice: str = "bcc",
    table: str = DEFAULT_TABLE,
    db: Store = None,
    hear: Hear | None = None,
    stop: threading.Event | None = None,
) -> dict[str, Any]:
    """Pass after pass until the budget is used up or `stop` is set: what changes is worked on, what failed is retried.

    Args:
        interval: seconds between two looks.
        workers, budget, limit, priority, temperature, tdb, lattice, table, db: as in `cycle_once`.
        hear: told every event of the log as it comes, also those of other processes.
        stop: an event that ends the watch when it is set.

    Returns:
        As `cycle_once`.

    Raises:
        InputError: the settings cannot be used, there is no store, or another process runs it with other versions.
        WorkError: the store cannot be read or written.
    """
    seconds = _positive(interval, "--interval") or interval
    allowed = Budget(_positive(budget, "--budget"), limit, priority)
    with _runner(db, temperature, tdb, lattice, table) as runner:
        return runner.watch(interval=seconds, workers=workers, budget=allowed, hear=hear, stop=stop).as_dict()


def cycle_status(*, db: Store = None) -> dict[str, Any]:
    """What the cycle has done and has to do.

    Args:
        db: the store.

    Returns:
        `counter`, `waiting`, `items`, `voids`, `claims`, `failures`, `paused` and the last `events`.

    Raises:
        InputError: there is no store.
    """
    with _runner(db) as runner:
        return runner.status()


def cycle_log(*, trace: bool = False, db: Store = None) -> dict[str, Any]:
    """The last lines of the log, and what is not possible.

    Args:
        trace: with the tracebacks of what failed.
        db: the store.

    Returns:
        `events`, oldest first, and `not_possible`: what no plug-in has an answer for, reason by reason.

    Raises:
        InputError: there is no store.
    """
    with _runner(db) as runner:
        return {"events": runner.log(trace=trace), "not_possible": runner.not_possible()}


def cycle_retry(task: str = "", item: str = "", *, db: Store = None) -> dict[str, Any]:
    """Make what failed due again: all of it, that of a task, or one item.

    Args:
        task: such as `validation`.
        item: of the task; `cycle_status` names it.
        db: the store.

    Returns:
        `retried`: how many.

    Raises:
        InputError: there is no store.
    """
    with _runner(db) as runner:
        return {"retried": runner.retry(task, item)}


def cycle_pause(*, db: Store = None) -> dict[str, Any]:
    """Let no process that works on the store begin anything new; what is under way is finished.

    Args:
        db: the store.

    Returns:
        `paused`: `by` whom and `since` when.

    Raises:
        InputError: there is no store.
    """
    with _runner(db) as runner:
        runner.pause()
        return {"paused": runner.paused()}


def cycle_resume(*, db: Store = None) -> dict[str, Any]:
    """End a pause.

    Args:
        db: the store.

    Returns:
        `paused`: None.

    Raises:
        InputError: there is no store.
    """
    with _runner(db) as runner:
        runner.resume()
        return {"paused": runner.paused()}


@contextmanager
def _runner(
    db: Store,
    temperature: float | None = None,
    tdb: str | Path | None = None,
    lattice: str = "bcc",
    table: str = DEFAULT_TABLE,
) -> Iterator[Cycle]:
    settings = ValidationSettings(temperature=temperature, tdb=path_in(tdb), lattice=lattice, table=table)
    with needed_store(db) as database:
        yield Cycle(database, settings=settings, lattice=lattice, table=table)


def _positive(value: float | None, option: str) -> float | None:
    if value is not None and not (value > 0 and math.isfinite(value)):
        raise InputError(f"{option} is {value:g}; it must be more than zero seconds")
    return value
