"""What failed, in words: which piece of work, how often tried, why, when again, and what a person can do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.engine import Connection

from quinary.plugins import Blame
from quinary.store.schema import material
from quinary.store.work import MOST_ATTEMPTS, failed_items
from quinary.wording import counted

__all__ = ["bug_in_words", "failures_in_words", "next_try", "retry_command"]

_BUG: Final = "a bug in "


def bug_in_words(blame: Blame, said: str) -> str:
    """The reason that a piece of work is given which met a mistake in the program."""
    return f"{_BUG}{blame}: {said}"


def failures_in_words(connection: Connection) -> list[dict[str, Any]]:
    """The failed pieces of `failed_items`, each with what it is about, what comes next, and the command that retries it.

    `what` says which materials, `next` when it is tried again, `command` what a person may type; `is_bug`: a mistake in the
    program is why, and nothing is said of the materials.
    """
    return [
        {
            **{name: value for name, value in entry.items() if name != "body"},
            "attempts_allowed": MOST_ATTEMPTS,
            "what": f"{entry['task']} of {_subject(connection, entry['body'], entry['materials'])}",
            "is_bug": entry["reason"].startswith(_BUG),
            "next": next_try(entry["retry_in_seconds"], entry["attempts"], is_bug=entry["reason"].startswith(_BUG)),
            "command": retry_command(entry["task"], entry["item"]),
        }
        for entry in failed_items(connection)
    ]


def _subject(connection: Connection, body: Mapping[str, Any], n_materials: int) -> str:
    """The formula of the one material of a piece, or the number of its materials and the formula of the first."""
    identifier = body.get("material") or next(iter(body.get("materials", ())), None)
    query = select(material.c.formula).where(material.c.id == identifier)
    formula = None if identifier is None else connection.execute(query).scalar_one_or_none()
    if n_materials == 1:
        return formula or "one material"
    return f"{n_materials} materials" + (f", the first {formula}" if formula else "")


def next_try(seconds: float | None, attempts: int, *, is_bug: bool = False) -> str:
    """When a failed piece of work is tried again, in words; None means that it rests."""
    if is_bug and seconds is None:
        return "it rests until the bug is mended and somebody retries it"
    if seconds is None:
        return f"it rests after {counted(attempts, 'attempt')}, until somebody retries it"
    if not seconds:
        return "it is due: the next cycle tries it again"
    return f"a cycle that runs in {seconds:.0f} s or later tries it again"


def retry_command(task: str, item: str) -> str:
    """What a person types to have a piece of work tried again at once."""
    return f"quinary cycle retry {task} {item}"
