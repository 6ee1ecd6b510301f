"""The one place where the command line says something to a person or a program: what was read from outside cannot act."""

from __future__ import annotations

import json
import math
from typing import Any

import typer

from quinary.outgoing import visible, without_passwords

__all__ = ["plainly", "say", "say_json"]


def plainly(text: str) -> str:
    """A text as a terminal may see it: no password, and nothing that a terminal obeys or that turns the line around."""
    return visible(without_passwords(text))


def say(text: str, *, err: bool = False) -> None:
    """A line on stdout, or on stderr."""
    typer.echo(plainly(text), err=err)


def say_json(document: dict[str, Any]) -> None:
    """One JSON document on stdout, in ASCII; JSON has no NaN and no infinity: they become null."""
    typer.echo(json.dumps(_finite(document)))


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(entry) for entry in value]
    return value
