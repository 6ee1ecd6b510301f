"""Watching a store: pass after pass, whenever something has changed or is due again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any, TypeAlias

from quinary.loops.cycle.cycle_pass import Crew, run_pass
from quinary.loops.cycle.tasks import works
from quinary.loops.validation import equipped
from quinary.loops.work import CycleSettings, LoopReport, free_the_dead, labels, process_name
from quinary.store.database import Database
from quinary.store.work import events, log_event, paused_by, seconds_until_due

__all__ = ["Hear", "watch"]

# Called with each line of the log
Hear: TypeAlias = Callable[[dict[str, Any]], None]


def watch(
    database: Database,
    settings: CycleSettings,
    crew: Crew,
    *,
    interval: float,
    hear: Hear | None = None,
    stop: threading.Event | None = None,
) -> tuple[LoopReport, ...]:
    """Look at the store every `interval` seconds; returns one total report a loop.

    The watch ends when the budget is used up, when `stop` is set, and with Ctrl-C: that is how a person ends it, and what
    is in hand is given back.

    Raises:
        InputError: the settings cannot be used, or another process runs the store with other versions.
        WorkError: the store cannot be read or written.
    """
    watcher = _Watcher(database, settings, crew, hear)
    end = stop or threading.Event()
    with watcher.logged(), suppress(KeyboardInterrupt):
        while watcher.goes_on() and not end.is_set():
            watcher.look()
            end.wait(min(interval, watcher.seconds_left()))
    return tuple(watcher.totals.values())


class _Watcher:
    """What is remembered between two looks at the store."""

    def __init__(self, database: Database, settings: CycleSettings, crew: Crew, hear: Hear | None) -> None:
        self.database = database
        self.settings = settings
        self.crew = crew
        self.hear = hear
        self.labels = labels(works(settings))
        self.validation = settings.validation  # with the thermodynamic data that was there at the last pass
        self.started = time.monotonic()
        self.totals: dict[str, LoopReport] = {}
        self.n_begun = 0
        self.seen = self._last_event()
        self.looked_at: int | None = None  # the change counter before the last pass

    def seconds_left(self) -> float:
        """How long the budget lasts."""
        allowed = self.crew.budget.seconds
        return threading.TIMEOUT_MAX if allowed is None else allowed - (time.monotonic() - self.started)

    def materials_left(self) -> int | None:
        """How many materials may still be begun; None without a bound."""
        allowed = self.crew.budget.n_materials
        return None if allowed is None else max(0, allowed - self.n_begun)

    def goes_on(self) -> bool:
        """True while there is time and something may be begun."""
        return self.seconds_left() > 0 and self.materials_left() != 0

    def look(self) -> None:
        """Look at the store, do what is due, pass on what was logged."""
        free_the_dead(self.database)
        counter = self.database.counter()
        with self.database.read() as connection:
            is_paused = paused_by(connection) is not None
            is_due = seconds_until_due(connection, self.labels) == 0
        if not is_paused and (counter != self.looked_at or is_due):
            self._run_pass()
            self.looked_at = counter
        self._pass_on()

    def _run_pass(self) -> None:
        allowed = self.crew.budget
        seconds = None if allowed.seconds is None else self.seconds_left()
        left = replace(allowed, seconds=seconds, n_materials=self.materials_left())
        crew = replace(self.crew, budget=left)
        settings = replace(self.settings, validation=equipped(self.settings.validation, self.database))
        may_replace = self.looked_at is None or settings.validation != self.validation
        self.validation, self.labels = settings.validation, labels(works(settings))
        report = run_pass(self.database, settings, crew, may_replace=may_replace)
        self.n_begun += report.n_begun
        for loop in report.loops:
            self.totals[loop.loop] = self.totals[loop.loop] + loop if loop.loop in self.totals else loop

    @contextmanager
    def logged(self) -> Iterator[None]:
        """Write into the log that the watch began and ended, however it ends."""
        self._log("watching", f"workers: {self.crew.workers}; change {self.database.counter()}")
        try:
            yield
        finally:
            self._log("stopped", "the watch is over")
            self._pass_on()

    def _log(self, kind: str, text: str) -> None:
        with self.database.write() as connection:
            log_event(connection, process_name(), kind, text)

    def _last_event(self) -> int:
        with self.database.read() as connection:
            return max((int(entry["id"]) for entry in events(connection, limit=1)), default=0)

    def _pass_on(self) -> None:
        with self.database.read() as connection:
            fresh = events(connection, limit=1000, after=self.seen)
        for entry in fresh:
            self.seen = entry["id"]
            if self.hear is not None:
                self.hear(entry)
