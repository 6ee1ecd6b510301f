"""Numbers in sentences: `1 point`, `2 points`, said the same way in every message."""

from __future__ import annotations

__all__ = ["counted"]


def counted(number: int, noun: str, plural: str = "") -> str:
    """The number with its noun: `1 point`, `0 points`, `1,250 points`, `2 studies` (`plural` where it is not noun + s).

    A noun of several words takes its s at the end: `3 other alloys`.
    """
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"
