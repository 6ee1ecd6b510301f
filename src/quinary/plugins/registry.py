"""Finding plug-ins.

Each file of the folders readers, searchers, descriptors, predictors, generators and validators that defines `PLUGIN` is
one, a file that defines `PLUGINS` holds a family of them, and so is each entry point of another package in the group
`quinary.<kind>`.
"""

from __future__ import annotations

import functools
import importlib
import logging
import pkgutil
from importlib.metadata import entry_points
from typing import Any, Final, TypeVar

from quinary.errors import InputError, unknown_name
from quinary.plugins.sockets import (
    DescriptorPlugin,
    GeneratorPlugin,
    PredictorPlugin,
    ReaderPlugin,
    SearcherPlugin,
    ValidatorPlugin,
)
from quinary.points.properties import properties

__all__ = [
    "KINDS",
    "find_plugin",
    "missing_members",
    "plugins",
    "predictable_properties",
    "predictor_of",
    "predictors",
    "predictors_of",
]

_LOG: Final = logging.getLogger(__name__)

KINDS: Final[dict[str, type[Any]]] = {
    "readers": ReaderPlugin,
    "searchers": SearcherPlugin,
    "descriptors": DescriptorPlugin,
    "predictors": PredictorPlugin,
    "generators": GeneratorPlugin,
    "validators": ValidatorPlugin,
}

Plugin = TypeVar("Plugin")


@functools.cache
def plugins(kind: str) -> dict[str, Any]:
    """Name -> plug-in of one kind (`readers`, `predictors`, ...), in alphabetical order of the names.

    Raises:
        InputError: there is no such kind, a plug-in lacks a member of its socket, or two have the same name.
    """
    if kind not in KINDS:
        raise unknown_name("kind of plug-in", kind, KINDS)
    package = importlib.import_module(f"quinary.{kind}")
    found: dict[str, Any] = {}
    for module_info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"quinary.{kind}.{module_info.name}")
        for plugin in (*([module.PLUGIN] if hasattr(module, "PLUGIN") else []), *getattr(module, "PLUGINS", ())):
            _register(found, kind, plugin, module.__name__)
    for entry in entry_points(group=f"quinary.{kind}"):
        _LOG.info("plug-in %s of kind %s comes from %s", entry.name, kind, entry.value)
        _register(found, kind, entry.load(), entry.value)
    return dict(sorted(found.items()))


def missing_members(plugin: Any, kind: str) -> list[str]:
    """The members of the socket that a plug-in lacks, alphabetical."""
    socket = KINDS[kind]
    wanted = {name for part in socket.__mro__ for name in (*vars(part), *vars(part).get("__annotations__", ()))}
    return sorted(name for name in wanted if not name.startswith("_") and not hasattr(plugin, name))


def _register(found: dict[str, Any], kind: str, plugin: Any, place: str) -> None:
    if missing := missing_members(plugin, kind):
        raise InputError(
            f"{place} is not a plug-in of kind {kind}: it lacks {', '.join(missing)} of {KINDS[kind].__name__}", missing
        )
    if plugin.name in found:
        raise InputError(f"two plug-ins of kind {kind} are called {plugin.name!r}; the second is {place}")
    found[plugin.name] = plugin


def find_plugin(kind: str, name: str) -> Any:
    """The plug-in of a kind with this name.

    Raises:
        InputError: there is none; the message names those there are.
    """
    known = plugins(kind)
    if name not in known:
        raise unknown_name(kind.removesuffix("s"), name, known)
    return known[name]


def predictors() -> dict[str, PredictorPlugin]:
    """All predictors by name."""
    return plugins("predictors")


def predictors_of(name: str, *, is_ceramic: bool = False) -> tuple[PredictorPlugin, ...]:
    """The predictors of a property for alloys or for ceramics, the preferred one first (ties by name); maybe none."""
    kind = _kind(is_ceramic=is_ceramic)
    able = [plugin for plugin in predictors().values() if name in plugin.properties and kind in plugin.materials]
    return tuple(sorted(able, key=lambda plugin: (-plugin.preference, plugin.name)))


def predictable_properties(*, is_ceramic: bool = False) -> tuple[str, ...]:
    """The properties that some predictor knows for alloys or for ceramics, in the order of the predictors' names."""
    kind = _kind(is_ceramic=is_ceramic)
    able = [plugin for plugin in predictors().values() if kind in plugin.materials]
    return tuple(dict.fromkeys(name for plugin in able for name in plugin.properties))


def predictor_of(name: str, *, is_ceramic: bool = False, model: str = "") -> PredictorPlugin:
    """The predictor of a property for alloys or for ceramics: the one named `model`, else the preferred one.

    Raises:
        InputError: no predictor knows the property for this kind of material, or the one named does not; the message names
            the choices.
    """
    able = predictors_of(name, is_ceramic=is_ceramic)
    kind = _kind(is_ceramic=is_ceramic)
    if not able:
        known = predictable_properties(is_ceramic=is_ceramic)
        if name in predictable_properties(is_ceramic=not is_ceramic):
            other = _kind(is_ceramic=not is_ceramic)
            raise InputError(f"{name} can be predicted for {other}s only, not for {kind}s", known)
        if name in properties():
            raise InputError(f"nothing predicts {name} of {kind}s; predicted are {', '.join(known)}", known)
        raise unknown_name("predictable property", name, known)
    if not model:
        return able[0]
    chosen: PredictorPlugin = find_plugin("predictors", model)
    if chosen not in able:
        choices = [plugin.name for plugin in able]
        raise InputError(f"{model} does not predict {name} of {kind}s; {', '.join(choices)} would", choices)
    return chosen


def _kind(*, is_ceramic: bool) -> str:
    return "ceramic" if is_ceramic else "alloy"
