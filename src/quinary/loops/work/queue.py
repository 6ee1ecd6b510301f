"""What a change calls for becomes work: pieces that wait in the database until a worker takes them.

A kind of work (a loop that can be cut into pieces) says which pieces a change calls for, and does one of them in three
steps: `load` reads, `compute` does the science without the store, `save` writes. Planning is one transaction: the pieces
are queued and the progress is noted together, so nothing is planned twice and nothing is forgotten, whoever is killed.
"""

from __future__ import annotations

import functools
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, Final, Protocol

from sqlalchemy.engine import Connection

from quinary.errors import InputError
from quinary.loops.work.report import LoopReport
from quinary.materials.policy import Policy, default_policy
from quinary.plugins import ValidationSettings
from quinary.points.point import Origin
from quinary.reference.lattices import DEFAULT_TABLE
from quinary.store.database import Database, counter_of
from quinary.store.work import Item, adopt, drop, enqueue, log_event, progress_of, set_progress, versions_waiting

__all__ = ["DEFAULT_RUNGS", "CycleSettings", "Tally", "Work", "check_order", "labels", "plan", "priority_of"]

_LOG: Final = logging.getLogger(__name__)
DEFAULT_RUNGS: Final = ("rules", "calphad")
_LEAST_WANTED: Final = 9


@dataclass(frozen=True, slots=True)
class CycleSettings:
    """What the loops are told: the policy, how to validate and with which rungs, the assumed lattice, the elemental set.

    `models` are the learned models in force, each as `name=version` (`quinary.loops.training.retraining`).
    """

    policy: Policy = field(default_factory=default_policy)
    validation: ValidationSettings = field(default_factory=ValidationSettings)
    rungs: tuple[str, ...] = DEFAULT_RUNGS
    lattice: str = "bcc"
    table: str = DEFAULT_TABLE
    models: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of work: materials looked at, points added, what failed, what no plug-in covers, bugs (`LoopReport`)."""

    n_materials: int = 0
    n_added: int = 0
    n_failed: int = 0
    n_impossible: int = 0
    bugs: tuple[str, ...] = ()

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.n_materials + other.n_materials,
            self.n_added + other.n_added,
            self.n_failed + other.n_failed,
            self.n_impossible + other.n_impossible,
            tuple(dict.fromkeys(self.bugs + other.bugs)),
        )

    def report(self, loop: str, seconds: float) -> LoopReport:
        """The tally as the report of a loop."""
        return LoopReport(loop, self.n_materials, self.n_added, self.n_failed, self.n_impossible, seconds, self.bugs)


class Work(Protocol):
    """A kind of work. To add one: write this class in a module of loops and name it in `loops.kinds`."""

    name: str

    def version(self) -> str:
        """Everything that the results depend on: policy, plug-ins, settings. Another version is work on everything."""
        ...

    def check(self) -> None:
        """See whether the settings can be used, before anything is planned.

        Raises:
            InputError: they cannot.
        """
        ...

    def items(self, connection: Connection, since: int, *, is_redo: bool) -> Iterator[Item]:
        """The pieces that changes after `since` call for; with `is_redo`, earlier results come from another version.

        The body of a piece of several materials lists them under `materials`, so that a part of them can be taken.
        """
        ...

    def load(self, connection: Connection, body: Mapping[str, Any]) -> Any:
        """What `compute` needs of the store."""
        ...

    def compute(self, loaded: Any) -> Any:
        """The results, found without the store."""
        ...

    def save(self, connection: Connection, computed: Any) -> Tally:
        """Write the results, in the transaction that finishes the claim."""
        ...


def priority_of(policy: Policy, origin: Origin) -> int:
    """The priority of what the policy wants most from an origin; 1 comes first."""
    return min((want.priority for want in policy.wants if want.origin is origin), default=_LEAST_WANTED)


def labels(works: Iterable[Work]) -> dict[str, str]:
    """Task -> the version that its items carry: that of the results and that of the code."""
    return {work.name: f"quinary={_code_version()};{work.version()}" for work in works}


@functools.cache
def _code_version() -> str:
    return version("quinary")


def plan(database: Database, work: Work, worker: str, *, may_replace: bool = True) -> int:
    """Queue what changes since the last planning call for; returns the number of new items.

    Another version than that of the last planning replaces what waits, unless somebody is at work on it.

    Raises:
        InputError: the items are for a newer code, or another version is at work; nothing is changed.
    """
    wanted = work.version()
    label = labels([work])[work.name]
    with database.read() as connection:
        is_planned = progress_of(connection, work.name) == (counter_of(connection), wanted)
        if is_planned and set(versions_waiting(connection, work.name)) <= {label}:
            return 0
    with database.write() as connection:
        done, old_version = progress_of(connection, work.name)
        is_redo = bool(old_version) and wanted != old_version
        _make_room(connection, work, label, is_redo=is_redo, may_replace=may_replace)
        counter = counter_of(connection)
        pieces = work.items(connection, 0 if wanted != old_version else done, is_redo=is_redo)
        n_items = enqueue(connection, work.name, label, counter, pieces)
        set_progress(connection, work.name, counter, wanted)
        if n_items:
            why = "another version of policy, plug-ins or settings" if is_redo else f"changes {done + 1} to {counter}"
            log_event(connection, worker, "planned", f"{work.name}: {n_items} pieces of work for {why}")
    _LOG.info("planned %d pieces of %s for %s", n_items, work.name, wanted)
    return n_items


def _make_room(connection: Connection, work: Work, label: str, *, is_redo: bool, may_replace: bool) -> None:
    """See to it that only items of our own version wait."""
    if is_redo and not may_replace:
        raise InputError(
            f"another process now runs the {work.name} loop of this store with other settings or versions; "
            "this one stops so that they do not undo each other's work"
        )
    others = {found: by for found, by in versions_waiting(connection, work.name).items() if found != label}
    for found, by in others.items():
        if _code(found) > _code(label):
            raise InputError(_refusal(work.name, found, label))
        if by:
            raise InputError(
                f"{by} is at work on the {work.name} loop with other versions: {_difference(found, label)}"
            )
    if is_redo:
        drop(connection, work.name)
    elif others:
        adopt(connection, work.name, label)


def check_order(wanted: Mapping[str, str], works: Iterable[Work]) -> None:
    """See whether this process is of the versions for which the items were planned.

    Raises:
        InputError: it is not.
    """
    for task, label in labels(works).items():
        if task in wanted and wanted[task] != label:
            raise InputError(_refusal(task, wanted[task], label))


def _refusal(task: str, wanted: str, ours: str) -> str:
    return f"this worker cannot do the {task} work that waits: it is for other versions: {_difference(wanted, ours)}"


def _difference(wanted: str, ours: str) -> str:
    """The parts in which two labels differ: `quinary=0.2.0 (here 0.1.0)`."""
    there, here = (dict(part.partition("=")[::2] for part in re.split("[;,]", label)) for label in (wanted, ours))
    names = [name for name in {**there, **here} if there.get(name) != here.get(name)]
    return ", ".join(f"{name}={there.get(name, 'none')} (here {here.get(name, 'none')})" for name in names)


def _code(label: str) -> tuple[int, ...]:
    """The code version of a label, in a form that can be compared."""
    return tuple(int(digits) for digits in re.findall(r"\d+", label.partition(";")[0]))
