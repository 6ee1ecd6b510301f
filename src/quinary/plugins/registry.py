"""Finding plug-ins.

Each file of the folders readers, searchers, descriptors, predictors, generators and validators that defines `PLUGIN` is
one, and so is each entry point of another package in the group `quinary.<kind>`.
"""

from __future__ import annotations

import functools
import importlib
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

__all__ = ["KINDS", "find_plugin", "plugins", "predictor_of", "predictors"]

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
        if hasattr(module, "PLUGIN"):
            _register(found, kind, module.PLUGIN, module.__name__)
    for entry in entry_points(group=f"quinary.{kind}"):
        _register(found, kind, entry.load(), entry.value)
    return dict(sorted(found.items()))


def _register(found: dict[str, Any], kind: str, plugin: Any, place: str) -> None:
    if not isinstance(plugin, KINDS[kind]):
        raise InputError(f"{place} is not a plug-in of kind {kind}: it lacks members of {KINDS[kind].__name__}")
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


def predictor_of(name: str) -> PredictorPlugin:
    """The predictor of a property; where several can predict it, the first by name.

    Raises:
        InputError: no predictor knows the property; the message names the properties that have one.
    """
    for plugin in predictors().values():
        if name in plugin.properties:
            return plugin
    raise unknown_name("predictable property", name, {p for plugin in predictors().values() for p in plugin.properties})
