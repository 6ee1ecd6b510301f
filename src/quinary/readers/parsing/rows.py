"""What every reader needs to turn the cells of a row into points: references, structures, tests, values with units."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from quinary.constants import ROOM_TEMPERATURE
from quinary.errors import InputError, unknown_name
from quinary.plugins import ReaderPlugin
from quinary.points.conditions import AMBIENT, Conditions, ConditionValue
from quinary.points.material import Material
from quinary.points.phases import is_phase_name, is_verdict, parse_phases
from quinary.points.point import LONGEST_NUMBER, DataPoint, Method, Origin, Source, Value, number_text, parse_value
from quinary.points.properties import Property
from quinary.readers.parsing.phase_text import parse_phase_text
from quinary.reference.alloy_names import alloy_named
from quinary.units import convert, hardness_scale, is_unit

__all__ = [
    "MECHANICAL_TEST_PROPERTIES",
    "Reading",
    "Row",
    "clean_reference",
    "conditions_of",
    "depends_on",
    "implied_test",
    "is_vickers_scale",
    "lineage_of",
    "method_named",
    "reading_of",
    "reported_structure",
    "spread_in",
    "structure_named",
    "suspicious_amount",
    "temperature_in",
    "unit_and_load",
    "value_in",
]

MECHANICAL_TEST_PROPERTIES: Final = frozenset(
    {"yield_strength", "ultimate_tensile_strength", "elongation", "plastic_elongation"}
)
# What a sample is, not how it behaves in a test: the temperature of the row's test says nothing about these.
_STATE_PROPERTIES: Final = frozenset(
    {
        "phases", "density", "grain_size", "oxygen_content", "nitrogen_content", "carbon_content",
        "melting_temperature", "price", "entropy_forming_ability", "single_phase_probability",
    }
)  # fmt: skip
_ONLY_FOR: Final[dict[str, frozenset[str]]] = {
    "test": MECHANICAL_TEST_PROPERTIES,
    "strain_rate": MECHANICAL_TEST_PROPERTIES,
    "load": frozenset({"hardness_vickers", "fracture_toughness", "wear_rate", "friction_coefficient"}),
    "stress": frozenset({"creep_rate"}),
}

_DOI_PREFIX = re.compile(r"^(?:https?://)?(?:dx\.)?(?:www\.)?doi(?:\.org/|:)\s*", re.IGNORECASE)
_DOI = re.compile(r"^10\.\d{4,9}(?:\.\d+)*/\S+$")
_DASHED_DOI = re.compile(r"^(10\.\d{4,9})-(?=\S+$)")  # file names cannot hold the slash of a DOI
_AUTHOR_YEAR = re.compile(r"^[^\W\d_][\w'’-]*_\d{4}[a-z]?_\w[\w '’-]*$")


def clean_reference(text: str | None) -> str:
    """A DOI without address or blanks, or ULTERA's `Author_Year_FirstTitleWords` where a work has no DOI.

    A dash in place of the first slash (`10.1016-j.matlet.2018.01.017`) is mended.

    Raises:
        InputError: the text is neither.
    """
    bare = _DOI_PREFIX.sub("", (text or "").strip()).rstrip(".,;")
    mended = _DASHED_DOI.sub(r"\1/", bare)
    if not mended or _DOI.match(mended) or _AUTHOR_YEAR.match(mended):
        return mended
    raise InputError(f"{text!r} is not a DOI such as 10.1016/j.actamat.2021.116800 (or Author_Year_FirstTitleWords)")


def reported_structure(text: str | None) -> tuple[str, ...]:
    """The phases of a structure cell, or an empty tuple where it names none (`?`, `2?`, `other`)."""
    phases = parse_phases(text)
    return () if set(phases) <= {"unknown"} else phases


@functools.lru_cache(maxsize=4096)
def structure_named(text: str) -> tuple[str, ...]:
    """The phases that a cell of a table names, all of them known by name or by their form (`Nb5Si3`, `D8b`).

    Raises:
        InputError: it names none, gives a verdict instead (`Non-SP-SS`), or has a word that is no phase known here.
    """
    if is_verdict(text):
        raise InputError(f"{text!r} counts or classes phases and names none: write names such as FCC+B2")
    phases = reported_structure(text)
    if not phases:
        raise InputError(f"{text!r} names no phase: write names such as FCC+B2")
    return tuple(sorted(phase for name in phases for phase in _phases_named(name)))


def _phases_named(name: str) -> tuple[str, ...]:
    """The phases of one name, which may describe instead: `face-centred cubic`, `C14 Laves phase`."""
    described = parse_phase_text(name) if " " in name or not is_phase_name(name) else ()
    if not described and not is_phase_name(name):
        raise InputError(f"{name!r} is no phase known here: write names such as FCC+B2, or a compound such as Nb5Si3")
    return described or (name,)


_AMOUNT = re.compile(r"\d+(?:\.\d+)?")
_LARGEST_AMOUNT: Final = 100.5
_LEADING_ZERO = re.compile(r"[A-Z][a-z]?0\d")


def suspicious_amount(formula: str) -> str:
    """Why a formula is probably mistyped although it can be read (`Cr03`: 0.3 or 3?), or an empty text.

    Amounts above 100 are trade names: C103 is a niobium alloy, IN718 a nickel alloy. Names that Quinary knows are none.
    """
    if alloy_named(formula) is not None:
        return ""
    found = _LEADING_ZERO.search(formula)
    if found:
        return f"the amount in {found.group()!r} starts with a zero: is a decimal point missing?"
    large = next((text for text in _AMOUNT.findall(formula) if float(text) > _LARGEST_AMOUNT), None)
    return f"the amount {large} is above 100: is this a trade name? Give its composition" if large else ""


def implied_test(name: str) -> str | None:
    """The test that the name of a property says: `compressive yield strength`, `CYS`; None where it says none."""
    plain = name.lower()
    if "compress" in plain or plain.split("(")[0].strip() in {"cys", "ucs"}:
        return "compression"
    return "tension" if "tensile" in plain or plain.split("(")[0].strip() == "tys" else None


_METHODS: Final = {
    "exp": Method.MEASURED, "experiment": Method.MEASURED, "experimental": Method.MEASURED, "measured": Method.MEASURED,
    "dft": Method.DFT, "ml": Method.LEARNED, "learned": Method.LEARNED, "em": Method.EMPIRICAL, "emp": Method.EMPIRICAL,
    "empirical": Method.EMPIRICAL, "thm": Method.CALPHAD, "calphad": Method.CALPHAD, "md": Method.POTENTIAL,
    "potential": Method.POTENTIAL, "calculated": Method.CALCULATED,
}  # fmt: skip


def method_named(text: str) -> Method:
    """How a value was obtained, from what a source calls it: EXP, DFT, ML, EM or EMP, THM, MD, or our own names.

    Raises:
        InputError: the name is unknown.
    """
    found = _METHODS.get(text.strip().lower())
    if found is None:
        raise unknown_name("method", text, ("EXP", "DFT", "ML", "EM", "THM", "MD", "calculated"))
    return found


def value_in(cell: object, source_unit: str, target_unit: str) -> tuple[Value, float | None]:
    """The value of a cell and its uncertainty (one standard deviation), converted.

    A unit in the cell (`1.2 GPa`, `450 ± 10 HV`) counts before `source_unit`, that of the column.

    Raises:
        InputError: the cell holds no finite number, or the units do not fit; the message says how to write it.
    """
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        raise InputError(f"{cell!r} is not a number")
    value, spread, unit = _parsed(cell)
    source_unit = _unit_of(cell, unit, target_unit) or source_unit
    converted = None if spread is None else abs(_difference(spread, source_unit, target_unit))
    return value.converted(source_unit, target_unit), converted


def _difference(amount: float, source_unit: str, target_unit: str) -> float:
    """A difference is scaled but not shifted, which matters for degrees."""
    return convert(amount, source_unit, target_unit) - convert(0.0, source_unit, target_unit)


_HOW_TO_WRITE: Final = ": write it as 450, 450 ± 10, > 1100 or 3.2-3.4, a unit may follow"
_VICKERS_SCALE = re.compile(r"^[Hh][Vv][\s_]*(\d+(?:[.,]\d+)?)$")  # HV10 is hardness under a load of 10 kgf
_FOOTNOTE_MARKS: Final = ("*", "†", "‡", "§", "¶", "#")
_UNIT_STARTS = re.compile(r"(?<=[\d.)])\s*(?=[A-Za-z°%ÅÅµμΩΩ(/])")


def _parsed(cell: str | float) -> tuple[Value, float | None, str]:
    """The value of a cell, its uncertainty, and the unit that the cell itself states, empty where it states none."""
    if isinstance(cell, str) and len(cell) > LONGEST_NUMBER:
        raise InputError(f"a cell of {len(cell):,} characters is not a number")
    try:
        return *parse_value(cell), ""
    except InputError as error:
        number, unit = _split_unit(number_text(str(cell)))
        if unit:
            return *parse_value(number), unit
        if str(cell).rstrip().endswith(_FOOTNOTE_MARKS):
            raise InputError(
                f"{cell!r} has the mark of a footnote, which may say what is meant: write the number"
            ) from None
        if error.message.endswith("is not a number"):
            raise InputError(f"{cell!r} is not a number{_HOW_TO_WRITE}") from None
        raise


def _unit_of(cell: object, stated: str, target_unit: str) -> str:
    """The unit that a cell states, HV for a Vickers scale, empty where it states none.

    Raises:
        InputError: it does not fit what is wanted.
    """
    unit = "HV" if _VICKERS_SCALE.match(stated) else stated
    if unit:
        try:
            convert(1.0, unit, target_unit)
        except InputError as error:
            raise InputError(f"{cell!r}: {error.message}") from None
    return unit


def _split_unit(text: str) -> tuple[str, str]:
    """`300 MPa ± 12 MPa` -> (`300 ± 12`, `MPa`); the unit is empty where the cell ends in none that is known."""
    for start in _UNIT_STARTS.finditer(text.strip()):
        number, unit = text.strip()[: start.start()], text.strip()[start.end() :]
        if _VICKERS_SCALE.match(unit) or is_unit(unit) or hardness_scale(unit):
            return number.replace(unit, " "), unit  # a blank, lest 450HV460HV becomes 450460
    return text, ""


def _vickers_load(text: object) -> float | None:
    """The load (N) of a Vickers scale: 98.1 for the unit `HV10` and for the cell `190 HV10`; None where none is named."""
    if not isinstance(text, str) or "HV" not in text.upper():
        return None
    found = _VICKERS_SCALE.match(text.strip()) or _VICKERS_SCALE.match(_split_unit(number_text(text))[1])
    return convert(float(found.group(1).replace(",", ".")), "kgf", "N") if found else None


def is_vickers_scale(text: str) -> bool:
    """True for the Vickers number under a load: `HV10`, `HV0,5`."""
    return _VICKERS_SCALE.match(text.strip()) is not None


def unit_and_load(entry: Property, unit: str) -> tuple[str, float | None]:
    """The unit of a property and the load (N) that it names: `HV10` is HV under 98.1 N, if the property is a hardness."""
    load = _vickers_load(unit) if entry.name == "hardness_vickers" else None
    return (unit, None) if load is None else ("HV", load)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the cells of one value state, in the unit of the property; `load` in N, None where no Vickers scale is named."""

    value: Value
    uncertainty: float | None
    load: float | None


