"""Reading what the store holds as text: whatever cannot be read is told as damage, with what it is and how it begins."""

from __future__ import annotations

import json
from typing import Any, Final

from quinary.errors import WorkError

__all__ = ["damaged", "read_json"]

_SHOWN: Final = 40  # characters of what is damaged


def read_json(body: str, what: str) -> Any:
    """The value behind stored JSON; `what` says what it is, such as "the body of a candidate".

    Raises:
        WorkError: it is not JSON: the database was damaged, or changed by another program.
    """
    try:
        return json.loads(body)
    except (TypeError, ValueError, RecursionError) as error:
        raise damaged(what, body) from error


def damaged(what: str, body: object) -> WorkError:
    """The error for stored text that cannot be read."""
    shown = repr(body) if len(str(body)) <= _SHOWN else f"{str(body)[:_SHOWN]!r}..."
    return WorkError(f"the database is damaged: {what} cannot be read: {shown}; put back a copy of it")
