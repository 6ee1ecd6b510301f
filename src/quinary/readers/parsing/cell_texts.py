"""What people write into cells beside a value: that there is none, and of how many measurements it is."""

from __future__ import annotations

import re
from typing import Any, Final

__all__ = ["is_empty", "without_count"]

_EMPTY: Final = frozenset(
    {
        "", "-", "--", "–", "—", "/", "n/a", "n.a.", "na", "#n/a", "n.d.", "n.m.", "n. m.", "none", "null", "not reported",
        "not measured", "not determined", "not available", "k.a.", "n.b.", "keine angabe", "nicht gemessen",
    }
)  # fmt: skip
_SODIUM: Final = "Na"  # as chemists write it; `NA` and `na` are no value
_OF_HOW_MANY = re.compile(
    r"\s{0,9}[(\[]\s?(?:n\s?=\s?\d{1,4}|(?:(?:only\s)?(?:\d{1,4}|one|single|two|three|mean|average|avg\.?)\s)?(?:of\s\d{1,4}\s)?"
    r"(?:samples?|specimens?|tests?|measurements?|indents?|indentations?|points?|mean|average|avg\.?))[)\]]$",
    re.IGNORECASE,
)
_LONGEST: Final = 200  # characters of a cell that holds a number


def is_empty(cell: Any) -> bool:
    """True if a cell holds nothing, or says that there is nothing: `-`, `n.m.`, `not reported`."""
    if not isinstance(cell, str):
        return cell is None
    text = cell.strip()
    return text.lower() in _EMPTY and text != _SODIUM


def without_count(cell: Any) -> Any:
    """The cell without a remark on the number of measurements at its end: `842 (1 sample)` is 842.

    Other brackets stay: `842 (1273 K)` is no value at room temperature, and `3.305(2)` has an uncertainty.
    """
    if not isinstance(cell, str) or len(cell) > _LONGEST or cell[-1:] not in ")]":
        return cell
    return _OF_HOW_MANY.sub("", cell)
