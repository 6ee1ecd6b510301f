"""Words of column headings that name no quantity: how a value was obtained, that it is a spread, that it is heat-treated."""

from __future__ import annotations

import re
from typing import Final

from quinary.points.point import Method

__all__ = [
    "changes_the_quantity",
    "is_of_heat_treatment",
    "is_of_processing",
    "method_stated",
    "names_a_spread",
    "spread_of_what",
    "without_method",
    "words_of",
]


def _phrases(text: str) -> str:
    """A pattern of whole words or phrases, with blanks, dashes and underscores alike between them."""
    return "(?<![A-Za-z])(?:" + "|".join(part.replace(" ", r"[\s_-]*") for part in text.split(", ")) + ")(?![A-Za-z])"


# The most telling first: `calculated by DFT` is DFT
_METHODS: Final = tuple(
    (re.compile(_phrases(text), re.IGNORECASE), method)
    for method, text in (
        (Method.DFT, "dft, first principles?, ab initio, aimd, gga, pbe, pbesol, vasp, emto, exact muffin tin"),
        (Method.CALPHAD, r"calphad, thermo calc, pandat, factsage"),
        (Method.POTENTIAL, "md, molecular dynamics, molecular statics, meam, eam, lammps, mlip, mlff, monte carlo"),
        (Method.LEARNED, r"predicted, predictions?, pred\.?, ml, machine learned, machine learning, neural network"),
        (Method.EMPIRICAL, "rom, rule of mixtures?, empirical, semi empirical"),
        (
            Method.CALCULATED,
            r"calc\.?, cal\., calculated, calculations?, simulated, simulations?, sim\.?, computed, computational,"
            r" computations?, theoretical, theory, theor\.?, modell?ed, fem, finite elements?",
        ),
        (Method.MEASURED, r"exp\.?, exptl?\.?, experimental, experimentally, experiments?, measured, meas\.?"),
    )
)
_METHOD_STARTS: Final = frozenset(
    {
        "dft", "first", "principle", "principles", "ab", "aimd", "gga", "pbe", "pbesol", "vasp", "emto", "exact",
        "calphad", "thermo", "thermocalc", "pandat", "factsage", "md", "molecular", "meam", "eam", "lammps", "mlip",
        "mlff", "monte", "predicted", "prediction", "predictions", "pred", "ml", "machine", "neural", "rom", "rule",
        "empirical", "semi", "calc", "cal", "calculated", "calculation", "calculations", "simulated", "simulation",
        "simulations", "sim", "computed", "computational", "computation", "computations", "theoretical", "theory",
        "theor", "modelled", "modeled", "fem", "finite", "exp", "expt", "exptl", "experimental", "experimentally",
        "experiment", "experiments", "measured", "meas",
    }
)  # fmt: skip
_JOINED: Final = r"(?:\b(?:of|by|from|in|with|via|using)\s+)?"
_ANY_METHOD = re.compile(
    rf"[\s_,;(\[-]*{_JOINED}(?:{'|'.join(pattern.pattern for pattern, _ in _METHODS)})[\s_:)\]-]*", re.IGNORECASE
)


def method_stated(text: str) -> Method | None:
    """How the values of a column were obtained, from words of its heading (`Tm of MD`); None where it says nothing."""
    if _METHOD_STARTS.isdisjoint(words_of(text)):
        return None
    return next((method for pattern, method in _METHODS if pattern.search(text)), None)


def without_method(name: str) -> str:
    """The name of a column without those words: `Tm of MD` is Tm."""
    return name if _METHOD_STARTS.isdisjoint(words_of(name)) else _ANY_METHOD.sub(" ", name).strip()


_SPREAD: Final = (
    r"(?:uncertaint(?:y|ies)|errors?|err\.?|error[\s_-]*bars?|std\.?(?:[\s_-]*(?:dev|err|error|deviation)\.?)?|stdev|st\.?[\s_]*dev\.?|"
    r"stand(?:ard|\.)[\s_-]*(?:deviation|dev\.?|error|uncertainty)|s\.?d\.?|scatter|±|\+/-|\+-)"
)
_SPREAD_HINT = re.compile(r"uncert|err|sta?n?d|st\.? ?_?-?dev|s\.?d|scatt|±|\+", re.IGNORECASE)
_SPREAD_ALONE = re.compile(rf"{_SPREAD}", re.IGNORECASE)
_SPREAD_WORD = re.compile(rf"(?<![A-Za-z]){_SPREAD}(?![A-Za-z])", re.IGNORECASE)
_SPREAD_AFTER = re.compile(rf"^(.*[^\s_,;(\[-])[\s_,;(\[-]+{_SPREAD}[\s)\]]*$|^(.*[^\s_])\s*(?:±|\+/-)$", re.IGNORECASE)
_SPREAD_BEFORE = re.compile(
    rf"^{_SPREAD}[\s_-]*(?:(?:of|in|on|for)[\s_-]+(?:the\s+)?)?[\s_(-]*(.+?)\)?$", re.IGNORECASE
)
_LONGEST: Final = 120


