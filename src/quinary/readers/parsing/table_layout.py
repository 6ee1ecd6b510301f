"""Which column of a table holds what: composition, properties with their units, conditions, references."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from quinary.errors import InputError, unknown_name
from quinary.plugins import ReadOptions
from quinary.points.properties import find_property, properties
from quinary.readers.parsing.element_columns import (
    FEWEST_ELEMENTS,
    ElementColumns,
    element_columns,
    element_in,
    share_in,
)
from quinary.readers.parsing.rows import depends_on, temperature_in
from quinary.readers.parsing.table_headings import CONDITION_UNITS, ROLES, Heading, read_heading
from quinary.readers.parsing.value_columns import (
    LEFT_OUT,
    Given,
    RefusedColumn,
    ValueColumn,
    check_methods,
    check_unit,
    value_columns,
    with_spreads,
)
from quinary.units import can_convert

__all__ = ["ConditionColumn", "Layout", "RefusedColumn", "ValueColumn", "find_layout", "has_composition"]

_MOST_LISTED: Final = 12  # headings in an error message
_LIKE_AN_ELEMENT = re.compile(r"^[A-Z][a-z]{0,2}$")
_NO_ELEMENTS: Final = frozenset({"Id", "No", "Nr", "Num", "Ref", "Sum", "Tot", "X", "Z"})
_ROLE_NAMES: Final = (*ROLES, "structure", "uncertainty")


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
class Layout:
    """Where everything is: the column of formulas, the columns of elements, or both, which then have to agree.

    `formula_share` is what the heading of the formulas states, `share` what those of the elements state: `at`, `wt`, or empty
    where nothing says it. `notes` say what was taken for granted; `unlike` are columns called like elements that are none,
    and what would make them so.
    """

    formula: int | None
    formula_share: str
    elements: Mapping[str, int]
    share: str
    structure: int | None
    values: tuple[ValueColumn, ...]
    conditions: tuple[ConditionColumn, ...]
    places: Mapping[str, int]
    refused: tuple[RefusedColumn, ...] = ()
    unlike: Mapping[int, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def is_by_weight(self) -> bool:
        """True if the columns of elements are in weight percent."""
        return self.share == "wt"


def has_composition(headings: Sequence[str]) -> bool:
    """True if a column of these headings holds formulas, or several hold the amounts of elements."""
    read = [read_heading(text) for text in headings]
    return any(h.role == "formula" for h in read) or len({element_in(h) for h in read} - {""}) >= FEWEST_ELEMENTS


def find_layout(headings: Sequence[str], options: ReadOptions) -> Layout:
    """The layout of a table with these headings; what the options say goes before what the headings say.

    A column whose heading states a unit that is unknown or measures something else is left out, and the others are read.

    Raises:
        InputError: no composition column, no column with values, an option that names no column or changes nothing, a column
            of a quantity without a unit, one that may hold the temperature of the tests, or calculated values, without
            saying so; the message says what to do.
    """
    read = [read_heading(text) for text in headings]
    places, given = _given_columns(headings, options)
    _check_units_given(headings, options)
    ignored = {index for index, text in enumerate(headings) if options.units.get(text) == LEFT_OUT}
    roles = _roles(read, ignored | set(given)) | places
    formula = roles.get("formula")
    elements = _elements(headings, read, options, ignored | set(given), formula)
    if formula is None and not elements.columns:
        raise InputError(
            f"no column holds the composition: call it formula, or say which it is; there are {_listed(headings)}"
        )
    of_elements = {*elements.columns.values(), *elements.apart}
    free = set(range(len(headings))) - ignored - set(roles.values()) - of_elements
    if formula is None:
        _check_neighbours(headings, read, set(elements.columns.values()), free)
    if "structure" in places:
        given |= {places["structure"]: Given(properties()["phases"])}
    values, refused = value_columns(headings, read, given, free, options, has_temperatures="temperature" in roles)
    if not values:
        raise _no_values(headings, refused)
    values, refused_spreads = with_spreads(values, headings, read, places.get("uncertainty"), options)
    layout = Layout(
        formula=formula,
        formula_share=_formula_share(headings, read, formula, options),
        elements=elements.columns,
        share=elements.share,
        structure=places.get("structure", next((v.index for v in values if v.property.name == "phases"), None)),
        values=tuple(values),
        conditions=_condition_columns(headings, read, roles, options),
        places=roles,
        refused=(*refused, *refused_spreads),
        unlike=elements.apart,
        notes=_notes(headings, elements, formula),
    )
    _check_temperatures(headings, read, layout, ignored)
    check_methods(headings, values, options, has_method_column="method" in roles)
    _check_heard(headings, layout, options)
    return layout


def _listed(headings: Sequence[str]) -> str:
    named = [text for text in headings if text]
    return ", ".join(named[:_MOST_LISTED]) + (", ..." if len(named) > _MOST_LISTED else "")


def _no_values(headings: Sequence[str], refused: Sequence[RefusedColumn]) -> InputError:
    if refused:
        return InputError(f"{refused[0].reason}; {refused[0].remedy}")
    return InputError(f"no column holds a known property; the headings are {_listed(headings)}")


# -- what the user says -----------------------------------------------------------------------------------------------


def _given_columns(headings: Sequence[str], options: ReadOptions) -> tuple[dict[str, int], dict[int, Given]]:
    """Role -> column, and column -> property, of what the options name; `yield_strength@1273` is one at 1273 K."""
    places: dict[str, int] = {}
    given: dict[int, Given] = {}
    for name, heading in options.columns.items():
        if heading not in headings:
            raise unknown_name("column", heading, headings)
        index = headings.index(heading)
        if name in _ROLE_NAMES:
            places[name] = index
            continue
        bare, at, temperature = name.partition("@")
        entry = find_property(bare)
        if entry is None:
            raise unknown_name("property", bare, [*properties(), *_ROLE_NAMES])
        if entry.is_derived:
            raise InputError(f"{entry.name} is calculated from the formula when asked: no column is read for it")
        if index in given:
            raise InputError(f"column {heading!r} cannot be {given[index].property.name} and {entry.name}")
        kelvin = temperature_in(temperature.removeprefix("temperature="), "K") if at else None
        given[index] = Given(entry, kelvin)
    return places, given


def _check_units_given(headings: Sequence[str], options: ReadOptions) -> None:
    """Refuse a unit for a column that is not there: the user would think that it was heard."""
    for text in options.units:
        if text not in headings:
            raise unknown_name("column", text, [heading for heading in headings if heading])


def _check_heard(headings: Sequence[str], layout: Layout, options: ReadOptions) -> None:
    """Refuse a unit that changes nothing, for the same reason."""
    heard = {column.index for column in layout.values if not column.property.is_categorical}
    heard |= {column.spread[0] for column in layout.values if column.spread is not None}
    heard |= {column.index for column in layout.conditions if column.unit is not None} | set(layout.elements.values())
    if layout.formula is not None:
        heard.add(layout.formula)
    for text, unit in options.units.items():
        index = headings.index(text)
        if unit != LEFT_OUT and index not in heard:
            raise InputError(f"the unit {text}={unit} changes nothing: {_why_unheard(text)}")


def _why_unheard(text: str) -> str:
    entry = read_heading(text).property
    if entry is not None and entry.is_derived:
        return f"{entry.name} is calculated from the formula when asked"
    if entry is not None and entry.is_categorical:
        return f"{entry.name} has no unit"
    return f"nothing is read from the column; --column {shlex.quote(f'PROPERTY={text}')} says what it holds"


# -- composition ------------------------------------------------------------------------------------------------------


def _elements(
    headings: Sequence[str],
    read: Sequence[Heading],
    options: ReadOptions,
    ignored: Collection[int],
    formula: int | None,
) -> ElementColumns:
    """The columns of elements; beside a formula those that are surely some, for a lone B or K is a modulus there."""
    if formula is None:
        return element_columns(headings, read, options, ignored)
    try:
        found = element_columns(headings, read, options, {*ignored, formula})
    except InputError:
        return ElementColumns()
    return found if found.columns and found.is_sure else ElementColumns()


def _formula_share(headings: Sequence[str], read: Sequence[Heading], formula: int | None, options: ReadOptions) -> str:
    """The share in the heading of the formulas, `Composition (wt%)`, or what the user says of it.

    Raises:
        InputError: it has a unit that is no share.
    """
    if formula is None:
        return ""
    unit = options.units.get(headings[formula], read[formula].unit)
    share = share_in(unit)
    if share is None and headings[formula] in options.units:
        raise InputError(
            f"column {headings[formula]!r} holds compositions, in at% or wt%, not in {unit!r}", ["at%", "wt%"]
        )
    return share or ""


def _notes(headings: Sequence[str], elements: ElementColumns, formula: int | None) -> tuple[str, ...]:
    if formula is not None or elements.share or not elements.columns:
        return ()
    first = headings[next(iter(elements.columns.values()))]
    named = ", ".join(headings[index] for index in elements.columns.values())
    return (
        f"{named} are taken as at.%, for their headings do not say; --unit '{first}=wt%' for each takes them as wt%",
    )


def _check_neighbours(headings: Sequence[str], read: Sequence[Heading], elements: set[int], free: set[int]) -> None:
    """Refuse a column beside those of the elements that looks like one and is none: without it no composition is right."""
    for index in sorted(free):
        name, stands_beside = read[index].name, bool({index - 1, index + 1} & elements)
        is_known = read[index].property is not None or name in _NO_ELEMENTS
        if stands_beside and _LIKE_AN_ELEMENT.match(name) and not is_known:
            raise InputError(
                f"column {headings[index]!r} stands among the elements and is none: correct it, or leave it out with the unit"
                f" {headings[index]}={LEFT_OUT}"
            )


def _roles(read: Sequence[Heading], ignored: set[int]) -> dict[str, int]:
    """Role -> its column; of several the one with the best name, then the first."""
    ranked: dict[str, list[tuple[int, int]]] = {}
    for index, heading in enumerate(read):
        role = None if index in ignored else heading.role
        if role is not None:
            names = ROLES[role]
            name = _known_as(heading, names)
            ranked.setdefault(role, []).append((names.index(name) if name else len(names), index))
    return {role: min(places)[1] for role, places in ranked.items()}


def _known_as(heading: Heading, names: Sequence[str]) -> str:
    """The name of a role that a heading has, empty where it is another spelling (`Ttest`)."""
    return next((name for name in (heading.name, _plain(heading.name)) if name in names), "")


def _plain(text: str) -> str:
    return " ".join(text.replace("_", " ").split()).lower()


# -- conditions -------------------------------------------------------------------------------------------------------


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
                    f" or give it as the unit {text}={wanted}; {text}={LEFT_OUT} leaves the column out"
                )
            if text in options.units:
                check_unit(text, unit, wanted)
            elif not can_convert(unit, wanted):
                problem = f"{text}: the unit {unit!r} is none of a {condition.replace('_', ' ')}, such as {wanted}"
                columns.append(ConditionColumn(index, text, condition, unit, problem))
                continue
        columns.append(ConditionColumn(index, text, condition, unit if wanted is not None else None))
    return tuple(columns)


def _check_temperatures(
    headings: Sequence[str], read: Sequence[Heading], layout: Layout, ignored: Collection[int]
) -> None:
    """Refuse to take for room temperature what a column beside it may say to be hot.

    Raises:
        InputError: a column may hold the temperature of the tests, and nothing says whether it does.
    """
    if "temperature" in layout.places:
        return
    cold = next(
        (v for v in layout.values if v.temperature is None and depends_on(v.property.name, "temperature")), None
    )
    used = {*ignored, *layout.places.values(), *layout.elements.values(), *(column.index for column in layout.values)}
    used |= {column.spread[0] for column in layout.values if column.spread is not None}
    for index, text in enumerate(headings):
        if cold is not None and index not in used and read[index].may_be_a_test_temperature:
            raise InputError(
                f"column {text!r} may be the temperature at which {cold.heading!r} was tested: --column"
                f" {shlex.quote(f'temperature={text}')} takes it so, --unit {shlex.quote(f'{text}={LEFT_OUT}')} leaves it out"
            )
