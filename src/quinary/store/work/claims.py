"""Claims: pieces of work wait in the database, and each is in the hands of one worker at a time.

A worker takes an item for some seconds and renews while it works. If it dies, the item is free again when the time is
over. The results of an item are written in the transaction that finishes its claim, and only if the claim is still the
worker's (`finish`): however often an item is begun, it takes effect once. All functions want a write transaction.

Times are those of the database's clock: of PostgreSQL's server, of the machine where an SQLite file lies. No claim lasts
longer than `LEASE_SECONDS` and no pause after a failure longer than an hour, so that a time beyond that was written while
the clock was wrong, and holds nothing.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, insert, select, update
from sqlalchemy.engine import Connection, RowMapping

from quinary.store.schema import claim as table
from quinary.store.stored import read_json
from quinary.store.writing import batches

__all__ = [
    "LEASE_SECONDS",
    "MOST_ATTEMPTS",
    "Claimed",
    "Item",
    "adopt",
    "claim",
    "claims_held",
    "delay_after",
    "divide",
    "drop",
    "enqueue",
    "fail",
    "failed_items",
    "finish",
    "free",
    "give_back",
    "renew",
    "retry",
    "seconds_until_due",
    "versions_waiting",
    "waiting",
]

LEASE_SECONDS: Final = 120.0
MOST_ATTEMPTS: Final = 5  # then an item rests until a person retries it
_CLOCK_SLACK: Final = 5.0  # seconds by which a clock may be set back without claims losing their holders
_LONGEST_CLAIM: Final = LEASE_SECONDS + _CLOCK_SLACK
_FIRST_DELAY: Final = 30.0  # seconds until the second attempt; it doubles with each
_LONGEST_DELAY: Final = 3600.0
_DIED: Final = "the worker died, or was cut off, while it had this work"


@dataclass(frozen=True, slots=True)
class Item:
    """Work to be queued: a name that is unique within its task, what is to be done, for how many materials.

    Priority 1 is taken first. The body of an item of several materials lists their ids under `materials`.
    """

    name: str
    body: Mapping[str, Any]
    size: int
    priority: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """Work in the hands of a worker, with the number of this attempt."""

    task: str
    name: str
    body: Mapping[str, Any]
    size: int
    worker: str
    attempt: int


def enqueue(connection: Connection, task: str, version: str, change: int, items: Iterable[Item]) -> int:
    """Queue work for this version of code and plug-ins, called for by a change of the data; returns the number of items."""
    n_items = 0
    for some in batches(items):
        rows = [
            {
                "task": task,
                "item": item.name,
                "version": version,
                "body": json.dumps(item.body),
                "size": item.size,
                "worker": "",
                "taken": 0.0,
                "expires": 0.0,
                "attempts": 0,
                "not_before": 0.0,
                "is_resting": False,
                "reason": "",
                "priority": item.priority,
                "change": change,
            }
            for item in some
        ]
        connection.execute(insert(table), rows)
        n_items += len(rows)
    return n_items


def claim(
    connection: Connection,
    versions: Mapping[str, str],
    worker: str,
    *,
    n: int = 1,
    seconds: float = LEASE_SECONDS,
    priority: int | None = None,
) -> list[Claimed]:
    """Take up to `n` items that are due, the most wanted first and then in the order of the changes that called for them.

    They are held for `seconds`, at most `LEASE_SECONDS`.
    `versions` names the tasks that the worker can do, each with the version it has; `priority` leaves out what is less
    wanted. What a dead worker held is taken over when its time is over, unless it has been tried often enough.
    """
    now = _now(connection)
    query = select(table).where(_can_be_done_by(versions), _is_open(), ~_is_in_hand(now), ~_is_put_off(now))
    if priority is not None:
        query = query.where(table.c.priority <= priority)
    query = query.order_by(table.c.priority, table.c.change, table.c.task, table.c.item).limit(n)
    rows = connection.execute(query).mappings().all()
    while tired := [row for row in rows if row["attempts"] >= MOST_ATTEMPTS]:
        for row in tired:
            _rest(connection, _is(row["task"], row["item"]))
        rows = connection.execute(query).mappings().all()
    for row in rows:
        taken = {
            "worker": worker,
            "taken": now,
            "expires": now + min(seconds, LEASE_SECONDS),
            "attempts": row["attempts"] + 1,
        }
        connection.execute(update(table).where(_is(row["task"], row["item"])).values(taken))
    return [_claimed(row, worker) for row in rows]


def divide(connection: Connection, held: Claimed, n: int) -> Claimed:
    """Keep only the first `n` materials of what was claimed, as an item of its own; the rest waits as it did before.

    The part is named after the item and its first material, so that no two parts have one name.
    """
    ids = held.body["materials"]
    row = dict(connection.execute(select(table).where(_is_held(held))).mappings().one())
    part = {"item": f"{held.name}/{ids[0]}", "body": json.dumps({**held.body, "materials": ids[:n]}), "size": n}
    rest = {
        "body": json.dumps({**held.body, "materials": ids[n:]}),
        "size": len(ids) - n,
        "worker": "",
        "expires": 0.0,
        "attempts": held.attempt - 1,
    }
    connection.execute(update(table).where(_is_held(held)).values(rest))
    connection.execute(insert(table).values({**row, **part}))
    return _claimed({**row, **part, "attempts": held.attempt - 1}, held.worker)


def renew(connection: Connection, held: Claimed, seconds: float = LEASE_SECONDS) -> bool:
    """Hold it for `seconds` from now, at most `LEASE_SECONDS`; False if it is in other hands by now."""
    expires = _now(connection) + min(seconds, LEASE_SECONDS)
    return connection.execute(update(table).where(_is_held(held)).values(expires=expires)).rowcount == 1


def finish(connection: Connection, held: Claimed) -> bool:
    """Take finished work off the list. False if it is in other hands by now: then its results must not be written."""
    return connection.execute(table.delete().where(_is_held(held))).rowcount == 1


def fail(connection: Connection, held: Claimed, reason: str, *, is_last: bool = False) -> bool:
    """Note why an attempt failed; the next is later each time, and after the last the item rests. True if it rests now.

    `is_last`: no further attempt would help.
    """
    is_resting = is_last or held.attempt >= MOST_ATTEMPTS
    values = {
        "reason": reason,
        "not_before": _now(connection) + delay_after(held.attempt),
        "is_resting": is_resting,
        "worker": "",
    }
    connection.execute(update(table).where(_is_held(held)).values(**values, expires=0.0))
    return is_resting


def delay_after(attempt: int) -> float:
    """Seconds from a failed attempt to the next."""
    return min(_FIRST_DELAY * 2.0 ** (attempt - 1), _LONGEST_DELAY)


def give_back(connection: Connection, worker: str) -> int:
    """Free all that a worker holds, as if it had not been taken; returns the number of items."""
    values = {"worker": "", "expires": 0.0, "attempts": table.c.attempts - 1}
    return connection.execute(update(table).where(table.c.worker == worker).values(values)).rowcount


def free(connection: Connection, workers: Iterable[str]) -> int:
    """Free what workers held that have died; the attempt counts. Returns the number of items."""
    names = list(workers)
    if not names:
        return 0
    _rest(connection, table.c.worker.in_(names), table.c.attempts >= MOST_ATTEMPTS)
    values = {"worker": "", "expires": 0.0, "reason": _DIED}
    return connection.execute(update(table).where(table.c.worker.in_(names)).values(values)).rowcount


def retry(connection: Connection, task: str = "", name: str = "") -> int:
    """Make failed items due again at once, with a fresh count of attempts: all, those of a task, or one of them."""
    query = update(table).where(table.c.worker == "", table.c.reason != "")
    if task:
        query = query.where(table.c.task == task)
    if name:
        query = query.where(table.c.item == name)
    return connection.execute(query.values(attempts=0, not_before=0.0, is_resting=False, reason="")).rowcount


def adopt(connection: Connection, task: str, version: str) -> None:
    """Let all items of a task be done by another version."""
    connection.execute(update(table).where(table.c.task == task).values(version=version))


def drop(connection: Connection, task: str) -> int:
    """Remove all items of a task, since something else is wanted now; whoever works on one will find it gone."""
    return connection.execute(table.delete().where(table.c.task == task)).rowcount


def versions_waiting(connection: Connection, task: str) -> dict[str, str]:
    """The versions for which items of a task wait or are worked on -> a worker that is at work on one ("" if none is)."""
    is_at_work = and_(table.c.worker != "", _is_in_hand(_now(connection)))
    query = select(table.c.version, table.c.worker, is_at_work).where(table.c.task == task).distinct()
    found: dict[str, str] = {}
    for version, worker, is_working in connection.execute(query):
        found[version] = found.get(version) or (worker if is_working else "")
    return found


def waiting(connection: Connection) -> dict[str, dict[str, int]]:
    """Task -> numbers of items and of materials not finished yet, those that rest left out."""
    query = select(table.c.task, func.count(), func.sum(table.c.size)).where(_is_open()).group_by(table.c.task)
    return {task: {"items": int(n), "materials": int(size)} for task, n, size in connection.execute(query)}


def claims_held(connection: Connection) -> list[dict[str, Any]]:
    """What is in whose hands, for how many seconds, and how long until it would be taken over; not positive: it may be now."""
    now = _now(connection)
    query = select(table).where(table.c.worker != "").order_by(table.c.taken)
    return [
        {
            "task": row["task"],
            "item": row["item"],
            "worker": row["worker"],
            "materials": row["size"],
            "attempt": row["attempts"],
            "age_seconds": round(now - row["taken"], 1),
            "expires_in_seconds": round(left if (left := row["expires"] - now) <= _LONGEST_CLAIM else 0.0, 1),
        }
        for row in connection.execute(query).mappings()
    ]


def failed_items(connection: Connection) -> list[dict[str, Any]]:
    """Items whose last attempt failed: what was to be done, why it failed, how often tried, and in how many seconds again.

    None seconds: it rests until a person says so.
    """
    now = _now(connection)
    query = select(table).where(table.c.reason != "").order_by(table.c.task, table.c.item)
    return [
        {
            "task": row["task"],
            "item": row["item"],
            "materials": row["size"],
            "body": read_json(row["body"], f"the work {row['task']} {row['item']}"),
            "attempts": row["attempts"],
            "reason": row["reason"],
            "retry_in_seconds": None if row["is_resting"] else round(_seconds_put_off(row["not_before"], now), 1),
        }
        for row in connection.execute(query).mappings()
    ]


def seconds_until_due(connection: Connection, versions: Mapping[str, str]) -> float | None:
    """When an item of these tasks and versions can be taken next; 0 if one can now, None if none waits."""
    now = _now(connection)
    free_at = case((_is_in_hand(now), table.c.expires), else_=0.0)
    wanted_at = case((_is_put_off(now), table.c.not_before), else_=0.0)
    due = func.min(_later_of(free_at, wanted_at, connection))
    moment = connection.execute(select(due).where(_can_be_done_by(versions), _is_open())).scalar_one()
    return None if moment is None else max(0.0, float(moment) - now)


def _later_of(one: ColumnElement[float], other: ColumnElement[float], connection: Connection) -> ColumnElement[float]:
    is_sqlite = connection.dialect.name == "sqlite"  # which calls it max, also of two values in one row
    return func.max(one, other) if is_sqlite else func.greatest(one, other)


def _is_in_hand(now: float) -> ColumnElement[bool]:
    """Somebody holds it, as far as the time of the claim can be believed."""
    return table.c.expires.between(now, now + _LONGEST_CLAIM)


def _is_put_off(now: float) -> ColumnElement[bool]:
    """It failed a short while ago and is tried later."""
    return and_(table.c.not_before > now, table.c.not_before <= now + _LONGEST_DELAY + _CLOCK_SLACK)


def _seconds_put_off(not_before: float, now: float) -> float:
    left = not_before - now
    return left if 0.0 < left <= _LONGEST_DELAY + _CLOCK_SLACK else 0.0


def _now(connection: Connection) -> float:
    """Seconds since 1970 by the database's clock, so that the clocks of several machines need not agree."""
    if connection.dialect.name == "sqlite":
        return time.time()
    return float(connection.execute(select(func.extract("epoch", func.clock_timestamp()))).scalar_one())


