"""Combinations of variables that make physical sense: the terms among which a formula is searched.

An atom is a variable, or a step from variables that dimensions allow: 1 - x, 1 + x, exp x and ln x of numbers, sums and
differences of equal dimensions. A term is a product of powers of up to three different atoms. Every product has a
dimension, so a term may have any; the coefficient before it carries what is missing.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from quinary.errors import InputError
from quinary.learning.explain.formulas.dimensions import NUMBER, Dimension, dimension_of, powers_of

Columns: TypeAlias = "Mapping[str, NDArray[np.float64]]"

__all__ = ["Atom", "Columns", "PowerTable", "Term", "Variable", "atoms_of", "power_table"]

_HALF: Final = Fraction(1, 2)
_POSITIVE: Final = (-2.0, -1.0, -0.5, 0.5, 1.0, 2.0)
_WITH_ZERO: Final = (0.5, 1.0, 2.0)
_SIGNED: Final = (-2.0, -1.0, 1.0, 2.0)
_LARGEST_ARGUMENT: Final = 20.0  # range of the argument of exp: beyond it one row rules the whole column
_COMPLEXITY: Final = {"itself": 1, "one_minus": 2, "one_plus": 2, "exp": 3, "ln": 3, "sum": 3, "difference": 3}


# kind of atom -> what it does to its first and (scaled) second variable
_STEPS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "itself": lambda first, _: first,
    "one_minus": lambda first, _: 1.0 - first,
    "one_plus": lambda first, _: 1.0 + first,
    "exp": lambda first, _: np.exp(first),
    "ln": lambda first, _: np.log(first),
    "sum": lambda first, last: first + last,
    "difference": lambda first, last: first - last,
}


@dataclass(frozen=True, slots=True)
class Variable:
    """A quantity in N rows.

    Attributes:
        values: shape (N,), in `unit`.
        is_fraction: a share of a mixture: it stands in products only, as in a solution model, never inside a function.
    """

    name: str
    values: NDArray[np.float64]
    unit: str = ""
    is_fraction: bool = False


@dataclass(frozen=True, slots=True)
class Atom:
    """One building block.

    Attributes:
        kind: `itself`, `one_minus`, `one_plus`, `exp`, `ln`, `sum` or `difference`.
        names: the variables in it.
        unit: of its values: that of its first variable.
        factor: what the second variable of a sum is multiplied by to be in that unit.
        is_fraction: as of its variable.
    """

    kind: str
    names: tuple[str, ...]
    unit: str = ""
    factor: float = 1.0
    is_fraction: bool = False

    @property
    def text(self) -> str:
        """As it is printed: `(1 - nu)`."""
        first, last = self.names[0], self.names[-1]
        scaled = last if self.factor == 1.0 else f"{self.factor:.4g} {last}"
        return {
            "itself": first,
            "one_minus": f"(1 - {first})",
            "one_plus": f"(1 + {first})",
            "exp": f"exp({first})",
            "ln": f"ln({first})",
            "sum": f"({first} + {scaled})",
            "difference": f"({first} - {scaled})",
        }[self.kind]

    @property
    def complexity(self) -> int:
        """How many variables and operations are in it."""
        return _COMPLEXITY[self.kind]

    @property
    def dimension(self) -> Dimension:
        """Its dimension, with the factor of its unit."""
        return dimension_of(self.unit)

    def values(self, columns: Columns) -> NDArray[np.float64]:
        """Its values, shape (N,), for variables of shape (N,)."""
        first, last = columns[self.names[0]], columns[self.names[-1]]
        with np.errstate(all="ignore"):
            return np.asarray(_STEPS[self.kind](first, self.factor * last), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Term:
    """A product of powers of atoms."""

    parts: tuple[tuple[Atom, Fraction], ...]

    @property
    def text(self) -> str:
        """As it is printed: `sqrt(G g_us / (1 - nu))`, `k^2 G`."""
        if all(abs(power) == _HALF for _, power in self.parts):
            return f"sqrt({_quotient([(atom, 2 * power) for atom, power in self.parts])})"
        return _quotient(self.parts)

    @property
    def complexity(self) -> int:
        """Atoms, the products between them, and each kind of power other than one."""
        n_powers = len({abs(power) for _, power in self.parts} - {Fraction(1)})
        return sum(atom.complexity for atom, _ in self.parts) + len(self.parts) - 1 + n_powers

    @property
    def dimension(self) -> Dimension:
        """Its dimension, with the factor of its unit."""
        found = NUMBER
        for atom, power in self.parts:
            found = found.times(atom.dimension.to_power(power))
        return found

    @property
    def unit_powers(self) -> dict[str, Fraction]:
        """Its unit as powers of symbols."""
        found: dict[str, Fraction] = {}
        for atom, power in self.parts:
            for symbol, exponent in powers_of(atom.unit):
                found[symbol] = found.get(symbol, Fraction(0)) + exponent * power
        return found

    def values(self, columns: Columns) -> NDArray[np.float64]:
        """Its values, shape (N,); NaN or infinite where a root or a quotient does not exist."""
        found = np.ones(len(next(iter(columns.values()))))
        with np.errstate(all="ignore"):
            for atom, power in self.parts:
                found = found * atom.values(columns) ** float(power)
        return found


def _quotient(parts: Sequence[tuple[Atom, Fraction]]) -> str:
    over = [_powered(atom, power) for atom, power in parts if power > 0]
    under = [_powered(atom, -power) for atom, power in parts if power < 0]
    text = " ".join(over) or "1"
    if not under:
        return text
    return f"{text} / {under[0]}" if len(under) == 1 else f"{text} / ({' '.join(under)})"


def _powered(atom: Atom, power: Fraction) -> str:
    return atom.text if power == 1 else f"{atom.text}^{float(power):.3g}"


def atoms_of(variables: Sequence[Variable], *, has_sums: bool = True) -> list[Atom]:
    """Every building block whose values exist and vary in all rows, variables first.

    Plain numbers are not added to each other: that is what the coefficients of a formula do.

    Raises:
        InputError: there is no variable, two have one name, or one has a value that is not finite.
    """
    _refuse(variables)
    found = [Atom("itself", (one.name,), one.unit, is_fraction=one.is_fraction) for one in variables]
    for one in variables:
        if dimension_of(one.unit) == NUMBER and not one.is_fraction:
            found += [Atom(kind, (one.name,)) for kind in ("one_minus", "one_plus", "exp", "ln")]
    if has_sums:
        for one, other in itertools.combinations(variables, 2):
            mine, theirs = dimension_of(one.unit), dimension_of(other.unit)
            if mine.exponents == theirs.exponents and not mine.is_number:
                factor = theirs.factor / mine.factor
                found += [Atom(kind, (one.name, other.name), one.unit, factor) for kind in ("sum", "difference")]
    columns = {one.name: one.values for one in variables}
    return [atom for atom in found if _is_usable(atom, columns)]


def _refuse(variables: Sequence[Variable]) -> None:
    if not variables:
        raise InputError("a formula needs at least one variable")
    names = [one.name for one in variables]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"two variables are called {twice[0]}; names must differ")
    gaps = [one.name for one in variables if not np.isfinite(one.values).all()]
    if gaps:
        raise InputError(f"{gaps[0]} has values that are missing or infinite; leave it or those rows out")


def _is_usable(atom: Atom, columns: Columns) -> bool:
    values = atom.values(columns)
    if not np.isfinite(values).all() or np.ptp(values) <= 1e-12 * np.abs(values).max():
        return False
    return atom.kind != "exp" or float(np.ptp(columns[atom.names[0]])) <= _LARGEST_ARGUMENT


@dataclass(frozen=True, slots=True)
class PowerTable:
    """Powers of atoms side by side: a term is a product of columns of different atoms.

    Attributes:
        values: shape (N, n_columns), each atom divided by its root mean square so that no product overflows.
        owners: number of the atom of each column, ascending, shape (n_columns,).
        powers: exponent of each column, shape (n_columns,).
    """

    atoms: tuple[Atom, ...]
    values: NDArray[np.float64]
    owners: NDArray[np.int64]
    powers: NDArray[np.float64]

    def term(self, columns: Sequence[int]) -> Term:
        """The term that is the product of these columns."""
        chosen = [(self.atoms[self.owners[number]], Fraction(self.powers[number])) for number in columns]
        return Term(tuple(chosen))


def power_table(atoms: Sequence[Atom], columns: Columns) -> PowerTable:
    """Halves, ones and twos of either sign; roots only of what is never negative, quotients by what is never zero.

    Fractions of a mixture get ones and twos alone: the powers of a solution model.
    """
    values, owners, powers = [], [], []
    for number, atom in enumerate(atoms):
        raw = atom.values(columns)
        scaled = raw / np.sqrt((raw**2).mean())
        for power in _powers(scaled, atom):
            values.append(scaled**power)
            owners.append(number)
            powers.append(power)
    return PowerTable(tuple(atoms), np.column_stack(values), np.array(owners), np.array(powers))


def _powers(values: NDArray[np.float64], atom: Atom) -> tuple[float, ...]:
    if atom.is_fraction:
        return (1.0, 2.0)
    if atom.kind == "exp":
        return (-1.0, 1.0)
    if values.min() > 0:
        return _POSITIVE
    if values.min() == 0:
        return _WITH_ZERO
    return _SIGNED if np.abs(values).min() > 0 else (1.0, 2.0)
