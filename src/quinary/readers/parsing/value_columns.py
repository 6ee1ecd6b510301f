"""The columns of a table that hold values: property, unit, method, the conditions in their headings, uncertainty."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from quinary.errors import InputError
from quinary.plugins import ReadOptions
from quinary.points.point import Method
from quinary.points.properties import Property, find_property
from quinary.readers.parsing.heading_words import method_stated, names_a_spread, spread_of_what
from quinary.readers.parsing.rows import implied_test, unit_and_load
from quinary.readers.parsing.table_headings import Heading, method_in, plain_heading, spread_of
from quinary.units import convert, hardness_scale
from quinary.wording import counted

__all__ = [
    "LEFT_OUT", "Given", "RefusedColumn", "SplitError", "ValueColumn", "check_methods", "check_unit", "part_of",
    "value_columns", "with_spreads",
]  # fmt: skip

LEFT_OUT: Final = "-"
# What no experiment gives: a value without a word on its method was calculated
_NEVER_MEASURED: Final = frozenset(
    {
        "entropy_forming_ability", "total_energy", "unstable_stacking_fault_energy", "fracture_toughness_rice",
        "fracture_toughness_griffith", "d_parameter",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A column of values: `unit` as the column states it, `spread` the column of the uncertainty and its unit.

    `test`, `load` (N) and `temperature` (K) are conditions that the heading itself states (`CYS`, `HV10`, `YS 800 °C`). `part`
    says which of how many values of a cell this is, where a heading states several temperatures.
    """

    index: int
    heading: str
    property: Property
    unit: str
    method: Method
    test: str | None
    load: float | None
    spread: tuple[int, str] | None = None
    temperature: float | None = None
    part: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class RefusedColumn:
    """A column that is left out because its unit or its temperature cannot be: why, and how to have it read."""

    index: int
    heading: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Given:
    """What the user says of a column: the property that it holds, and the temperature (K) of its test, if that is said."""

    property: Property
    temperature: float | None = None


class SplitError(InputError):
    """A cell that cannot be cut into a value for each temperature of its heading."""


_BETWEEN_VALUES = re.compile(r"\s*[/;|]\s*")


def part_of(cell: Any, part: tuple[int, int] | None) -> Any:
    """The value of a cell that belongs to one of the temperatures of its heading, such as the second of `1965/678/166`.

    Raises:
        SplitError: there are not as many values as temperatures.
    """
    if part is None:
        return cell
    values = _BETWEEN_VALUES.split(str(cell).strip())
    number, n_all = part
    if len(values) != n_all:
        raise SplitError(f"{cell!r} has {counted(len(values), 'value')}, and the heading {n_all} temperatures")
    return values[number]


def value_columns(
    headings: Sequence[str],
    read: Sequence[Heading],
    given: Mapping[int, Given],
    free: Collection[int],
    options: ReadOptions,
    *,
    has_temperatures: bool,
) -> tuple[list[ValueColumn], list[RefusedColumn]]:
    """The columns that hold values, and those that would if their unit and their temperature could be understood.

    Raises:
        InputError: a column of a quantity has no unit, or what the user gives for one cannot be.
    """
    columns: list[ValueColumn] = []
    refused: list[RefusedColumn] = []
    for index, text in enumerate(headings):
        told = given.get(index) or (_told_by(read[index]) if index in free else None)
        if told is None or told.property.is_derived:
            continue
        if index in given:
            _check_given(text, read[index], told, has_temperatures=has_temperatures)
        problem = _problem_of(text, read[index], told.property, options)
        if problem:
            refused.append(RefusedColumn(index, text, problem, _unit_remedy(text, read[index], told.property)))
        elif read[index].problem and told.temperature is None and not has_temperatures:
            refused.append(_without_temperature(index, text, read[index], told.property))
        else:
            columns += _columns(index, text, read[index], told, options)
    return columns, refused


def _told_by(heading: Heading) -> Given | None:
    entry = None if spread_of_what(heading.name) is not None else heading.property
    return None if entry is None else Given(entry)


_UNTOLD_TEMPERATURE = re.compile(r"(?<![\d.,])[1-9]\d{2,3}(?![\d.,%])")


