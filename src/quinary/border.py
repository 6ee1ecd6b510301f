"""The border of what comes in: whatever fails on a file is one line about that file, a bug told as one, or a cache miss.

Who reads a file says on purpose what is wrong with it wherever that can be foreseen. Files that are damaged, hostile or
stranger than anybody thought reach libraries that say it in their own ways, each time in another one: here they all end.
"""

from __future__ import annotations

import functools
import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Final

from quinary.errors import BugError, InputError, QuinaryError, WorkError

__all__ = [
    "BUGS",
    "depth_of",
    "in_short",
    "is_bug",
    "is_mistake_of_ours",
    "json_in",
    "missed_if_broken",
    "reading",
    "refuse_half_characters",
    "restoring",
    "text_in",
    "what_it_says",
]

_LOG: Final = logging.getLogger(__name__)
_BRACKET: Final = re.compile(r"[\[\]{}]")
_LONGEST: Final = 200  # characters of what a library said: some repeat the file

# What a program raises that is written wrongly, whatever it was given (docs/decisions/015-bugs-and-failures.md)
BUGS: Final = (
    AssertionError, AttributeError, ImportError, LookupError, NameError, NotImplementedError, RecursionError, SyntaxError,
    SystemError, TypeError,
)  # fmt: skip


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
        raise InputError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from error
    except Exception as error:
        _LOG.info("%s cannot be read", path, exc_info=error)
        raise _told(path, error) from error


def text_in(path: Path, what: str, most_bytes: int | None = None) -> str:
    """The text of a file that a person named as `what`: a regular file, of no more than so many bytes, in UTF-8.

    Raises:
        InputError: there is none, it is no regular file, is too large, is not UTF-8 text, or cannot be read.
    """
    if not path.is_file():
        found = "is a folder" if path.is_dir() else "is not a regular file" if path.exists() else "does not exist"
        raise InputError(f"cannot read {what} {path}: it {found}")
    try:
        with path.open("rb") as stream:
            content = stream.read(-1 if most_bytes is None else most_bytes + 1)
        if most_bytes is not None and len(content) > most_bytes:
            raise InputError(f"cannot read {what} {path}: it has more than {most_bytes / 1000:,.0f} kB")
        return content.decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"cannot read {what} {path}: {(error.strerror or str(error)).lower()}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"cannot read {what} {path}: it is not UTF-8 text") from error


def depth_of(text: str) -> int:
    """How deep the square and curly brackets of a text stand inside each other, those in quotes counted as well."""
    depth = deepest = 0
    for found in _BRACKET.finditer(text):
        depth += 1 if found[0] in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


@contextmanager
def restoring(what: str) -> Iterator[None]:
    """A block that restores what Quinary itself wrote before: whatever fails in it, this is not what was written.

    Raises:
        InputError: `what` is damaged.
        QuinaryError: what was raised on purpose, as it is.
    """
    try:
        yield
    except QuinaryError:
        raise
    except Exception as error:
        _LOG.info("%s cannot be restored", what, exc_info=error)
        raise InputError(f"{what} is damaged: {in_short(error)}") from error


@contextmanager
def missed_if_broken(path: Path) -> Iterator[None]:
    """A block that returns what a cache keeps in a file; where that fails, whyever, the block ends and it is made again.

    A file that is not there is no word worth; of any other fault a warning says which file it is.
    """
    try:
        yield
    except Exception as error:  # noqa: BLE001 - a cache is no one's only copy
        if isinstance(error.__cause__ or error, FileNotFoundError | NotADirectoryError):
            _LOG.debug("nothing is kept as %s", path)
            return
        _LOG.warning("what is kept as %s cannot be used (%s); it is made again", path, in_short(error))
        _LOG.debug("what was wrong with %s", path, exc_info=error)


def json_in(text: str | bytes) -> Any:
    """The JSON document in a text.

    Raises:
        ValueError: it is none, is nested too deeply, or holds text that nobody could write down again.
    """
    text = text.decode() if isinstance(text, bytes) else text
    try:
        found = json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    refuse_half_characters(text, found)
    return found


def refuse_half_characters(text: str, found: Any) -> None:
    r"""Refuse a JSON document with half a character: `"\ud800"` is JSON, but no database and no file can hold it.

    Raises:
        ValueError: there is one; it is found through `text`, of which nearly none has any.
    """
    if "\\ud" in text.lower() and not _is_whole(found):
        raise ValueError("it holds half a character: an escape such as \\ud800 without its partner")


def _is_whole(value: Any) -> bool:
    if isinstance(value, str):
        return not any("\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, dict):
        return all(_is_whole(part) for pair in value.items() for part in pair)
    return not isinstance(value, list) or all(map(_is_whole, value))


def is_bug(error: BaseException) -> bool:
    """True for a mistake in the program; False for what numbers, files and the machine may do to a right one."""
    return isinstance(error, BugError) or (isinstance(error, BUGS) and not isinstance(error, QuinaryError))


def is_mistake_of_ours(error: BaseException) -> bool:
    """True for a bug that shows in the code of Quinary or of a plug-in itself.

    Libraries raise the same classes for files that are damaged: openpyxl a `KeyError` for a workbook without styles. A file
    that is nested too deeply can exhaust the stack anywhere.
    """
    if not is_bug(error) or isinstance(error, RecursionError):
        return False
    package = _innermost_package(error)
    return package == "quinary" or _has_plugins(package)


def what_it_says(error: BaseException) -> str:
    """The exception in one line: its message, with the name of its class unless it was raised on purpose."""
    said = error.message if isinstance(error, QuinaryError) else f"{type(error).__name__}: {error}"
    return " ".join(said.split())


def in_short(error: BaseException) -> str:
    """What an exception says in at most 200 characters."""
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    said = what_it_says(error)
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}..."


def _told(path: str | Path, error: Exception) -> QuinaryError:
    if isinstance(error, RecursionError):
        return InputError(f"{path} cannot be read: {in_short(error)}")
    if is_mistake_of_ours(error):
        return BugError(f"{path} cannot be read: {in_short(error)}")
    return InputError(f"{path} cannot be read: it is damaged, or not what it seems ({in_short(error)})")


def _innermost_package(error: BaseException) -> str:
    trace, package = error.__traceback__, ""
    while trace is not None:
        package = str(trace.tb_frame.f_globals.get("__name__", "")).partition(".")[0]
        trace = trace.tb_next
    return package


@functools.cache  # a file of many bad rows asks for each of them
def _has_plugins(package: str) -> bool:
    groups = (group for group in entry_points().groups if group.startswith("quinary."))
    return any(entry.module.partition(".")[0] == package for group in groups for entry in entry_points(group=group))
