"""Which column of a table holds what: composition, properties with their units, conditions, references."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from quinary.errors import InputError, unknown_name
from quinary.plugins import ReadOptions
from quinary.points.point import Method
from quinary.points.properties import Property, find_property, properties
from quinary.readers.parsing.rows import implied_test, unit_and_load
from quinary.readers.parsing.table_headings import (
    CONDITION_UNITS,
    ROLES,
    Heading,
    element_in,
    method_in,
    read_heading,
    spread_of,
)
from quinary.units import can_convert, convert

__all__ = ["ConditionColumn", "Layout", "RefusedColumn", "ValueColumn", "find_layout", "has_composition"]

_LEFT_OUT: Final = "-"
_FEWEST_ELEMENTS: Final = 2
_MOST_LISTED: Final = 12  # headings in an error message
_LIKE_AN_ELEMENT = re.compile(r"^[A-Z][a-z]{0,2}$")
_NO_ELEMENTS: Final = frozenset({"Id", "No", "Nr", "Num", "Ref", "Sum", "Tot", "X", "Z"})
_ROLE_NAMES: Final = (*ROLES, "structure", "uncertainty")


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A column of values: `unit` as the column states it, `spread` the column of the uncertainty and its unit.

    `test` and `load` (N) are conditions that the heading itself states (`CYS`, `HV10`).
    """

    index: int
    heading: str
    property: Property
    unit: str
    method: Method
    test: str | None
    load: float | None
    spread: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class ConditionColumn:
    """A column that holds a condition; `unit` is None where the condition is text.

    Where `problem` says why the unit cannot be, no cell of the column can be read.
    """

    index: int
    heading: str
    condition: str
    unit: str | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class RefusedColumn:
    """A column that is left out because its unit cannot be: why, and how to have it read."""

    index: int
    heading: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything is. Either `formula` is a column, or `elements` maps symbols to columns of amounts."""

    formula: int | None
    elements: Mapping[str, int]
    is_by_weight: bool
    structure: int | None
    values: tuple[ValueColumn, ...]
    conditions: tuple[ConditionColumn, ...]
    places: Mapping[str, int]
    refused: tuple[RefusedColumn, ...] = ()


def has_composition(headings: Sequence[str]) -> bool:
    """True if a column of these headings holds formulas, or several hold the amounts of elements."""
    read = [read_heading(text) for text in headings]
    return any(heading.role == "formula" for heading in read) or len(_elements(read)) >= _FEWEST_ELEMENTS


def find_layout(headings: Sequence[str], options: ReadOptions) -> Layout:
    """The layout of a table with these headings; what the options say goes before what the headings say.

    A column whose heading states a unit that is unknown or measures something else is left out, and the others are read.

    Raises:
        InputError: no composition column, no column with values, an option that names no column, a column of a property
            that has a unit without one, a unit for a column that is not there; the message says what to do.
    """
    read = [read_heading(text) for text in headings]
    given = _given_columns(headings, options)
    _check_units_given(headings, options)
    ignored = {index for index, text in enumerate(headings) if options.units.get(text) == _LEFT_OUT}
    roles = _roles(read, ignored) | {role: index for role, index in given.items() if role in _ROLE_NAMES}
    formula = roles.get("formula")
    elements = _elements(read)
    if len(elements) < _FEWEST_ELEMENTS + (formula is not None):
        elements = {}  # beside a formula, a lone B or K is a modulus
    if formula is None and not elements:
        raise InputError(
            f"no column holds the composition: call it formula, or say which it is; there are {_listed(headings)}"
        )
    free = set(range(len(headings))) - ignored - set(roles.values()) - set(elements.values())
    if formula is None:
        _check_neighbours(headings, read, set(elements.values()), free)
    values, refused = _value_columns(headings, read, given, free, options)
    if not values and refused:
        raise InputError(f"{refused[0].reason}; {refused[0].remedy}")
    if not values:
        raise InputError(f"no column holds a known property; the headings are {_listed(headings)}")
    values, refused_spreads = _with_spreads(values, headings, read, roles, options)
    structure = roles.get("structure", next((v.index for v in values if v.property.name == "phases"), None))
    return Layout(
        formula=formula,
        elements={} if formula is not None else elements,
        is_by_weight=formula is None and _is_by_weight(read, elements),
        structure=structure,
        values=tuple(values),
        conditions=_condition_columns(headings, read, roles, options),
        places=roles,
        refused=(*refused, *refused_spreads),
    )


def _listed(headings: Sequence[str]) -> str:
    named = [text for text in headings if text]
    return ", ".join(named[:_MOST_LISTED]) + (", ..." if len(named) > _MOST_LISTED else "")


def _given_columns(headings: Sequence[str], options: ReadOptions) -> dict[str, int]:
    """Role, condition or property name -> index of the column that the options name for it."""
    given = {}
    for name, heading in options.columns.items():
        if heading not in headings:
            raise unknown_name("column", heading, headings)
        entry = None if name in _ROLE_NAMES else find_property(name)
        if name not in _ROLE_NAMES and entry is None:
            raise unknown_name("property", name, [*properties(), *_ROLE_NAMES])
        given[entry.name if entry else name] = headings.index(heading)
    return given


def _check_units_given(headings: Sequence[str], options: ReadOptions) -> None:
    """Refuse a unit for a column that is not there: the user would think that it was heard."""
    for text in options.units:
        if text not in headings:
            raise unknown_name("column", text, [heading for heading in headings if heading])


def _check_neighbours(headings: Sequence[str], read: Sequence[Heading], elements: set[int], free: set[int]) -> None:
    """Refuse a column beside those of the elements that looks like one and is none: without it no composition is right."""
    for index in sorted(free):
        name, stands_beside = read[index].name, bool({index - 1, index + 1} & elements)
        is_known = read[index].property is not None or name in _NO_ELEMENTS
        if stands_beside and _LIKE_AN_ELEMENT.match(name) and not is_known:
            raise InputError(
                f"column {headings[index]!r} stands among the elements and is none: correct it, or leave it out with the unit"
                f" {headings[index]}={_LEFT_OUT}"
            )


def _roles(read: Sequence[Heading], ignored: set[int]) -> dict[str, int]:
    """Role -> its column; of several the one with the best name, then the first."""
    found: dict[str, int] = {}
    for role, names in ROLES.items():
        ranked = [
            (names.index(heading.name) if heading.name in names else names.index(_plain(heading.name)), index)
            for index, heading in enumerate(read)
            if heading.role == role and index not in ignored
        ]
        if ranked:
            found[role] = min(ranked)[1]
    return found


def _plain(text: str) -> str:
    return " ".join(text.replace("_", " ").split()).lower()


def _elements(read: Sequence[Heading]) -> dict[str, int]:
    return {symbol: index for index, heading in enumerate(read) if (symbol := element_in(heading))}


def _is_by_weight(read: Sequence[Heading], elements: Mapping[str, int]) -> bool:
    by_weight = {(read[index].unit or "").startswith("wt") for index in elements.values()}
    if len(by_weight) > 1:
        raise InputError("some columns of elements are in weight percent and some are not: use one of the two for all")
    return by_weight == {True}


def _value_columns(
    headings: Sequence[str], read: Sequence[Heading], given: Mapping[str, int], free: set[int], options: ReadOptions
) -> tuple[list[ValueColumn], list[RefusedColumn]]:
    named = {index: properties()[name] for name, index in given.items() if name in properties()}
    if "structure" in given:
        named[given["structure"]] = properties()["phases"]
    columns: list[ValueColumn] = []
    refused: list[RefusedColumn] = []
    for index, text in enumerate(headings):
        entry = named.get(index) or (read[index].property if index in free else None)
        if entry is None or entry.is_derived:
            continue
        problem = "" if entry.is_categorical else _problem(text, _stated_unit(read[index], entry), entry, options)
        if problem:
            refused.append(RefusedColumn(index, text, problem, _unit_remedy(text, entry.unit)))
        else:
            columns.append(_value_column(index, text, read[index], entry, options))
    return columns, refused


def _stated_unit(heading: Heading, entry: Property) -> str:
    """The unit in a heading, HV for the Vickers number under a load; empty where it states none."""
    return unit_and_load(entry, heading.unit or "")[0]


def _problem(text: str, unit: str, entry: Property, options: ReadOptions) -> str:
    """Why a column cannot be read in the unit that its heading states; empty if it can.

    A unit that the user gives for the column stands for that of the heading, and is refused where it is used.
    """
    if not unit or text in options.units:
        return ""
    try:
        convert(1.0, unit, entry.unit)
    except InputError as error:
        return f"column {text!r}: {error.message}"
    return ""


def _unit_remedy(text: str, unit: str) -> str:
    return f"--unit {shlex.quote(f'{text}={unit or 1}')} reads it if that is its unit"


def _value_column(index: int, text: str, heading: Heading, entry: Property, options: ReadOptions) -> ValueColumn:
    unit, load = _unit(text, heading, entry, options)
    return ValueColumn(index, text, entry, unit, method_in(text), implied_test(text), load)


def _unit(text: str, heading: Heading, entry: Property, options: ReadOptions) -> tuple[str, float | None]:
    """The unit of a column, and the load (N) where a Vickers scale such as HV10 stands for the unit."""
    if entry.is_categorical:
        return "", None
    unit = options.units.get(text, heading.unit)
    if unit is None and heading.name.upper() == "HV":  # the name is the unit: kgf/mm^2, by definition of the number
        unit = "HV"
    if unit is None and entry.unit:
        raise InputError(
            f"column {text!r} ({entry.name}) has no unit: write it in the heading, such as"
            f" '{heading.name} ({entry.unit})', or give it as the unit {text}={entry.unit};"
            f" {text}={_LEFT_OUT} leaves the column out"
        )
    unit, load = unit_and_load(entry, unit or "")
    _check_unit(text, unit, entry.unit)
    return unit, load


def _check_unit(text: str, unit: str, wanted: str) -> None:
    try:
        convert(1.0, unit, wanted)
    except InputError as error:
        raise InputError(f"column {text!r}: {error.message}", error.choices) from None


def _with_spreads(
    values: Sequence[ValueColumn],
    headings: Sequence[str],
    read: Sequence[Heading],
    roles: Mapping[str, int],
    options: ReadOptions,
) -> tuple[list[ValueColumn], list[RefusedColumn]]:
    """The columns with their uncertainty columns: `YS error`, or `uncertainty` where there is one property only."""
    spreads: dict[str, int] = {}
    for index, heading in enumerate(read):
        entry = find_property(spread_of(heading.name)) if spread_of(heading.name) else None
        if entry is not None:
            spreads[entry.name] = index
    numeric = [column for column in values if not column.property.is_categorical]
    lone = roles.get("uncertainty", next((i for i, h in enumerate(read) if _plain(h.name) in _LONE_SPREADS), None))
    if lone is not None and len(numeric) == 1:
        spreads.setdefault(numeric[0].property.name, lone)
    columns: list[ValueColumn] = []
    refused: dict[int, RefusedColumn] = {}
    for column in values:
        found: int | None = spreads.get(column.property.name)
        problem = "" if found is None else _spread_problem(column, found, headings, read, options)
        if found is not None and problem:
            remedy = _unit_remedy(headings[found], column.property.unit)
            refused[found] = RefusedColumn(found, headings[found], problem, remedy)
            found = None
        columns.append(_with_spread(column, found, headings, read, options))
    return columns, list(refused.values())


_LONE_SPREADS: Final = frozenset({"uncertainty", "error", "std", "standard deviation", "sd"})


def _spread_problem(
    column: ValueColumn, index: int, headings: Sequence[str], read: Sequence[Heading], options: ReadOptions
) -> str:
    return _problem(headings[index], _stated_unit(read[index], column.property), column.property, options)


def _with_spread(
    column: ValueColumn, index: int | None, headings: Sequence[str], read: Sequence[Heading], options: ReadOptions
) -> ValueColumn:
    if index is None:
        return column
    written = options.units.get(headings[index], read[index].unit) or column.unit
    unit, _ = unit_and_load(column.property, written)
    _check_unit(headings[index], unit, column.property.unit)
    return replace(column, spread=(index, unit))


def _condition_columns(
    headings: Sequence[str], read: Sequence[Heading], roles: Mapping[str, int], options: ReadOptions
) -> tuple[ConditionColumn, ...]:
    columns = []
    for condition, wanted in CONDITION_UNITS.items():
        index = roles.get(condition)
        if index is None:
            continue
        text = headings[index]
        unit = options.units.get(text, read[index].unit)
        if wanted is not None:
            if unit is None:
                raise InputError(
                    f"column {text!r} ({condition}) has no unit: write it in the heading, such as '{text} ({wanted})',"
                    f" or give it as the unit {text}={wanted}; {text}={_LEFT_OUT} leaves the column out"
                )
            if text in options.units:
                _check_unit(text, unit, wanted)
            elif not can_convert(unit, wanted):
                problem = f"{text}: the unit {unit!r} is none of a {condition.replace('_', ' ')}, such as {wanted}"
                columns.append(ConditionColumn(index, text, condition, unit, problem))
                continue
        columns.append(ConditionColumn(index, text, condition, unit if wanted is not None else None))
    return tuple(columns)
