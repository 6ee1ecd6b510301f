"""Opening files for the readers: checks with clear errors, and delimited text as a stream of rows."""

from __future__ import annotations

import csv
import itertools
import stat
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, TextIO, TypeVar

from quinary.errors import InputError
from quinary.outgoing import unguarded
from quinary.plugins import Rejection
from quinary.readers.opening.budgets import LONGEST_LINE, LONGEST_QUOTE, check_width
from quinary.readers.opening.encodings import TextEncoding, text_encoding

__all__ = ["begun", "check_file", "csv_records", "csv_rows", "text_start"]

_HEAD_BYTES: Final = 65536

Item = TypeVar("Item")


def begun(items: Iterator[Item]) -> Iterator[Item]:
    """The same items, with the first one already fetched: a file that cannot be read fails here, not at first use."""
    start = list(itertools.islice(items, 1))
    return itertools.chain(start, items)


def check_file(path: Path) -> bytes:
    """The first 64 KiB of a regular file that exists, can be opened and is not empty.

    Raises:
        InputError: there is no such file, it is a folder, a pipe or a device, it is empty, or it cannot be opened.
    """
    try:
        mode = path.stat().st_mode
        head = _first_bytes(path) if stat.S_ISREG(mode) else b""  # a pipe may be waited for without end
    except FileNotFoundError:
        raise InputError(f"there is no file {path}") from None
    except (OSError, ValueError) as error:  # a name with a null character is a ValueError
        raise InputError(f"cannot open {path}: {getattr(error, 'strerror', None) or error}") from None
    if stat.S_ISDIR(mode):
        raise InputError(f"{path} is a folder, not a file")
    if not stat.S_ISREG(mode):
        raise InputError(f"{path} is no regular file, but a pipe, a socket or a device: save what it gives as a file")
    if not head:
        raise InputError(f"{path} is empty")
    return head


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(_HEAD_BYTES)


def text_start(path: Path) -> str:
    """The first 64 KiB as text, or an empty string where the file is missing, a folder, empty or not UTF-8 text."""
    try:
        head = check_file(path)
    except InputError:
        return ""
    if b"\0" in head:
        return ""
    text = head.decode("utf-8-sig", errors="replace")
    return "" if "\ufffd" in text[:-3] else text  # the cut at 64 KiB may split the last character


def csv_rows(
    path: Path, delimiter: str = ",", encoding: TextEncoding | None = None
) -> Iterator[tuple[int, list[str]] | Rejection]:
    """(line of the file, cells) of each row that is not blank; quoted cells may span lines, which count from the first.

    A row with bytes that are no text, or with a quote that is never closed, is a rejection; the rows behind it are read.

    Raises:
        InputError: the file cannot be opened, is no text, has a line of more than 8 MB, or is wider than any sheet.
    """
    check_file(path)
    encoding = encoding or text_encoding(path)
    with path.open(encoding=encoding.name, errors="replace", newline="") as stream:
        for line, cells in _records(_Lines(stream, path), delimiter):
            if isinstance(cells, str):
                yield Rejection(line, cells)
            elif encoding.is_damaged and any("\ufffd" in cell or "\0" in cell for cell in cells):
                yield Rejection(line, f"the row holds bytes that are no text in {encoding.name.removesuffix('-sig')}")
            elif any(cells):
                check_width(path, len(cells))
                yield line, [unguarded(cell) for cell in cells] if any(cell[:1] == "'" for cell in cells) else cells


class _Lines(Iterator[str]):
    """The lines of a file, with those of the row at hand kept, so that they can be taken again one by one."""

    def __init__(self, stream: TextIO, path: Path) -> None:
        self.taken: list[str] = []
        self._stream, self._path, self._again = stream, path, deque[str]()
        self.has_ended = False  # the reader asked for a line behind the last one: it stands inside quotes

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._stream.readline(LONGEST_LINE)
        if not line:
            self.has_ended = True
            raise StopIteration
        if len(line) == LONGEST_LINE:
            raise InputError(f"{self._path} has a line of more than {LONGEST_LINE:,} characters: it is no table")
        self.taken.append(line)
        if len(self.taken) > LONGEST_QUOTE:
            raise csv.Error(f"a cell in quotes spans more than {LONGEST_QUOTE} lines")
        return line

    def take_again(self) -> None:
        """All lines of the row at hand but the first come once more."""
        self._again.extendleft(reversed(self.taken[1:]))


def _records(lines: _Lines, delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """(line, cells) of each row, or the reason why it cannot be split into cells."""
    reader, line = csv.reader(lines, delimiter=delimiter), 1
    while True:
        lines.taken.clear()
        lines.has_ended, problem = False, ""
        try:
            cells = next(reader, None)
        except csv.Error as error:
            cells, problem = [], str(error)
        if cells is None:
            return
        if not problem and lines.has_ended and len(lines.taken) > 1:  # it has swallowed all rows behind it
            problem = "the file ends inside quotes"
        if problem:
            yield line, f"cannot be split into cells ({problem}): is a closing quote missing?"
            lines.take_again()
            reader, line = csv.reader(lines, delimiter=delimiter), line + 1
        else:
            yield line, cells
            line += len(lines.taken)


def csv_records(path: Path, needed: Sequence[str], what: str) -> Iterator[tuple[int, dict[str, str]] | Rejection]:
    """(line, heading -> cell) of each row of a published table, comma-separated; a short row has fewer entries.

    Raises:
        InputError: as for `csv_rows`, or a needed heading is missing.
    """
    headings: list[str] = []
    for item in csv_rows(path):
        if isinstance(item, Rejection):
            yield item
        elif headings:
            yield item[0], dict(zip(headings, item[1], strict=False))
        else:
            headings = item[1]
            missing = next((name for name in needed if name not in headings), None)
            if missing is not None:
                raise InputError(f"{path} is not {what}: it lacks the column {missing!r}; try the format table")
