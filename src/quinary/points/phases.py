"""Phase names as papers write them -> one sorted tuple of standard names.

Verdicts on a structure are no phases: `multi-phase`, `Non-SP-SS` and `SS+IM` count phases or class them, and name none.
"""

from __future__ import annotations

import functools
import re
from typing import Final

from quinary.plain_text import plain_text
from quinary.reference.elements import atomic_numbers

__all__ = ["LATTICE_OF_PHASE", "is_phase_name", "is_verdict", "parse_phases"]

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
    "INTERMETALLIC": "intermetallic", "INTERMETALLICS": "intermetallic", "BMG": "amorphous", "METALLIC GLASS": "amorphous",
    "L1_2": "L12", "L2_1": "L21", "L1_0": "L10", "D0_19": "D019", "CHI": "chi", "Χ": "chi", "Μ": "mu", "Η": "eta",
    "Ω": "omega",
    "SEC.": "secondary", "SEC": "secondary", "?": "unknown",
}  # fmt: skip
_NOTHING: Final = frozenset({"", "OTHER", "NAN", "NONE", "NOT SPECIFIED", "UNKNOWN"})
_COUNTED = re.compile(r"([1-9])\s*(\D.*)")
_NUMBERED = re.compile(r"(BCC|FCC|HCP)[\s_#(-]*[1-4]\)?", re.IGNORECASE)  # the BCC1 and BCC2 of one alloy
_NOT_STATED = re.compile(r"(?<![^\W_])N\s*/\s*A(?![^\W_])", re.IGNORECASE)
_BETWEEN = re.compile(r"[+,;&]|/(?!m)|\s(?:and|with|plus)\s", re.IGNORECASE)  # P63/mmc is one
# Words beside the name of a phase that do not change it, and those that say how many phases there are, or of what class
_BESIDE: Final = (
    "phases?|structures?|structured|solid|solutions?|ss|single|lattice|matrix|disordered|major|minor|main|primary|simple|"
    "traces?|of|a|the|small|amount|precipitates?|particles?|dendrites?|dendritic|interdendritic|grains?|nanoparticles?"
)
_QUALIFIER = re.compile(
    rf"(?<![^\W_])(?:{_BESIDE}|dual|duplex|two|three|multi|\d+(?:\.\d+)?\s?%)(?![^\W_])", re.IGNORECASE
)
_VERDICT = re.compile(
    r"(?:(?:non|not|no|without)[\s_-]*)?(?:a[\s_-]+)?"
    r"(?:(?:single|multi|multiple|dual|duplex|two|three|mixed|sp|mp|dp|solid|solutions?|ss|sss|phases?|crystal(?:line)?|"
    r"intermetallics?|im|stable|unstable|metastable|pure|simple|complex|formed|forming|yes|no|true|false)[\s_-]*)+",
    re.IGNORECASE,
)
_ENCLOSED = re.compile(rf"(?:(?:{_BESIDE}|dual|duplex|two|multi)[\s-]*)*\(([^()]*)\)", re.IGNORECASE)
_CLASSES: Final = frozenset(
    {"IM", "INTERMETALLIC", "INTERMETALLICS"}
)  # phases beside others, and a verdict beside `SS`
_BESIDE_EACH_OTHER = re.compile(r"[\s_-]+")
_ORDERED_ON: Final = {"BCC": frozenset({"B2", "D03", "L21"}), "FCC": frozenset({"L12", "L10"})}
_KINDS_OF_COMPOUND: Final = frozenset({"carbide", "Laves", "intermetallic"})
_LONGEST: Final = 80  # characters of one name

# The lattice whose elemental values describe a phase; phases without one (Laves, sigma) have no linear combination.
LATTICE_OF_PHASE: Final = {"BCC": "bcc", "B2": "bcc", "FCC": "fcc", "L12": "fcc", "HCP": "hcp"}


@functools.lru_cache(maxsize=4096)
def parse_phases(text: str | None) -> tuple[str, ...]:
    """`FCC+2BCC` -> ("BCC", "BCC", "FCC"): split at +, counts expanded, names made standard, sorted.

    Text that names no phase (`other`, `N/A`, `multi-phase`) gives an empty tuple; a verdict beside names (`FCC + SS`) is one
    unknown phase, and an unknown name is kept as written. A digit counts only standard names: `6H`, `3C` and `9R` are
    polytypes.
    """
    tokens = _tokens(text)
    found = [phase for token in tokens if not _is_verdict(token) for phase in _phases_of(token)]
    if any(_is_verdict(token) for token in tokens):
        found = [phase for phase in found if phase != "intermetallic"]  # the classes of `SS+IM`
        return tuple(sorted([*found, "unknown"])) if found else ()
    return tuple(sorted(found))


def is_verdict(text: str) -> bool:
    """True if a text counts or classes phases without naming one: `Non-SP-SS`, `dual phase`, `SS+IM`."""
    tokens = _tokens(text)
    return bool(tokens) and all(token.upper() == "IM" or _is_verdict(token) for token in tokens)


