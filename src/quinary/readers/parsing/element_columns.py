"""Which columns of a table hold the amounts of elements, and in which share: those that stand together and share a unit.

`B`, `C`, `K`, `V`, `W` and `Y` are elements, and descriptors as well: one that stands apart from the columns of elements, or
without the unit that these have, is none of them, and is told.
"""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from quinary.errors import InputError
from quinary.plugins import ReadOptions
from quinary.readers.parsing.table_headings import Heading
from quinary.reference.elements import atomic_numbers

__all__ = ["FEWEST_ELEMENTS", "ElementColumns", "element_columns", "element_in", "share_in"]

FEWEST_ELEMENTS: Final = 2
_PERCENT: Final = r"[.\s-]*(?:%|percent|pct\.?|fraction|frac\.?)?"
_BY_ATOM = re.compile(rf"(?:at|atoms?|atomic|mol|mole|molar|x){_PERCENT}", re.IGNORECASE)
_BY_WEIGHT = re.compile(rf"(?:wt|weight|mass|w|gew|ma|ms){_PERCENT}", re.IGNORECASE)
_SAYS_NOTHING: Final = frozenset({"%", "fraction", "frac", "percent", "pct", "1", "-", "ratio"})
_ADORNED = re.compile(
    r"(?:(?P<share>(?:at|wt|mol|mass|weight|atomic)[.\s]{0,2}%?|%)\s?|[xc][_\s]?)?\(?(?P<symbol>[A-Z][a-z]?)\)?"
    r"(?:[\s_]?(?P<behind>(?:at|wt|mol|mass)[.\s]{0,2}%?|%|content|conc(?:entration)?\.?|amount))?"
)
# Symbols of elements that also stand for what tables describe alloys with; one of these alone is no element
_ALSO_SYMBOLS: Final = frozenset(
    {"Tm", "Sm", "Re", "Tc", "Tb", "Ts", "Ho", "No", "Es", "Pr", "Ra", "In", "At", "As", "Os", "Hf"}
)
_TOLD: Final = 6  # headings in a message


@dataclass(frozen=True, slots=True)
class ElementColumns:
    """Symbol -> column, and their share: `at`, `wt`, or empty where no heading says it.

    `apart` are columns that are called like elements and are none: column -> what would make them so.
    """

    columns: Mapping[str, int] = field(default_factory=dict)
    share: str = ""
    apart: Mapping[int, str] = field(default_factory=dict)

    @property
    def is_sure(self) -> bool:
        """True unless they may be descriptors beside a formula: two columns `B` and `K` may be moduli, `Ni` and `Cr` not."""
        return len(self.columns) > FEWEST_ELEMENTS or bool(self.share) or not all(map(_may_describe, self.columns))


@dataclass(frozen=True, slots=True)
class _Candidate:
    index: int
    symbol: str
    share: str
    is_by_option: bool

    @property
    def may_describe(self) -> bool:
        """True for a symbol that descriptors have, too."""
        return _may_describe(self.symbol)


def _may_describe(symbol: str) -> bool:
    return len(symbol) == 1 or symbol in _ALSO_SYMBOLS


def share_in(unit: str | None) -> str | None:
    """The share that a unit states, `at` or `wt`; empty where it says nothing (`%`), None where it measures something else."""
    if unit is None or unit.strip().lower() in _SAYS_NOTHING:
        return ""
    text = unit.strip()
    return "at" if _BY_ATOM.fullmatch(text) else "wt" if _BY_WEIGHT.fullmatch(text) else None


def element_in(heading: Heading) -> str:
    """The element whose amount a column holds (`Al`, `Al (at.%)`, `wt% Al`, `x_Al`), or an empty text."""
    symbol, unit = _taken_apart(heading)
    return symbol if symbol and share_in(unit) is not None else ""


def _taken_apart(heading: Heading) -> tuple[str, str | None]:
    """The symbol that a heading names, and the unit it states wherever it stands."""
    if heading.name in atomic_numbers():
        return heading.name, heading.unit
    found = _ADORNED.fullmatch(heading.name) if len(heading.name) <= 40 else None
    if found is None or found["symbol"] not in atomic_numbers() or heading.property is not None:
        return "", None
    behind = found["behind"] if share_in(found["behind"]) else None
    return found["symbol"], heading.unit or found["share"] or behind


