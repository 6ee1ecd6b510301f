"""Powers in a TDB that nobody could compute: `9**9**9**9` has more digits than there is memory for.

pycalphad evaluates what does not depend on temperature when it reads a file, in whole numbers of any length. Published files
raise a temperature, a pressure or a function to a small number, as in `T**(-9)`, and nothing else.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Final

__all__ = ["endless_power"]

_POWER: Final = re.compile(r"(\S?)\s*\*\*\s*(?:([+-]?\s*[\d.]+(?![\d.E]))|\(\s*([+-]?\s*[\d.]+)\s*\))?(\s*\*\*)?")
_SHOWN: Final = 40
_LARGEST: Final = 100.0
# Numbers of a thousand times a hundred digits still take no time.
_LARGEST_NESTED: Final = 1000.0
_WITH_EXPRESSIONS: Final = ("F", "P")  # FUNCTION and PARAMETER, however shortened


def endless_power(statements: Iterable[str]) -> str | None:
    """The first power with an exponent that is no plain number up to 100, or that is raised further; None without one."""
    for statement in statements:
        if "**" in statement and statement.startswith(_WITH_EXPRESSIONS):
            found = _endless(statement)
            if found is not None:
                return found
    return None


def _endless(statement: str) -> str | None:
    nested = 1.0
    for match in _POWER.finditer(statement):
        base, plain, bracketed, again = match.groups()
        exponent = _number(plain or bracketed or "")
        if base == ")":
            nested *= max(1.0, abs(exponent))
        if again or not abs(exponent) <= _LARGEST or nested > _LARGEST_NESTED:
            start = max(0, match.start() - _SHOWN // 4)
            return statement[start : start + _SHOWN].strip()
    return None


def _number(text: str) -> float:
    try:
        return float(text.replace(" ", ""))
    except ValueError:
        return math.nan