def _check_given(text: str, heading: Heading, told: Given, *, has_temperatures: bool) -> None:
    """See that what the user calls a value is none of something else, and of a temperature that is known.

    Raises:
        InputError: the column states an uncertainty, or a temperature that cannot be told.
    """
    entry = told.property
    if not entry.is_categorical and names_a_spread(heading.name):
        raise InputError(
            f"column {text!r} states an uncertainty, not values of {entry.name}: it is read with the column of the values, or"
            f" with --column {shlex.quote(f'uncertainty={text}')}"
        )
    if told.temperature is not None or has_temperatures or heading.temperatures:
        return
    unclear = heading.problem
    number = None if heading.property is not None or entry.is_categorical else _UNTOLD_TEMPERATURE.search(heading.name)
    if number is not None:
        unclear = f"{number.group()!r} may be its temperature"
    if unclear:
        remedy = shlex.quote(f"{entry.name}@1273={text}")
        raise InputError(f"column {text!r}: {unclear}; --column {remedy} says it, in K")


def _without_temperature(index: int, text: str, heading: Heading, entry: Property) -> RefusedColumn:
    remedy = f"--column {shlex.quote(f'{entry.name}@1273={text}')} says it, in K"
    return RefusedColumn(index, text, f"column {text!r}: {heading.problem}", remedy)


def _problem_of(text: str, heading: Heading, entry: Property, options: ReadOptions) -> str:
    """Why a column cannot be read in the unit that its heading states; empty if it can.

    A unit that the user gives for the column stands for that of the heading, and is refused where it is used.
    """
    unit = unit_and_load(entry, heading.unit or "")[0]
    if entry.is_categorical or not unit or text in options.units:
        return ""
    try:
        convert(1.0, unit, entry.unit)
    except InputError as error:
        return f"column {text!r}: {error.message}"
    return ""


def _unit_remedy(text: str, heading: Heading, entry: Property) -> str:
    if hardness_scale(heading.unit or ""):
        return "measure it in HV, or leave it out"
    return f"--unit {shlex.quote(f'{text}={entry.unit or 1}')} reads it if that is its unit"


def _columns(index: int, text: str, heading: Heading, told: Given, options: ReadOptions) -> list[ValueColumn]:
    """The column, or one for each temperature that its heading states."""
    entry = told.property
    unit, load = _unit(text, heading, entry, options)
    column = ValueColumn(index, text, entry, unit, _method(text, entry, options), implied_test(text), load)
    kelvins = heading.temperatures if told.temperature is None else (told.temperature,)
    if len(kelvins) <= 1:
        return [replace(column, temperature=kelvins[0] if kelvins else None)]
    return [replace(column, temperature=kelvin, part=(n, len(kelvins))) for n, kelvin in enumerate(kelvins)]


def _method(text: str, entry: Property, options: ReadOptions) -> Method:
    """What the heading says counts before what the user says of the whole file, which is closer than `calculated`."""
    stated = method_in(text)
    if options.method is not None and stated in {None, Method.CALCULATED}:
        return options.method
    return stated or (Method.CALCULATED if entry.name in _NEVER_MEASURED else Method.MEASURED)


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
            f" {text}={LEFT_OUT} leaves the column out"
        )
    unit, load = unit_and_load(entry, unit or "")
    check_unit(text, unit, entry.unit)
    return unit, load


def check_unit(text: str, unit: str, wanted: str) -> None:
    """See that a unit fits.

    Raises:
        InputError: it does not, or is unknown; the message names the column.
    """
    try:
        convert(1.0, unit, wanted)
    except InputError as error:
        raise InputError(f"column {text!r}: {error.message}", error.choices) from None


# -- uncertainties -----------------------------------------------------------------------------------------------------


def with_spreads(
    values: Sequence[ValueColumn],
    headings: Sequence[str],
    read: Sequence[Heading],
    given: int | None,
    options: ReadOptions,
) -> tuple[list[ValueColumn], list[RefusedColumn]]:
    """The columns with their uncertainty columns: `YS error`, `±` behind the values, or the one that the user gives.

    Raises:
        InputError: the user gives one, and it can belong to several columns.
    """
    spreads = _spread_columns(values, headings, read, given, options)
    columns: list[ValueColumn] = []
    refused: dict[int, RefusedColumn] = {}
    for column in values:
        found = spreads.get(column.index)
        problem = "" if found is None else _problem_of(headings[found], read[found], column.property, options)
        if found is not None and problem:
            remedy = _unit_remedy(headings[found], read[found], column.property)
            refused[found] = RefusedColumn(found, headings[found], problem, remedy)
            found = None
        columns.append(column if found is None else _with_spread(column, found, headings, read, options))
    return columns, list(refused.values())


def _spread_columns(
    values: Sequence[ValueColumn],
    headings: Sequence[str],
    read: Sequence[Heading],
    given: int | None,
    options: ReadOptions,
) -> dict[int, int]:
    """Column of values -> column of its uncertainty."""
    numeric = [column for column in values if not column.property.is_categorical and column.part is None]
    spreads: dict[int, int] = {}
    for index, heading in enumerate(read):
        named = "" if index == given else spread_of_what(heading.name)
        if named is None or not numeric or options.units.get(headings[index]) == LEFT_OUT:
            continue
        owner = _owner(index, heading, named, numeric)
        if owner is not None:
            spreads.setdefault(owner, index)
        elif index == given:
            several = ", ".join(dict.fromkeys(column.heading for column in numeric))
            raise InputError(
                f"column {headings[index]!r} may be the uncertainty of {several}: call it '{numeric[0].heading} error', or"
                f" place it behind its values"
            )
    return spreads


def _owner(index: int, heading: Heading, named: str, numeric: Sequence[ValueColumn]) -> int | None:
    """The column whose uncertainty a column states: the one of that name and temperature, the only one, or that before it."""
    if named:
        entry = find_property(spread_of(heading.name)) or Heading(named, None).property
        numeric = [column for column in numeric if column.property == entry]
        at = [column for column in numeric if heading.temperatures == (column.temperature,)]
        numeric = at or [column for column in numeric if not heading.temperatures]
    if len(numeric) == 1:
        return numeric[0].index
    return next((column.index for column in numeric if column.index == index - 1), None)


def _with_spread(
    column: ValueColumn, index: int, headings: Sequence[str], read: Sequence[Heading], options: ReadOptions
) -> ValueColumn:
    written = options.units.get(headings[index], read[index].unit) or column.unit
    unit, _ = unit_and_load(column.property, written)
    check_unit(headings[index], unit, column.property.unit)
    return replace(column, spread=(index, unit))


# -- methods -----------------------------------------------------------------------------------------------------------

_CONSTANT = re.compile(r"(?<![A-Za-z])[cC][_\s]?\{?([1-6])[_\s]?([1-6])\}?(?![\d])")
_FULL_TENSOR: Final = frozenset({"11", "12", "44"})  # of a cubic crystal: measured on single crystals, and rarely
_AVERAGE = re.compile(r"(?<![A-Za-z])(?:VRH|Voigt|Reuss)(?![A-Za-z])", re.IGNORECASE)
_DATABASE = re.compile(
    r"(?:mp|materials[\s_-]?project|oqmd|aflow|jarvis|alexandria)[\s_-]?ids?|auid|jid", re.IGNORECASE
)


def check_methods(
    headings: Sequence[str], values: Sequence[ValueColumn], options: ReadOptions, *, has_method_column: bool
) -> None:
    """See that nothing calculated is stored as measured, and that a method which the user gives changes something.

    Raises:
        InputError: the table looks calculated and says nothing of its method, or `options.method` is said in vain.
    """
    plain = [plain_heading(text) for text in headings]
    stated = {column.index: method_stated(plain[column.index]) for column in values}
    if options.method is not None:
        if all(method not in {None, Method.CALCULATED} for method in stated.values()):
            raise InputError("the method changes nothing: the headings say how their values were obtained")
        return
    silent = [
        c for c in values if stated[c.index] is None and c.method is Method.MEASURED and not c.property.is_categorical
    ]
    sign = _sign_of_calculation(plain)
    if silent and sign and not has_method_column:
        raise InputError(
            f"{sign}: say how {silent[0].heading!r} was obtained: --method dft, or --method measured",
            ["dft", "measured"],
        )


def _sign_of_calculation(headings: Sequence[str]) -> str:
    """What in the headings speaks for a calculation, in words; empty where nothing does."""
    constants = {"".join(found.groups()) for text in headings if (found := _CONSTANT.search(text))}
    if constants >= _FULL_TENSOR:
        return "C11, C12 and C44 together are an elastic tensor, which is rarely measured"
    average = next((text for text in headings if _AVERAGE.search(text)), None)
    if average is not None:
        return f"{average!r} is an average over an elastic tensor, which is rarely measured"
    database = next((text for text in headings if _DATABASE.fullmatch(text)), None)
    return "" if database is None else f"{database!r} names entries of a database of calculations"
