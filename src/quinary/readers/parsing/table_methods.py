"""How the values of a table were obtained, where it does not say: what looks calculated is never called measured."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from quinary.errors import InputError
from quinary.plugins import ReadOptions
from quinary.points.point import Method
from quinary.readers.parsing.heading_words import method_stated
from quinary.readers.parsing.table_headings import plain_heading
from quinary.readers.parsing.value_columns import ValueColumn

__all__ = ["check_methods"]

_CONSTANT = re.compile(r"(?<![A-Za-z])[cC][_\s]?\{?([1-6])[_\s]?([1-6])\}?(?![\d])")
_FULL_TENSOR: Final = frozenset({"11", "12", "44"})  # of a cubic crystal: measured on single crystals, and rarely
_AVERAGE = re.compile(r"(?<![A-Za-z])(?:VRH|Voigt|Reuss)(?![A-Za-z])", re.IGNORECASE)
_DATABASE = re.compile(
    r"(?:mp|materials[\s_-]?project|oqmd|aflow|jarvis|alexandria)[\s_-]?ids?|auid|jid", re.IGNORECASE
)


def check_methods(
    headings: Sequence[str], values: Sequence[ValueColumn], options: ReadOptions, *, has_method_column: bool
) -> None:
    """See that nothing calculated is stored as measured, and that a method which the user gives changes something.

    Raises:
        InputError: the table looks calculated and says nothing of its method, or `options.method` is said in vain.
    """
    plain = [plain_heading(text) for text in headings]
    stated = {column.index: method_stated(plain[column.index]) for column in values}
    if options.method is not None:
        if all(method not in {None, Method.CALCULATED} for method in stated.values()):
            raise InputError("the method changes nothing: the headings say how their values were obtained")
        return
    silent = [
        c for c in values if stated[c.index] is None and c.method is Method.MEASURED and not c.property.is_categorical
    ]
    sign = _sign_of_calculation(plain)
    if silent and sign and not has_method_column:
        raise InputError(
            f"{sign}: say how {silent[0].heading!r} was obtained: --method dft, or --method measured",
            ["dft", "measured"],
        )


def _sign_of_calculation(headings: Sequence[str]) -> str:
    """What in the headings speaks for a calculation, in words; empty where nothing does."""
    constants = {"".join(found.groups()) for text in headings if (found := _CONSTANT.search(text))}
    if constants >= _FULL_TENSOR:
        return "C11, C12 and C44 together are an elastic tensor, which is rarely measured"
    average = next((text for text in headings if _AVERAGE.search(text)), None)
    if average is not None:
        return f"{average!r} is an average over an elastic tensor, which is rarely measured"
    database = next((text for text in headings if _DATABASE.fullmatch(text)), None)
    return "" if database is None else f"{database!r} names entries of a database of calculations"
