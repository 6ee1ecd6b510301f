"""The encoding of a text file: what the user says, what its first bytes say, or what all of its bytes allow."""

from __future__ import annotations

import codecs
import functools
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from quinary.errors import InputError

__all__ = ["TextEncoding", "encoding_named", "text_encoding"]

_MARKS: Final = (  # the byte order marks, UTF-32 before UTF-16, whose mark its own begins with
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_CHUNK: Final = 2**20
_CONTROL: Final = bytes({*range(32)} - {9, 10, 12, 13, 27})
_MOST_CONTROL: Final = 0.03  # of the bytes of a text, which may have been damaged; a random byte is one in nine times
_FEW_CONTROL: Final = 12  # one cell may hold some, and cost its own row
_UNDEFINED_IN_CP1252: Final = b"\x81\x8d\x8f\x90\x9d"
_EXAMPLES: Final = ("utf-8", "utf-16", "cp1252", "latin-1", "mac-roman", "gb18030", "shift-jis")


@dataclass(frozen=True, slots=True)
class TextEncoding:
    """How the bytes of a file become text; `is_damaged` if some cannot, and `note` says what was not plain UTF-8.

    Bytes that cannot become text turn into U+FFFD, so that they cost the row in which they stand.
    """

    name: str
    is_damaged: bool = False
    note: str = ""


def encoding_named(name: str) -> TextEncoding:
    """The encoding that a user names.

    Raises:
        InputError: there is none of this name.
    """
    try:
        found = codecs.lookup(name).name
        io.TextIOWrapper(io.BytesIO(), encoding=found).close()  # base64, zip and the like are codecs of no text
    except (LookupError, ValueError):
        raise InputError(f"unknown encoding {name!r}; there are {', '.join(_EXAMPLES)} and others", _EXAMPLES) from None
    return TextEncoding("utf-8-sig" if found == "utf-8" else found, is_damaged=True)


def text_encoding(path: Path, stated: str = "") -> TextEncoding:
    """The encoding of a text file: the stated one, that of its byte order mark, UTF-8, or Windows-1252 if UTF-8 cannot be.

    Windows-1252 is what spreadsheets in Europe and America save as CSV. A file with characters that are good UTF-8 and bytes
    that are not is UTF-8 with damage.

    Raises:
        InputError: no text file, or no such encoding.
    """
    if stated:
        return encoding_named(stated)
    found = path.stat()
    return _detected(path, found.st_mtime_ns, found.st_size)


@functools.lru_cache(maxsize=16)
def _detected(path: Path, _mtime_ns: int, _n_bytes: int) -> TextEncoding:
    head = next(_chunks(path), b"")[:65536]
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), "")
    if marked and marked != "utf-8-sig":
        return TextEncoding(marked, is_damaged=True, note=f"the text is {marked.upper()}")
    n_control = len(head) - len(head.translate(None, _CONTROL))
    if n_control > max(_MOST_CONTROL * len(head), _FEW_CONTROL):
        raise InputError(f"{path} is not a text file: save the table as CSV in UTF-8, or say its encoding")
    wrong, has_wide = _first_wrong_byte(path)
    if wrong is None:
        return TextEncoding("utf-8-sig", is_damaged=any(b"\0" in chunk for chunk in _chunks(path)))
    if marked or has_wide or any(byte in chunk for chunk in _chunks(path) for byte in _UNDEFINED_IN_CP1252):
        return TextEncoding("utf-8-sig", is_damaged=True, note=f"the text is UTF-8, but {wrong} is not")
    return TextEncoding("cp1252", note=f"the text is read as Windows-1252 (cp1252), for {wrong} is not UTF-8")


def _first_wrong_byte(path: Path) -> tuple[str | None, bool]:
    """The first byte that is not UTF-8 in words, None if all are, and whether characters of several bytes stand before it."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    line, has_wide = 1, False
    for chunk in _chunks(path):
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            before = error.object[: error.start]
            line += before.count(b"\n")
            return f"byte 0x{error.object[error.start]:02x} in line {line}", has_wide or not before.isascii()
        line += chunk.count(b"\n")
        has_wide = has_wide or not chunk.isascii()
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "its last character", has_wide
    return None, has_wide


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk
