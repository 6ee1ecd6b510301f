"""Tables for a person on a terminal of any width: decoration goes before content, and no heading is cut inside a word.

A table that fits is drawn with lines. A narrower terminal gets it without them, and where even that would cut words, row by
row, each cell behind its heading.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import Any, Final

from quinary.interfaces.cli.shared.saying import plainly
from quinary.outgoing import excerpt

__all__ = ["print_table"]

_PIPED_WIDTH: Final = 120  # characters; a pipe or file has no width of its own
_LONGEST_WORD: Final = 30  # longer ones, such as addresses and hashes, may be cut
_NAMES: Final = frozenset({"property", "formula", "candidate", "descriptor", "target"})  # best read in one piece
_LONGEST_NAME: Final = 32
_READABLE: Final = {True: 20, False: 14}  # with and without lines: narrower columns of text make long, thin tables
_INDENT: Final = 2
_LONGEST_CELL: Final = 2000  # characters; no list that we make is as long


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print rows under headings, as wide as the terminal, or 120 characters where there is none."""
    from rich.console import Console

    console = Console(width=None if sys.stdout.isatty() else _PIPED_WIDTH)
    title, columns = plainly(title), [plainly(name) for name in columns]
    cells = [[_cell(value) for value in row] for row in rows]
    numeric = [bool(rows) and all(isinstance(row[n], int | float) for row in rows) for n in range(len(columns))]
    for n_between, n_around, has_lines in ((3, 4, True), (2, 0, False)):  # characters between columns and around them
        room = console.width - n_between * (len(columns) - 1) - n_around
        least = [_least(name, [row[n] for row in cells], has_lines=has_lines) for n, name in enumerate(columns)]
        if sum(least) <= room:
            widths = _shared(least, [_most(name, [row[n] for row in cells]) for n, name in enumerate(columns)], room)
            console.print(_table(title, columns, cells, (widths, numeric), has_lines=has_lines))
            return
    _print_rows(title, columns, cells, console.width)


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.4g}"
    return "" if value is None else plainly(excerpt(str(value), _LONGEST_CELL))


def _most(heading: str, cells: Sequence[str]) -> int:
    """The width at which nothing of a column is folded."""
    return max((len(line) for text in (heading, *cells) for line in text.splitlines()), default=1)


def _least(heading: str, cells: Sequence[str], *, has_lines: bool) -> int:
    """The width below which a word would be cut or text would be hard to read; with lines, names stay whole, too."""
    most = _most(heading, cells)
    if has_lines and heading in _NAMES and most <= _LONGEST_NAME:
        return most
    longest = max((len(word) for text in cells for word in text.split()), default=1)
    return max([min(longest, _LONGEST_WORD), *(len(word) for word in heading.split()), min(most, _READABLE[has_lines])])


def _shared(least: Sequence[int], most: Sequence[int], room: int) -> list[int]:
    """Widths between least and most: what is left of the room goes to those that want it, in equal parts."""
    widths = list(least)
    left = room - sum(widths)
    while left > 0 and (wanting := [n for n, width in enumerate(widths) if width < most[n]]):
        for n in wanting[:left]:
            widths[n] += 1
        left -= min(left, len(wanting))
    return widths


def _table(
    title: str,
    columns: Sequence[str],
    cells: Sequence[Sequence[str]],
    layout: tuple[Sequence[int], Sequence[bool]],
    *,
    has_lines: bool,
) -> Any:
    """The table as rich draws it; `layout` is the width of each column and whether it holds numbers."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=Text(title, style="table.title") if title else None, title_justify="left", header_style="bold",
        box=box.HEAVY_HEAD if has_lines else None, pad_edge=has_lines,
        padding=(0, 1) if has_lines else (0, 2, 0, 0), collapse_padding=not has_lines,
    )  # fmt: skip
    for name, width, is_numeric in zip(columns, *layout, strict=True):
        table.add_column(Text(name), justify="right" if is_numeric else "left", overflow="fold", width=width)
    for row in cells:
        table.add_row(*map(Text, row))
    return table


def _print_rows(title: str, columns: Sequence[str], cells: Sequence[Sequence[str]], width: int) -> None:
    """Each row as a paragraph: heading, cell; empty cells are left out."""
    import textwrap

    lines = [title] if title else []
    for row in cells:
        for number, (name, text) in enumerate(zip(columns, row, strict=True)):
            if text:
                start = "" if number == 0 else " " * _INDENT
                said = f"{name}: {' '.join(text.split())}" if name else text
                lines += textwrap.wrap(
                    said, max(width, 20), initial_indent=start, subsequent_indent=" " * 2 * _INDENT,
                    break_on_hyphens=False,
                )  # fmt: skip
    print("\n".join(lines))  # noqa: T201 - this is what the command prints
