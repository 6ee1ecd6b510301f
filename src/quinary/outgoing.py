r"""What leaves the program: text from outside neither acts on a terminal or a spreadsheet, nor hides, nor shows a password.

A cell of a file may hold anything. `visible` writes out what a terminal would obey, `told` keeps messages short, and
`guarded` makes of a cell that a spreadsheet would compute one that it shows; `unguarded` is its inverse.
"""

from __future__ import annotations

import html
import re
from typing import Final

__all__ = [
    "address_without_password",
    "escaped",
    "excerpt",
    "guarded",
    "told",
    "unguarded",
    "visible",
    "without_passwords",
]

LONGEST_ECHO: Final = 200  # characters of what a user gave that a message repeats
_LONGEST_WORD: Final = LONGEST_ECHO + 40  # a path may be somewhat longer
_LONGEST_MESSAGE: Final = 2000

# C0 and C1 controls, marks that turn or hide text (Unicode TR 36, section 3.1), line separators, halves of surrogates, tags
_ACTING: Final = (
    r"\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e007f"
)
_IN_LINES: Final = re.compile(f"[{_ACTING}]")
_IN_ONE_LINE: Final = re.compile(rf"[{_ACTING}\n\t]")
# The repeats are bounded, so that no text makes the search longer than its own length allows
_PASSWORD: Final = re.compile(
    r"(\w:/{1,3}[^\s:/@]{0,200}:)\S{0,300}@"
    r"|(\b\w{0,20}passw(?:or)?d ?= ?)(?:'[^']{0,300}'|\"[^\"]{0,300}\"|[^\s&'\"]+)",
    re.IGNORECASE,
)
_SCHEME: Final = re.compile(r"\w[\w+.-]*:/*")
_LONG_ECHO: Final = re.compile(
    rf"(?<!\w)(?:'(?P<one>[^']{{{LONGEST_ECHO + 1},}})'|\"(?P<two>[^\"]{{{LONGEST_ECHO + 1},}})\")"
)
_LONG_WORD: Final = re.compile(rf"\S{{{_LONGEST_WORD + 1},}}")
_STARTS: Final = frozenset("=+-@\t\r")  # with these a spreadsheet begins a formula


# -- for eyes ----------------------------------------------------------------------------------------------------------


def visible(text: str, *, one_line: bool = False) -> str:
    r"""A text in which characters that act or hide are written out: ESC is `\x1b`, a mark that turns text `\u202e`.

    Line ends and tabs stay, unless all shall stand in one line.
    """
    return (_IN_ONE_LINE if one_line else _IN_LINES).sub(_written_out, text)


def escaped(text: str, *, quote: bool = True) -> str:
    """A text as part of a page of HTML: shown as it is, doing nothing."""
    return html.escape(visible(text), quote=quote)


def excerpt(text: str, longest: int = LONGEST_ECHO) -> str:
    """The beginning of a text, with `...` where it is cut."""
    return text if len(text) <= longest else f"{text[:longest]}..."


def told(message: str) -> str:
    """A message as it may be told: no password, and what was given is repeated with at most 200 characters."""
    if len(message) > LONGEST_ECHO:
        message = _LONG_ECHO.sub(_shortened, without_passwords(message))
        return excerpt(_LONG_WORD.sub(lambda found: excerpt(found[0]), message), _LONGEST_MESSAGE)
    return without_passwords(message)


def without_passwords(text: str) -> str:
    """A text in which the passwords of database URLs (`postgresql://me:secret@host/db`) are three stars."""
    return _PASSWORD.sub(lambda found: f"{found[1]}***@" if found[1] else f"{found[2]}***", text)


def address_without_password(address: str) -> str:
    """A malformed database URL without anything that may have been meant as the password."""
    scheme = _SCHEME.match(address)
    start = scheme.end() if scheme else 0
    head, at, rest = address[start:].rpartition("@")
    if at:
        user, colon, _ = head.partition(":")
        return without_passwords(f"{address[:start]}{user}{colon and ':***'}@{rest}")
    place, slash, path = rest.partition("/")
    host, colon, port = place.partition(":")
    secret = f"{colon}***" if colon and not port.isdigit() else f"{colon}{port}"
    return without_passwords(f"{address[:start]}{host}{secret}{slash}{path}")


def _written_out(found: re.Match[str]) -> str:
    number = ord(found[0])
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}" if number < 65536 else f"\\U{number:08x}"


def _shortened(found: re.Match[str]) -> str:
    mark = found[0][0]
    return f"{mark}{excerpt(found['one'] or found['two'])}{mark}"


# -- for spreadsheets --------------------------------------------------------------------------------------------------


def guarded(text: str) -> str:
    """A cell of a table in text that no spreadsheet takes for a formula: `=1+1` becomes `'=1+1`; numbers stay as they are.

    A text that begins like a guarded one gets one more apostrophe, so that `unguarded` gives back every text.
    """
    return f"'{text}" if text and _looks_like_formula(text) else text


def unguarded(text: str) -> str:
    """A cell as it was before `guarded`; what a person typed with an apostrophe, to keep it as text, loses it, too."""
    return text[1:] if text[:1] == "'" and text.lstrip("'")[:1] in _STARTS else text


def _looks_like_formula(text: str) -> bool:
    first = text[0]
    if first == "'":
        return text.lstrip("'")[:1] in _STARTS
    return first in _STARTS and not _is_number(text)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text == text.strip()
