"""Formulas from data: few terms, checked dimensions, the shortest description of what was measured.

Two forms are searched and compared on one scale. A sum, y = c0 + sum_j c_j t_j, of up to three terms (products of powers
of atoms, see `expressions`): terms are screened by their correlation with the residual of the best
formula so far, and every subset of those that passed is fitted (sure independence screening, then l0). A product,
y = c prod_j a_j^p_j, of up to three atoms with fitted exponents: the same on logarithms.

The formula with the shortest description wins (Rissanen 1978, 10.1016/0005-1098(78)90005-5):

    L = n/2 ln(2 pi e RSS / n) + k/2 ln n + sum of complexities * ln(number of variables and operations)

with k fitted numbers, in nats; of a product RSS is that of ln y, and sum ln y is added so that both are lengths of y.
Screening: Fan, Lv 2008, 10.1111/j.1467-9868.2008.00674.x; with l0: Ouyang et al. 2018, 10.1103/PhysRevMaterials.2.083802.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.errors import InputError
from quinary.learning.explain.formulas.dimensions import dimension_of, powers_of
from quinary.learning.explain.formulas.expressions import Atom, Term, Variable, atoms_of, power_table
from quinary.learning.explain.formulas.formula import Coefficient, Formula, Part, coefficient_of
from quinary.learning.explain.formulas.screening import Pool, screened
from quinary.learning.explain.formulas.subsets import best_subset, fitted, projected

if TYPE_CHECKING:
    from quinary.learning.explain.formulas.expressions import Columns

__all__ = ["SearchSettings", "find_formula"]

_N_OPERATIONS: Final = 8  # product, quotient, root, square, sum, difference, exp, ln
_FEWEST_ROWS: Final = 12
_SIMPLE_STEP: Final = 0.5  # exponents of a product are tried at multiples of it
_N_SIMPLE_POWERS: Final = 8
_SAME_ATOM: Final = 1e-6  # determinant of the correlations, below which atoms say the same
_SMALLEST_SHARE: Final = 1e-12  # of the variance: a better fit than this is rounding


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """How far to search.

    Attributes:
        n_terms: most terms of a sum and factors of a product, 1 to 3.
        order: most different atoms in a term, 1 to 3.
        n_screened: terms of each order that pass the screening against each residual.
        forms: `sum`, `product` or both.
        has_sums: whether atoms may be sums and differences.
        method: `exhaustive` fits every subset of the screened terms; `lasso` takes them in the order in which they enter
            the LASSO path, which is faster and more easily misled by terms that resemble each other.
    """

    n_terms: int = 2
    order: int = 3
    n_screened: int = 15
    forms: tuple[str, ...] = ("sum", "product")
    has_sums: bool = True
    method: str = "exhaustive"

    def check(self) -> None:
        """See whether the settings make sense.

        Raises:
            InputError: one does not.
        """
        for name, value in (("n_terms", self.n_terms), ("order", self.order)):
            if not 1 <= value <= 3:
                raise InputError(f"{name} is {value}; a search over every subset goes from 1 to 3")
        if not self.forms or not set(self.forms) <= {"sum", "product"}:
            raise InputError(f"the forms are sum and product, not {', '.join(self.forms)}", ("sum", "product"))
        if self.method not in {"exhaustive", "lasso"}:
            raise InputError(f"the method is exhaustive or lasso, not {self.method}", ("exhaustive", "lasso"))


@dataclass(frozen=True, slots=True)
class _Problem:
    """What is searched, and what a symbol costs (nats)."""

    target: Variable
    columns: Columns
    atoms: list[Atom]
    symbol_cost: float
    settings: SearchSettings

    def cost(self, term: Term) -> float:
        """Nats to say which term it is; a coefficient that has to carry a dimension counts as one more symbol."""
        is_odd = term.dimension.exponents != dimension_of(self.target.unit).exponents
        return self.symbol_cost * (term.complexity + is_odd)

    def length(self, residual: NDArray[np.float64], n_numbers: int, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Length of the data with these sums of squared residuals and of the fitted numbers, nats, shape (M,)."""
        n_rows = len(values)
        least = max(_SMALLEST_SHARE * n_rows * float(values.var()), 1e-300)
        spread = np.maximum(residual, least) / n_rows
        return np.asarray(0.5 * n_rows * np.log(2.0 * math.pi * math.e * spread) + 0.5 * n_numbers * math.log(n_rows))


