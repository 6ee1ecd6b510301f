"""Whose mistake an exception is: the world's, a plug-in's or Quinary's, as far as its traceback tells."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, PackageNotFoundError, entry_points, version
from types import FrameType
from typing import Any, Final

from quinary.errors import BugError, QuinaryError
from quinary.plugins.registry import KINDS

__all__ = ["BUGS", "Blame", "blamed", "is_bug", "is_mistake_of_ours", "what_it_says"]

# What a program raises that is written wrongly, whatever it was given (docs/decisions/015-bugs-and-failures.md)
BUGS: Final = (
    AssertionError, AttributeError, ImportError, LookupError, NameError, NotImplementedError, RecursionError, SyntaxError,
    SystemError, TypeError,
)  # fmt: skip


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


def is_bug(error: BaseException) -> bool:
    """True for a mistake in the program; False for what numbers, files and the machine may do to a right one."""
    return isinstance(error, BugError) or (isinstance(error, BUGS) and not isinstance(error, QuinaryError))


def is_mistake_of_ours(error: BaseException) -> bool:
    """True for a bug that shows in the code of Quinary or of a plug-in itself.

    Libraries raise the same classes for files that are damaged: openpyxl a `KeyError` for a workbook without styles.
    """
    if not is_bug(error) or isinstance(error, RecursionError):
        return False
    innermost = [_top(str(frame.f_globals.get("__name__", ""))) for frame in _frames(error)][-1:]
    return any(package == "quinary" or _has_plugins(package) for package in innermost)


@functools.cache  # a file of many bad rows asks for each of them
def _has_plugins(package: str) -> bool:
    return any(_top(entry.module) == package for kind in KINDS for entry in entry_points(group=f"quinary.{kind}"))


def what_it_says(error: BaseException) -> str:
    """The exception in one line: its message, with the name of its class unless it was raised on purpose."""
    said = error.message if isinstance(error, QuinaryError) else f"{type(error).__name__}: {error}"
    return " ".join(said.split())


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
