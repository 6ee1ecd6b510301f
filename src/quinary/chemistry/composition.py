"""Compositions: one or more sublattices, each with fractions that sum to one.

An alloy has one sublattice. A ceramic such as (Hf0.2Nb0.2Ta0.2Ti0.2Zr0.2)C has a cation sublattice and an anion
sublattice; an oxide such as (GdLaNdSmY)(CrMn)O3 has two cation sublattices.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from numbers import Real
from typing import Any, Final, TypeAlias

from quinary.chemistry.formula_readings import read_formula
from quinary.chemistry.site_groups import sites_of_amounts
from quinary.chemistry.sublattices import Sublattice
from quinary.chemistry.whole_numbers import whole_counts
from quinary.errors import InputError, unknown_name
from quinary.reference.elements import ANIONS, NON_METALS, atomic_numbers

__all__ = ["Composition", "CompositionLike"]

_MAXIMUM_DENOMINATOR: Final = 12
_MOST_DECIMALS: Final = 15
_EQUAL_SITES: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Composition:
    """What a material is made of. Make one with `Composition.of`, which takes anything that names a composition."""

    sublattices: tuple[Sublattice, ...]

    @classmethod
    def of(cls, source: CompositionLike) -> Composition:
        """The composition of a formula, a mapping symbol -> amount, a pymatgen `Composition`, or a `Composition`.

        Raises:
            InputError: unknown element, negative, missing or non-finite amount, malformed formula.
        """
        if isinstance(source, Composition):
            return source
        if isinstance(source, str):
            return cls(read_formula(source).sublattices)
        amounts = source.get_el_amt_dict() if hasattr(source, "get_el_amt_dict") else source
        if not isinstance(amounts, Mapping):
            raise InputError(f"cannot read a composition from {type(source).__name__}: give a formula or a mapping")
        checked = _checked(amounts)
        ceramic = sites_of_amounts(checked)
        return cls.alloy(checked) if ceramic is None else cls(ceramic.sublattices)

    @classmethod
    def alloy(cls, amounts: Mapping[str, float]) -> Composition:
        """One sublattice with these relative amounts; zeros are left out."""
        return cls((Sublattice.of(amounts.items(), 1.0),))

    @classmethod
    def ceramic(cls, cations: Mapping[str, float], anions: Mapping[str, float]) -> Composition:
        """A cation sublattice (relative amounts) and an anion sublattice (atoms per cation)."""
        return cls((Sublattice.of(cations.items(), 1.0), Sublattice.of(anions.items(), math.fsum(anions.values()))))

    @property
    def is_ceramic(self) -> bool:
        """True if there is an anion sublattice."""
        return len(self.sublattices) > 1 and self.sublattices[-1].is_anionic

    @property
    def cations(self) -> dict[str, float]:
        """Symbol -> fraction over all non-anion sublattices, sum 1; for an alloy, its atomic fractions."""
        metal = self.sublattices[:-1] if self.is_ceramic else self.sublattices
        total = math.fsum(sublattice.sites for sublattice in metal)
        merged: dict[str, float] = {}
        for sublattice in metal:
            for symbol, fraction in sublattice.fractions:
                merged[symbol] = merged.get(symbol, 0.0) + fraction * sublattice.sites / total
        return dict(sorted(merged.items()))

    @property
    def anions(self) -> dict[str, float]:
        """Symbol -> anion atoms per cation; empty for an alloy."""
        if not self.is_ceramic:
            return {}
        last = self.sublattices[-1]
        return {symbol: fraction * last.sites for symbol, fraction in last.fractions}

    @property
    def atomic_fractions(self) -> dict[str, float]:
        """Symbol -> fraction of all atoms, sum 1, alphabetical."""
        merged: dict[str, float] = {}
        for sublattice in self.sublattices:
            for symbol, fraction in sublattice.fractions:
                merged[symbol] = merged.get(symbol, 0.0) + fraction * sublattice.sites
        total = math.fsum(merged.values())
        return {symbol: merged[symbol] / total for symbol in sorted(merged)}

    @property
    def elements(self) -> tuple[str, ...]:
        """All symbols, alphabetical, each once."""
        return tuple(sorted({symbol for sublattice in self.sublattices for symbol in sublattice.elements}))

    @property
    def formula(self) -> str:
        """A readable formula that parses back to the same material: `MoNbTaW`, `Hf20.5Nb79.5`, `(HfNbTaTiZr)C`."""
        if not self.is_ceramic:
            return "".join(_symbols_with_amounts(self.sublattices[0].fractions, 100.0))
        bare = self._formula_of_sites(is_bare=True)
        is_simple = len(self.sublattices) == 2 and ANIONS.issuperset(self.sublattices[-1].elements)
        if is_simple or self._is_written(bare):
            return bare
        return self._formula_of_sites(is_bare=False)

    def _formula_of_sites(self, *, is_bare: bool) -> str:
        """The sublattices one after the other; `is_bare` leaves the brackets around a single element away."""
        parts = []
        for sublattice in self.sublattices:
            is_spelt_out = sublattice is self.sublattices[-1] or _holds_anions(sublattice)
            inside = "".join(_symbols_with_amounts(sublattice.fractions, 1.0, is_spelt_out=is_spelt_out))
            is_plain = len(sublattice.fractions) == 1 and is_bare
            parts.append((inside if is_plain else f"({inside})") + _count_text(sublattice.sites * self._formula_unit))
        return "".join(parts)

    def _is_written(self, formula: str) -> bool:
        """True if the formula is read as these sublattices."""
        found = read_formula(formula).sublattices
        return len(found) == len(self.sublattices) and all(
            one.elements == other.elements and math.isclose(one.sites, other.sites, rel_tol=_EQUAL_SITES)
            for one, other in zip(found, self.sublattices, strict=True)
        )

    @property
    def _formula_unit(self) -> float:
        """The number of cations that makes all site counts whole, or 1 where a vacancy fraction prevents it."""
        ratios = [Fraction(sublattice.sites).limit_denominator(_MAXIMUM_DENOMINATOR) for sublattice in self.sublattices]
        if any(abs(float(ratio) - s.sites) > 1e-6 for ratio, s in zip(ratios, self.sublattices, strict=True)):
            return 1.0
        return float(math.lcm(*(ratio.denominator for ratio in ratios)))

    def __str__(self) -> str:
        return self.formula


# The last member stands for pymatgen's Composition, which is only looked at if the caller already has one.
CompositionLike: TypeAlias = str | Mapping[str, float] | Composition | Any


def _holds_anions(sublattice: Sublattice) -> bool:
    """True for non-metals that would be read as anions; silicon shares the sites of metals in nitrides."""
    return any(symbol in NON_METALS and symbol != "Si" for symbol in sublattice.elements)


def _checked(amounts: Mapping[str, float]) -> dict[str, float]:
    """The mapping with every symbol known and every amount a finite number >= 0."""
    checked: dict[str, float] = {}
    for key, amount in amounts.items():
        symbol = str(key)
        if symbol not in atomic_numbers():
            raise unknown_name("element", symbol, atomic_numbers())
        if not isinstance(amount, Real) or not math.isfinite(amount) or amount < 0:
            raise InputError(f"the amount of {symbol} is {amount!r}; it must be a finite number, zero or more")
        checked[symbol] = float(amount)
    return checked


def _symbols_with_amounts(
    fractions: tuple[tuple[str, float], ...], scale: float, *, is_spelt_out: bool = False
) -> list[str]:
    """Symbols with amounts; bare symbols where all fractions are equal (and equal is what bare symbols would mean)."""
    values = [fraction for _, fraction in fractions]
    if len(values) == 1 or (max(values) - min(values) < 1e-9 and not is_spelt_out):
        return [symbol for symbol, _ in fractions]
    amounts = _short_amounts(values, scale)
    return [f"{symbol}{amount}" for (symbol, _), amount in zip(fractions, amounts, strict=True)]


def _short_amounts(fractions: list[float], scale: float) -> list[str]:
    """The fractions times `scale` with as few decimals (0.001 at.% or finer) as keep every element and the identity."""
    identity = whole_counts(tuple(fractions))
    start = 3 if scale == 100.0 else 5
    for n_decimals in range(start, _MOST_DECIMALS):
        amounts = [round(fraction * scale, n_decimals) for fraction in fractions]
        total = math.fsum(amounts)
        if min(amounts) > 0 and whole_counts(tuple(amount / total for amount in amounts)) == identity:
            break
    return [_digits(amount, n_decimals) for amount in amounts]


def _count_text(count: float) -> str:
    return "" if abs(count - 1.0) < 1e-9 else _digits(count, 9)


def _digits(number: float, n_decimals: int) -> str:
    """The number without an exponent, which a formula could not hold, and without zeros at the end."""
    return f"{number:.{n_decimals}f}".rstrip("0").rstrip(".")