def find_formula(
    variables: Sequence[Variable],
    target: Variable,
    settings: SearchSettings = SearchSettings(),
    base: Sequence[Variable] = (),
) -> Formula:
    """The formula of the target with the shortest description.

    `base` are variables that stand in every sum with a fitted coefficient, such as the fractions of a rule of mixtures;
    then there is no other constant and no product. A formula without a term means that none was worth its description.

    Raises:
        InputError: fewer than 12 rows, a constant target, values that are not finite, or settings that make no sense.
    """
    settings.check()
    if len(target.values) < _FEWEST_ROWS:
        raise InputError(f"{len(target.values)} rows cannot tell formulas apart; at least {_FEWEST_ROWS} are needed")
    if not np.isfinite(target.values).all() or np.ptp(target.values) == 0:
        raise InputError(f"{target.name} must be finite and differ between rows for a formula")
    atoms = atoms_of(variables, has_sums=settings.has_sums)
    columns = {one.name: one.values for one in (*variables, *base)}
    cost = math.log(len(variables) + _N_OPERATIONS)
    problem = _Problem(target, columns, atoms, cost, settings)
    found = []
    if "sum" in settings.forms or base:
        found.append(_best_sum(problem, base))
    if "product" in settings.forms and not base and target.values.min() > 0:
        found.append(_best_product(problem))
    if not found:
        raise InputError(f"{target.name} is not positive everywhere, so it cannot be a product; search for a sum")
    return min(found, key=lambda formula: formula.length)


# -- sums --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Choice:
    """Terms of a sum: numbers in the pool, whether there is a constant, length and the residual of the rows."""

    numbers: tuple[int, ...]
    has_constant: bool
    length: float
    residual: NDArray[np.float64]


def _best_sum(problem: _Problem, base: Sequence[Variable]) -> Formula:
    """Screen against the residual of the best formula so far, then fit every subset of all that passed."""
    values, settings = problem.target.values, problem.settings
    given = np.column_stack([one.values for one in base]) if base else np.ones((len(values), 1))
    table = power_table(problem.atoms, problem.columns)
    empty = projected(values, given)
    best = _Choice((), True, float(problem.length(np.array([empty @ empty]), given.shape[1], values)[0]), empty)
    pool, latest, winner = Pool((), np.empty((len(values), 0))), best, Pool((), np.empty((len(values), 0)))
    for n_terms in range(1, settings.n_terms + 1):
        fresh = screened(table, latest.residual, given, (settings.order, settings.n_screened))
        pool = pool.joined(fresh, problem.columns, given)
        latest = _best_of_size(problem, pool, (given, bool(base)), n_terms)
        if latest.length < best.length:
            best, winner = latest, pool
    chosen = [winner.terms[number] for number in best.numbers]
    return _fitted_sum(problem, base, chosen, best)


def _best_of_size(problem: _Problem, pool: Pool, base: tuple[NDArray[np.float64], bool], n_terms: int) -> _Choice:
    values = problem.target.values
    costs = np.array([problem.cost(term) for term in pool.terms])
    given, is_mixture = base
    found = []
    for has_constant in (True,) if is_mixture else (True, False):
        fixed = given if has_constant else given[:, :0]
        n_numbers = n_terms + fixed.shape[1]

        def length(residual: NDArray[np.float64], n_numbers: int = n_numbers) -> NDArray[np.float64]:
            return problem.length(residual, n_numbers, values)

        columns, wanted = projected(pool.values, fixed), projected(values, fixed)
        usable = _lasso_order(columns, wanted, n_terms) if problem.settings.method == "lasso" else None
        shown = columns if usable is None else columns * usable
        shortest, numbers = best_subset(shown, wanted, costs, n_terms, length)
        if numbers:
            rest = projected(values, np.column_stack([fixed, pool.values[:, numbers]]))
            found.append(_Choice(numbers, has_constant, shortest, rest))
    return min(found, key=lambda one: one.length) if found else _Choice((), True, math.inf, projected(values, given))


def _lasso_order(columns: NDArray[np.float64], wanted: NDArray[np.float64], n_terms: int) -> NDArray[np.float64]:
    """One for the `n_terms` columns that enter the LASSO path first, zero for the others, shape (B,)."""
    from sklearn.linear_model import lars_path

    norms = np.linalg.norm(columns, axis=0)
    scaled = columns / np.where(norms > 0, norms, 1.0)
    _, active, _ = lars_path(scaled, wanted, method="lasso", max_iter=4 * n_terms)
    usable = np.zeros(columns.shape[1])
    usable[list(dict.fromkeys(active))[:n_terms]] = 1.0
    return usable


def _fitted_sum(problem: _Problem, base: Sequence[Variable], terms: Sequence[Term], choice: _Choice) -> Formula:
    values, unit = problem.target.values, problem.target.unit
    given = [Term(((Atom("itself", (one.name,), one.unit), Fraction(1)),)) for one in base]
    parts = [*given, *terms]
    columns = [term.values(problem.columns) for term in parts]
    has_constant = choice.has_constant and not base
    if has_constant:
        columns.append(np.ones(len(values)))
    fit = fitted(np.column_stack(columns), values)
    numbers = list(zip(fit.coefficients.tolist(), fit.errors.tolist(), strict=True))
    made = tuple(
        Part(term, coefficient_of(*number, unit, term.unit_powers))
        for term, number in zip(parts, numbers[: len(parts)], strict=True)
    )
    constant = Coefficient(*numbers[-1], unit) if has_constant else None
    return _formula(problem, "sum", constant, (made[: len(given)], made[len(given) :]), choice.length)


# -- products ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Product:
    """Numbers of the atoms with their exponents; `is_simple` exponents were rounded, not fitted."""

    length: float
    numbers: tuple[int, ...]
    powers: tuple[float, ...]
    is_simple: bool


def _products_of_size(
    problem: _Problem, atoms: Sequence[Atom], logs: NDArray[np.float64], n_factors: int
) -> list[_Product]:
    """The best product of so many atoms, with fitted and with simple exponents; lengths are those of ln y."""
    wanted = np.log(problem.target.values)
    ones = np.ones((len(wanted), 1))
    columns, flat = projected(logs, ones), projected(wanted, ones)
    chosen = np.array(list(itertools.combinations(range(len(atoms)), n_factors)))
    gram = (columns.T @ columns)[chosen[:, :, None], chosen[:, None, :]]
    scale = np.sqrt(np.einsum("mii->mi", gram))
    chosen_sound = np.linalg.det(gram / (scale[:, :, None] * scale[:, None, :])) > _SAME_ATOM
    chosen, gram = chosen[chosen_sound], gram[chosen_sound]
    if not len(chosen):
        return []
    moments = (columns.T @ flat)[chosen]
    powers = np.linalg.solve(gram, moments[:, :, None])[:, :, 0]
    costs = problem.symbol_cost * np.array([atom.complexity for atom in atoms])[chosen].sum(axis=1)
    simple = np.round(powers / _SIMPLE_STEP) * _SIMPLE_STEP
    found = []
    for is_simple, exponents in ((False, powers), (True, simple)):
        explained = 2.0 * (exponents * moments).sum(axis=1) - np.einsum("mi,mij,mj->m", exponents, gram, exponents)
        n_numbers = 1 if is_simple else n_factors + 1
        said = _said_of_powers(problem, atoms, chosen, exponents) if is_simple else problem.symbol_cost
        lengths = problem.length(float(flat @ flat) - explained, n_numbers, wanted) + costs + said
        best = int(np.argmin(lengths))
        numbers, exact = tuple(chosen[best].tolist()), tuple(exponents[best].tolist())
        found.append(_Product(float(lengths[best]), numbers, exact, is_simple))
    return found