def _is_verdict(token: str) -> bool:
    return len(token) <= _LONGEST and token.upper() not in _CLASSES and _VERDICT.fullmatch(token) is not None


def _tokens(text: str | None) -> list[str]:
    """The parts of a text that are something, cut at signs and words between phases, but not inside brackets."""
    plain = _NOT_STATED.sub("", plain_text(text or "")).strip()
    enclosed = _ENCLOSED.fullmatch(plain)  # two-phase (FCC+BCC)
    plain = enclosed[1] if enclosed else plain
    starts = [0]
    ends: list[int] = []
    for sign in _BETWEEN.finditer(plain):
        inside = plain[starts[-1] : sign.start()]
        if inside.count("(") <= inside.count(")"):
            ends.append(sign.start())
            starts.append(sign.end())
    tokens = (plain[start:end].strip() for start, end in zip(starts, [*ends, len(plain)], strict=True))
    return [token for token in tokens if token.upper() not in _NOTHING]


def _phases_of(token: str) -> list[str]:
    counted = _COUNTED.fullmatch(token)
    if counted and counted[2].upper() in _STANDARD:
        return [_STANDARD[counted[2].upper()]] * int(counted[1])
    name = _standard(token) or _standard(_bare(token))
    return [name] if name else _side_by_side(token) or [token]


def _side_by_side(token: str) -> list[str]:
    """The phases of `FCC-HCP`; in `BCC B2` the lattice describes the order."""
    names = [_standard(part) for part in _BESIDE_EACH_OTHER.split(token[:_LONGEST])]
    if len(names) < 2 or not all(names):
        return []
    named = [name for name in names if _ORDERED_ON.get(name, frozenset()).isdisjoint(names)]
    return [name for name in named if name not in _KINDS_OF_COMPOUND or len(named) == 1]


def _standard(name: str) -> str:
    """The standard name of a phase, empty where it is none that has several."""
    numbered = _NUMBERED.fullmatch(name)
    return _STANDARD.get((numbered[1] if numbered else name).upper(), "")


def _bare(token: str) -> str:
    """The name without the words beside it: `single-phase FCC` and `FCC (major)` are FCC."""
    if len(token) > _LONGEST:
        return token
    return " ".join(re.sub(r"\(\s*\)", " ", _QUALIFIER.sub(" ", token.replace("-", " "))).split())


_SYMBOLS: Final = frozenset(
    {
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "kappa", "lambda", "mu", "pi", "sigma",
        "tau", "phi", "chi", "omega", "α", "β", "γ", "δ", "ε", "ζ", "η", "θ", "κ", "λ", "μ", "π", "σ", "τ", "φ", "χ",
        "ω", "cementite", "martensite", "austenite", "ferrite", "graphite", "diamond", "wurtzite", "zincblende",
        "corundum", "rutile", "anatase", "garnet", "pyrochlore", "monazite", "bixbyite", "hexagonal", "tetragonal",
        "orthorhombic", "monoclinic", "cubic", "trigonal", "rhombohedral", "triclinic", "oxide", "oxides", "nitride",
        "nitrides", "boride", "borides", "silicide", "silicides", "carbide", "carbides", "secondary", "unknown",
        "precipitate", "precipitates", "eutectic", "antifluorite", "quasicrystal", "heusler", "laves", "intermetallic",
    }
)  # fmt: skip
_MARKED = re.compile(
    r"[A-L]\d{1,2}(?:_?\d{1,2})?[a-z]?|\d{1,2}[HRCTM]|[amothc][PSFIRC]\d{1,3}|"  # Strukturbericht, polytype, Pearson
    r"[PFICRA]\s?-?[1-6][\d_/mcnabd\s-]*[\d_/mcnabd]|[FPI]m[\s-]?3m|[RPGHQZ]|(?:M|Me)\d*(?:[CNBXSi]\d*)|MAX"
)
_COMPOUND = re.compile(r"(?:\(?(?:[A-Z][a-z]?[\d.]*,?\s?)+\)?[\d.x]*)+")
_ELEMENT = re.compile(r"[A-Z][a-z]?")


def is_phase_name(name: str) -> bool:
    """True for what may be the name of a phase: a standard one, a compound, a symbol of structure, a Greek letter."""
    bare = re.sub(r"\s*\([^()]*\)$", "", _bare(name)).strip("'\" ").removesuffix(" prime")
    if _standard(bare) or bare in set(_STANDARD.values()) or bare.lower() in _SYMBOLS:
        return True
    symbols = _ELEMENT.findall(bare)
    is_compound = len(bare) <= _LONGEST and len(symbols) > 1 and set(symbols) <= set(atomic_numbers())
    head = re.split(r"[\s-]", bare)[0] if bare else ""
    return bool(_MARKED.fullmatch(bare) or _MARKED.fullmatch(head)) or (
        is_compound and _COMPOUND.fullmatch(bare) is not None
    )
