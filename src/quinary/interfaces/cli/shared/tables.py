"""Tables for a person on a terminal of any width: decoration goes before content, and no heading is cut inside a word.

A table that fits is drawn with lines. A narrower terminal gets it without them; a still narrower one with names and formulas
folded, between elements and behind `_`, never inside a number; and where even that is too wide, the columns continue in a
table below, with the name of each row again.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from quinary.interfaces.cli.shared.folding import folded, longest_piece, longest_word
from quinary.interfaces.cli.shared.saying import plainly
from quinary.outgoing import excerpt

__all__ = ["print_table"]

_PIPED_WIDTH: Final = 120  # characters; a pipe or file has no width of its own
_LONGEST_WORD: Final = 30  # longer ones, such as addresses and hashes, may be cut
_NAMES: Final = frozenset({"property", "formula", "candidate", "descriptor", "target"})  # best read in one piece
_LONGEST_NAME: Final = 32
_LONGEST_CELL: Final = 2000  # characters; no list that we make is as long


@dataclass(frozen=True, slots=True)
class _Manner:
    """How a table is drawn: characters between columns and around them, and what a column must have room for.

    Text in columns narrower than `readable` makes long, thin tables.
    """

    n_between: int
    n_around: int
    has_lines: bool
    readable: int
    longest: Callable[[str], int]


_MANNERS: Final = (
    _Manner(3, 4, True, 20, longest_word), _Manner(2, 0, False, 14, longest_word), _Manner(2, 0, False, 10, longest_piece),
)  # fmt: skip


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print rows under headings, as wide as the terminal, or 120 characters where there is none."""
    from rich.console import Console
    from rich.text import Text

    console = Console(width=None if sys.stdout.isatty() else _PIPED_WIDTH)
    title, columns = plainly(title), [plainly(name) for name in columns]
    cells = [[_cell(value) for value in row] for row in rows]
    numeric = [bool(rows) and all(isinstance(row[n], int | float) for row in rows) for n in range(len(columns))]
    every = list(range(len(columns)))
    if title:  # above the table and not part of it, which may be narrower
        console.print(Text(title, style="table.title"))
    for manner in _MANNERS:
        if _room_left(manner, columns, cells, every, console.width) >= 0:
            console.print(_table(columns, cells, numeric, every, manner, console.width))
            return
    for chosen in _split(columns, cells, console.width):
        console.print(_table(columns, cells, numeric, chosen, _MANNERS[-1], console.width))
        console.print()


def _room_left(
    manner: _Manner, columns: Sequence[str], cells: Sequence[Sequence[str]], chosen: Sequence[int], width: int
) -> int:
    """The characters that are left where each of the chosen columns has the least that it needs; negative: too narrow."""
    least = sum(_least(columns[n], [row[n] for row in cells], manner) for n in chosen)
    return width - manner.n_between * (len(chosen) - 1) - manner.n_around - least


def _split(columns: Sequence[str], cells: Sequence[Sequence[str]], width: int) -> list[list[int]]:
    """The columns of each of several tables below each other; each begins with the columns up to the first name."""
    first_name = next((n for n, name in enumerate(columns[:3]) if name in _NAMES), 0)
    heads = [first_name]
    groups: list[list[int]] = []
    chosen: list[int] = []
    for n in range(len(columns)):
        wanted = [*chosen, n] if chosen or not groups else [*heads, n]
        if chosen and _room_left(_MANNERS[-1], columns, cells, wanted, width) < 0:
            groups.append(chosen)
            wanted = [*heads, n]
        chosen = wanted
    return [*groups, chosen]


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.4g}"
    return "" if value is None else plainly(excerpt(str(value), _LONGEST_CELL))


def _most(heading: str, cells: Sequence[str]) -> int:
    """The width at which nothing of a column is folded."""
    return max((len(line) for text in (heading, *cells) for line in text.splitlines()), default=1)


def _least(heading: str, cells: Sequence[str], manner: _Manner) -> int:
    """The width below which a word would be cut or text would be hard to read; with lines, names stay whole, too."""
    most = _most(heading, cells)
    if manner.has_lines and heading in _NAMES and most <= _LONGEST_NAME:
        return most
    longest = max((manner.longest(text) for text in cells), default=1)
    in_cells = max((len(line) for text in cells for line in text.splitlines()), default=1)
    return max([min(longest, _LONGEST_WORD), longest_word(heading), min(in_cells, manner.readable)])


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
    columns: Sequence[str],
    cells: Sequence[Sequence[str]],
    numeric: Sequence[bool],
    chosen: Sequence[int],
    manner: _Manner,
    width: int,
) -> Any:
    """The chosen columns of a table as rich draws it."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(
        header_style="bold", box=box.HEAVY_HEAD if manner.has_lines else None, pad_edge=manner.has_lines,
        padding=(0, 1) if manner.has_lines else (0, 2, 0, 0), collapse_padding=not manner.has_lines,
    )  # fmt: skip
    least = [_least(columns[n], [row[n] for row in cells], manner) for n in chosen]
    most = [_most(columns[n], [row[n] for row in cells]) for n in chosen]
    room = width - manner.n_between * (len(chosen) - 1) - manner.n_around
    widths = _shared(least, most, room)
    for n, own in zip(chosen, widths, strict=True):
        table.add_column(
            Text(folded(columns[n], own)), justify="right" if numeric[n] else "left", width=own, no_wrap=True
        )
    for row in cells:
        table.add_row(*(Text(folded(row[n], own)) for n, own in zip(chosen, widths, strict=True)))
    return table
