"""Why a descriptor of a material is not a finite number, in words: which element lacks what, and what would work."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Final

from quinary.chemistry.composition import Composition
from quinary.descriptors.alloys import ALLOY_DESCRIPTORS, OF_COMPOUNDS, missing_values, needed_sums
from quinary.plugins import find_plugin
from quinary.reference.choices import DEFAULT_CHOICE, TableChoice
from quinary.reference.elements import ANIONS, NON_METALS, symbols

if TYPE_CHECKING:
    from quinary.plugins import DescriptorPlugin

__all__ = ["reason_of"]

_UNBOUNDED: Final = {
    "omega": "the mixing enthalpy is zero, so nothing opposes mixing and the ratio has no bound",
    "lambda_parameter": "all atomic radii are equal, so nothing opposes mixing and the ratio has no bound",
    "ye_phi": "all atomic radii are equal, so the excess entropy is zero and the ratio has no bound",
    "king_phi": "no pair of the elements reacts, so nothing opposes mixing and the ratio has no bound",
}


def reason_of(
    plugin: DescriptorPlugin, name: str, composition: Composition, value: float, choice: TableChoice = DEFAULT_CHOICE
) -> str:
    """Why the value that a plug-in gave is infinite or NaN: one line, naming the elements and what would work."""
    if math.isinf(value):
        return _UNBOUNDED.get(name, "the ratio divides by zero")
    if not composition.is_ceramic and name in ALLOY_DESCRIPTORS:
        return _reason_for_alloy(name, composition.elements, choice)
    return _reason_by_trial(plugin, name, composition)


@functools.lru_cache(maxsize=4096)
def _reason_for_alloy(name: str, elements: tuple[str, ...], choice: TableChoice) -> str:
    averages, pairs = needed_sums([name])
    lacking: dict[str, list[str]] = {}
    for wanted in (*averages, *pairs):
        lacking |= missing_values(wanted, elements, choice)
    if name in OF_COMPOUNDS and not choice.has_compounds:
        return "it needs the enthalpies of compounds, and this table has random solutions only: use the table miedema"
    if lacking:
        parts = [f"no {quantity} is tabulated for {', '.join(missing)}" for quantity, missing in lacking.items()]
        return f"{'; '.join(parts)}: leave out or replace these elements, or use {_without_data(elements, choice)}"
    if len(elements) == 1:
        return f"{elements[0]} is a pure element: nothing is mixed, and the ratio is zero over zero"
    return "the ratio is zero over zero"


def _without_data(elements: tuple[str, ...], choice: TableChoice) -> str:
    """Descriptors that these elements have, for advice: up to three."""
    usable = [name for name in ALLOY_DESCRIPTORS if not _lacks_values(name, elements, choice)]
    return " or ".join(usable[:3])


def _lacks_values(name: str, elements: tuple[str, ...], choice: TableChoice) -> bool:
    averages, pairs = needed_sums([name])
    return any(missing_values(wanted, elements, choice) for wanted in (*averages, *pairs))


def _reason_by_trial(plugin: DescriptorPlugin, name: str, composition: Composition) -> str:
    """What a plug-in says of each element alone (of a ceramic: of each metal with its anions) tells which one it lacks."""
    anions = tuple(composition.anions.items())
    where = f" with {', '.join(symbol for symbol, _ in anions)}" if anions else ""
    usable = _elements_with_value(plugin.name, name, anions)
    lacking = [symbol for symbol in composition.cations if symbol not in usable]
    if not usable:
        return f"{name} is not defined for this kind of material{where}, or nothing is tabulated for it"
    if lacking and len(composition.sublattices) <= 2:
        return f"{name} lacks tabulated values of {', '.join(lacking)}{where}; those there are: {', '.join(usable)}"
    return f"{name} lacks a value for a pair of these elements, or is not defined for this structure"


@functools.lru_cache(maxsize=256)
def _elements_with_value(plugin_name: str, name: str, anions: tuple[tuple[str, float], ...]) -> tuple[str, ...]:
    if anions:
        tried = sorted(set(symbols()) - NON_METALS - ANIONS)
        compositions = [Composition.ceramic({symbol: 1.0}, dict(anions)) for symbol in tried]
    else:
        tried = sorted(symbols())
        compositions = [Composition.alloy({symbol: 1.0}) for symbol in tried]
    values = find_plugin("descriptors", plugin_name).describe(compositions)[name]
    return tuple(symbol for symbol, value in zip(tried, values.tolist(), strict=True) if math.isfinite(value))
