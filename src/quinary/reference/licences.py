"""Licences of data: from what a source says to its SPDX name and to what passing the data on asks for."""

from __future__ import annotations

import functools
import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from typing import Final

__all__ = ["Licence", "LicenceClass", "licence_named"]


class LicenceClass(StrEnum):
    """What passing data on asks for, from the least to the most."""

    OPEN = "open"
    ATTRIBUTION = "attribution"
    SHARE_ALIKE = "share-alike"
    RESTRICTED = "restricted"
    NONE_GIVEN = "none given"


_ORDER: Final = tuple(LicenceClass)
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
_OR = re.compile(r"\s+or\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence: its SPDX name where it has one, else the text of the source, and its class."""

    name: str
    kind: LicenceClass

    @property
    def may_be_passed_on(self) -> bool:
        """True if data under it may be given to others without asking. Without a licence they may not."""
        return self.kind not in {LicenceClass.RESTRICTED, LicenceClass.NONE_GIVEN}


NONE_GIVEN: Final = Licence("none given", LicenceClass.NONE_GIVEN)


@functools.cache
def _known() -> dict[str, Licence]:
    """Name or alias in lower case -> licence."""
    table = tomllib.loads((files("quinary.reference") / "data" / "licences.toml").read_text(encoding="utf-8"))
    known = {}
    for name, entry in table.items():
        licence = Licence(name, LicenceClass(entry["class"]))
        known.update({text.lower(): licence for text in (name, *entry.get("aliases", ()))})
    return known


@functools.lru_cache(maxsize=1024)
def licence_named(text: str) -> Licence:
    """The licence that a text names: an SPDX name, a common spelling, or several joined by AND or OR.

    Of licences joined by AND the strictest counts, of those joined by OR the least strict. A text that names no licence
    known here counts as none given: nobody can say what it allows.
    """
    stripped = text.strip()
    known = _known().get(stripped.lower())
    if known is not None:
        return known
    for pattern, choose in ((_OR, min), (_AND, max)):
        parts = pattern.split(stripped)
        if len(parts) > 1:
            return Licence(stripped, choose((licence_named(part).kind for part in parts), key=_ORDER.index))
    return Licence(stripped, LicenceClass.NONE_GIVEN) if stripped else NONE_GIVEN
