"""The border of what comes in: whatever fails on a file that somebody gave is one line about that file, or a bug told as one.

Readers say on purpose what is wrong with a file wherever they can (`InputError`, `Rejection`). Files that are damaged, hostile
or stranger than anybody thought reach libraries that say it in their own ways, each time in another one. Here they all end.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

from quinary.errors import BugError, InputError, QuinaryError, WorkError
from quinary.plugins.blame import is_mistake_of_ours, what_it_says
from quinary.plugins.sockets import Rejection

__all__ = ["reading", "row_by_row"]

_LOG: Final = logging.getLogger(__name__)
_LONGEST: Final = 200  # characters of what a library said: some repeat the file

Item = TypeVar("Item")


@contextmanager
def reading(path: str | Path) -> Iterator[None]:
    """A block that reads a file which somebody gave: what fails in it is told in one line; the traceback is in the log.

    Raises:
        InputError: a library cannot make anything of the file: it is damaged, or not what it seems.
        WorkError: there is not enough memory for it.
        BugError: Quinary or a plug-in made a mistake, whatever is in the file.
        QuinaryError: what was raised on purpose, as it is.
    """
    try:
        yield
    except QuinaryError:
        raise
    except MemoryError as error:
        raise WorkError(f"{path} cannot be read: there is not enough memory for it") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {_short(error.strerror or str(error))}") from error
    except Exception as error:
        _LOG.info("%s cannot be read", path, exc_info=error)
        raise _told(path, error) from error


def row_by_row(line: int, items: Iterable[Item]) -> Iterator[Item | Rejection]:
    """What one row gives; if the row cannot be used, the reason in its place: one row never costs those that follow."""
    try:
        yield from items
    except InputError as error:
        yield Rejection(line, error.message)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever was raised, the next row may be a good one
        _LOG.info("line %d cannot be read", line, exc_info=error)
        whose = "a bug in the reader" if is_mistake_of_ours(error) else "the row cannot be read"
        yield Rejection(line, f"{whose}: {_saying(error)}")


def _told(path: str | Path, error: Exception) -> QuinaryError:
    if isinstance(error, RecursionError):
        return InputError(f"{path} cannot be read: what it holds is nested too deeply")
    if is_mistake_of_ours(error):
        return BugError(f"{path} cannot be read: {_saying(error)}")
    return InputError(f"{path} cannot be read: it is damaged, or not what it seems ({_saying(error)})")


def _saying(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else _short(what_it_says(error))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
