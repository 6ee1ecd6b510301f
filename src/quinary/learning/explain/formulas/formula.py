"""A formula that was found: its terms with coefficients, errors and units, as text, as JSON and as a function."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from quinary.learning.explain.formulas.dimensions import dimension_of, powers_of, unit_text
from quinary.learning.explain.formulas.expressions import Term

if TYPE_CHECKING:
    from quinary.learning.explain.formulas.expressions import Columns

__all__ = ["Coefficient", "Formula", "Part", "coefficient_of"]


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A fitted number with its standard error and unit.

    Attributes:
        coherent: the pure number that it is in coherent units, where target and term have one dimension; else None.
    """

    value: float
    error: float
    unit: str = ""
    coherent: float | None = None


def coefficient_of(value: float, error: float, target_unit: str, powers: Mapping[str, Fraction | float]) -> Coefficient:
    """The coefficient before a term whose unit is `powers`, in a formula for something in `target_unit`."""
    rest: dict[str, Fraction | float] = dict(powers_of(target_unit))
    for symbol, power in powers.items():
        rest[symbol] = rest.get(symbol, Fraction(0)) - power
    unit = unit_text(rest)
    of_unit = dimension_of(unit)
    return Coefficient(value, error, unit, value * of_unit.factor if of_unit.is_number else None)


@dataclass(frozen=True, slots=True)
class Part:
    """A term and its number: the coefficient in a sum, the exponent in a product."""

    term: Term
    number: Coefficient


@dataclass(frozen=True, slots=True)
class Formula:
    """y = constant + sum of coefficient * term, or y = constant * product of term ^ exponent.

    Attributes:
        form: `sum` or `product`.
        constant: the number without a term; None where a sum goes through the origin.
        base: linear terms that were not searched but given, as those of a rule of mixtures.
        rmse: root mean square residual, in `unit`. `r2`: share of the variance that is explained, of the same rows.
        length: of the description, nats: only differences on the same rows mean something.
    """

    target: str
    unit: str
    form: str
    constant: Coefficient | None
    base: tuple[Part, ...]
    parts: tuple[Part, ...]
    rmse: float
    r2: float
    length: float
    n_rows: int

    @property
    def is_empty(self) -> bool:
        """True when no term was worth its description: the mean, or the given base, says all that can be said."""
        return not self.parts

    @property
    def key(self) -> frozenset[str]:
        """What makes two formulas the same: the terms, whatever the numbers before them.

        A product, and a sum of one term through the origin, are the same when the same atoms stand above and below.
        """
        is_monomial = self.form == "sum" and len(self.parts) == 1 and self.constant is None and not self.base
        if is_monomial:
            return frozenset(_signed(atom.text, power) for atom, power in self.parts[0].term.parts)
        if self.form == "product":
            return frozenset(_signed(part.term.text, part.number.value) for part in self.parts)
        return frozenset(part.term.text for part in self.parts)

    @property
    def text(self) -> str:
        """The formula as one line, coefficients with their units in square brackets."""
        if self.form == "product":
            return f"{self.target} = {' '.join([_number(self.constant), *map(_power_text, self.parts)])}".rstrip()
        pieces = [f"{_number(part.number)} {part.term.text}" for part in (*self.base, *self.parts)]
        if self.constant is not None:
            pieces.append(_number(self.constant))
        return f"{self.target} = {' + '.join(pieces) or '0'}".replace("+ -", "- ")

    def predict(self, columns: Columns) -> NDArray[np.float64]:
        """Values, shape (N,), in `unit`, for variables of shape (N,)."""
        found = np.full(len(next(iter(columns.values()))), self.constant.value if self.constant else 0.0)
        for part in (*self.base, *self.parts):
            values = part.term.values(columns)
            with np.errstate(all="ignore"):
                found = (
                    found * values**part.number.value if self.form == "product" else found + part.number.value * values
                )
        return found

    def document(self) -> dict[str, Any]:
        """The formula as it goes into JSON."""
        return {
            "text": self.text,
            "form": self.form,
            "constant": None if self.constant is None else _document(self.constant),
            "base": [{"term": part.term.text, **_document(part.number)} for part in self.base],
            "terms": [{"term": part.term.text, **_document(part.number)} for part in self.parts],
            "unit": self.unit,
            "rmse": self.rmse,
            "r2": self.r2,
            "length_nats": self.length,
            "n_rows": self.n_rows,
        }


def _signed(text: str, power: Fraction | float) -> str:
    return text if power > 0 else f"1 / {text}"


def _document(number: Coefficient) -> dict[str, Any]:
    return {"value": number.value, "error": number.error, "unit": number.unit, "coherent": number.coherent}


def _number(number: Coefficient | None) -> str:
    """`1.41 (in coherent units)` is left to the document: here the number and its unit stand."""
    if number is None:
        return ""
    digits = 3 if number.error == 0 or not math.isfinite(number.error) else _digits(number.value, number.error)
    return f"{number.value:.{digits}g}" + (f" [{number.unit}]" if number.unit else "")


def _digits(value: float, error: float) -> int:
    """As many digits as the error allows, three to six."""
    if value == 0 or error == 0:
        return 3
    return int(np.clip(1 + math.ceil(math.log10(abs(value / error))), 3, 6))


def _power_text(part: Part) -> str:
    return part.term.text if part.number.value == 1 else f"{part.term.text}^{_number(part.number)}"
