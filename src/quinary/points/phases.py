"""Phase names as papers write them -> one sorted tuple of standard names."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["LATTICE_OF_PHASE", "parse_phases"]

_STANDARD: Final = {
    "BCC": "BCC", "A2": "BCC", "BCC_A2": "BCC", "FCC": "FCC", "A1": "FCC", "FCC_A1": "FCC", "HCP": "HCP", "A3": "HCP",
    "HCP_A3": "HCP", "B2": "B2", "BCC_B2": "B2", "L12": "L12", "FCC_L12": "L12", "LAVES": "Laves", "C14": "C14",
    "C15": "C15", "C36": "C36", "SIGMA": "sigma", "Σ": "sigma", "MU": "mu", "BCT": "BCT", "AM": "amorphous",
    "AMORPHOUS": "amorphous",
    "M5SI3": "M5Si3", "CARBIDE": "carbide", "MC": "MC", "M6C": "M6C", "M23C6": "M23C6", "HEUSLER": "L21", "L21": "L21",
    "L10": "L10", "D019": "D019", "ORTHO": "orthorhombic", "LIQUID": "liquid", "ETA": "eta", "OMEGA": "omega",
    "IM": "intermetallic", "ROCKSALT": "rock-salt", "ROCK-SALT": "rock-salt", "B1": "rock-salt",
    "ROCK SALT": "rock-salt", "ROCK_SALT": "rock-salt", "RS": "rock-salt", "NACL": "rock-salt",
    "ALB2": "AlB2", "C32": "AlB2", "FLUORITE": "fluorite", "PEROVSKITE": "perovskite", "SPINEL": "spinel",
    "SEC.": "secondary", "SEC": "secondary", "?": "unknown",
}  # fmt: skip
_NOTHING: Final = frozenset({"", "OTHER", "NAN", "NONE", "NOT SPECIFIED", "UNKNOWN"})
_COUNTED = re.compile(r"([1-9])\s*(\D.*)")
_NOT_STATED = re.compile(r"(?<![^\W_])N\s*/\s*A(?![^\W_])", re.IGNORECASE)

# The lattice whose elemental values describe a phase; phases without one (Laves, sigma) have no linear combination.
LATTICE_OF_PHASE: Final = {"BCC": "bcc", "B2": "bcc", "FCC": "fcc", "L12": "fcc", "HCP": "hcp"}


def parse_phases(text: str | None) -> tuple[str, ...]:
    """`FCC+2BCC` -> ("BCC", "BCC", "FCC"): split at +, counts expanded, names made standard, sorted.

    Text that names no phase (`other`, `N/A`) gives an empty tuple; an unknown name is kept as written. A digit counts
    only standard names: `6H`, `3C` and `9R` are polytypes.
    """
    if text is None:
        return ()
    tokens = (token.strip() for token in re.split(r"[+/,;]", _NOT_STATED.sub("", text)))
    return tuple(sorted(phase for token in tokens if token.upper() not in _NOTHING for phase in _phases_of(token)))


def _phases_of(token: str) -> list[str]:
    counted = _COUNTED.fullmatch(token)
    if counted and counted[2].upper() in _STANDARD:
        return [_STANDARD[counted[2].upper()]] * int(counted[1])
    return [_STANDARD.get(token.upper(), token)]
