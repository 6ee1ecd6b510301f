"""Free text on phases, as a language model wrote it down -> standard phase names.

`BCC B2 (Intermetallic) + FCC` -> ("B2", "FCC"); `C14 Laves phase + Not specified` -> ("C14", "unknown"). A part that
names no phase, or only guesses (`likely FCC or BCC`), counts as one unknown phase.
"""

from __future__ import annotations

import functools
import re
from typing import Final

from quinary.reference.elements import ANIONS, NON_METALS, atomic_numbers

__all__ = ["parse_phase_text"]

UNKNOWN: Final = "unknown"


def _patterns(*pairs: tuple[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns that match whole words only: `B2` in `BCC_B2`, but not in `ALB2`."""
    return tuple((re.compile(rf"(?<![a-z0-9])(?:{text})(?![a-z0-9])", re.IGNORECASE), name) for text, name in pairs)


# Ordered phases and compounds: where one of these is named, the lattice beside it only describes it (`FCC L12`).
_SPECIFIC: Final = _patterns(
    ("b2|cscl", "B2"), ("l1_?2", "L12"), ("l2_?1|(?<!half[- ])heusler", "L21"), ("half[- ]heusler|mgagas", "C1b"),
    ("l1_?0", "L10"), ("d0_?3", "D03"), ("d0_?19", "D019"), ("d0_?22", "D022"), ("d0_?24", "D024"), ("a15", "A15"),
    ("sigma|σ", "sigma"), ("mu[- ]phase|μ|µ", "mu"), ("chi[- ]phase|χ", "chi"), ("eta[- ]phase|η", "eta"),
    ("omega|ω", "omega"), (r"(?:m|cr|\([^)]*\))23c6", "M23C6"), (r"(?:m|cr|\([^)]*\))7c3", "M7C3"), ("m6c", "M6C"),
    ("m5si3", "M5Si3"), ("antifluorite", "antifluorite"), ("fluorite", "fluorite"), ("spinel", "spinel"),
    ("perovskite", "perovskite"), ("rock[- ]?salt|nacl", "rock-salt"), ("corundum", "corundum"), ("rutile", "rutile"),
)  # fmt: skip
_LAVES: Final = re.compile(r"(?<![a-z0-9])c(?:14|15|36)(?![a-z0-9])", re.IGNORECASE)
_CLASSES: Final = _patterns(
    ("carbides?", "carbide"), ("borides?", "boride"), ("nitrides?", "nitride"), ("silicides?", "silicide"),
    ("oxides?", "oxide"),
)  # fmt: skip
_LATTICES: Final = _patterns(
    ("(?:[a-z]+)?fccs?[12]?|face[- ]cent(?:ered|red)[- ]cubic|a1|cubic close[- ]packed", "FCC"),
    ("(?:[a-z]+)?bccs?[12]?|body[- ]cent(?:ered|red)[- ]cubic|a2", "BCC"),
    ("(?:[a-z]+)?hcp[12]?|hexagonal close[- ]packed|a3", "HCP"), ("bct|body[- ]cent(?:ered|red)[- ]tetragonal", "BCT"),
    ("tetragonal", "tetragonal"), ("orthorhombic", "orthorhombic"), ("monoclinic", "monoclinic"),
    ("rhombohedral", "rhombohedral"),
)  # fmt: skip
_AMORPHOUS = re.compile(r"amorphous|glassy|metallic glass|non-crystalline", re.IGNORECASE)
_INTERMETALLIC = re.compile(r"intermetallic", re.IGNORECASE)
_GUESS = re.compile(
    r"\b(?:likely|probabl[ey]|possibl[ey]|maybe|assumed|expected|predicted|presumably|or)\b|\?", re.IGNORECASE
)
_NEGATION = re.compile(r"\b(?:no|not|without|absence|none)\b", re.IGNORECASE)
_DEFECT = re.compile(r"\b(?:twins?|dislocations?|boundar(?:y|ies)|stacking faults?)\b", re.IGNORECASE)
_SHAPE = re.compile(r"dendrit|lamell|columnar|spherical|equiaxed|nanoporous|needle|grain", re.IGNORECASE)
_COMPOUND = re.compile(r"(?:[A-Z][a-z]?\d{0,2}){2,3}")
_LONGEST = 2000  # characters; the longest of published tables has 300
_SEPARATOR = re.compile(r"\s*(?:[,;&]|\band\b|\s/\s)\s*")


@functools.lru_cache(maxsize=4096)
def parse_phase_text(text: str) -> tuple[str, ...]:
    """The phases that the text names, sorted; an empty tuple where it names none, or is a page of text."""
    if len(text) > _LONGEST:
        return ()
    found = [name for part in _parts(text) for name in _phases_of(part)]
    known = [name for name in found if name != UNKNOWN]
    if not known:
        return ()
    return tuple(sorted([*known, UNKNOWN] if len(known) < len(found) else known))


def _parts(text: str) -> list[str]:
    """The text cut at plus signs, commas and `and`, but not inside brackets."""
    parts, depth, start = [], 0, 0
    for position, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if character == "+" and depth <= 0:
            parts.append(text[start:position])
            start = position + 1
    parts.append(text[start:])
    pieces = [piece for part in parts for piece in ([part] if "(" in part else _SEPARATOR.split(part))]
    return [piece.strip() for piece in pieces if piece.strip()]


def _phases_of(part: str) -> list[str]:
    """The phases of one part: usually one, two where a lattice and an order are both named (`BCC A2 B2`)."""
    if _DEFECT.search(part):
        return []
    if _AMORPHOUS.search(part):
        return ["amorphous"]
    if "laves" in part.lower() or _LAVES.search(part):
        return [_laves(part)]
    if _GUESS.search(part) or _NEGATION.search(part):
        return [UNKNOWN]
    specific = [name for pattern, name in _SPECIFIC if pattern.search(part)]
    if specific:
        has_disordered_twin = "B2" in specific and re.search(r"\bA2\b|BCC/B2", part) is not None
        return [*specific, "BCC"] if has_disordered_twin else specific
    return _plain_phase(part)


def _laves(part: str) -> str:
    types = {found.upper() for found in _LAVES.findall(part)}
    return types.pop() if len(types) == 1 else "Laves"


def _plain_phase(part: str) -> list[str]:
    """A class of compound, a lattice, a compound by its formula, or unknown; nothing for a mere shape (`dendritic`)."""
    named = next((name for pattern, name in _CLASSES if pattern.search(part)), "")
    lattice = next((name for pattern, name in _LATTICES if pattern.search(part)), "")
    # a bare lattice called intermetallic is an ordered phase, not the solid solution that the name alone would mean
    if not named and lattice:
        return ["intermetallic" if _INTERMETALLIC.search(part) else lattice]
    named = named or _compound(_INTERMETALLIC.sub("", part).strip(" ()"))
    if named:
        return [named]
    if _INTERMETALLIC.search(part):
        return ["intermetallic"]
    return [] if _SHAPE.search(part) else [UNKNOWN]


def _compound(text: str) -> str:
    """Ni3Al and TiC with metals first, alphabetical; empty for anything else, such as the alloy's own formula."""
    if not _COMPOUND.fullmatch(text):
        return ""
    amounts = dict(re.findall(r"([A-Z][a-z]?)(\d*)", text))
    if len(amounts) < 2 or not set(amounts) <= set(atomic_numbers()):
        return ""
    ordered = sorted(amounts, key=lambda symbol: (symbol in ANIONS, symbol in NON_METALS, symbol))
    return "".join(symbol + amounts[symbol] for symbol in ordered)
