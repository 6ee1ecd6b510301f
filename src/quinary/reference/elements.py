"""The element table: one row an element, in order of atomic number, every column with unit and source."""

from __future__ import annotations

import csv
import functools
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quinary.errors import unknown_name

__all__ = ["ANIONS", "NON_METALS", "Column", "atomic_numbers", "column", "describe_column", "element_column", "symbols"]

# Elements that sit on the anion sublattice of the ceramics that Quinary knows: borides, carbides, nitrides, oxides.
ANIONS: Final = frozenset({"B", "C", "N", "O"})
NON_METALS: Final = frozenset(
    {"H", "He", "B", "C", "N", "O", "F", "Ne", "Si", "P", "S", "Cl", "Ar", "Se", "Br", "Kr", "Te", "I", "Xe", "Rn"}
)


@dataclass(frozen=True, slots=True)
class Column:
    """What a reference column holds: its unit, what it means, where the numbers come from (a DOI where there is one)."""

    name: str
    unit: str
    meaning: str
    source: str


def data_rows(file_name: str) -> Iterator[dict[str, str]]:
    """The rows of one embedded reference table, as text."""
    with (files("quinary.reference") / "data" / file_name).open(encoding="utf-8") as handle:
        yield from csv.DictReader(handle)


@functools.cache
def _rows() -> dict[str, dict[str, str]]:
    return {row["symbol"]: row for row in data_rows("elements.csv")}


@functools.cache
def symbols() -> tuple[str, ...]:
    """The symbols of all elements, in order of atomic number."""
    return tuple(_rows())


@functools.cache
def atomic_numbers() -> dict[str, int]:
    """Symbol -> atomic number."""
    return {symbol: int(row["number"]) for symbol, row in _rows().items()}


@functools.cache
def _column_entries() -> dict[str, dict[str, Column]]:
    text = (files("quinary.reference") / "data" / "columns.toml").read_text(encoding="utf-8")
    return {
        table: {name: Column(name, **entry) for name, entry in columns.items()}
        for table, columns in tomllib.loads(text).items()
    }


def describe_column(table: str, name: str) -> Column:
    """Unit, meaning and source of a column of a table: `elements`, `lattice`, `pairs`, `precursors_carbides`, ...

    Raises:
        InputError: there is no such table or column.
    """
    entries = _column_entries()
    if table not in entries:
        raise unknown_name("reference table", table, entries)
    if name not in entries[table]:
        raise unknown_name(f"{table} column", name, entries[table])
    return entries[table][name]


@functools.cache
def element_column(name: str) -> dict[str, float]:
    """Symbol -> value for the elements that have one, in the unit that `describe_column("elements", name)` states.

    Raises:
        InputError: the element table has no such column.
    """
    describe_column("elements", name)
    return {symbol: float(row[name]) for symbol, row in _rows().items() if row[name]}


def column(name: str, elements: tuple[str, ...]) -> NDArray[np.float64]:
    """Values of one column for the given elements, shape (n_elements,), NaN where the table has none.

    Raises:
        InputError: the element table has no such column.
    """
    values = element_column(name)
    return np.array([values.get(symbol, np.nan) for symbol in elements])
