"""Every error that Quinary raises on purpose.

QuinaryError
├── InputError   the user gave something that cannot be used (exit status 2); a ValueError, too
└── WorkError    the input was fine, the work failed (exit status 1)
    ├── ImpossibleRequestError   no composition can meet the request; carries the proof
    └── BugError   Quinary or a plug-in is written wrongly; the input may have been fine
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, Final

from quinary.outgoing import told

__all__ = ["BugError", "ImpossibleRequestError", "InputError", "QuinaryError", "WorkError", "unknown_name"]


_LISTED: Final = 24  # names in one line


class QuinaryError(Exception):
    """Base of all errors raised on purpose: one clear line, and the valid choices where there are any.

    The line repeats at most 200 characters of what was given, and shows no password (`quinary.outgoing.told`).
    """

    kind = "error"
    exit_status = 1

    def __init__(self, message: str, choices: Iterable[str] = ()) -> None:
        message = told(message)
        super().__init__(message)
        self.message = message
        self.choices = tuple(choices)


class InputError(QuinaryError, ValueError):
    """Something the user gave cannot be used: a formula, a file, a name, a number without a unit.

    It is a `ValueError`, as Python's and scikit-learn's callers expect of a value that does not fit. Who catches `ValueError`
    of a library in the same `try` lets an `InputError` through first: it says already what was wrong.
    """

    kind = "input"
    exit_status = 2


class WorkError(QuinaryError):
    """The input was fine but the work failed: a full disk, an equilibrium that does not converge."""

    kind = "work"


class BugError(WorkError):
    """A mistake in Quinary or in a plug-in, met while something else was at work; `__cause__` is what was raised."""

    kind = "bug"


class ImpossibleRequestError(WorkError):
    """No composition inside the limits can meet the request.

    `evidence` holds what a user needs to change their mind: the property, the bound that can be reached,
    the composition that reaches it, the limits that bind, and whether this is proven (`certain`).
    """

    kind = "impossible"

    def __init__(self, message: str, evidence: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.evidence = dict(evidence)


def unknown_name(what: str, name: str, known: Iterable[str]) -> InputError:
    """The error for a name that does not exist: it lists the nearest valid names first, then all of them."""
    choices = sorted(known)
    near = [choice for choice in choices if choice.lower() == name.lower()]
    near = near or get_close_matches(name, choices, n=3, cutoff=0.5)
    more = f" and {len(choices) - _LISTED} more" if len(choices) > _LISTED else ""
    hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(choices[:_LISTED])}{more}"
    return InputError(f"unknown {what} {name!r}; {hint}", choices=[*near, *(c for c in choices if c not in near)])
