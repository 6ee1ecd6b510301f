"""Phase names as papers write them -> one sorted tuple of standard names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

__all__ = ["LATTICE_OF_PHASE", "parse_phases", "parse_processing", "processing_in_words"]

_STANDARD: Final = {
    "BCC": "BCC", "A2": "BCC", "BCC_A2": "BCC", "FCC": "FCC", "A1": "FCC", "FCC_A1": "FCC", "HCP": "HCP", "A3": "HCP",
    "HCP_A3": "HCP", "B2": "B2", "BCC_B2": "B2", "L12": "L12", "FCC_L12": "L12", "LAVES": "Laves", "C14": "C14",
    "C15": "C15", "C36": "C36", "SIGMA": "sigma", "Σ": "sigma", "MU": "mu", "BCT": "BCT", "AM": "amorphous",
    "AMORPHOUS": "amorphous",
    "M5SI3": "M5Si3", "CARBIDE": "carbide", "MC": "MC", "M6C": "M6C", "M23C6": "M23C6", "HEUSLER": "L21", "L21": "L21",
    "L10": "L10", "D019": "D019", "ORTHO": "orthorhombic", "LIQUID": "liquid", "ETA": "eta", "OMEGA": "omega",
    "IM": "intermetallic", "ROCKSALT": "rock-salt", "ROCK-SALT": "rock-salt", "B1": "rock-salt",
    "ALB2": "AlB2", "C32": "AlB2", "FLUORITE": "fluorite", "PEROVSKITE": "perovskite", "SPINEL": "spinel",
    "SEC.": "secondary", "SEC": "secondary", "?": "unknown",
}  # fmt: skip
_NOTHING: Final = frozenset({"", "OTHER", "NAN", "NONE", "NOT SPECIFIED", "UNKNOWN", "N/A"})
_COUNTED = re.compile(r"(\d{1,2})([A-Za-z?].*)$")

# The lattice whose elemental values describe a phase; phases without one (Laves, sigma) have no linear combination.
LATTICE_OF_PHASE: Final = {"BCC": "bcc", "B2": "bcc", "FCC": "fcc", "L12": "fcc", "HCP": "hcp"}


def parse_phases(text: str | None) -> tuple[str, ...]:
    """`FCC+2BCC` -> ("BCC", "BCC", "FCC"): split at +, counts expanded, names made standard, sorted.

    Text that names no phase (`other`, `not specified`) gives an empty tuple; an unknown name is kept as written.
    """
    if text is None or text.strip().upper() in _NOTHING:
        return ()
    found: list[str] = []
    for raw in re.split(r"[+/,;]", text):
        token = raw.strip()
        if token.upper() in _NOTHING:
            continue
        counted = None if token.upper() in _STANDARD else _COUNTED.match(token)
        count, name = (int(counted.group(1)), counted.group(2).strip()) if counted else (1, token)
        found += [_STANDARD.get(name.upper(), name)] * max(count, 1)
    return tuple(sorted(found))


# Code of a step -> what it stands for; a code that is not here is shown as it is.
_STEPS_IN_WORDS: Final = {
    "AC": "as-cast", "A": "annealed", "W": "wrought", "PM": "powder metallurgy", "VAM": "vacuum arc melted",
    "MA": "mechanically alloyed", "SPS": "spark plasma sintered", "HIP": "hot isostatically pressed",
    "CR": "cold rolled", "HR": "hot rolled",
}  # fmt: skip
_PROCESSING: Final = {
    **{words.upper(): code for code, words in _STEPS_IN_WORDS.items()},
    "CAST": "AC", "AS CAST": "AC", "ANNEAL": "A", "POWDER": "PM", "OTHER": "", "NONE": "",
}  # fmt: skip


def parse_processing(text: str | None) -> tuple[str, ...]:
    """`CW + A` -> ("CW", "A"): the steps in order, upper case, the common long names as codes (CAST and AC are one)."""
    if text is None:
        return ()
    steps = (step.strip().upper() for step in str(text).split("+"))
    return tuple(code for step in steps if (code := _PROCESSING.get(step, step)))


def processing_in_words(steps: Sequence[str]) -> str:
    """("AC", "A") -> `as-cast + annealed`, which `parse_processing` reads back as the same codes."""
    return " + ".join(_STEPS_IN_WORDS.get(step, step) for step in steps)
