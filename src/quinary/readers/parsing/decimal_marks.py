"""What the comma in `1,200` means: a decimal mark or one between thousands, by the other numbers of the column or the file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from quinary.errors import InputError

__all__ = ["DecimalMarks", "marks_in", "stated_mark"]

_LONGEST: Final = 64  # characters of a cell that is a number
_NUMBERS_ONLY = re.compile(r"^[\d.,\s<>≤≥~≈±+()/−–-]+$")
_MARKED = re.compile(r"\d+(?:[.,]\d+)+")
_TWO_MEANINGS = re.compile(r"(?<![\d.,])([1-9]\d{0,2})([.,])(\d{3})(?![\d.,])")
_WORDS: Final = {",": ",", "comma": ",", ".": ".", "point": "."}


@dataclass(frozen=True, slots=True)
class DecimalMarks:
    """The decimal mark of each column that shows one, and of the whole table if that is the comma; else empty."""

    of_table: str = ""
    of_columns: Mapping[int, str] = field(default_factory=dict)

    def plain(self, cell: Any, column: int) -> Any:
        """The cell with what has two meanings written in the one that its column shows; others as they are.

        Raises:
            InputError: `1.200` in a column with decimal commas: a decimal point by mistake, or one between thousands.
        """
        if not isinstance(cell, str) or not ("," in cell or self.of_table or self.of_columns):
            return cell
        mark = self.of_columns.get(column, self.of_table)
        if not mark or len(cell) > _LONGEST:
            return cell
        return _TWO_MEANINGS.sub(lambda found: _meant(found, mark), cell)


def _meant(found: re.Match[str], mark: str) -> str:
    whole, written, rest = found.groups()
    if written == mark:
        return f"{whole}.{rest}"
    if written == ",":
        return f"{whole}{rest}"
    raise InputError(
        f"{found.group()!r} may be {whole}{rest} or {whole},{rest}: other numbers here have a decimal comma"
    )


def stated_mark(text: str) -> DecimalMarks:
    """The decimal mark that a user states for a file: `,` or `.`, or in words.

    Raises:
        InputError: it is neither.
    """
    mark = _WORDS.get(text.strip().lower())
    if mark is None:
        raise InputError(f"the decimal mark is {text!r}; it can be a comma or a point", ("comma", "point"))
    return DecimalMarks(mark)


def marks_in(rows: Iterable[Sequence[Any]]) -> DecimalMarks:
    """The marks that some rows of a table show: `450,46` and `0,125` a comma, `8.31` a point, `1,200` neither."""
    shown: dict[int, Counter[str]] = {}
    for cells in rows:
        for column, cell in enumerate(cells):
            if isinstance(cell, str) and len(cell) <= _LONGEST and _NUMBERS_ONLY.match(cell):
                shown.setdefault(column, Counter()).update(filter(None, map(_shown, _MARKED.findall(cell))))
    total = Counter[str]()
    for marks in shown.values():
        total.update(marks)
    of_table = "," if _only(total) == "," else ""  # points elsewhere do not say what a comma in this column is
    return DecimalMarks(of_table, {column: mark for column, marks in shown.items() if (mark := _only(marks))})


def _only(marks: Mapping[str, int]) -> str:
    return next(iter(marks)) if len(marks) == 1 else ""


def _shown(number: str) -> str:
    """The decimal mark that a number shows, empty where it tells nothing."""
    marks = [character for character in number if character in ".,"]
    if len(marks) == 1:
        return "" if _TWO_MEANINGS.fullmatch(number) else marks[0]
    if len(set(marks)) == 1:  # 1,234,567
        return "." if marks[0] == "," else ","
    return marks[-1] if marks.count(marks[-1]) == 1 else ""
