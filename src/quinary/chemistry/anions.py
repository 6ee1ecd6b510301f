"""The anions of ceramics to be designed or screened, as a person writes them: `C`, `B2`, `C0.5N0.5`."""

from __future__ import annotations

import math
from typing import TypeAlias

from quinary.chemistry.formula_grammar import FormulaError, parse_formula
from quinary.errors import InputError, unknown_name
from quinary.reference.elements import ANIONS
from quinary.reference.precursors import ANIONS_PER_CATION

__all__ = ["Anions", "anions_named"]

# (symbol, atoms per cation) of each anion.
Anions: TypeAlias = tuple[tuple[str, float], ...]


def anions_named(text: str) -> Anions:
    """Anion atoms per cation, by symbol, of the structure that the table of binaries holds: rock salt, for boron AlB2 type.

    One anion: `C`, `N`, `O`, `B`, and `B2` says the same as `B`. Several share the sublattice in the given parts, which
    is full: `C0.5N0.5`, `CN` and `C2N2` are one.

    Raises:
        InputError: not an anion, not as many as the structure holds, or boron beside others.
    """
    try:
        items = parse_formula(text)
    except FormulaError:
        raise unknown_name("anion", text, ANIONS) from None
    amounts: dict[str, float] = {}
    for item in items:
        for symbol, inside in item.amounts:
            amounts[symbol] = amounts.get(symbol, 0.0) + inside * item.count
    unknown = [symbol for symbol in amounts if symbol not in ANIONS]
    if unknown or not amounts:
        raise unknown_name("anion", unknown[0] if unknown else text, ANIONS)
    if any(amount <= 0 for amount in amounts.values()):
        raise InputError(f"the anions {text} hold an amount of zero; leave what is not there away")
    if len(amounts) == 1:
        return (_alone(*next(iter(amounts.items()))),)
    if "B" in amounts:
        raise InputError(f"the anions {text} share no structure: boron is alone in its diborides", sorted(ANIONS))
    total = math.fsum(amounts.values())
    return tuple(sorted((symbol, amount / total) for symbol, amount in amounts.items()))


def _alone(symbol: str, amount: float) -> tuple[str, float]:
    expected = ANIONS_PER_CATION[symbol]
    if not (math.isclose(amount, 1.0) or math.isclose(amount, expected)):
        known = ", ".join(f"{name}{n:g}" if n != 1 else name for name, n in ANIONS_PER_CATION.items())
        raise InputError(
            f"{amount:g} {symbol} a metal fit no tabulated binaries, which are rock salt or of the AlB2 type: {known}"
        )
    return symbol, expected
