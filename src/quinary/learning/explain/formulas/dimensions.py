"""Dimensions of units, so that a search for formulas adds only what can be added and takes logarithms of numbers alone.

A unit is a product of powers of symbols, as the vocabulary of properties and the reference tables write them:
`GPa`, `J/m^2`, `MPa m^0.5`, `kJ/mol`, `(eV/atom)^-1`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypeAlias

from quinary.constants import AVOGADRO
from quinary.errors import InputError
from quinary.unit_grammar import parsed
from quinary.units import unit_named

__all__ = ["NUMBER", "Dimension", "Powers", "dimension_of", "powers_of", "unit_text"]

_BASES: Final = ("m", "kg", "s", "K", "mol", "USD", "A")
_FINEST: Final = 12  # exponents are multiples of 1/12: halves, thirds and quarters are exact

Powers: TypeAlias = tuple[tuple[str, Fraction], ...]  # symbol of a unit -> exponent, sorted by symbol


@dataclass(frozen=True, slots=True)
class Dimension:
    """Exponents of metre, kilogram, second, kelvin, mole, dollar and ampere, and the factor to that coherent unit.

    Two quantities may be added when their `exponents` are equal; `factor` is then what converts between them.
    """

    exponents: tuple[Fraction, ...]
    factor: float

    @property
    def is_number(self) -> bool:
        """True without a dimension: only then may it stand inside a logarithm or an exponential."""
        return not any(self.exponents)

    def times(self, other: Dimension) -> Dimension:
        """The dimension of a product."""
        exponents = tuple(a + b for a, b in zip(self.exponents, other.exponents, strict=True))
        return Dimension(exponents, self.factor * other.factor)

    def to_power(self, power: Fraction | float) -> Dimension:
        """The dimension of a power; the power is rounded to a twelfth."""
        exact = _rounded(power)
        return Dimension(tuple(exponent * exact for exponent in self.exponents), self.factor ** float(exact))


NUMBER: Final = Dimension((Fraction(0),) * len(_BASES), 1.0)


def _base(factor: float, **exponents: int) -> Dimension:
    return Dimension(tuple(Fraction(exponents.get(name, 0)) for name in _BASES), factor)


_SYMBOLS: Final[Mapping[str, Dimension]] = {
    "m": _base(1.0, m=1),
    "g": _base(1e-3, kg=1),
    "s": _base(1.0, s=1),
    "K": _base(1.0, K=1),
    "mol": _base(1.0, mol=1),
    "USD": _base(1.0, USD=1),
    "Pa": _base(1.0, m=-1, kg=1, s=-2),
    "N": _base(1.0, m=1, kg=1, s=-2),
    "J": _base(1.0, m=2, kg=1, s=-2),
    "eV": _base(1.602176634e-19, m=2, kg=1, s=-2),
    "atom": _base(1.0 / AVOGADRO, mol=1),
    "HV": _base(9.80665e6, m=-1, kg=1, s=-2),
    "kgf": _base(9.80665, m=1, kg=1, s=-2),
    "gf": _base(9.80665e-3, m=1, kg=1, s=-2),
    "ksi": _base(6.894757293168e6, m=-1, kg=1, s=-2),
    "amu": _base(1.66053906660e-27, kg=1),
    "A": _base(1e-10, m=1),
    "angstrom": _base(1e-10, m=1),
    "1": NUMBER,
    "%": _base(0.01),
    "wt%": _base(0.01),
    "wppm": _base(1e-6),
}
_PREFIXES: Final[Mapping[str, float]] = {
    "G": 1e9, "M": 1e6, "k": 1e3, "c": 1e-2, "m": 1e-3, "u": 1e-6, "n": 1e-9, "p": 1e-12,
}  # fmt: skip
_PREFIXED: Final = frozenset({"m", "g", "s", "Pa", "J", "eV", "N", "mol"})
_TOKEN: Final = re.compile(r"(?P<sign>[/ *]?)\s*(?P<body>\((?P<inside>[^()]*)\)|[^\s/*^()]+)(?:\^(?P<power>-?[\d.]+))?")


@functools.cache
def dimension_of(unit: str) -> Dimension:
    """The dimension of a unit; the empty text is a number.

    A unit of other symbols than those of the features, such as W/m/K, is read as `quinary.units` reads it.

    Raises:
        InputError: a symbol in it is unknown, or of no base that stands in formulas.
    """
    powers = powers_of(unit)
    if not all(_is_symbol(symbol) for symbol, _ in powers):
        return _of_grammar(unit)
    found = NUMBER
    for symbol, power in powers:
        found = found.times(_of_symbol(symbol).to_power(power))
    return found


@functools.cache
def powers_of(unit: str) -> Powers:
    """`J/m^2` -> (("J", 1), ("m", -2)).

    Raises:
        InputError: it is not written as a product of powers.
    """
    powers: dict[str, Fraction] = {}
    position, text = 0, unit.strip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise InputError(f"cannot read the unit {unit!r}; write it as powers, such as J/m^2 or MPa m^0.5")
        power = _rounded(float(match["power"] or 1)) * (-1 if match["sign"] == "/" else 1)
        parts = powers_of(match["inside"]) if match["inside"] is not None else ((match["body"], Fraction(1)),)
        for symbol, exponent in parts:
            powers[symbol] = powers.get(symbol, Fraction(0)) + exponent * power
        position = match.end()
    return tuple(sorted((symbol, power) for symbol, power in powers.items() if power and symbol != "1"))


def unit_text(powers: Mapping[str, Fraction | float]) -> str:
    """Powers of units as text, positive powers first: `MPa m^0.5`, `GPa^-0.5 J`; empty for a number."""
    kept = [(symbol, float(power)) for symbol, power in powers.items() if abs(float(power)) > 1e-9]
    ordered = sorted(kept, key=lambda entry: (entry[1] < 0, entry[0]))
    return " ".join(symbol if power == 1 else f"{symbol}^{power:.3g}" for symbol, power in ordered)


def _rounded(power: Fraction | float) -> Fraction:
    return power if isinstance(power, Fraction) else Fraction(round(power * _FINEST), _FINEST)


def _is_symbol(symbol: str) -> bool:
    return symbol in _SYMBOLS or (symbol[0] in _PREFIXES and symbol[1:] in _PREFIXED)


def _of_symbol(symbol: str) -> Dimension:
    if symbol in _SYMBOLS:
        return _SYMBOLS[symbol]
    return _base(_PREFIXES[symbol[0]]).times(_SYMBOLS[symbol[1:]])


def _of_grammar(unit: str) -> Dimension:
    known = unit_named(unit)  # says what is wrong with a text that is no unit
    if known.offset:
        raise InputError(
            f"the unit {unit} ({known.dimension}) is not a product of powers and cannot stand in a formula"
        )
    product = parsed(unit)
    other = next((base for base, _ in product.powers if base not in _BASES), None)
    if other is not None:
        raise InputError(f"the unit {unit} has the base {other.replace('_', ' ')}, which formulas do not know")
    exponents = dict(product.powers)
    return Dimension(tuple(exponents.get(name, Fraction(0)) for name in _BASES), float(product.factor))
