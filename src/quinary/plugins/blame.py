"""Whose mistake an exception is: the world's, a plug-in's or Quinary's, as far as its traceback tells."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, PackageNotFoundError, entry_points, version
from types import FrameType
from typing import Any

from quinary.errors import BugError
from quinary.plugins.registry import KINDS

__all__ = ["Blame", "blamed"]


@dataclass(frozen=True, slots=True)
class Blame:
    """Where a mistake is: the plug-in with its version, if it is in one, and the package that holds it."""

    package: str
    package_version: str
    kind: str = ""
    plugin: str = ""
    plugin_version: str = ""

    def __str__(self) -> str:
        """`Quinary 0.1.0`, `predictor rice 2 (Quinary 0.1.0)`, `validator oven 1 (package quinary-oven 0.3)`."""
        of_ours = self.package == "quinary"
        package = f"Quinary {self.package_version}" if of_ours else f"package {self.package} {self.package_version}"
        if not self.plugin:
            return package
        plugin = " ".join(filter(None, (self.kind.removesuffix("s"), self.plugin, self.plugin_version)))
        return f"{plugin} ({package})"


def blamed(error: BaseException) -> Blame:
    """The innermost plug-in on the traceback, Quinary if there is none: who called wrongly is nearer than who was called."""
    if isinstance(error, BugError) and error.__cause__ is not None:
        return blamed(error.__cause__)
    others = {_top(entry.module): entry for kind in KINDS for entry in entry_points(group=f"quinary.{kind}")}
    for frame in reversed(list(_frames(error))):
        module = str(frame.f_globals.get("__name__", ""))
        kind, _, rest = module.removeprefix("quinary.").partition(".")
        if module.startswith("quinary.") and kind in KINDS and rest:
            itself = frame.f_locals.get("self")
            derived = others.get(_top(type(itself).__module__))
            if derived is not None and _top(derived.module) != "quinary":
                return _blame_of(derived, frame)
            if (plugin := _plugin_of(module, frame)) is not None:
                return Blame("quinary", _version_of("quinary"), kind, plugin.name, plugin.version)
        elif (entry := others.get(_top(module))) is not None and _top(module) != "quinary":
            return _blame_of(entry, frame)
    return Blame("quinary", _version_of("quinary"))


def _frames(error: BaseException) -> Iterator[FrameType]:
    trace = error.__traceback__
    while trace is not None:
        yield trace.tb_frame
        trace = trace.tb_next


def _plugin_of(module: str, frame: FrameType) -> Any:
    """The plug-in whose method the frame is, of the module or derived from a class of it; else the only one of the module.

    None: nobody can tell.
    """
    itself = frame.f_locals.get("self")
    family = _held_by(module)
    able = (*family, *_held_by(type(itself).__module__))
    return next((plugin for plugin in able if plugin is itself), family[0] if len(family) == 1 else None)


def _held_by(module: str) -> list[Any]:
    holder: Any = sys.modules.get(module)
    return [*([holder.PLUGIN] if hasattr(holder, "PLUGIN") else []), *getattr(holder, "PLUGINS", ())]


def _blame_of(entry: EntryPoint, frame: FrameType) -> Blame:
    plugin: Any = sys.modules.get(entry.module)
    for name in filter(None, entry.attr.split(".")):
        plugin = getattr(plugin, name, None)
    package = entry.dist.name if entry.dist else _top(entry.module)
    names = (getattr(owner, "name", None) for owner in (frame.f_locals.get("self"), plugin))
    return Blame(
        package,
        entry.dist.version if entry.dist else "",
        entry.group.removeprefix("quinary."),
        next((name for name in names if isinstance(name, str)), entry.name),
        str(getattr(plugin, "version", "")),
    )


def _top(module: str) -> str:
    return module.partition(".")[0]


def _version_of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # run from a folder, not installed
        return "(not installed)"
