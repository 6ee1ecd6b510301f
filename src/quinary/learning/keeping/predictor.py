"""A learned model as a predictor: the socket that loops and interfaces know."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.element_sums import element_sum
from quinary.chemistry.matrix import CompositionMatrix
from quinary.constants import ROOM_TEMPERATURE
from quinary.errors import InputError
from quinary.learning.keeping.kept_models import KeptModel
from quinary.learning.uncertainty import ClassSets
from quinary.plugins import Estimate, PredictionTask, predictor_of
from quinary.points.conditions import Conditions
from quinary.points.point import Method
from quinary.points.processing import processing_in_words
from quinary.points.properties import property_named
from quinary.reference.precursors import ANIONS_PER_CATION
from quinary.threads import over_blocks

if TYPE_CHECKING:
    from quinary.learning.keeping.saving import SavedModel
    from quinary.plugins import Anions
    from quinary.requests import Form

__all__ = ["PHYSICS_COLUMN", "LearnedPredictor", "condition_columns", "predictor_from"]

PHYSICS_COLUMN: Final = "predictor"  # the column with the value of the usual predictor of the property
_SAME_KELVIN: Final = 10.0  # as between tables: 1000 degrees Celsius in one, 1273 K in another
_BLOCK_ROWS: Final = 4096
_EASIEST: Final = 0.1  # share of the unseen rows, those on which the ensemble agrees best
_FEWEST_COMPARED: Final = 20  # rows; a mean over fewer says little
# split -> (what was held out together, the rows over which intervals keep their promise)
_HELD_OUT: Final = {
    "system": ("chemical systems", "rows of unseen chemical systems"),
    "leave_system_out": ("chemical systems", "rows of unseen chemical systems"),
    "composition": ("compositions", "unseen compositions of known systems"),
    "paper": ("studies", "rows of unseen studies"),
    "leave_paper_out": ("studies", "rows of unseen studies"),
    "element": ("elements", "rows with an unseen element"),
    "pair": ("pairs of elements", "rows with an unseen pair of elements"),
    "time": ("later years", "rows of later years"),
    "random": ("random rows", "rows whose relatives are known"),
    "leave_one_out": ("single rows", "rows whose relatives are known"),
}
_PREFERENCE: Final = 60  # above the usual choice: a learned model is offered only where it beats that on unseen rows


def condition_columns(
    conditions: Conditions, columns: tuple[str, ...], defaults: Mapping[str, float]
) -> dict[str, float]:
    """The numbers of the condition columns (`temperature`, `test=compression`) under these conditions.

    What the conditions do not state takes its default.
    """
    stated = conditions.as_dict()
    found = {}
    for column in columns:
        name, equals, word = column.partition("=")
        if not equals:
            value = stated.get(name, defaults.get(column, ROOM_TEMPERATURE if name == "temperature" else 0.0))
            found[column] = float(value)
        else:
            found[column] = float(stated[name] == word) if name in stated else defaults.get(column, 0.0)
    return found


def predictor_from(kept: KeptModel) -> LearnedPredictor:
    """The predictor of a kept model, which is read when it is first asked."""
    return LearnedPredictor(kept)


class LearnedPredictor:
    """Predicts one property of alloys, or of ceramics of one anion, under the conditions that it learned.

    The interval of 90 % is conformal: it keeps its promise in the mean over rows of what the split of the card held out
    together (unseen chemical systems, studies, elements, later years; after random folds only over rows whose relatives
    were known). `detail` says which. The uncertainty is half of it over 1.645, which is one standard deviation if errors
    are normal: those of other predictors can be set beside it, and heavy tails are in it. Half the interval of 68.3 %, which
    would be equal for normal errors, can lie below the mean error where tails are heavy.
    """

    preference = _PREFERENCE
    is_row_exact = True

    def __init__(self, kept: KeptModel) -> None:
        card = kept.card
        self.kept = kept
        self.name = kept.name
        self.version = kept.digest
        self.source = f"{card.model} trained on {card.n_rows} rows"
        self.properties: tuple[str, ...] = (card.property,)
        self.materials: tuple[str, ...] = ("alloy" if card.kind == "alloy" else "ceramic",)
        self.uses_conditions: tuple[str, ...] = tuple(
            {*(column.partition("=")[0] for column in card.defaults if column != PHYSICS_COLUMN), *card.conditions}
        )

    @property
    def is_class(self) -> bool:
        """True for a model of classes: it answers `classes`, not `predict`."""
        return self.kept.card.main_score == "balanced_accuracy"

    @property
    def is_better(self) -> bool:
        """True if it beats the usual predictor of the property on the rows that both cover, by more than chance.

        That is on twenty rows at least, which were held out with their relatives, and by more than one standard error of
        the difference. False where there is nothing to compare with.
        """
        card = self.kept.card
        compared = card.empirical
        if card.is_random or not compared or compared["n_rows"] < _FEWEST_COMPARED:
            return False
        return bool(compared.get("difference", 0.0) > compared.get("error", np.inf))

    @property
    def interval_sigmas(self) -> float:
        """Half the interval in units of the uncertainty: 1.645 for 90 %."""
        return 1.0 if self.is_class else NormalDist().inv_cdf(0.5 + 0.5 * self.kept.card.confidence)

    def covers(self, anions: Anions, conditions: Conditions) -> bool:
        """True for the kind of material, and the conditions, that its training covers."""
        return not self.lack(anions, conditions)

    def is_of_kind(self, anions: Anions) -> bool:
        """True for the kind of material that it learned from."""
        kind = self.kept.card.kind
        return not anions if kind == "alloy" else _is_of(kind, anions)

    def lack(self, anions: Anions, conditions: Conditions) -> str:
        """Why its training does not cover a kind of material under these conditions; empty where it does.

        What nobody states is ambient: a model of 1273 K has nothing to say of room temperature, nor one of room temperature
        of 1273 K. A condition that no row of the training states is another matter (`uses_conditions`).
        """
        card = self.kept.card
        if not self.is_of_kind(anions):
            return f"learned from {self._what()}"
        asked = conditions.as_dict()
        for name, value in card.conditions.items():
            given = asked.get(name, ROOM_TEMPERATURE if name == "temperature" else None)
            if not _is_same(name, given, value):
                return f"learned at {name} {_in_words(value)} alone"
        for name, words in self._words.items():
            if name in asked and name not in card.conditions and asked[name] not in words:
                return f"learned with {name} {' or '.join(words)}"
        for name, (low, high) in card.ranges.items():
            given = asked.get(name, ROOM_TEMPERATURE if name == "temperature" else None)
            slack = _SAME_KELVIN if name == "temperature" else 1e-9 * max(abs(low), abs(high))
            if name not in card.conditions and isinstance(given, float) and not low - slack <= given <= high + slack:
                span = _in_words(low) if low == high else f"{_in_words(low)} to {_in_words(high)}"
                return f"learned at {name} {span}"
        return ""

    @property
    def _words(self) -> dict[str, list[str]]:
        """Condition -> the words of it that the training knew, `test` -> compression, tension."""
        found: dict[str, list[str]] = {}
        for column in self.kept.card.defaults:
            name, equals, word = column.partition("=")
            if equals and name != "processing":
                found.setdefault(name, []).append(word)
        return found

    def judged_at(self, conditions: Conditions) -> Mapping[str, float] | None:
        """What the card says of errors at like temperature (`ModelCard.by_temperature`).

        Empty where temperature makes no difference to what it learned; None where it does, and too few rows were judged there.
        """
        card = self.kept.card
        low, high = card.ranges.get("temperature", (ROOM_TEMPERATURE, ROOM_TEMPERATURE))
        if "temperature" in card.conditions or high - low <= _SAME_KELVIN or not card.by_temperature:
            return {}
        kelvin = conditions.temperature or ROOM_TEMPERATURE
        return next((part for part in card.by_temperature if part["low"] <= kelvin < part["high"]), None)

    def elements(self, name: str, anions: Anions = ()) -> frozenset[str]:  # noqa: ARG002 - one property, one kind
        """The elements that it has seen."""
        return frozenset(self.kept.card.elements)

    def form(self, name: str, elements: tuple[str, ...], task: PredictionTask) -> Form | None:  # noqa: ARG002
        """None: it has no simple form."""
        return None

    def predict(self, name: str, task: PredictionTask) -> Estimate:
        """Values, uncertainties and domain of every row; a reason where a row has an element that it never saw.

        Raises:
            InputError: another property, another kind of material, or a model of classes.
        """
        self._check(name, task)
        rows, reasons = self._known_rows(task.matrix)
        values, uncertainties = np.full((2, len(task.matrix)), np.nan)
        is_inside = np.zeros(len(task.matrix), dtype=bool)
        answer, spread, inside = self._answers(self._asked(task, rows), task)
        values[rows] = np.clip(answer[:, 0], *property_named(name).bounds)  # a hardness is not negative
        uncertainties[rows] = self._half_width(spread) / self.interval_sigmas
        is_inside[rows] = inside
        return Estimate(values, uncertainties, is_inside, Method.LEARNED, (self.detail,) * len(values), reasons)

    def _half_width(self, spread: NDArray[np.float64]) -> NDArray[np.float64]:
        """Half the interval, shape (N,); NaN of a model that was not calibrated.

        At compositions that it was trained on an ensemble agrees as it does nowhere else (trees that see every row agree
        exactly). The intervals were made from unseen rows, and nothing is known below their spreads: a spread below the
        lowest tenth of these counts as that.
        """
        model = self._model
        if model.calibration is None or isinstance(model.calibration, ClassSets):
            return np.full(len(spread), np.nan)
        least = 0.0 if model.domain is None else float(np.quantile(model.domain.spreads, _EASIEST))
        return model.calibration.half_width(np.maximum(spread, least), self.kept.card.confidence)

    def classes(self, task: PredictionTask) -> list[tuple[str, float, list[str], bool] | str]:
        """(most probable class, its probability, 90 % set, in domain) of each row, or why there is none.

        Raises:
            InputError: another kind of material, or a model of numbers.
        """
        if not self.is_class:
            raise InputError(f"{self.name} predicts numbers, not classes")
        rows, reasons = self._known_rows(task.matrix)
        found, inside = self._chances(task, rows)
        calibration, names = self._model.calibration, self._model.classes
        has_sets = isinstance(calibration, ClassSets)
        members = calibration.members(found) if has_sets else np.zeros(found.shape, dtype=bool)  # type: ignore[union-attr]
        answers: list[tuple[str, float, list[str], bool] | str] = list(reasons)
        for number, row in enumerate(rows):
            best = int(found[number].argmax())
            chosen = [str(one) for one in names[members[number]]]
            answers[row] = (str(names[best]), float(found[number, best]), chosen, bool(inside[number]))
        return answers

    def chances(self, categories: Collection[str], task: PredictionTask) -> Estimate:
        """The probability that the class is one of `categories`, with its error of calibration, for every row.

        Raises:
            InputError: another kind of material, or a model of numbers.
        """
        if not self.is_class:
            raise InputError(f"{self.name} predicts numbers, not classes")
        rows, reasons = self._known_rows(task.matrix)
        found, inside = self._chances(task, rows)
        chosen = np.isin(self._model.classes, sorted(categories))
        values, errors = np.full((2, len(task.matrix)), np.nan)
        values[rows] = element_sum(found, chosen.astype(np.float64))
        errors[rows] = self.kept.card.domain.get("calibration_error", np.nan)
        is_inside = np.zeros(len(task.matrix), dtype=bool)
        is_inside[rows] = inside
        return Estimate(values, errors, is_inside, Method.LEARNED, (self.detail,) * len(values), reasons)

    def _chances(self, task: PredictionTask, rows: NDArray[np.intp]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Probabilities of the classes, shape (M, n_classes), and domain, (M,), of some rows of a task."""
        matrix = self._asked(task, rows)
        found, _, _ = self._answers(matrix, task)
        return found, self._model.is_in_domain(matrix, 1.0 - found.max(axis=1, initial=0.0))

    @property
    def classes_known(self) -> tuple[str, ...]:
        """The names of the classes; empty for a model of numbers."""
        return tuple(str(name) for name in self._model.classes)

    @property
    def _model(self) -> SavedModel:
        return self.kept.load()

    def _check(self, name: str, task: PredictionTask) -> None:
        if name not in self.properties:
            raise InputError(f"{self.name} does not predict {name}", self.properties)
        if self.is_class:
            raise InputError(f"{self.name} predicts classes, not numbers")
        if not self.covers(task.anions, task.conditions):
            raise InputError(f"{self.name} cannot answer here: it {self.lack(task.anions, task.conditions)}")

    def _what(self) -> str:
        card = self.kept.card
        what = "alloys" if card.kind == "alloy" else f"ceramics with {card.kind}"
        at = ", ".join(f"{name}={value}" for name, value in card.conditions.items())
        return f"{what} at {at}" if at else what

    @property
    def detail(self) -> str:
        """How it predicts and how well, in one line."""
        card = self.kept.card
        held_out, promised = _HELD_OUT.get(card.split, (card.split, f"rows held out by {card.split}"))
        unit = f" {card.unit}" if card.unit else ""
        what = (
            f"{card.confidence:.0%} set"
            if self.is_class
            else f"± is half the {card.confidence:.0%} interval over {self.interval_sigmas:.4g}, that interval"
        )
        score = card.honest_score["value"]
        said = f"balanced accuracy {score:.3g}" if self.is_class else f"mean error {score:.3g}{unit}"
        of = " of the choice" if card.choice else ""
        return (
            f"learned: {card.model} on {card.n_rows} rows{self._state()}, {what} in the mean over {promised}; "
            f"{said}{of} with {held_out} held out; model {self.name} of {self._home}"
        )

    @property
    def _home(self) -> str:
        """Where the model is kept, in words."""
        place = self.kept.place
        return "the package" if place == "package" else "this process" if place == "memory" else f"the store {place}"

    def _state(self) -> str:
        """The processing that an answer is for, where rows were told apart by it."""
        name, columns = "processing=", self.kept.card.defaults
        if not any(column.startswith(name) for column in columns):
            return ""
        steps = [
            column.removeprefix(name) for column, value in columns.items() if column.startswith(name) and value > 0
        ]
        return f", for {processing_in_words(steps)} material" if steps else ", for unstated processing"

    def _known_rows(self, matrix: CompositionMatrix) -> tuple[NDArray[np.intp], tuple[str, ...]]:
        """Positions of the rows without unseen elements, and for every row why it has no answer, if so."""
        unseen = [number for number, symbol in enumerate(matrix.elements) if symbol not in self.kept.card.elements]
        is_strange = matrix.fractions[:, unseen] > 0
        reasons = [""] * len(matrix)
        for row in np.flatnonzero(is_strange.any(axis=1)):
            names = [matrix.elements[unseen[number]] for number in np.flatnonzero(is_strange[row])]
            reasons[row] = f"the learned model has seen no {', '.join(names)}"
        return np.flatnonzero(~is_strange.any(axis=1)), tuple(reasons)

    def _asked(self, task: PredictionTask, rows: NDArray[np.intp]) -> CompositionMatrix:
        return CompositionMatrix(task.matrix.elements, task.matrix.fractions[rows]).over(self.kept.card.elements)

    def _answers(
        self, matrix: CompositionMatrix, task: PredictionTask
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
        """Answers, spreads and domain of rows that all have known elements, on all cores."""
        model, fixed = self._model, self._columns(matrix, task)

        def new_worker() -> Callable[[slice], tuple[Any, Any, Any]]:
            return lambda rows: self._block(model, matrix, fixed, rows)

        parts = over_blocks(new_worker, len(matrix), _BLOCK_ROWS)
        if not parts:
            n_outputs = max(1, len(model.classes))
            return np.empty((0, n_outputs)), np.empty(0), np.empty(0, dtype=bool)
        return (
            np.vstack([p[0] for p in parts]),
            np.concatenate([p[1] for p in parts]),
            np.concatenate([p[2] for p in parts]),
        )

    def _block(
        self, model: SavedModel, matrix: CompositionMatrix, fixed: Mapping[str, NDArray[np.float64]], rows: slice
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
        part = CompositionMatrix(matrix.elements, matrix.fractions[rows])
        features = model.features(part, {name: values[rows] for name, values in fixed.items()})
        answer, spread = model.answers_and_spread(features)
        inside = np.zeros(len(part), dtype=bool) if self.is_class else model.is_in_domain(part, spread)
        return answer, spread, inside

    def _columns(self, matrix: CompositionMatrix, task: PredictionTask) -> dict[str, NDArray[np.float64]]:
        card, model = self.kept.card, self._model
        names = tuple(name for name in model.columns if name != PHYSICS_COLUMN)
        found = condition_columns(task.conditions, names, card.defaults)
        columns = {name: np.full(len(matrix), value) for name, value in found.items()}
        if PHYSICS_COLUMN in model.columns:
            usual = predictor_of(card.property, is_ceramic=task.is_ceramic, model=str(card.empirical.get("model", "")))
            # asked exactly as it was for the training rows: whatever else is assumed now, the model never saw it
            own = {**card.conditions, **({"temperature": found["temperature"]} if "temperature" in found else {})}
            told = PredictionTask(matrix, anions=task.anions, conditions=Conditions.of(own))
            values = usual.predict(card.property, told).values
            columns[PHYSICS_COLUMN] = np.where(np.isfinite(values), values, card.defaults[PHYSICS_COLUMN])
        return columns


def _is_of(anion: str, anions: Anions) -> bool:
    """True for ceramics with this one anion in the usual amount."""
    wanted = ANIONS_PER_CATION[anion]
    return len(anions) == 1 and anions[0][0] == anion and abs(anions[0][1] - wanted) < 0.1 * wanted


def _is_same(name: str, given: float | str | None, learned: float | str) -> bool:
    """True if a condition is that of the training: temperatures within ten kelvin, everything else exactly."""
    if name == "temperature" and isinstance(given, float) and isinstance(learned, int | float):
        return abs(given - learned) <= _SAME_KELVIN
    return given == learned


def _in_words(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.4g}"
