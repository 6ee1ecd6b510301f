"""What readers do with a row that cannot be used."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

from quinary.border import in_short, is_mistake_of_ours
from quinary.errors import InputError
from quinary.plugins.sockets import Rejection

__all__ = ["row_by_row"]

_LOG: Final = logging.getLogger(__name__)

Item = TypeVar("Item")


def row_by_row(line: int, items: Iterable[Item]) -> Iterator[Item | Rejection]:
    """What one row gives; if it cannot be used, the reason in its place: one row never costs those that follow."""
    try:
        yield from items
    except InputError as error:
        yield Rejection(line, error.message)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever was raised, the next row may be a good one
        _LOG.info("line %d cannot be read", line, exc_info=error)
        whose = "a bug in the reader" if is_mistake_of_ours(error) else "the row cannot be read"
        yield Rejection(line, f"{whose}: {in_short(error)}")
