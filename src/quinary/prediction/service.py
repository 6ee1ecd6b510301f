"""The service that answers what the value of a property is: it finds who is to be asked, asks, and joins the answers."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.alloy_limits import holds_too_much, too_much_in_words
from quinary.chemistry.matrix import CompositionMatrix
from quinary.descriptors.alloys import ALLOY_DESCRIPTORS, alloy_descriptors, depends_on_columns
from quinary.descriptors.ceramics import CERAMIC_DESCRIPTORS, CeramicMatrix, ceramic_descriptors
from quinary.errors import InputError, unknown_name
from quinary.learning.keeping import LearnedPredictor, packaged_models, predictor_from
from quinary.plugins import PredictionTask, predictors_of
from quinary.points.quantity import Quantity
from quinary.prediction.answer import Answer
from quinary.prediction.chances import ChancePredictor
from quinary.prediction.choice import Choice, check_name, choose, is_about, properties_of
from quinary.prediction.options import ignored_that_matter
from quinary.reference.elements import atomic_numbers
from quinary.reference.precursors import ANIONS_PER_CATION
from quinary.requests import Numerical

if TYPE_CHECKING:
    from quinary.learning.keeping import KeptModel
    from quinary.plugins import Anions, Estimate, PredictorPlugin
    from quinary.requests import Form

__all__ = ["PredictionService", "packaged_service"]

_DECIMALS: Final = 14  # of a fraction: 0.35 from a formula, a grid and a lattice are one number after this
_BITS: Final = 62  # elements whose presence one whole number can hold
_FINE: Final = 1e-6
_COARSE: Final = 0.01  # a hundredth of the atoms: nearer than that a forest of trees is flat


class PredictionService:
    """Answers for one state of knowledge: the plug-ins, and the learned models that may be asked.

    One composition has one value, to the last digit, whoever asks, however it was spelled, and whatever is asked beside it.

    Args:
        models: learned models, of a store and of the package.
        model: name of the predictor or model to ask, for what it predicts, in place of the chosen one; empty for none.
        is_strict: whether it is a mistake to ask for something that `model` does not predict.
        instead: property -> predictor of one's own that is asked for it in place of all others.
    """

    def __init__(
        self,
        models: Sequence[KeptModel] = (),
        *,
        model: str = "",
        is_strict: bool = True,
        instead: Mapping[str, PredictorPlugin] | None = None,
    ) -> None:
        self.models: tuple[LearnedPredictor, ...] = tuple(predictor_from(kept) for kept in models)
        self.model = model
        self.is_strict = is_strict
        self.instead = dict(instead or {})
        self._choices: dict[tuple[str, Anions], Choice] = {}
        check_name(model, self.models)

    def choice(self, quantity: Quantity, anions: Anions = ()) -> Choice:
        """Who answers for a quantity of alloys, or of ceramics with these anions.

        Raises:
            InputError: the predictor or model that was named does not cover the question.
        """
        if quantity.property in self.instead:
            return Choice((self.instead[quantity.property],), ())
        key = quantity.key, anions
        if key not in self._choices:
            named = self.model if self.is_strict or self._is_predicted_by_named(quantity, anions) else ""
            self._choices[key] = choose(quantity, anions, self.models, named)
        return self._choices[key]

    def check_named(self, quantities: Iterable[Quantity], anions: Anions = ()) -> None:
        """See that the model that somebody named is of use for one of these quantities.

        Raises:
            InputError: it predicts none of them.
        """
        asked = list(quantities)
        if self.model and not any(self._is_predicted_by_named(quantity, anions) for quantity in asked):
            raise InputError(f"{self.model} predicts none of {', '.join(quantity.key for quantity in asked) or 'this'}")

    def _is_predicted_by_named(self, quantity: Quantity, anions: Anions) -> bool:
        known = [one for one in self.models if self.model in {one.name, f"{one.name}@{one.kept.place}"}]
        if known:
            return any(is_about(one, quantity) and one.is_of_kind(anions) for one in known)
        usual = predictors_of(quantity.property, is_ceramic=bool(anions))
        return any(one.name == self.model for one in usual)

    def asked(self, quantity: Quantity, anions: Anions = ()) -> tuple[PredictorPlugin, ...]:
        """Those who answer, in the order in which they are asked.

        Raises:
            InputError: nobody does; the message says why, and what would help.
        """
        choice = self.choice(quantity, anions)
        if choice.refusal is not None:
            raise choice.refusal
        return choice.asked

    def names_asked(self, quantity: Quantity, anions: Anions = ()) -> str:
        """Who answers, each with its version, in the order in which they are asked; empty for a closed form.

        Raises:
            InputError: nobody does.
        """
        if quantity.is_derived:
            return ""
        return ", ".join(f"{one.name} {one.version}" for one in self.asked(quantity, anions))

    def class_model(self, quantity: Quantity, anions: Anions = ()) -> LearnedPredictor:
        """The model that answers for a property of classes, such as phases.

        Raises:
            InputError: there is none for this kind of material.
        """
        first = self.asked(quantity, anions)[0]
        if not isinstance(first, LearnedPredictor):
            raise InputError(f"{first.name} predicts no classes of {quantity.property}")
        return first

    def properties(self, *, is_ceramic: bool) -> tuple[str, ...]:
        """The properties that can be predicted for a kind of material."""
        return properties_of(self.model, self.models, is_ceramic=is_ceramic)

    def elements(self, quantity: Quantity, anions: Anions = ()) -> frozenset[str]:
        """The elements (of ceramics: metals) of which any of those who are asked knows something.

        Raises:
            InputError: nobody answers for the quantity, or not with these anions.
        """
        if _is_closed_form(quantity, anions):
            return frozenset(atomic_numbers())
        self.asked(quantity, anions)
        found = self._elements(quantity, anions)
        if anions and not found:
            able = [a for a, n in ANIONS_PER_CATION.items() if self._elements(quantity, ((a, n),))]
            stated = " and ".join(symbol for symbol, _ in anions)
            has = f"it has one for those with {', '.join(able)}"
            raise InputError(f"{quantity.key} has no predictor for ceramics with {stated}; {has}", able)
        return found

    def _elements(self, quantity: Quantity, anions: Anions) -> frozenset[str]:
        asked = self.choice(quantity, anions).asked
        return frozenset().union(*(one.elements(quantity.property, anions) for one in asked))

    def estimate(self, quantity: Quantity, task: PredictionTask) -> Answer:
        """The answer for every row of a task, under the conditions of the quantity.

        Raises:
            InputError: nobody answers for the quantity, or an assumption of the task cannot be used.
        """
        exact = replace(task, matrix=_exact(task.matrix), conditions=quantity.conditions)
        if _is_closed_form(quantity, task.anions):
            return _described(quantity, exact)
        asked = self.asked(quantity, task.anions)
        found = _Parts(len(task.matrix))
        for place, predictor in enumerate(asked):
            rows = found.open_rows()
            if len(rows):
                found.add(rows, place, _asked_exactly(predictor, quantity.property, _rows_of(exact, rows)))
        found.leave_domain(asked, quantity)
        found.refuse(_reasons_against(exact))
        return found.answer(quantity, asked)

    def values(self, quantity: Quantity, task: PredictionTask) -> NDArray[np.float64]:
        """The values of `estimate`, shape (N,)."""
        return self.estimate(quantity, task).values

    def form(self, quantity: Quantity, elements: tuple[str, ...], task: PredictionTask) -> Form:
        """The quantity as a function of the fractions of `elements`, for bounds and for moving samples.

        `task` says what else is assumed (lattice, table, anions). A predictor may know a simple form, from which bounds are
        proven; anything else is followed through its values.

        Raises:
            InputError: nobody answers for the quantity.
        """

        def evaluate(fractions: NDArray[np.float64]) -> NDArray[np.float64]:
            return self.values(quantity, replace(task, matrix=CompositionMatrix(elements, fractions)))

        if _is_closed_form(quantity, task.anions):
            return Numerical(evaluate)
        asked = self.asked(quantity, task.anions)
        is_rough = any(isinstance(one, LearnedPredictor | ChancePredictor) for one in asked)
        if isinstance(asked[0], LearnedPredictor | ChancePredictor):
            return Numerical(evaluate, _COARSE)
        told = replace(task, conditions=quantity.conditions)
        knows_all = asked[0].elements(quantity.property, task.anions).issuperset(elements)
        found = asked[0].form(quantity.property, elements, told) if knows_all or len(asked) == 1 else None
        return found or Numerical(evaluate, _COARSE if is_rough and not knows_all else _FINE)


@functools.cache
def packaged_service() -> PredictionService:
    """The service that knows no store: the plug-ins and the models of the package."""
    return PredictionService(packaged_models())


class _Parts:
    """An answer that is put together from those of several predictors."""

    def __init__(self, n_rows: int) -> None:
        self.values, self.uncertainties = np.full((2, n_rows), np.nan)
        self.is_inside = np.zeros(n_rows, dtype=bool)
        self.details, self.reasons, self.methods = [""] * n_rows, [""] * n_rows, [""] * n_rows
        self.by = np.full(n_rows, -1, dtype=np.int64)

    def open_rows(self) -> NDArray[np.intp]:
        """Rows that have no value yet."""
        return np.flatnonzero(~np.isfinite(self.values))

    def add(self, rows: NDArray[np.intp], place: int, estimate: Estimate) -> None:
        """Take what a predictor said of some rows. Of a row without a value the last reason stays."""
        is_refused = np.fromiter(map(bool, estimate.reasons), dtype=bool, count=len(rows))
        self.values[rows] = np.where(is_refused, np.nan, estimate.values)
        self.uncertainties[rows] = estimate.uncertainties
        self.is_inside[rows] = estimate.is_in_domain
        self.by[rows] = place
        method = estimate.method.value
        if len(rows) == len(self.values):
            self.details, self.reasons = list(estimate.details), list(estimate.reasons)
            self.methods = [method] * len(rows)
            return
        for number, row in enumerate(rows.tolist()):
            self.details[row], self.reasons[row] = estimate.details[number], estimate.reasons[number]
            self.methods[row] = method

    def leave_domain(self, asked: Sequence[PredictorPlugin], quantity: Quantity) -> None:
        """Mark what was answered by one who knows nothing of a stated condition that matters, or was not judged there."""
        for place, predictor in enumerate(asked):
            is_unjudged = isinstance(predictor, LearnedPredictor) and predictor.judged_at(quantity.conditions) is None
            if is_unjudged or ignored_that_matter(predictor, quantity.property, quantity.conditions):
                self.is_inside[self.by == place] = False
        self.is_inside &= np.isfinite(self.values)

    def refuse(self, reasons: Mapping[int, str]) -> None:
        """Take back what was said of some rows, for the reason given."""
        for row, reason in reasons.items():
            self.values[row] = self.uncertainties[row] = np.nan
            self.is_inside[row] = False
            self.reasons[row] = reason

    def answer(self, quantity: Quantity, asked: tuple[PredictorPlugin, ...]) -> Answer:
        """The whole."""
        return Answer(
            quantity, self.values, self.uncertainties, self.is_inside, tuple(self.details), tuple(self.reasons), asked,
            self.by, tuple(self.methods),
        )  # fmt: skip


def _is_closed_form(quantity: Quantity, anions: Anions) -> bool:
    """True for what the composition alone says: descriptors, for the kinds of material that have them.

    Raises:
        InputError: a derived property that is not defined for this kind of material.
    """
    if not quantity.is_derived:
        return False
    known = CERAMIC_DESCRIPTORS if anions else ALLOY_DESCRIPTORS
    if quantity.property not in known:
        kind = "ceramics" if anions else "alloys"
        raise unknown_name(f"descriptor of {kind}", quantity.property, known)
    return True


def _described(quantity: Quantity, task: PredictionTask) -> Answer:
    """A closed form of the composition: it has no error, and no value where a table has a gap.

    Its domain is all that is an alloy, or all ceramics.
    """
    n_rows, name = len(task.matrix), quantity.property
    if task.anions:
        values = ceramic_descriptors(CeramicMatrix((task.matrix,), (1.0,), task.anions), [name])[name]
    elif not depends_on_columns(name):
        values = alloy_descriptors(task.matrix, [name])[name]
    else:
        values = np.empty(n_rows)
        for rows, matrix in _by_elements(task.matrix):
            values[rows] = alloy_descriptors(matrix, [name])[name]
    is_known = np.isfinite(values)
    is_meant = is_known if task.is_ceramic else is_known & ~holds_too_much(task.matrix)
    reasons = tuple("" if known else f"{name} is not defined for it" for known in is_known)
    nobody = np.full(n_rows, -1, dtype=np.int64)
    return Answer(
        quantity, values, np.zeros(n_rows), is_meant, ("closed form of the composition",) * n_rows, reasons, (), nobody,
        ("calculated",) * n_rows,
    )  # fmt: skip


def _reasons_against(task: PredictionTask) -> dict[int, str]:
    """Row -> why it is none of what the predictors of metals are for; of the rows of alloys that hold too many non-metals."""
    if task.is_ceramic:
        return {}
    matrix = task.matrix
    rows = np.flatnonzero(holds_too_much(matrix))
    wrong = CompositionMatrix(matrix.elements, matrix.fractions[rows]).compositions()
    return {row: too_much_in_words(composition) for row, composition in zip(rows.tolist(), wrong, strict=True)}


def _exact(matrix: CompositionMatrix) -> CompositionMatrix:
    """The same compositions in one spelling: columns by atomic number, fractions to fourteen decimals."""
    numbers = atomic_numbers()
    order = sorted(range(len(matrix.elements)), key=lambda place: numbers[matrix.elements[place]])
    elements = tuple(matrix.elements[place] for place in order)
    return CompositionMatrix(elements, np.round(matrix.fractions[:, order], _DECIMALS))


def _rows_of(task: PredictionTask, rows: NDArray[np.intp]) -> PredictionTask:
    if len(rows) == len(task.matrix):
        return task
    structures = [task.structures[row] for row in rows] if task.structures else ()
    return replace(
        task, matrix=CompositionMatrix(task.matrix.elements, task.matrix.fractions[rows]), structures=structures
    )


def _asked_exactly(predictor: PredictorPlugin, name: str, task: PredictionTask) -> Estimate:
    """What a predictor says. One that is not exact by row is asked of rows of the same elements together, over these alone.

    So no element that a composition does not hold changes the order in which its sums are made.
    """
    if getattr(predictor, "is_row_exact", False):
        return predictor.predict(name, task)
    parts = []
    for rows, matrix in _by_elements(task.matrix):
        structures = [task.structures[row] for row in rows] if task.structures else ()
        parts.append((rows, predictor.predict(name, replace(task, matrix=matrix, structures=structures))))
    return parts[0][1] if len(parts) == 1 else _joined(parts, len(task.matrix))


def _by_elements(matrix: CompositionMatrix) -> Iterator[tuple[NDArray[np.intp], CompositionMatrix]]:
    """(numbers of rows, their matrix over the elements that they hold) of each set of elements."""
    if not len(matrix):
        return
    is_present = matrix.fractions > 0
    if is_present.shape[1] <= _BITS:
        keys = is_present @ (1 << np.arange(is_present.shape[1], dtype=np.int64))
    else:
        packed = np.ascontiguousarray(np.packbits(is_present, axis=1))
        keys = packed.view([("", packed.dtype)] * packed.shape[1]).ravel()
    _, first, number = np.unique(keys, return_index=True, return_inverse=True)
    order = np.argsort(number, kind="stable")
    for rows, start in zip(np.split(order, np.cumsum(np.bincount(number))[:-1]), first, strict=True):
        columns = np.flatnonzero(is_present[start])
        elements = tuple(matrix.elements[place] for place in columns)
        yield rows, CompositionMatrix(elements, np.ascontiguousarray(matrix.fractions[np.ix_(rows, columns)]))


def _joined(parts: Sequence[tuple[NDArray[np.intp], Estimate]], n_rows: int) -> Estimate:
    """One estimate from those of parts of the rows."""
    values, uncertainties = np.empty((2, n_rows))
    is_inside = np.empty(n_rows, dtype=bool)
    details, reasons = [""] * n_rows, [""] * n_rows
    for rows, estimate in parts:
        values[rows], uncertainties[rows] = estimate.values, estimate.uncertainties
        is_inside[rows] = estimate.is_in_domain
        for number, row in enumerate(rows.tolist()):
            details[row], reasons[row] = estimate.details[number], estimate.reasons[number]
    return replace(
        parts[0][1], values=values, uncertainties=uncertainties, is_in_domain=is_inside, details=tuple(details),
        reasons=tuple(reasons),
    )  # fmt: skip
