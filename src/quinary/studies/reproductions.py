"""Finding and running the systems of `quinary.studies.systems`: each file there states its paper and has a function `run`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

import quinary.studies.systems
from quinary.errors import unknown_name
from quinary.progress import Progress, silent

__all__ = ["ALIASES", "Figures", "Reproduction", "ReproductionSettings", "list_systems", "reproduce", "system_names"]

Figures = dict[str, float]
ALIASES: Final = {"s1": "debnath2021"}


@dataclass(frozen=True, slots=True)
class ReproductionSettings:
    """`effort` scales what is repeated (seeds, repeats of folds, trees), 1 for the full figures; all is drawn from `seed`.

    `database` is the URL of a store to take the data from, for systems that can; None for the data of the project.
    """

    effort: float = 1.0
    seed: int = 0
    progress: Progress = silent
    database: str | None = None

    def repeats(self, full: int) -> int:
        """The number of repeats where `full` is that of the full figures; at least one."""
        return max(1, round(self.effort * full))


@dataclass(frozen=True, slots=True)
class Reproduction:
    """Figures of one system, flat: name -> number.

    Attributes:
        published: as in the paper.
        ours: by the protocol of the paper.
        grouped: with what chemistry makes alike held out together.
        data: set -> number of rows used, and other counts.
        stand_in: what stands in for data that are not public; empty where nothing does.
        notes: what a reader has to know, one sentence each.
        listed: rows that are shown without a target.
    """

    published: Mapping[str, float]
    ours: Mapping[str, float]
    grouped: Mapping[str, float]
    data: Mapping[str, float]
    stand_in: str = ""
    notes: tuple[str, ...] = ()
    listed: tuple[Mapping[str, Any], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The document."""
        return {
            "published": dict(self.published),
            "ours": dict(self.ours),
            "grouped": dict(self.grouped),
            "data": dict(self.data),
            "stand_in": self.stand_in,
            "notes": list(self.notes),
            "listed": [dict(row) for row in self.listed],
        }


def system_names() -> list[str]:
    """The names of all systems, alphabetical."""
    return sorted(module.name for module in pkgutil.iter_modules(quinary.studies.systems.__path__))


def list_systems() -> list[dict[str, Any]]:
    """`name`, `paper` (DOI), `title` and `data` (names of data sets) of each system."""
    return [_entry(name, _module(name)) for name in system_names()]


def reproduce(name: str, settings: ReproductionSettings) -> dict[str, Any]:
    """The document of a system, named or by an alias (`s1`): `name`, `paper` and the parts of a `Reproduction`.

    Raises:
        InputError: there is no such system, or its data are not on this machine.
    """
    name = ALIASES.get(name, name)
    if name not in system_names():
        raise unknown_name("system", name, system_names())
    module = _module(name)
    found: Reproduction = module.run(settings)
    return {"name": name, "paper": module.PAPER, **found.as_dict()}


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"quinary.studies.systems.{name}")


def _entry(name: str, module: ModuleType) -> dict[str, Any]:
    return {"name": name, "paper": module.PAPER, "title": module.TITLE, "data": list(module.DATA)}
