"""What is typed after an option, taken apart: `NAME=VALUE`, `NAME@temperature=1273=LO:HI`, `4:6`.

The name with its conditions is read by `quinary.points.quantity`.
"""

from __future__ import annotations

from typing import Final

from quinary.errors import InputError

__all__ = ["components_span", "named_in", "span", "spans_in", "values_in"]

_LONGEST_SPAN: Final = 20  # characters


def values_in(texts: list[str] | None) -> dict[str, float | str]:
    """`NAME=VALUE` texts of --target: numbers, and names of classes."""
    return {name: _value(text) for name, text in named_in(texts, "--target")}


def spans_in(texts: list[str] | None, option: str) -> dict[str, tuple[float | None, float | None]]:
    """`NAME=LO:HI` texts of an option; None is an open side."""
    return {name: span(text) for name, text in named_in(texts, option)}


def named_in(texts: list[str] | None, option: str) -> list[tuple[str, str]]:
    """`NAME=VALUE` texts of an option as pairs, each name once; a name may hold conditions and so equals signs itself."""
    pairs: dict[str, str] = {}
    for text in texts or []:
        name, equals, value = text.rpartition("=")
        if not equals or not name.strip() or not value.strip():
            raise InputError(f"cannot read {option} {text!r}: write NAME=VALUE")
        if name.strip() in pairs:
            raise InputError(f"{option} names {name.strip()} twice")
        pairs[name.strip()] = value.strip()
    return list(pairs.items())


def _value(text: str) -> float | str:
    """A number, or the name of a class."""
    try:
        return float(text)
    except ValueError:
        return text


def _number(text: str, name: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError(f"{name}={text!r} is not a number") from None


def span(text: str) -> tuple[float | None, float | None]:
    """`LO:HI`; an empty side is open."""
    low, colon, high = text.partition(":")
    if not colon:
        raise InputError(f"cannot read {text!r} as LO:HI; either side may be empty")
    return (_number(low, "LO") if low.strip() else None, _number(high, "HI") if high.strip() else None)


def components_span(text: str) -> tuple[int | None, int | None] | None:
    """`4`, `4:6`, `:6` as (fewest, most)."""
    if not text:
        return None
    low, colon, high = text.partition(":")
    parts = [part.strip() for part in (low, high)]
    if not all(part.isdecimal() or not part for part in parts) or not any(parts) or len(text) > _LONGEST_SPAN:
        raise InputError(f"cannot read --components {text[:_LONGEST_SPAN]!r}: write a number or LO:HI")
    fewest, most = (int(part) if part else None for part in parts)
    return (fewest, most) if colon else (fewest, fewest)
