"""Where the headings of a table are: below title rows, in one row or in two or three that belong together.

What people write over several rows (`Rp0,2` over `25 °C` and `800 °C`, `MPa` in a row of units) is joined into one text a
column, the unit last in brackets: `Rp0,2 25 °C (MPa)`. Which rows belong to it is decided by what the joined texts mean.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from quinary.chemistry.composition import Composition
from quinary.errors import InputError
from quinary.points.properties import find_property
from quinary.readers.opening import short_heading
from quinary.readers.parsing.element_columns import element_in
from quinary.readers.parsing.rows import is_vickers_scale
from quinary.readers.parsing.table_headings import CONDITION_UNITS, read_heading, spread_of
from quinary.units import can_convert, unit_named

__all__ = ["HeadingBlock", "block_at", "find_block", "heading_text", "likely_block"]

Row = tuple[int, Sequence[Any]]
Judge = Callable[[Sequence[str]], bool]

_MOST_ABOVE: Final = 12  # rows of titles and remarks
_MOST_JOINED: Final = 3
_WIDE: Final = 1_000  # columns; what is wider was written by a program, in one row of headings
_TEMPERATURE = re.compile(r"\b\d{1,4}\s{0,3}(?:°\s?[CF]\b|℃|[CK]\b)")
_UNIT_OF_TEMPERATURE = re.compile(r"°\s?C|℃|(?<=[(\[,/\s])K(?=[)\]\s]|$)")
_AT_SEVERAL = re.compile(
    r"\s{0,9}(?:\bat\s{1,9})?(?:\b(?:T|temp\.?|(?:test(?:ing)?\s)?temperatures?)(?![a-z]))?\s{0,9}[,/]?\s{0,9}[(\[]?(?:°\s?C|℃|K)[)\]]?$",
    re.IGNORECASE,
)
_HOTTEST: Final = 3500  # degrees or kelvin of a test
_NUMBER = re.compile(r"^[<>≤≥~≈]?\s{0,9}[-+−]?\d[\d.,]*(?:[eE][-+]?\d{1,3})?\s{0,9}(?:(?:±|\+/-|-|–).{1,30})?$")
_IN_BRACKETS = re.compile(r"^(.*?\S)?\s*[(\[]([^()\[\]]+)[)\]]$")


@dataclass(frozen=True, slots=True)
class HeadingBlock:
    """The headings of a table, and the rows that they were taken from: `depth` of them, from `start` on (from 0)."""

    start: int
    depth: int
    headings: list[str]


def heading_text(cell: Any) -> str:
    """A cell as part of a heading: one line, as long as anybody reads it."""
    return "" if cell is None else short_heading(" ".join(str(cell).split()))


def find_block(rows: Sequence[Row], is_table: Judge) -> HeadingBlock | None:
    """The rows of headings among the first rows of a table, None where nothing is one that `is_table` takes for it.

    Rows above are titles or remarks: each has fewer different texts than half of the headings.
    """
    best, most = None, (0, 0)
    for start in range(min(len(rows), _MOST_ABOVE + 1)):
        if (best is not None and start >= best.start + best.depth) or _are_mostly_numbers(rows[start][1]):
            break
        for block in _blocks_from(start, rows):
            if is_table(block.headings) and _are_titles(rows[:start], block.headings):
                if start == 0 and block.depth == 1 and _is_plainly_over_data(block, rows):
                    return block
                worth = (sum(_meaning(text) for text in set(block.headings)), -block.depth)
                if worth > most:
                    best, most = block, worth
    return best


def likely_block(rows: Sequence[Row]) -> HeadingBlock:
    """What a person would call the headings where nothing names a composition: the first row of several texts, or the first.

    At least one row is needed.
    """
    for index, (_, cells) in enumerate(rows):
        if _is_data(cells, ()):
            break
        if len({heading_text(cell) for cell in cells} - {""}) > 1:
            return HeadingBlock(index, 1, [heading_text(cell) for cell in cells])
    return HeadingBlock(0, 1, [heading_text(cell) for cell in rows[0][1]])


def block_at(rows: Sequence[Row], first_line: int, last_line: int) -> HeadingBlock:
    """The headings in the rows that a user names by their lines.

    Raises:
        InputError: one of them is not there.
    """
    found = [index for index, (line, _) in enumerate(rows) if first_line <= line <= last_line]
    if not found:
        raise InputError(f"there is no row {first_line} for the headings among the first {len(rows)} rows with content")
    return HeadingBlock(found[0], len(found), _joined([rows[index][1] for index in found]))


def _blocks_from(start: int, rows: Sequence[Row]) -> list[HeadingBlock]:
    """One, two and three rows from a start on, as long as no row holds data."""
    joined = [rows[start][1]]
    blocks = [HeadingBlock(start, 1, [heading_text(cell) for cell in rows[start][1]])]
    if len(rows[start][1]) > _WIDE:
        return blocks
    for _, cells in rows[start + 1 : start + _MOST_JOINED]:
        temperatures = _as_temperatures(cells, blocks[-1].headings)
        if temperatures is None and _is_data(cells, blocks[-1].headings):
            break
        joined.append(cells if temperatures is None else temperatures)
        blocks.append(HeadingBlock(start, len(joined), _joined(joined)))
    return blocks


def _as_temperatures(cells: Sequence[Any], headings: Sequence[str]) -> list[Any] | None:
    """Rising numbers below a heading of several temperatures, with their unit: `25`, `800` as `25 °C`; None for anything else.

    The unit stands in that heading (`YS (MPa) at T (°C)`), or beside the numbers (`T (K)`).
    """
    numbers = [index for index, cell in enumerate(cells) if _NUMBER.match(str(cell).strip()[:64])]
    if len(numbers) < 2 or len(cells) > _WIDE:
        return None
    labels = [text for i, cell in enumerate(cells) if i not in numbers and (text := heading_text(cell))]
    above = [next((text for text in reversed(headings[: index + 1]) if text), "") for index in numbers]
    unit = next((found[0] for text in (*above, *labels) if (found := _UNIT_OF_TEMPERATURE.search(text))), "")
    try:
        values = [float(cells[index]) for index in numbers]
    except (TypeError, ValueError):
        return None
    is_rising = all(a < b for (a, b), (x, y) in zip(pairwise(values), pairwise(above), strict=True) if x == y)
    is_one = len(set(above)) < len(above)
    if (
        not (unit and is_rising and is_one)
        or not all(0 <= value <= _HOTTEST for value in values)
        or any(map(_is_formula, labels))
    ):
        return None
    kept = ("" if _UNIT_OF_TEMPERATURE.search(heading_text(cell)) else cell for cell in cells)
    return [f"{float(cells[i]):g} {unit}" if i in numbers else cell for i, cell in enumerate(kept)]


def _is_plainly_over_data(block: HeadingBlock, rows: Sequence[Row]) -> bool:
    """True for what almost every table has: one row of different headings, and data below it."""
    named = [text for text in block.headings if text]
    below = rows[block.start + 1][1] if block.start + 1 < len(rows) else ()
    if len(set(named)) < len(named):
        return False
    return (
        not below
        or len(named) > _WIDE
        or (_is_data(below, block.headings) and _as_temperatures(below, block.headings) is None)
    )


def _are_titles(rows: Sequence[Row], headings: Sequence[str]) -> bool:
    most = len({text for text in headings if text}) / 2
    return all(len({heading_text(cell) for cell in cells} - {""}) <= max(1, most) for _, cells in rows)


def _is_data(cells: Sequence[Any], headings: Sequence[str]) -> bool:
    """True if a row has a number, a date, or a formula where the headings have the composition."""
    for index, cell in enumerate(cells):
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            continue
        if not isinstance(cell, str) or _NUMBER.match(cell.strip()[:64]):
            return True
        if index < len(headings) and read_heading(headings[index]).role == "formula" and _is_formula(cell):
            return True
    return False


def _are_mostly_numbers(cells: Sequence[Any]) -> bool:
    filled = [cell for cell in cells if cell is not None and cell != ""]
    numbers = sum(not isinstance(cell, str) or _NUMBER.match(cell.strip()[:64]) is not None for cell in filled)
    return 2 * numbers > len(filled) > 1


def _is_formula(text: str) -> bool:
    """True for a formula of two elements or more: `W` alone may be a heading, or a unit."""
    try:
        return len(text) <= 200 and len(Composition.of(text).atomic_fractions) > 1
    except InputError:
        return False


def _joined(rows: Sequence[Sequence[Any]]) -> list[str]:
    """One text a column of rows that belong together; an empty cell above a text belongs to the heading on its left."""
    width = max(len(cells) for cells in rows)
    texts = [[heading_text(cells[i]) if i < len(cells) else "" for i in range(width)] for cells in rows]
    for upper, lower in pairwise(texts):
        for i in range(1, width):
            if not upper[i] and lower[i]:
                upper[i] = upper[i - 1] if lower[i - 1] else ""
    return [_one_heading([row[i] for row in texts]) for i in range(width)]


def _one_heading(parts: Sequence[str]) -> str:
    """The texts above each other as one: the way of joining them that means most."""
    text = ""
    for part in parts:
        is_more = part and text and part != text
        text = max(_ways_to_join(text, part), key=_meaning) if is_more else part or text  # of equals the first
    return text


def _ways_to_join(upper: str, lower: str) -> list[str]:
    """Texts that two parts may make, the likeliest first; a temperature is never left out."""
    upper_name, upper_unit = _without_unit(upper)
    upper_name = upper_name or upper  # T above K is a name, whatever tesla is
    lower_name, lower_unit = _without_unit(lower)
    if not lower_name:
        return [f"{upper_name} ({lower_unit})", lower, upper]
    unit = lower_unit or upper_unit
    ending = f" ({unit})" if unit else ""
    joined = f"{upper_name} {lower_name}{ending}".strip()
    if _TEMPERATURE.search(lower):
        bare = _AT_SEVERAL.sub("", upper).rstrip(" ,;/")
        return [joined] if bare in {"", upper} else _ways_to_join(bare, lower)
    if _TEMPERATURE.search(upper):
        return [joined]
    scale = [f"{upper_name} ({lower_name})"] if _is_unit(lower_name) else []  # HV0.5 (kgf/mm^2): the scale says it all
    return [joined, *scale, f"{lower_name}{ending}", lower, f"{upper_name} ({lower})", upper]


def _without_unit(text: str) -> tuple[str, str]:
    """(name, unit) of a part of a heading; what stands alone in brackets, and a unit alone, has no name."""
    bracketed = _IN_BRACKETS.match(text)
    if bracketed and (not bracketed.group(1) or _is_unit(bracketed.group(2))):
        return bracketed.group(1) or "", bracketed.group(2)
    return ("", text) if _is_unit(text) else (text, "")


def _is_unit(text: str) -> bool:
    if not text or is_vickers_scale(text):
        return bool(text)
    try:
        unit_named(text)
    except InputError:
        return False
    return True


def _meaning(text: str) -> int:
    """How much a heading says: 0 where it names nothing known, one more where it has a unit that suits."""
    plain = " ".join(_TEMPERATURE.sub(" ", text).split())
    return max(map(_meaning_of, {text, plain}))


def _meaning_of(text: str) -> int:
    if not text:
        return 0
    heading = read_heading(text)
    entry, role, unit = heading.property or find_property(spread_of(heading.name)), heading.role, heading.unit or ""
    if element_in(heading):
        return 2 + bool(unit)
    if entry is None and role is None:
        return 0
    wanted = entry.unit if entry is not None else CONDITION_UNITS.get(role or "")
    suits = bool(unit and wanted) and (is_vickers_scale(unit) or can_convert(unit, str(wanted)))
    return 2 + suits
