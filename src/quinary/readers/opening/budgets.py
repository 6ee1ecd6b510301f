"""What a table may be before it is parsed: limits that no honest table comes near, so that no hostile one costs much.

Each limit stands before the work that it bounds: sizes are read from the directory of an archive or from a footer, and
lengths are counted, before a pattern, a tree or an array is made of what a file holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from quinary.errors import InputError

__all__ = [
    "DENSEST_XML",
    "LONGEST_CELL",
    "LONGEST_HEADING",
    "LONGEST_LINE",
    "LONGEST_QUOTE",
    "MOST_COLUMNS",
    "MOST_COMPRESSED_AT_WILL",
    "MOST_MERGED_COLUMNS",
    "MOST_NESTED",
    "MOST_PARQUET_BATCH",
    "MOST_PARQUET_FOOTER",
    "MOST_ROWS_A_BYTE",
    "MOST_SHEETS",
    "MOST_SHEET_ROWS",
    "MOST_STRINGS",
    "MOST_STYLE_ELEMENTS",
    "MOST_XML_BYTES",
    "cell_problem",
    "check_width",
    "short_heading",
]

MOST_COLUMNS: Final = 16_384  # of a sheet in Excel
MOST_SHEET_ROWS: Final = 1_048_576  # of a sheet in Excel
LONGEST_CELL: Final = 32_767  # characters that Excel keeps in a cell
LONGEST_HEADING: Final = 300  # characters; the longest of some 300 published tables has 120
LONGEST_LINE: Final = 8 * 2**20  # characters of a text file between two line ends
LONGEST_QUOTE: Final = 100  # lines that a cell in quotes may span; beyond that its closing quote is missing

MOST_SHEETS: Final = 256
MOST_XML_BYTES: Final = 512 * 2**20  # of a workbook, unpacked: a full sheet of ten columns has some 400 MB
MOST_COMPRESSED_AT_WILL: Final = 4 * 2**20  # bytes that may be packed as densely as one likes
DENSEST_XML: Final = 100  # unpacked bytes a packed one: sheets have 5 to 25, a bomb of one repeated cell 1,000
MOST_NESTED: Final = 64  # elements of XML inside each other: a sheet has six
MOST_STRINGS: Final = 2_000_000  # texts that the cells of a workbook share
MOST_STYLE_ELEMENTS: Final = 100_000  # of what surrounds the sheets: each costs some 30 µs; usual workbooks have 1,000
MOST_MERGED_COLUMNS: Final = 1_000_000  # widths of all merged cells of a sheet together

MOST_PARQUET_FOOTER: Final = 64 * 2**20  # bytes that describe a Parquet file: some 100 a column and row group
MOST_PARQUET_BATCH: Final = 2**30  # bytes of a row group, unpacked: writers make them of 64 to 512 MB
MOST_ROWS_A_BYTE: Final = 1_000  # rows of a Parquet file for each of its bytes: a constant column takes 100 or so


def check_width(path: object, n_columns: int) -> None:
    """Refuse a table that is wider than any sheet.

    Raises:
        InputError: it has more than 16,384 columns.
    """
    if n_columns > MOST_COLUMNS:
        raise InputError(f"{path} has {n_columns:,} columns; a table may have {MOST_COLUMNS:,}, as a sheet of Excel")


def cell_problem(cells: Sequence[Any]) -> str:
    """Why a row cannot be looked at: a cell longer than any that Excel keeps; empty if it can."""
    longest = max((len(cell) for cell in cells if isinstance(cell, str)), default=0)
    return f"a cell has {longest:,} characters; {LONGEST_CELL:,} are the most" if longest > LONGEST_CELL else ""


def short_heading(text: str) -> str:
    """The heading as far as anybody reads it: what is longer is a sentence, and no name of a column."""
    return text if len(text) <= LONGEST_HEADING else f"{text[:LONGEST_HEADING]}..."