def element_columns(
    headings: Sequence[str], read: Sequence[Heading], options: ReadOptions, ignored: Collection[int]
) -> ElementColumns:
    """The columns of elements; none where fewer than two are found.

    Raises:
        InputError: some are in weight percent and some are not, or two hold the same element.
    """
    found = [
        c for index in range(len(read)) if index not in ignored and (c := _candidate(index, headings, read, options))
    ]
    if len(found) < FEWEST_ELEMENTS:
        return ElementColumns()
    stated = [candidate for candidate in found if candidate.share]
    chosen, share = _of_one_share(headings, found, stated) if stated else (_together(read, found), "")
    _check_once(headings, chosen)
    places = {candidate.index for candidate in chosen}
    apart = {c.index: _would_be(headings[c.index], c.symbol, share) for c in found if c.index not in places}
    return ElementColumns({candidate.symbol: candidate.index for candidate in chosen}, share, apart)


def _candidate(index: int, headings: Sequence[str], read: Sequence[Heading], options: ReadOptions) -> _Candidate | None:
    symbol, unit = _taken_apart(read[index])
    given = options.units.get(headings[index])
    share = share_in(unit if given is None else given) if symbol else None
    return None if share is None else _Candidate(index, symbol, share, bool(given and share))


def _would_be(text: str, symbol: str, share: str) -> str:
    unit = f"{share or 'at'}%"
    taken = f"--unit {shlex.quote(f'{text}={unit}')} takes it so"
    return f"not taken for the element {symbol}, for it is not like the other columns of elements: {taken}"


def _of_one_share(
    headings: Sequence[str], found: Sequence[_Candidate], stated: Sequence[_Candidate]
) -> tuple[list[_Candidate], str]:
    """The columns whose share is stated, and the share; of two blocks in both shares that by atom.

    Raises:
        InputError: the shares are mixed, or columns that look like elements beside them state none.
    """
    by_atom, by_weight = ([c for c in stated if c.share == share] for share in ("at", "wt"))
    if by_atom and by_weight:
        if {c.symbol for c in by_atom} != {c.symbol for c in by_weight}:
            raise _mixed(headings, by_weight, by_atom)
        return by_atom, "at"
    bare = [candidate for candidate in found if not candidate.share]
    beside = [c for c in bare if not c.may_describe or any(s.is_by_option for s in stated)]
    if bare and len(stated) < FEWEST_ELEMENTS:
        beside = bare
    beside = [c for c in beside if c.symbol not in {s.symbol for s in stated}]
    if beside:
        raise _mixed(headings, stated, beside)
    return list(stated), stated[0].share


def _mixed(headings: Sequence[str], stated: Sequence[_Candidate], others: Sequence[_Candidate]) -> InputError:
    share = {"at": "atomic", "wt": "weight"}[stated[0].share]
    named = ", ".join(headings[c.index] for c in others[:_TOLD]) + (", ..." if len(others) > _TOLD else "")
    first = headings[others[0].index]
    return InputError(
        f"some columns of elements are in {share} percent and some are not ({named}): use one of the two for all,"
        f" --unit '{first}={stated[0].share}%' for each, or --unit '{first}=-' for what is no element"
    )


def _together(read: Sequence[Heading], found: Sequence[_Candidate]) -> list[_Candidate]:
    """Of columns without a unit those that stand together: the longest run, and others that can only be elements."""
    runs: list[list[_Candidate]] = [[]]
    for candidate in found:
        if runs[-1] and not _is_between(read[runs[-1][-1].index + 1 : candidate.index]):
            runs.append([])
        runs[-1].append(candidate)
    longest = max(runs, key=len)
    if len(longest) < FEWEST_ELEMENTS:
        return list(found) if not any(c.may_describe for c in found) else []
    kept = [run for run in runs if run is longest or not any(c.may_describe for c in run)]
    return [candidate for run in kept for candidate in run]


def _is_between(headings: Sequence[Heading]) -> bool:
    """True if columns do not part those of elements: they are empty, or belong to the element before (`Al std`)."""
    return all(not h.name or h.name.replace("_", " ").split()[0] in atomic_numbers() for h in headings)


def _check_once(headings: Sequence[str], chosen: Sequence[_Candidate]) -> None:
    symbol, n_times = Counter(c.symbol for c in chosen).most_common(1)[0] if chosen else ("", 0)
    if n_times > 1:
        both = " and ".join(repr(headings[c.index]) for c in chosen if c.symbol == symbol)
        raise InputError(f"{n_times} columns hold the element {symbol}: {both}; leave one out with --unit 'HEADING=-'")
