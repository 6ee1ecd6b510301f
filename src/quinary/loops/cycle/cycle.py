"""The cycle: the loops on what changed, in one pass or as a service that watches the store."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy.engine import Connection

from quinary.errors import WorkError
from quinary.loops.cycle.cycle_pass import Crew, run_pass
from quinary.loops.cycle.tasks import works
from quinary.loops.cycle.watch import Hear, watch
from quinary.loops.literature import write_wanted_sheet
from quinary.loops.validation import equipped
from quinary.loops.work import DEFAULT_RUNGS, Budget, CycleSettings, LoopReport, Work, failures_in_words, process_name
from quinary.materials.policy import Policy, default_policy
from quinary.plugins import ValidationSettings
from quinary.progress import Progress, silent
from quinary.reference.lattices import DEFAULT_TABLE
from quinary.store.database import Database
from quinary.store.survey import survey
from quinary.store.void_totals import literature_voids
from quinary.store.work import (
    claims_held,
    events,
    impossible,
    log_event,
    pause,
    paused_by,
    progress_of,
    resume,
    retry,
    waiting,
)

__all__ = ["Cycle", "CycleReport"]

_SHOWN_EVENTS: Final = 20


@dataclass(frozen=True, slots=True)
class Held:
    """Work in the hands of other processes: of how many materials, whose, and for how many seconds at most if they died."""

    n_materials: int
    by: tuple[str, ...]
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """What is held, as the command line prints it; `until` is the time (UTC) at which all of it would be free."""
        until = datetime.now(UTC) + timedelta(seconds=self.seconds)
        return {
            "materials": self.n_materials,
            "by": list(self.by),
            "seconds": self.seconds,
            "until": f"{until:%Y-%m-%dT%H:%M:%SZ}",
        }


@dataclass(frozen=True, slots=True)
class CycleReport:
    """What one cycle did, loop by loop, what still waits for people, and how many materials wait for a later cycle.

    `held` says what of it is in the hands of other processes.
    """

    loops: tuple[LoopReport, ...]
    n_literature_voids: int
    sheet: str
    n_waiting: int = 0
    held: Held | None = None

    @property
    def did_nothing(self) -> bool:
        """True if there was nothing to do."""
        return all(loop.n_materials == 0 and not loop.bugs for loop in self.loops)

    @property
    def bugs(self) -> tuple[str, ...]:
        """The mistakes in the program that were met, each once: whose, and what."""
        return tuple(dict.fromkeys(bug for loop in self.loops for bug in loop.bugs))

    def as_dict(self) -> dict[str, Any]:
        """The report as the command line prints it."""
        return {
            "did_nothing": self.did_nothing,
            "loops": [loop.as_dict() for loop in self.loops],
            "literature_voids": self.n_literature_voids,
            "sheet": self.sheet,
            "waiting": self.n_waiting,
            "held": self.held.as_dict() if self.held else None,
            "bugs": list(self.bugs),
        }


class Cycle:
    """Runs the loops on what changed in a database: predictions, and the validation of candidates.

    The literature loop waits for people: `sheet` names a file in which the wanted values are listed for them. `workers` is
    a number of processes, or a cluster: `dask:N`, `slurm:N`, or the address of a Dask scheduler.
    """

    def __init__(
        self,
        database: Database,
        policy: Policy | None = None,
        *,
        settings: ValidationSettings | None = None,
        rungs: tuple[str, ...] = DEFAULT_RUNGS,
        lattice: str = "bcc",
        table: str = DEFAULT_TABLE,
    ) -> None:
        self.database = database
        self.settings = CycleSettings(
            policy or default_policy(), settings or ValidationSettings(), rungs, lattice, table
        )
        self.policy = self.settings.policy

    def once(
        self,
        *,
        sheet: Path | None = None,
        workers: str | int = 1,
        budget: Budget | None = None,
        progress: Progress = silent,
    ) -> CycleReport:
        """One pass. A second pass without a change in between does nothing.

        Raises:
            InputError: the settings cannot be used, or workers of another version are at work; nothing is changed.
            WorkError: the cycle is paused, or the database or the sheet cannot be written; what was committed before stays.
        """
        if (paused := self.paused()) is not None:
            raise WorkError(
                f"the cycle is paused since {paused['since']} (by {paused['by']}); `quinary cycle resume` ends it"
            )
        crew = Crew(str(workers), budget or Budget())
        loops = run_pass(self.database, self.settings, crew, progress=progress).loops
        if sheet is not None:
            write_wanted_sheet(self.database, self.policy, sheet)
        return self._report(loops, sheet)

    def watch(
        self,
        *,
        interval: float = 5.0,
        workers: str | int = 1,
        budget: Budget | None = None,
        hear: Hear | None = None,
        stop: threading.Event | None = None,
    ) -> CycleReport:
        """Pass after pass until the budget is used up or `stop` is set: what changes is worked on, what failed is retried.

        `hear` is told every line of the log, also those of other processes. A pause holds until somebody resumes.

        Raises:
            InputError: the settings cannot be used, or another process runs the store with other versions.
            WorkError: the store cannot be read or written.
        """
        crew = Crew(str(workers), budget or Budget())
        loops = watch(self.database, self.settings, crew, interval=interval, hear=hear, stop=stop)
        return self._report(loops, None)

    def status(self) -> dict[str, Any]:
        """The page of the cycle: the change counter, what waits, what is in whose hands, what failed, the log's last lines.

        `waiting` counts materials for each loop: those of changes not planned yet, and those of work not finished yet.
        """
        settings = replace(self.settings, validation=equipped(self.settings.validation, self.database))
        with self.database.read() as connection:
            queued = waiting(connection)
            unplanned = {work.name: _n_unplanned(connection, work) for work in works(settings)}
            return {
                "counter": self.database.counter(),
                "waiting": {task: n + queued.get(task, {}).get("materials", 0) for task, n in unplanned.items()},
                "items": {task: entry["items"] for task, entry in queued.items()},
                "voids": survey(connection, self.policy).counts(),
                "claims": claims_held(connection),
                "failures": failures_in_words(connection),
                "paused": paused_by(connection),
                "events": events(connection, limit=_SHOWN_EVENTS),
            }

    def pause(self) -> None:
        """Let no process that works on this store begin anything new; what is under way is finished."""
        with self.database.write() as connection:
            pause(connection, process_name())

    def resume(self) -> None:
        """End a pause."""
        with self.database.write() as connection:
            resume(connection, process_name())

    def paused(self) -> dict[str, str] | None:
        """Who paused the cycle (`by`) and when (`since`), None if it goes on."""
        with self.database.read() as connection:
            return paused_by(connection)

    def retry(self, task: str = "", item: str = "") -> int:
        """Make what failed due again: all of it, that of a task, or one item; returns how many."""
        with self.database.write() as connection:
            n_items = retry(connection, task, item)
            if n_items:
                log_event(connection, process_name(), "retried", f"{n_items} failed pieces of work are due again")
        return n_items

    def not_possible(self) -> list[dict[str, Any]]:
        """What no plug-in has an answer for, reason by reason (`quinary.store.work.bookkeeping.impossible`)."""
        with self.database.read() as connection:
            return impossible(connection)

    def log(self, *, limit: int = 50, trace: bool = False) -> list[dict[str, Any]]:
        """The last lines of the log, oldest first: when, who, what kind, what.

        With `trace` each has its `trace`, the traceback of what failed or None, and whether it `is_bug`.
        """
        with self.database.read() as connection:
            return events(connection, limit=limit, is_traced=trace)

    def _report(self, loops: tuple[LoopReport, ...], sheet: Path | None) -> CycleReport:
        with self.database.read() as connection:
            n_waiting = sum(entry["materials"] for entry in waiting(connection).values())
            held = _held(connection)
        n_voids = literature_voids(self.database, self.policy)
        return CycleReport(loops, n_voids, str(sheet) if sheet else "", n_waiting, held)


def _held(connection: Connection) -> Held | None:
    """What others hold after a pass, in which this process has finished or given back all of its own."""
    claims = [entry for entry in claims_held(connection) if entry["expires_in_seconds"] > 0]
    if not claims:
        return None
    holders = tuple(sorted({entry["worker"].rpartition(":")[0] for entry in claims}))  # without the moment
    longest = max(entry["expires_in_seconds"] for entry in claims)
    return Held(sum(entry["materials"] for entry in claims), holders, longest)


def _n_unplanned(connection: Connection, work: Work) -> int:
    """The number of materials that changes since the last planning call for."""
    since, _ = progress_of(connection, work.name)
    return sum(item.size for item in work.items(connection, since, is_redo=False))