def reading_of(entry: Property, cell: object, unit: str, spread: tuple[object, str] | None = None) -> Reading:
    """A value with its uncertainty and its load: `450 HV10` with 10 HV.

    `spread` is the cell that states the uncertainty, and its unit; it counts before one in the cell of the value. A load
    that the cell names counts before that of the unit.

    Raises:
        InputError: a cell holds no finite number, or the units do not fit.
    """
    scale, load = unit_and_load(entry, unit)
    value, uncertainty = value_in(cell, scale, entry.unit)
    if spread is not None:
        uncertainty = spread_in(spread[0], unit_and_load(entry, spread[1])[0], entry.unit)
    stated = _vickers_load(cell) if entry.name == "hardness_vickers" else None
    return Reading(value, uncertainty, load if stated is None else stated)


_HIGHEST_TEMPERATURE: Final = 10_000.0  # K; above it there is no solid and no liquid
# 600 700; 25, 600; 25;600; 25/600; and a comma before three digits or more, for no temperature is known so exactly
_SEVERAL_TEMPERATURES = re.compile(r"\d,?[ \t\r\n]+\d|\d\s*[;/&]\s*\d|,\d{3,}(?![\d.])")
_ROOM_TEMPERATURE: Final = frozenset(
    {"rt", "r.t.", "room", "room temp", "room temp.", "room temperature", "room-temperature", "ambient"}
)


