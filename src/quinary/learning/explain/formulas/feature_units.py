"""The unit of a feature by its name, for formulas that are checked by dimensions."""

from __future__ import annotations

from typing import Final

from quinary.errors import InputError
from quinary.points.properties import properties
from quinary.reference.elements import describe_column

__all__ = ["is_fraction_feature", "unit_of_feature"]

_STATISTICS: Final = ("_mean", "_deviation", "_highest", "_lowest", "_range", "_majority")
_CONDITIONS: Final = {"temperature": "K", "load": "N", "strain_rate": "s^-1", "homologous_temperature": ""}
_PAIRS: Final = {
    "pair_enthalpy_strength": "kJ/mol",
    "pair_enthalpy_square": "kJ/mol",
    "pair_repulsion": "kJ/mol",
    "pair_spread_inside": "kJ/mol",
    "pair_compounds": "",
}


def unit_of_feature(name: str) -> str | None:
    """The unit of a feature of `quinary.learning.data.feature_sets` or of a condition; None where it is not known."""
    if name in _CONDITIONS or name in _PAIRS:
        return {**_CONDITIONS, **_PAIRS}[name]
    if name in properties():
        return properties()[name].unit
    if name.startswith(("fraction_", "share_")):
        return ""
    for ending in _STATISTICS:
        if name.endswith(ending):
            return _unit_of_column(name.removesuffix(ending))
    return None


def _unit_of_column(name: str) -> str | None:
    try:
        return describe_column("elements", name).unit
    except InputError:
        return None


def is_fraction_feature(name: str) -> bool:
    """True for the share of an element or of a family of elements: in a formula it stands in products only."""
    return name.startswith(("fraction_", "share_"))