def _is_open() -> ColumnElement[bool]:
    return table.c.is_resting.is_(False)


def _is(task: str, name: str) -> ColumnElement[bool]:
    return and_(table.c.task == task, table.c.item == name)


def _is_held(held: Claimed) -> ColumnElement[bool]:
    """The very claim: a worker that took an item, lost it and took it again holds another one."""
    return and_(_is(held.task, held.name), table.c.worker == held.worker, table.c.attempts == held.attempt)


def _can_be_done_by(versions: Mapping[str, str]) -> ColumnElement[bool]:
    """Task and version are among these; put so that SQLite goes by the index of the order and stops at the first."""
    return (table.c.task + " " + table.c.version).in_([f"{task} {version}" for task, version in versions.items()])


def _rest(connection: Connection, *conditions: ColumnElement[bool]) -> None:
    """Who kills its worker again and again must not do so for ever."""
    values = {"worker": "", "expires": 0.0, "is_resting": True, "reason": _DIED}
    connection.execute(update(table).where(_is_open(), *conditions).values(values))


def _claimed(row: Mapping[str, Any] | RowMapping, worker: str) -> Claimed:
    body = read_json(row["body"], f"the work {row['task']} {row['item']}")
    return Claimed(row["task"], row["item"], body, row["size"], worker, row["attempts"] + 1)
