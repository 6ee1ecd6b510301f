"""Documents out of files, one at a time: concatenated BSON, a JSON array, JSON lines, MongoDB's extended JSON."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final, TextIO

from quinary.border import refuse_half_characters
from quinary.errors import InputError
from quinary.plugins import Rejection
from quinary.readers.opening import check_file

__all__ = ["documents", "has_bson_start"]

_LARGEST_DOCUMENT: Final = 16 * 1024 * 1024 + 16 * 1024  # what MongoDB itself allows, in bytes
_CHUNK: Final = 1024 * 1024
# what the decoder raises for bad JSON, for nonsense in MongoDB's extended forms, and for a thousand open brackets
_UNDECODABLE: Final = (ValueError, TypeError, KeyError, OverflowError, RecursionError)

Found = tuple[int, Any] | Rejection


def has_bson_start(head: bytes) -> bool:
    """True if the first four bytes are the length of a BSON document (in text they would be a huge number)."""
    return len(head) >= 5 and 5 <= struct.unpack("<i", head[:4])[0] <= _LARGEST_DOCUMENT


def documents(path: Path) -> Iterator[Found]:
    """(line, document) for each document; the line is the document's number, in JSON lines the line of the file.

    A document that cannot be decoded is a rejection. Where a file breaks off, the rejection says where.

    Raises:
        InputError: the file cannot be opened, or no document can be read from it.
    """
    head = check_file(path)
    if has_bson_start(head):
        with path.open("rb") as stream:
            yield from _bson_documents(stream, path)
        return
    if path.suffix.lower() == ".bson":
        raise InputError(f"{path} is named .bson but holds no BSON documents")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in {b"[", b"{"}:
        raise InputError(f"{path} holds neither BSON nor JSON documents")
    try:
        with path.open(encoding="utf-8-sig") as text:
            yield from _json_lines(text) if _is_json_lines(path) else _json_stream(text, path)
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text ({error.reason}): save it as UTF-8") from None


def _bson_documents(stream: BinaryIO, path: Path) -> Iterator[Found]:
    import bson
    from bson.errors import BSONError

    number = 0
    while start := stream.read(4):
        number += 1
        length = struct.unpack("<i", start)[0] if len(start) == 4 else 0
        body = stream.read(length - 4) if 5 <= length <= _LARGEST_DOCUMENT else b""
        if len(body) != length - 4:
            if number == 1:
                raise InputError(f"{path} breaks off in its first BSON document")
            yield Rejection(number, f"the file breaks off or is damaged at document {number}; the rest cannot be read")
            return
        try:
            yield number, bson.decode(start + body)
        except (BSONError, ValueError, OverflowError) as error:
            yield Rejection(number, f"the document cannot be decoded: {error}")


def _decoder() -> json.JSONDecoder:
    """A decoder that turns MongoDB's `{"$oid": ...}`, `{"$numberDouble": ...}` and so on into values."""
    from bson import json_util
    from bson.errors import BSONError

    def plain(entry: dict[str, Any]) -> Any:
        """The value without the wrapper of extended JSON."""
        try:
            return json_util.object_hook(entry)
        except BSONError as error:
            raise ValueError(str(error)) from None

    return json.JSONDecoder(object_hook=plain)


def _is_json_lines(path: Path) -> bool:
    """True if the first line that is not blank is a whole document."""
    with path.open(encoding="utf-8-sig") as text:
        first = next((line for line in iter(lambda: text.readline(_LARGEST_DOCUMENT), "") if line.strip()), "")
    try:
        return isinstance(json.loads(first), dict)
    except ValueError:
        return False


def _json_lines(text: TextIO) -> Iterator[Found]:
    decoder = _decoder()
    for line, raw in enumerate(text, start=1):
        if not raw.strip():
            continue
        try:
            document = decoder.decode(raw)
            refuse_half_characters(raw, document)
            yield line, document
        except _UNDECODABLE as error:
            yield Rejection(line, f"the line is not a JSON document: {error}")


def _json_stream(text: TextIO, path: Path) -> Iterator[Found]:
    """The documents of an array, or of a plain sequence, through a buffer that holds one document at a time."""
    decoder, buffer, number = _decoder(), "", 0
    while True:
        buffer = buffer.lstrip(" \t\r\n,[" if number == 0 else " \t\r\n,")
        try:
            document, end = decoder.raw_decode(buffer) if buffer else (None, 0)
            refuse_half_characters(buffer[:end], document)
        except _UNDECODABLE:
            end = 0
        if end:
            number += 1
            yield number, document
            buffer = buffer[end:]
            continue
        more = "" if len(buffer) > _LARGEST_DOCUMENT else text.read(max(_CHUNK, len(buffer)))
        if not more:
            break
        buffer += more
    if not buffer.strip(" \t\r\n,]"):
        return
    if number == 0:
        raise InputError(f"{path} breaks off in its first JSON document, or is not JSON")
    yield Rejection(number + 1, f"the file breaks off or is damaged at document {number + 1}; the rest cannot be read")