def temperature_in(cell: object, unit: str) -> float:
    """The temperature of a cell in K: a number, one with a unit (`25 °C`), or `RT`.

    Raises:
        InputError: the cell states no single temperature.
    """
    if isinstance(cell, str) and cell.strip().lower() in _ROOM_TEMPERATURE:
        return ROOM_TEMPERATURE
    if isinstance(cell, str) and _SEVERAL_TEMPERATURES.search(cell):
        raise InputError(f"{cell!r} may be several temperatures: give each its own row; write 1200, not 1,200 or 1 200")
    try:
        value, _ = value_in(cell, unit, "K")
    except InputError:
        raise InputError(f"{cell!r} is not a temperature: write a number, or RT") from None
    if value.low != value.high:
        raise InputError(f"{cell!r} is not one temperature: give each its own row")
    if value.low > _HIGHEST_TEMPERATURE:
        raise InputError(f"{cell!r} is not a temperature: it is above {_HIGHEST_TEMPERATURE:g} K")
    return value.low


_PLUS_MINUS = re.compile(r"^\s*(?:±|\+/-|\+-)\s*")


def spread_in(cell: object, source_unit: str, target_unit: str) -> float:
    """The uncertainty that a cell of its own states, converted as a difference: 5 degrees Celsius are 5 K, not 278.15.

    A unit in the cell counts before `source_unit`; a sign `±` may stand before the number.

    Raises:
        InputError: the cell holds no finite number, or the units do not fit.
    """
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        raise InputError(f"{cell!r} is not a number")
    stated, _, unit = _parsed(_PLUS_MINUS.sub("", cell) if isinstance(cell, str) else cell)
    return _difference(stated.nominal, _unit_of(cell, unit, target_unit) or source_unit, target_unit)