def _said_of_powers(
    problem: _Problem, atoms: Sequence[Atom], chosen: NDArray[np.int64], simple: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Nats to say simple exponents, shape (M,): each kind once, a symbol for a constant with a dimension; no zeros."""
    dimensions = np.array([[float(power) for power in atom.dimension.exponents] for atom in atoms])
    wanted = np.array([float(power) for power in dimension_of(problem.target.unit).exponents])
    is_odd = np.abs(np.einsum("mi,mik->mk", simple, dimensions[chosen]) - wanted).max(axis=1) > 1e-9
    sizes = np.sort(np.abs(simple), axis=1)
    n_kinds = 1 + (np.diff(sizes, axis=1) > 0).sum(axis=1)
    said = n_kinds * math.log(_N_SIMPLE_POWERS) + problem.symbol_cost * is_odd
    return np.where((simple == 0).any(axis=1), np.inf, said)


def _product_term(atoms: Sequence[Atom], powers: Sequence[float]) -> Term:
    return Term(tuple((atom, Fraction(power)) for atom, power in zip(atoms, powers, strict=True)))


def _best_product(problem: _Problem) -> Formula:
    """Ln y = ln c + sum_j p_j ln a_j over every subset of positive atoms."""
    atoms = [atom for atom in problem.atoms if atom.values(problem.columns).min() > 0]
    wanted = np.log(problem.target.values)
    flat = wanted - wanted.mean()
    found = [_Product(float(problem.length(np.array([flat @ flat]), 1, wanted)[0]), (), (), True)]
    if atoms:
        logs = np.log(np.column_stack([atom.values(problem.columns) for atom in atoms]))
        for n_factors in range(1, min(problem.settings.n_terms, len(atoms)) + 1):
            found += _products_of_size(problem, atoms, logs, n_factors)
    best = min(found, key=lambda one: one.length)
    return _fitted_product(problem, [atoms[number] for number in best.numbers], best)


def _fitted_product(problem: _Problem, atoms: Sequence[Atom], choice: _Product) -> Formula:
    """The numbers of a product with their errors; the length becomes that of y by adding sum ln y."""
    wanted = np.log(problem.target.values)
    logs = [np.log(atom.values(problem.columns)) for atom in atoms]
    ones = np.ones(len(wanted))
    if choice.is_simple:
        powers, errors = list(choice.powers), [0.0] * len(atoms)
        fit = fitted(ones[:, None], wanted - sum((p * log for p, log in zip(powers, logs, strict=True)), 0.0 * ones))
    else:
        fit = fitted(np.column_stack([*logs, ones]), wanted)
        powers, errors = fit.coefficients[:-1].tolist(), fit.errors[:-1].tolist()
    constant = math.exp(fit.coefficients[-1])
    of_atoms: dict[str, Fraction | float] = {}
    for atom, power in zip(atoms, powers, strict=True):
        for symbol, exponent in powers_of(atom.unit):
            of_atoms[symbol] = of_atoms.get(symbol, 0.0) + float(exponent) * power
    before = coefficient_of(constant, constant * float(fit.errors[-1]), problem.target.unit, of_atoms)
    parts = tuple(
        Part(_product_term([atom], [1.0]), Coefficient(power, error))
        for atom, power, error in zip(atoms, powers, errors, strict=True)
    )
    return _formula(problem, "product", before, ((), parts), choice.length + float(wanted.sum()))


def _formula(
    problem: _Problem,
    form: str,
    constant: Coefficient | None,
    parts: tuple[tuple[Part, ...], tuple[Part, ...]],
    length: float,
) -> Formula:
    target = problem.target
    bare = Formula(target.name, target.unit, form, constant, *parts, 0.0, 0.0, length, len(target.values))
    squares = float(((target.values - bare.predict(problem.columns)) ** 2).mean())
    return replace(bare, rmse=squares**0.5, r2=1.0 - squares / float(target.values.var()))
