"""The grammar of units: text such as `W/(m K)`, `10⁻⁶ K⁻¹`, `mg·cm^-2·h^-1` -> a factor to SI units and powers of bases.

A unit is a product of powers of symbols. What stands behind a slash up to the next slash belongs below it, as the field
writes it: `W/m K` is W/(m K), `J/kg/K` is J/(kg K). Blanks, `·`, `*`, and `.` or `-` between letters multiply; powers are
`cm^2`, `cm2`, `cm²`, `m^1/2` or `√m`. Factors are kept as fractions, so that what can be exact is.

Some symbols have two meanings. `C` alone is the degree Celsius, in products a kelvin (a difference); coulombs have a
prefix (`uC`). `A` is the ampere above the slash to the first power (`A/m`) and with a prefix, elsewhere the angstrom
(`eV/A`, `A^3`). `mK` below a slash is metre times kelvin: nobody gives a conductivity per millikelvin. `ppm` in products is
1e-6; alone it is by weight, which `quinary.units` says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypeAlias

from quinary.errors import InputError
from quinary.plain_text import plain_text, without_markup

__all__ = ["Powers", "Product", "parsed", "power_text", "symbol_alone"]

Powers: TypeAlias = tuple[tuple[str, Fraction], ...]  # base -> exponent, in alphabetical order of the bases


@dataclass(frozen=True, slots=True)
class Product:
    """A factor to the coherent unit of the bases, and the exponents of the bases that are not zero."""

    factor: Fraction | float
    powers: Powers = ()

    def times(self, other: Product) -> Product:
        """The product of two."""
        exponents = dict(self.powers)
        for base, power in other.powers:
            exponents[base] = exponents.get(base, Fraction(0)) + power
        kept = tuple(sorted((base, power) for base, power in exponents.items() if power))
        return Product(self.factor * other.factor, kept)

    def to_power(self, power: Fraction) -> Product:
        """A power of it; whole powers stay exact."""
        whole = power.denominator == 1
        factor = self.factor ** int(power) if whole else float(self.factor) ** float(power)
        return Product(factor, tuple((base, exponent * power) for base, exponent in self.powers))


_ONE: Final = Product(Fraction(1))


def _unit(factor: str, **exponents: int) -> Product:
    return Product(Fraction(factor), tuple(sorted((base, Fraction(n)) for base, n in exponents.items())))


_ENERGY: Final = {"kg": 1, "m": 2, "s": -2}
_PRESSURE: Final = {"kg": 1, "m": -1, "s": -2}
_FORCE: Final = {"kg": 1, "m": 1, "s": -2}
# Symbols that take the prefixes of SI; values by definition, or CODATA 2018
_PREFIXABLE: Final[dict[str, Product]] = {
    "m": _unit("1", m=1), "g": _unit("1e-3", kg=1), "s": _unit("1", s=1), "K": _unit("1", K=1),
    "mol": _unit("1", mol=1), "Pa": _unit("1", **_PRESSURE), "bar": _unit("1e5", **_PRESSURE), "N": _unit("1", **_FORCE),
    "J": _unit("1", **_ENERGY), "eV": _unit("1.602176634e-19", **_ENERGY), "cal": _unit("4.184", **_ENERGY),
    "W": _unit("1", kg=1, m=2, s=-3), "V": _unit("1", kg=1, m=2, s=-3, A=-1), "Hz": _unit("1", s=-1),
    "ohm": _unit("1", kg=1, m=2, s=-3, A=-2), "S": _unit("1", kg=-1, m=-2, s=3, A=2), "T": _unit("1", kg=1, s=-2, A=-1),
    "L": _unit("1e-3", m=3), "emu": _unit("1e-3", A=1, m=2), "Wb": _unit("1", kg=1, m=2, s=-2, A=-1),
}  # fmt: skip
_AMPERE: Final = _unit("1", A=1)
_ANGSTROM: Final = _unit("1e-10", m=1)
_ONLY_WITH_PREFIX: Final[dict[str, Product]] = {"A": _AMPERE, "C": _unit("1", A=1, s=1)}
_SYMBOLS: Final[dict[str, Product]] = {
    **_PREFIXABLE,
    "%": _unit("0.01"), "ppm": _unit("1e-6"), "ppb": _unit("1e-9"),
    "wt%": _unit("0.01", mass_fraction=1), "wppm": _unit("1e-6", mass_fraction=1),
    "vol%": _unit("0.01", volume_fraction=1), "at%": _unit("0.01"),
    "A": _ANGSTROM, "angstrom": _ANGSTROM, "inch": _unit("0.0254", m=1), "mil": _unit("2.54e-5", m=1),
    "C": _unit("1", K=1), "degC": _unit("1", K=1), "kelvin": _unit("1", K=1),
    "F": Product(Fraction(5, 9), (("K", Fraction(1)),)), "degF": Product(Fraction(5, 9), (("K", Fraction(1)),)),
    "min": _unit("60", s=1), "h": _unit("3600", s=1), "hr": _unit("3600", s=1), "hour": _unit("3600", s=1),
    "d": _unit("86400", s=1), "day": _unit("86400", s=1), "year": _unit("31557600", s=1), "yr": _unit("31557600", s=1),
    "mpy": Product(Fraction("2.54e-5") / 31557600, (("m", Fraction(1)), ("s", Fraction(-1)))),
    "kgf": _unit("9.80665", **_FORCE), "gf": _unit("9.80665e-3", **_FORCE), "dyn": _unit("1e-5", **_FORCE),
    "HV": _unit("9.80665e6", **_PRESSURE), "ksi": _unit("6.894757293168e6", **_PRESSURE),
    "psi": _unit("6894.757293168", **_PRESSURE), "atm": _unit("101325", **_PRESSURE),
    "amu": _unit("1.66053906660e-27", kg=1), "u": _unit("1.66053906660e-27", kg=1), "erg": _unit("1e-7", **_ENERGY),
    "atom": Product(1 / Fraction("6.02214076e23"), (("mol", Fraction(1)),)),
    "y": _unit("31557600", s=1), "Nm": _unit("1", **_ENERGY), "kgK": _unit("1", kg=1, K=1),
    "gK": _unit("1e-3", kg=1, K=1), "molK": _unit("1", mol=1, K=1),
    "USD": _unit("1", USD=1), "EUR": _unit("1", EUR=1), "cycle": _unit("1", cycle=1), "cycles": _unit("1", cycle=1),
    "deg": _unit("1", deg=1), "Oe": Product(79.57747154594767, (("A", Fraction(1)), ("m", Fraction(-1)))),
}  # fmt: skip
_PREFIXES: Final = {
    "T": "1e12", "G": "1e9", "M": "1e6", "k": "1e3", "h": "1e2", "d": "1e-1", "c": "1e-2", "m": "1e-3", "u": "1e-6",
    "n": "1e-9", "p": "1e-12", "f": "1e-15",
}  # fmt: skip
_FULL_NAMES: Final = {
    "micron": "um", "microns": "um", "angstroms": "angstrom", "celsius": "degC", "kelvins": "K", "hours": "h",
    "minutes": "min", "days": "d", "seconds": "s", "newton": "N", "pascal": "Pa", "volts": "V",
}  # fmt: skip
# Symbols with prefix that stand in tables; of one in the wrong case only these are thought of: `Mpa` is no millipascal
_USUAL: Final = """kPa MPa GPa HV Hv kgf gf kg mg um mm cm nm pm kJ mJ MJ eV meV MeV keV kN mN Nm mol min Hz kHz MHz
wppm ppm ppb psi ksi bar kbar cal kcal mW kW amu angstrom kelvin degC degF atom ohm emu"""
_METRE_KELVIN: Final = _unit("1", m=1, K=1)


def _prefixed(body: str) -> Product | None:
    """The unit of a symbol, with or without a prefix."""
    found = _SYMBOLS.get(body)
    if found is None and body[:1] in _PREFIXES:
        rest = _PREFIXABLE.get(body[1:]) or _ONLY_WITH_PREFIX.get(body[1:])
        found = rest and rest.times(Product(Fraction(_PREFIXES[body[0]])))
    return found


def _of_any_case() -> dict[str, Product]:
    """Usual symbols in small letters -> their unit, where there is one reading only: `mj` may be mJ and MJ."""
    found: dict[str, set[Product]] = {}
    for symbol in _USUAL.split():
        found.setdefault(symbol.lower(), set()).add(_prefixed(symbol) or _SYMBOLS["HV"])
    unique = {symbol: next(iter(units)) for symbol, units in found.items() if len(units) == 1}
    return unique | {word: unit for word, symbol in _FULL_NAMES.items() if (unit := _prefixed(symbol)) is not None}


_OF_ANY_CASE: Final = _of_any_case()
_BASES_IN_WORDS: Final = {"mass_fraction": "(mass fraction)", "volume_fraction": "(volume fraction)"}

_LONGEST: Final = 80  # characters; longer texts are sentences
_LARGEST_POWER: Final = 12
_LARGEST_DECIMAL: Final = 30  # of a power of ten

# -- what people write -> the characters of the grammar ------------------------------------------------------------------

# after `plain_text`, which knows one ohm, one micro, one angstrom, one dash, and writes powers with ^
_CHARACTERS: Final = str.maketrans(
    {
        "μ": "u", "Ω": "ohm", "Å": "angstrom", "·": " ", "×": " ", "*": " ", "$": "", "{": "", "}": "", "[": "(", "]": ")",
    }
)  # fmt: skip
_PERCENT: Final = r"(?:[.\s-]{0,3}%|[.\s]{1,3}(?:percent|pct)\b)"
_WRITTEN: Final = (
    (re.compile(r"(?<![A-Za-z])(?:°|o|deg\.?|degrees?)\s?([CF])(?![A-Za-z])"), r" deg\1 "),
    (re.compile(r"°\s?([cf])(?![A-Za-z])"), lambda found: f" deg{found.group(1).upper()} "),
    (re.compile(r"(?<![A-Za-z])(?:°|deg)\s?K(?![A-Za-z])"), " K "), (re.compile(r"°"), " deg "),
    (re.compile(r"√\s*\(?([A-Za-z]+)\)?|sqrt\(([A-Za-z]+)\)"), r" \1\2^0.5"), (re.compile(r"\bper\b"), "/"),
    (re.compile(r"\bOhm"), "ohm"), (re.compile(r"([unmkMG])Ohm"), r"\1ohm"),
    (re.compile(rf"\b(?:at|atomic|atom|mol|mole|molar){_PERCENT}", re.IGNORECASE), "at%"),
    (re.compile(rf"\b(?:wt|weight|mass|gew|ma){_PERCENT}", re.IGNORECASE), "wt%"),
    (re.compile(rf"\b(?:vol|volume){_PERCENT}", re.IGNORECASE), "vol%"),
    (re.compile(r"\b(?:wt|mass|weight)[.\s]{0,2}ppm\b|\bppm[\s-]?(?:w|wt|by weight|by mass)\b|\bppmw\b"), "wppm"),
    (re.compile(r"\bat[.\s]{0,2}ppm\b|\bppma\b"), "ppm"),
    (re.compile(r"\b([kMG]?Pa|MN)m(?=[\^(-]|[01])"), r"\1 m"),  # MPam1/2
    (re.compile(r"(?<=[A-Za-z0-9)])[.\-](?=[A-Za-z(])"), " "),  # J.kg-1.K-1, W/m-K
    (re.compile(r"(?<![A-Za-z])x\s?(?=\d)"), " "),  # x10-6
)  # fmt: skip
_SIGNED: Final = r"[-+]?\d+(?:\.\d+)?(?:/[2-4](?![\d.]))?"
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)|(?P<symbol>(?:at|wt|vol)?%|[A-Za-z]+)|(?P<sign>[/()]))"
    rf"(?P<power>\^\s*\(\s*{_SIGNED}\s*\)|\^\s*{_SIGNED}|\(1/2\)|0\.5(?!\d)|[-+]?[1-9](?:/[2-4])?(?![\d.]))?"
)


def parsed(text: str) -> Product:
    """The unit that a text writes out; it needs a symbol: a mere number is none.

    Raises:
        InputError: it is no product of powers, or a symbol in it is unknown; `choices` is filled only where the whole text
            is one unknown word.
    """
    tokens = _tokens(text)
    if not any(kind == "symbol" for kind, _, _ in tokens):
        raise InputError("it has no symbol of a unit")
    reader = _Reader(tokens)
    product = reader.quotient(is_below=False)
    if reader.rest:
        raise InputError(_HOW_TO_WRITE)
    return product


def symbol_alone(text: str) -> str:
    """The symbol that is all of a text, as the grammar writes it (`deg. C` is degC); empty for products and powers.

    A degree alone is a place on a scale, in products a difference.
    """
    try:
        tokens = _tokens(text)
    except InputError:
        return ""
    is_alone = len(tokens) == 1 and tokens[0][0] == "symbol" and tokens[0][2] == 1
    return tokens[0][1] if is_alone else ""


_HOW_TO_WRITE: Final = "write it as powers of symbols, such as W/m/K, mg/cm^2 or MPa m^0.5"


def _tokens(text: str) -> list[tuple[str, str, Fraction]]:
    """(kind, text, power) of numbers, symbols and signs, in their order."""
    plain = _plain(text)
    found: list[tuple[str, str, Fraction]] = []
    position = 0
    while position < len(plain):
        match = _TOKEN.match(plain, position)
        if match is None:
            raise _unreadable(plain)
        kind = str(match.lastgroup if match.lastgroup != "power" else _kind(match))
        body, raised = match[kind], match["power"] or ""
        is_misplaced = body in {"/", "(", "HV"} or (
            kind == "number" and not (raised and _is_power_of_ten(body, raised))
        )
        if raised and is_misplaced:  # HV10 is the Vickers number under a load of 10 kgf
            raise _unreadable(plain)
        found.append((kind, body, _power(raised)))
        position = match.end()
    return found


def _kind(match: re.Match[str]) -> str:
    return next(name for name in ("number", "symbol", "sign") if match[name] is not None)


def _is_power_of_ten(body: str, raised: str) -> bool:
    return raised.startswith("^") or (body == "10" and raised[0] in "+-")


def _unreadable(plain: str) -> InputError:
    return InputError(_HOW_TO_WRITE, ["one word"] if re.fullmatch(r"[^\s/^]*", plain) else [])


def _plain(text: str) -> str:
    """The text in the characters of the grammar."""
    if len(text) > _LONGEST:
        raise InputError(_HOW_TO_WRITE)
    plain = plain_text(without_markup(text.replace("**", "^"))).translate(_CHARACTERS)
    for pattern, replacement in _WRITTEN:
        plain = pattern.sub(replacement, plain)
    return plain.strip()


def _power(raised: str) -> Fraction:
    if not raised:
        return Fraction(1)
    power = Fraction(raised.strip("^() ").replace(" ", ""))
    if abs(power) > _LARGEST_DECIMAL:
        raise InputError(f"the power {float(power):g} is too large for a unit")
    return power


class _Reader:
    """Reads tokens from the left: quotient := product {"/" product}; product := factor {factor}."""

    def __init__(self, tokens: list[tuple[str, str, Fraction]]) -> None:
        self.rest = tokens[::-1]
        self.is_word = len(tokens) == 1

    def quotient(self, *, is_below: bool) -> Product:
        """All up to a closing bracket or the end."""
        found = _ONE if self._next_is("/") else self._product(is_below=is_below)
        while self._next_is("/"):
            self.rest.pop()
            found = found.times(self._product(is_below=not is_below).to_power(Fraction(-1)))
        return found

    def _next_is(self, sign: str) -> bool:
        return bool(self.rest) and self.rest[-1][1] == sign

    def _product(self, *, is_below: bool) -> Product:
        if not self.rest or self._next_is(")") or self._next_is("/"):
            raise InputError(_HOW_TO_WRITE)
        found = self._factor(is_below=is_below)
        while self.rest and not (self._next_is("/") or self._next_is(")")):
            if self.rest[-1][0] == "number":  # a number stands first; the 5 of 450HV5HV is a load
                raise InputError(_HOW_TO_WRITE)
            found = found.times(self._factor(is_below=is_below))
        return found

    def _factor(self, *, is_below: bool) -> Product:
        kind, body, power = self.rest.pop()
        if kind == "number":
            return _number(body, power)
        if body == "(":
            inside = self.quotient(is_below=is_below)
            if not self._next_is(")"):
                raise InputError("a bracket is not closed")
            return _raised(inside, self.rest.pop()[2])
        if body == "A" and not self.is_word and power == 1 and not is_below:
            return _AMPERE
        if body == "mK" and power == 1 and is_below:
            return _METRE_KELVIN
        return _raised(self._symbol(body), power)

    def _symbol(self, body: str) -> Product:
        found = _prefixed(body) or _OF_ANY_CASE.get(body.lower())
        if found is None:
            raise InputError(f"{body!r} is no symbol of a unit", ["one word"] if self.is_word else [])
        return found


def _number(body: str, power: Fraction) -> Product:
    """A power of ten: other factors are no part of a unit (the 0.2 of `YS (0.2%)` is an offset of strain)."""
    mantissa, _, exponent = body.lower().partition("e")
    if mantissa == "10" and exponent:
        raise InputError(f"{body} may be meant as 1e{exponent}: write that, or 10^{int(exponent)}")
    if mantissa not in {"1", "10"} or (exponent and power != 1):
        raise InputError(f"{body} is no power of ten")
    decimal = Fraction(int(exponent)) if exponent else power if mantissa == "10" else Fraction(0)
    if abs(decimal) > _LARGEST_DECIMAL or decimal.denominator != 1:
        raise InputError(f"{body} is no factor of a unit")
    return Product(Fraction(10) ** int(decimal))


def _raised(product: Product, power: Fraction) -> Product:
    if abs(power) > _LARGEST_POWER:
        raise InputError(f"the power {float(power):g} is too large for a unit")
    return product.to_power(power)


def power_text(powers: Powers) -> str:
    """The powers of the bases as text, positive ones first: `kg m^2 s^-3`; `number` where there are none."""
    ordered = sorted(powers, key=lambda entry: (entry[1] < 0, entry[0]))
    parts = (
        _BASES_IN_WORDS.get(base, base) + ("" if power == 1 else f"^{float(power):.4g}") for base, power in ordered
    )
    return " ".join(parts) or "number"
