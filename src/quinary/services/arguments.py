"""What callers hand over, in any of the forms that read well in Python, as the rest of Quinary takes it."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, TypeAlias

from quinary.border import text_in
from quinary.chemistry.composition import Composition, CompositionLike
from quinary.errors import InputError
from quinary.points.conditions import condition_names

__all__ = [
    "At",
    "Formulas",
    "Names",
    "Pairs",
    "file_ending",
    "folder_only",
    "formulas_in",
    "label_of",
    "listed",
    "names_in",
    "pairs_in",
    "path_in",
    "whole_range",
]

_FILES: Final = frozenset({".csv", ".html", ".htm", ".jpeg", ".jpg", ".json", ".md", ".pdf", ".png", ".svg", ".xlsx"})

_MOST_ATOMS: Final = 1000  # in a cell; the search for one grows with the cube, a calculation with the cube at least

Formulas: TypeAlias = CompositionLike | Iterable[CompositionLike]  # one composition, or several; a Series, too
Names: TypeAlias = str | Iterable[str]  # "A", "A,B" or ["A", "B"]
At: TypeAlias = Mapping[str, float | str] | Iterable[str] | None  # {"temperature": 1273} or ["temperature=1273"]
Pairs: TypeAlias = Mapping[str, str] | Iterable[str] | None  # {"A": "B"} or ["A=B"]


def listed(sources: Formulas) -> list[CompositionLike]:
    """One composition as a list of one, several as a list.

    Raises:
        InputError: a whole table, or an entry that is missing.
    """
    # pymatgen's Composition is a Mapping, a pandas Series is none
    is_one = isinstance(sources, str | Mapping | Composition) or hasattr(sources, "get_el_amt_dict")
    if hasattr(sources, "columns"):  # a data frame: its rows are not compositions
        raise InputError("a table was handed over: give its column of formulas, such as frame['formula']")
    found = [sources] if is_one or not isinstance(sources, Iterable) else list(sources)
    for number, entry in enumerate(found, start=1):
        if entry is None or (isinstance(entry, float) and math.isnan(entry)):
            raise InputError(f"entry {number} of {len(found)} holds no formula: drop missing values first")
    return found


def formulas_in(formulas: Formulas | None, file: str | Path | None = None) -> list[CompositionLike]:
    """The compositions that were given, and those of a text file with one formula a line.

    Raises:
        InputError: the file cannot be read, or no formula was given in either way.
    """
    found = [] if formulas is None else listed(formulas)
    if file is not None:
        lines = text_in(Path(file), "formulas from").splitlines()
        found += [line.strip() for line in lines if line.strip()]
    if not found and formulas is None:  # an empty list of a script is no mistake
        raise InputError("no formula given")
    return found


def label_of(source: CompositionLike) -> str:
    """A composition as its owner wrote it, for joins; the formula of one that is no text.

    Raises:
        InputError: it cannot be read.
    """
    return source if isinstance(source, str) else Composition.of(source).formula


def names_in(names: Names) -> tuple[str, ...]:
    """`"A,B"` or `["A", "B"]` -> ("A", "B"); the conditions of a quantity stay with it: `A@load=5,test=tension`."""
    parts = _between().split(names) if isinstance(names, str) else names
    return tuple(part.strip() for part in parts if part.strip())


@functools.cache
def _between() -> re.Pattern[str]:
    """The comma between two names."""
    return re.compile(rf",(?!\s*(?:{'|'.join(condition_names())})\s*=)")


def pairs_in(values: Pairs, option: str) -> dict[str, str]:
    """A mapping, or `NAME=VALUE` texts, as a dict; `option` is what they are called in the error.

    Raises:
        InputError: a text is not of that form.
    """
    if isinstance(values, Mapping):
        return {str(name): str(value) for name, value in values.items()}
    pairs = {}
    for text in [values] if isinstance(values, str) else values or []:
        name, equals, value = text.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise InputError(f"cannot read {option} {text!r}: write it as NAME=VALUE")
        pairs[name.strip()] = value.strip()
    return pairs


def path_in(place: str | Path | None) -> Path | None:
    """A place as a path; None stays None."""
    return None if place is None else Path(place)


def whole_range(numbers: tuple[int, int] | str) -> tuple[int, int]:
    """`(32, 54)`, `"32:54"` or `"40"` -> (32, 54) or (40, 40): fewest and most atoms.

    Raises:
        InputError: a text is neither, or the numbers are not positive, not in order, or beyond what anybody computes.
    """
    if isinstance(numbers, str):
        low, colon, high = numbers.partition(":")
        try:
            found = int(low), int(high if colon else low)
        except ValueError:
            raise InputError(f"cannot read {numbers!r} as numbers of atoms: write LO:HI, such as 32:54") from None
    else:
        found = numbers
    if not 1 <= found[0] <= found[1]:
        said = numbers if isinstance(numbers, str) else f"{found[0]}:{found[1]}"
        raise InputError(f"numbers of atoms must be positive and in order, not {said}")
    if found[1] > _MOST_ATOMS:
        raise InputError(f"cells have at most {_MOST_ATOMS:,} atoms, not {found[1]:,}")
    return found


def file_ending(path: Path, ending: str, what: str) -> None:
    """See that a file is named as what is written into it.

    Raises:
        InputError: its name ends otherwise.
    """
    if path.suffix.lower() != ending:
        raise InputError(f"{what}: name a file that ends in {ending}, not {path.name}", [f"{path.stem}{ending}"])


def folder_only(path: Path) -> None:
    """See that a folder is not named like a file.

    Raises:
        InputError: its name ends like that of a table, a picture or a page.
    """
    if path.suffix.lower() in _FILES:
        raise InputError(f"--out names a folder, into which several files are written, not the file {path.name}")
