"""Numbers in sentences: `1 point`, `2 points`, `3158 ± 160`, said the same way in every message."""

from __future__ import annotations

__all__ = ["counted", "rounded", "with_spread"]


def counted(number: int, noun: str, plural: str = "") -> str:
    """The number with its noun: `1 point`, `0 points`, `1,250 points`, `2 studies` (`plural` where it is not noun + s).

    A noun of several words takes its s at the end: `3 other alloys`.
    """
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def rounded(value: float, n_digits: int = 4) -> str:
    """A number to so many significant digits, without an exponent below a million: `160`, not `1.6e+02`."""
    text = f"{value:.{n_digits}g}"
    return f"{float(text):g}" if "e" in text else text


def with_spread(value: float, spread: float | None) -> str:
    """A number to four digits with one standard deviation to two, if there is one: `4.46 ± 0.12`."""
    return rounded(value) if spread is None else f"{rounded(value)} ± {rounded(spread, 2)}"
