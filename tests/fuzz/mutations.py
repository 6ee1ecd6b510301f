"""Turning a good file into a bad one, the same way each time: bytes flipped, cut, repeated, and hostile words put in."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable
from typing import Any

DEEP = 100_000

# What has broken readers of others: numbers that are none or have no end, depth, blanks, bytes that mean something elsewhere
WORDS = [
    b"NaN", b"Infinity", b"-inf", b"1e999", b"1e-999", b"9" * 5000, b"-0", b"0x10", b"1_000", b"1,5", b"9**9**9**9",
    b"(" * 3000, b"((((" + b"Al" * 500, b"[" * DEEP, b'{"a":' * DEEP, b" " * 20_000, b"\t" * 5000, b"," * 5000,
    b"\n" * 3000, b'"', b"'", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", "\u202e\u200b".encode(), "\u2460\u00b2\u0663".encode(),
    b"2021-01-01", b"2021-13-45", b"!!python/object/apply:os.system", b"&a [*a]", b"<<: *a", b"=1+1", b"\x1b[2J", b"%s%n",
    b"\\ud800", b"]]>", b"<!ENTITY a 'b'>", b"&a;", b"True", b"null", b"None", b"-", b"+-", b"..", b"1..2", b"><",
]  # fmt: skip
VALUES: list[Any] = [
    None, True, [], {}, "", "x", float("nan"), float("inf"), -1, 0, 10**30, 10**400, 1e308, "\ud800", "\x00", "9" * 5000,
    "(" * 2000, [[]], {"": {}}, {"$date": "x"}, {"$oid": 1}, {"$numberDouble": "x"}, {"$date": {"$numberLong": "9" * 30}},
    "2021-01-01", ["Mo", 1], {"Mo": "W"}, {"Mo": -1}, {"Mo": {}}, "NaN", [1] * 50, b"\x00".decode(),
]  # fmt: skip


def bytes_changed(content: bytes, rng: random.Random) -> bytes:
    """The content after one to three accidents."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        content = rng.choice(_ACCIDENTS)(content, rng)
    return content


def json_changed(content: bytes, rng: random.Random) -> bytes:
    """The same JSON document, or JSON lines, with a value somewhere that is of another kind."""
    lines = content.splitlines()
    is_lines = len(lines) > 1 and _is_json(lines[0])
    place = rng.randrange(len(lines)) if is_lines else 0
    document = json.loads(lines[place] if is_lines else content)
    changed = json.dumps(_replaced(document, rng)).encode()
    return b"\n".join([*lines[:place], changed, *lines[place + 1 :]]) if is_lines else changed


def zip_changed(content: bytes, rng: random.Random, change: Callable[[str, bytes, random.Random], bytes]) -> bytes:
    """The archive with one member changed, whole as an archive: its checksums are right."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        names = source.namelist()
        chosen = rng.choice(names)
        for name in names:
            inside = source.read(name)
            made.writestr(name, change(name, inside, rng) if name == chosen else inside)
    return target.getvalue()


def _flip(content: bytes, rng: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 8))):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _overwrite(content: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(content))
    return content[:start] + rng.randbytes(rng.choice((1, 4, 64))) + content[start + 4 :]


def _cut(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randrange(1, len(content) + 1)]


def _leave_out(content: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(content))
    return content[:start] + content[start + rng.choice((1, 3, 40)) :] or b"x"


def _repeat(content: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(content))
    return content[:start] + content[start : start + 60] * rng.choice((2, 3, 50)) + content[start:]


def _put_in(content: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(content) + 1)
    return content[:start] + rng.choice(WORDS) + content[start + rng.choice((0, 0, 3)) :]


_ACCIDENTS = (_flip, _flip, _overwrite, _cut, _leave_out, _repeat, _put_in, _put_in)


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def _replaced(value: Any, rng: random.Random, depth: int = 0) -> Any:
    """The document with one place of it replaced; sometimes a key."""
    inside = value if isinstance(value, dict | list) and value else None
    if inside is None or (depth and rng.random() < 0.3):
        return rng.choice(VALUES)
    if isinstance(inside, list):
        place = rng.randrange(len(inside))
        return [*inside[:place], _replaced(inside[place], rng, depth + 1), *inside[place + 1 :]]
    key = rng.choice(list(inside))
    if rng.random() < 0.1:
        return {(rng.choice(("", "x", "$oid", "Xx", "\ud800")) if k == key else k): v for k, v in inside.items()}
    return {k: _replaced(v, rng, depth + 1) if k == key else v for k, v in inside.items()}