def conditions_of(name: str, stated: Mapping[str, ConditionValue | None]) -> Conditions:
    """Those of a row's stated conditions that belong to one property: no load for a density, no test for a hardness.

    Raises:
        InputError: a temperature below absolute zero or above 10,000 K, an unknown condition, a number that is not finite.
    """
    temperature = stated.get("temperature")
    if isinstance(temperature, int | float):
        if not (math.isfinite(temperature) and temperature >= 0):
            raise InputError(f"the temperature is {temperature:g} K; it must be zero or more")
        if temperature > _HIGHEST_TEMPERATURE:
            raise InputError(f"{temperature:g} K is not a temperature: it is above {_HIGHEST_TEMPERATURE:g} K")
    if name in _STATE_PROPERTIES:
        return AMBIENT
    return Conditions.of({key: value for key, value in stated.items() if depends_on(name, key)})


def depends_on(name: str, condition: str) -> bool:
    """True if a condition is one of a property: a load of hardness, none of density."""
    return name not in _STATE_PROPERTIES and name in _ONLY_FOR.get(condition, (name,))


def lineage_of(path: Path, line: int, reader: ReaderPlugin) -> dict[str, str | int | float]:
    """Where a point stands (file and line) and what read it."""
    return {"file": path.name, "line": line, "reader": f"{reader.name} {reader.version}"}


@dataclass(frozen=True, slots=True)
class Row:
    """What all values of one row share."""

    material: Material
    source: Source
    reference: str
    lineage: Mapping[str, str | int | float]

    def point(self, name: str, value: Value, method: Method, **more: Any) -> DataPoint:
        """A point of the literature; `more` are uncertainty, conditions and detail.

        Raises:
            InputError: the value is outside what the property allows, or of the wrong kind.
        """
        return DataPoint(
            self.material, name, value, method, Origin.LITERATURE, self.source,
            doi=self.reference, lineage=self.lineage, **more,
        )  # fmt: skip

    def phases_point(self) -> DataPoint:
        """The reported structure as a point."""
        return self.point("phases", Value.category(*self.material.structure), Method.MEASURED)
