"""Telling a person how far long work has come, without the work knowing how it is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

__all__ = ["Progress", "silent"]

# (what is being done, how much is done, how much there is; 0 where nobody knows)
Progress: TypeAlias = Callable[[str, int, int], None]


def silent(_what: str, _done: int, _total: int) -> None:
    """Show nothing."""
    return
