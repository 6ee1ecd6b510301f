"""Sets of descriptors of ceramics by name: what the featurizer of ceramics computes when one word is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.descriptors import ceramic, electron_criteria, oxide
from quinary.descriptors.reasons import reason_of
from quinary.errors import unknown_name

if TYPE_CHECKING:
    from quinary.chemistry.composition import Composition

__all__ = ["CERAMIC_SETS", "compute_ceramic_descriptors", "reason_for_ceramic", "resolved_ceramic_names"]

_PLUGINS: Final[Mapping[str, Any]] = {
    plugin.name: plugin for plugin in (ceramic.PLUGIN, electron_criteria.PLUGIN, oxide.PLUGIN)
}
_ALL: Final = tuple(name for plugin in _PLUGINS.values() for name in plugin.properties)
CERAMIC_SETS: Final = (*_PLUGINS, "all")


def resolved_ceramic_names(descriptors: str | Sequence[str]) -> tuple[str, ...]:
    """The descriptors that a set, a single name or a list of names and sets stands for, each once.

    `ceramic`: mixtures of binary ceramics, for any anion; `electron_criteria`: of carbides and nitrides; `oxide`: of
    perovskites; `all`: the three.

    Raises:
        InputError: a name is neither a set nor a descriptor.
    """
    sets = {name: plugin.properties for name, plugin in _PLUGINS.items()} | {"all": _ALL}
    names: dict[str, None] = {}
    for name in (descriptors,) if isinstance(descriptors, str) else descriptors:
        if name in sets:
            names.update(dict.fromkeys(sets[name]))
        elif name in _ALL:
            names[name] = None
        else:
            raise unknown_name("descriptor or set of descriptors of ceramics", name, (*sets, *_ALL))
    return tuple(names)


def compute_ceramic_descriptors(
    compositions: Sequence[Composition], names: Sequence[str]
) -> dict[str, NDArray[np.float64]]:
    """Name -> values, shape (N,), each in the unit of its property; NaN where it is not for that kind of ceramic."""
    found = {name: np.full(len(compositions), np.nan) for name in names}
    for plugin in _PLUGINS.values():
        rows = [row for row, composition in enumerate(compositions) if plugin.covers(composition)]
        if not rows or not {*plugin.properties} & {*names}:
            continue
        for name, values in plugin.describe([compositions[row] for row in rows]).items():
            if name in found:
                found[name][rows] = values
    return found


def reason_for_ceramic(composition: Composition, name: str, value: float) -> str:
    """Why a descriptor of a ceramic is not finite, in words."""
    plugin = next(plugin for plugin in _PLUGINS.values() if name in plugin.properties)
    if not plugin.covers(composition):
        return f"{name} is not for {composition.formula}"
    return reason_of(plugin, name, composition, value)