def names_a_spread(name: str) -> bool:
    """True if a heading has a word for an uncertainty: its numbers are no values, whatever stands beside it."""
    name = name[:_LONGEST]
    return _SPREAD_HINT.search(name) is not None and _SPREAD_WORD.search(name) is not None


def spread_of_what(name: str) -> str | None:
    """The quantity whose uncertainty a name states: `YS` of `YS error`, empty of `error` alone, None where it states none."""
    name = name.strip()
    if len(name) > _LONGEST or not names_a_spread(name):
        return None
    if _SPREAD_ALONE.fullmatch(name):
        return ""
    for pattern in (_SPREAD_AFTER, _SPREAD_BEFORE):
        found = pattern.match(name)
        if found:
            return next(part for part in found.groups() if part).strip()
    return None


_HEATED: Final = (
    r"an?neal\w*|age(?:d|ing)?|aging|solution\w*|homogeni[sz]\w*|sinter\w*|temper(?:ed|ing)?|quench\w*|normali[sz]\w*|"
    r"austeniti[sz]\w*|treat(?:ed|ment)|heat[\s_-]*treat\w*|soak\w*|exposed|exposure|after|calcin\w*|firing"
)
_MADE: Final = (
    r"hip(?:ped|ping)?|sps|roll(?:ed|ing)|forg(?:ed|ing)|deposit\w*|substrate|pre-?heat\w*|carburi[sz]\w*|nitrid(?:ed|ing)|"
    r"reduction|consolidat\w*|process\w*|extru\w*|cast(?:ing)?|pour\w*|synthes\w*|cooling|heating|mill\w*|pressing|bond\w*"
)
_HEAT_TREATMENT = re.compile(rf"(?<![A-Za-z])(?:{_HEATED})(?![A-Za-z])", re.IGNORECASE)
_PROCESSING = re.compile(rf"(?<![A-Za-z])(?:{_HEATED}|{_MADE})(?![A-Za-z])", re.IGNORECASE)


def is_of_processing(name: str) -> bool:
    """True if a heading speaks of how the material was made: `T anneal`, `sintering temperature`."""
    return _PROCESSING.search(name.replace("_", " ")) is not None


def is_of_heat_treatment(name: str) -> bool:
    """True if a temperature in a heading is that of a treatment before the test: `HV after 800 °C/1 h`."""
    return _HEAT_TREATMENT.search(name.replace("_", " ")) is not None


# Words that make another quantity of the one they stand beside
_CHANGING: Final = frozenset(
    {
        "difference", "diff", "delta", "δ", "Δ", "∆", "ratio", "mismatch", "change", "changes", "increase", "decrease",
        "gain", "loss", "factor", "index", "parameter", "coefficient", "distortion", "deviation", "variation",
        "variance", "gradient", "normalized", "normalised", "relative", "log", "ln", "log10", "inverse", "reciprocal",
        "product", "sum", "rate", "range", "min", "max", "minimum", "maximum", "count", "number", "n", "no", "cv",
        "type", "class", "category", "label", "id", "name", "ref", "reference", "source", "comment", "note", "notes",
        "method", "model", "error", "std", "sd", "uncertainty", "residual", "contribution", "increment", "drop",
        "shift", "anisotropy", "exponent", "fraction", "sensitivity", "depth", "time", "date", "year", "window", "gap",
        "interval", "d", "abs", "dev", "misfit", "mean", "average", "avg", "local", "softening", "hardening", "retention",
    }
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)?%?")


def words_of(name: str) -> list[str]:
    """The words of a name in small letters: `Lattice_Parameter` is lattice, parameter."""
    return [word.lower() for word in _WORD.findall(name)]


def changes_the_quantity(words: list[str]) -> bool:
    """True if one of these words makes another quantity of what it stands beside: `melting_diff`, `B/G ratio`."""
    return not _CHANGING.isdisjoint(words)
