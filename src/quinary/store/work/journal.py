"""What several processes must see of each other: settings of the store, the pause, and a log that a person can read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import false, func, select
from sqlalchemy.engine import Connection

from quinary.store.schema import event, setting, trace
from quinary.store.stored import read_json
from quinary.store.writing import upsert

__all__ = ["events", "log_event", "log_trace", "pause", "paused_by", "resume", "set_setting", "setting_of"]

_PAUSE: Final = "cycle.paused"
_KEPT_EVENTS: Final = 10_000


def setting_of(connection: Connection, name: str) -> Any:
    """The stored value of a setting, None if there is none."""
    body = connection.execute(select(setting.c.value).where(setting.c.name == name)).scalar_one_or_none()
    return None if body is None else read_json(body, f"the setting {name}")


def set_setting(connection: Connection, name: str, value: Any) -> None:
    """Store a value that JSON can hold; None removes the setting."""
    if value is None:
        connection.execute(setting.delete().where(setting.c.name == name))
        return
    body = json.dumps(value)
    statement = upsert(connection, setting).values(name=name, value=body)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": body}))


def pause(connection: Connection, worker: str) -> None:
    """Let no worker take new work until somebody resumes."""
    set_setting(connection, _PAUSE, {"by": worker, "since": _now()})
    log_event(connection, worker, "paused", "no new work is taken")


def resume(connection: Connection, worker: str) -> None:
    """Let work go on."""
    if paused_by(connection) is not None:
        set_setting(connection, _PAUSE, None)
        log_event(connection, worker, "resumed", "work goes on")


def paused_by(connection: Connection) -> dict[str, str] | None:
    """Who paused the cycle (`by`) and when (`since`); None if it is not paused."""
    found: dict[str, str] | None = setting_of(connection, _PAUSE)
    return found


def log_event(connection: Connection, worker: str, kind: str, text: str) -> int:
    """Add one line to the log and return its id; the oldest lines make room, with their tracebacks."""
    row = {"at": _now(), "worker": worker, "kind": kind, "text": text}
    (identifier,) = connection.execute(event.insert().values(row)).inserted_primary_key or (0,)
    if identifier % 100 == 0:
        oldest = identifier - _KEPT_EVENTS
        connection.execute(trace.delete().where(trace.c.event_id <= oldest))
        connection.execute(event.delete().where(event.c.id <= oldest))
    return int(identifier)


def log_trace(connection: Connection, event_id: int, text: str, *, is_bug: bool) -> None:
    """Keep the traceback that a line of the log has; `is_bug`: a mistake in the program, not in the material."""
    connection.execute(trace.insert().values(event_id=event_id, is_bug=is_bug, text=text))


def events(connection: Connection, *, limit: int = 50, after: int = 0, is_traced: bool = False) -> list[dict[str, Any]]:
    """The newest lines of the log, or those after a line's id; oldest first.

    With `is_traced` each has its `trace`, the traceback (None: it has none), and whether it `is_bug`.
    """
    query = select(event).where(event.c.id > after).order_by(event.c.id.desc()).limit(limit)
    if is_traced:
        query = query.add_columns(trace.c.text.label("trace"), func.coalesce(trace.c.is_bug, false()).label("is_bug"))
        query = query.outerjoin(trace, trace.c.event_id == event.c.id)
    return [dict(row) for row in reversed(connection.execute(query).mappings().all())]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
