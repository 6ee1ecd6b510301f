"""What `predict --why` shows: who could have been asked, how good each is on rows like the question, and what decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from quinary.constants import ROOM_TEMPERATURE
from quinary.errors import InputError
from quinary.plugins import predictable_properties
from quinary.prediction.chances import SINGLE_PHASE

if TYPE_CHECKING:
    from quinary.learning.keeping import LearnedPredictor, ModelCard
    from quinary.plugins import Anions, PredictorPlugin
    from quinary.points.conditions import Conditions
    from quinary.points.quantity import Quantity

__all__ = ["FEWEST_COMPARED", "LearnedOption", "Option", "ignored_that_matter", "options_of", "refusal_of"]

# What follows from the composition alone, whatever the temperature of the sample.
_OF_THE_COMPOSITION: Final = frozenset({"melting_temperature", "price", SINGLE_PHASE, "phases"})
_NEAR_ROOM: Final = 100.0  # K: moduli and lattices change by a few per cent at most within it
FEWEST_COMPARED: Final = 20  # rows; a mean over fewer says little


@dataclass(frozen=True, slots=True)
class Option:
    """A predictor or model of the property, as `predict --why` shows it.

    Attributes:
        kind: `predictor` (a plug-in) or `model` (learned).
        place: where a model is kept.
        score: of the measure `measure` on `n_rows` rows like the question, held out with their chemical systems; None where
            it was never judged. `baseline` is the score of the best simple guess there.
        covers: whether it can be asked this question at all. `reason`: why it was taken, passed over or refused.
    """

    model: str
    kind: str
    place: str
    measure: str
    score: float | None
    error: float | None
    n_rows: int
    baseline: float | None
    covers: bool
    reason: str

    def document(self) -> dict[str, Any]:
        """The option as JSON."""
        return {
            "model": self.model, "kind": self.kind, "place": self.place, "measure": self.measure, "score": self.score,
            "error": self.error, "rows": self.n_rows, "baseline": self.baseline, "covers": self.covers,
            "reason": self.reason,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class LearnedOption:
    """A learned model of the property, with what its card says of rows like the question.

    `part`: its errors at like temperature; None where it was not judged there, empty where temperature is not told apart.
    `flaw`: why it is not asked although it covers the question; `asked`: what would be asked.
    """

    model: LearnedPredictor
    lack: str
    part: Mapping[str, float] | None
    flaw: str
    asked: PredictorPlugin | None

    @property
    def card(self) -> ModelCard:
        """What is known of the model."""
        return self.model.kept.card

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from others of the same name."""
        return self.model.name, self.model.version

    @property
    def is_usable(self) -> bool:
        """True if it covers the question, and nothing speaks against asking it."""
        return not (self.lack or self.flaw)

    @property
    def score(self) -> float | None:
        """The error, or balanced accuracy, on rows like the question; None where there were too few to say."""
        if self.part is None:
            return None
        return float(self.part["score"] if self.part else self.card.honest_score["value"])

    @property
    def error(self) -> float | None:
        """The standard error of the score over chemical systems."""
        if self.part is None:
            return None
        whole = self.card.honest_score  # of an interval of 95 %
        return float(self.part["error"]) if self.part else (float(whole["high"]) - float(whole["low"])) / 3.92

    @property
    def n_rows(self) -> int:
        """How many rows like the question it was judged on."""
        return 0 if self.part is None else int(self.part["n_rows"]) if self.part else self.card.n_rows

    @property
    def baseline(self) -> float | None:
        """The score of the best simple guess on these rows."""
        if self.part is None or not self.card.baselines:
            return None
        best = max if self.card.main_score == "balanced_accuracy" else min
        return float(self.part["baseline"] if self.part else best(self.card.baselines.values()))


def ignored_that_matter(predictor: PredictorPlugin, name: str, conditions: Conditions) -> list[str]:
    """The stated conditions that a predictor does not take into account although they change the property noticeably."""
    if name in _OF_THE_COMPOSITION:
        return []
    stated = conditions.as_dict()
    found: list[str] = []
    for key in ("temperature", "load"):
        if key in stated and key not in predictor.uses_conditions:
            is_near = key == "temperature" and abs(float(stated[key]) - ROOM_TEMPERATURE) <= _NEAR_ROOM
            if not is_near:
                found.append(key)
    return found


def options_of(
    quantity: Quantity, asked: Sequence[PredictorPlugin], found: Sequence[LearnedOption], usual: Sequence[PredictorPlugin],
    compared: Mapping[str, Any], *, is_refused: bool,
) -> tuple[Option, ...]:  # fmt: skip
    """All options, those that are asked first, in that order; then those that cover the question, then the others."""
    place = {(predictor.name, predictor.version): number for number, predictor in enumerate(asked)}
    ranked = [(place.get(one.key, len(place)), _option_of_model(one, place)) for one in found]
    for number, predictor in enumerate(usual):
        known = compared if not number else {}
        option = _option_of_predictor(predictor, quantity, place, known, is_refused, number)
        ranked.append((place.get((predictor.name, predictor.version), len(place)), option))
    return tuple(option for _, option in sorted(ranked, key=lambda entry: (entry[0], not entry[1].covers)))


def _option_of_model(one: LearnedOption, place: Mapping[tuple[str, str], int]) -> Option:
    if one.lack:
        reason = f"does not cover the question: {one.lack}"
    elif one.key in place:
        number = place[one.key]
        reason = _why_asked(number, (number and one.card.lag) or _advantage(one))
    elif one.flaw:
        reason = f"refused: {one.flaw}"
    else:
        reason = f"passed over: {one.card.lag}" if one.card.lag else "passed over: another was named"
    return Option(
        one.model.name, "model", one.model.kept.place, one.card.main_score, one.score, one.error, one.n_rows,
        one.baseline, not one.lack, reason,
    )  # fmt: skip


def _advantage(one: LearnedOption) -> str:
    """What the model was compared with: at like temperature where that is told apart, else over all its rows."""
    card = one.card
    unit = f" {card.unit}" if card.unit else ""
    if one.part is None:
        return "too few rows at this temperature to say how good it is, so outside its domain"
    if one.part:
        return (
            f"error {one.score:.4g}{unit} against {one.baseline:.4g}{unit} of the best simple guess on {one.n_rows} rows at "
            "like temperature, systems held out"
        )
    usual = card.empirical
    if usual and usual["n_rows"] >= FEWEST_COMPARED:
        return (
            f"error {usual['own_score']:.4g}{unit} against {usual['score']:.4g}{unit} of {usual['model']} on the "
            f"{usual['n_rows']} rows that both cover, systems held out"
        )
    if card.gain:
        return f"better than the {str(card.gain['baseline']).replace('_', ' ')} by more than chance, systems held out"
    return "the only one judged on unseen rows"


def _why_asked(number: int, why: str) -> str:
    return f"chosen: {why}" if not number else f"asked where those before have no answer: {why}"


def _option_of_predictor(
    predictor: PredictorPlugin, quantity: Quantity, place: Mapping[tuple[str, str], int], compared: Mapping[str, Any],
    is_refused: bool, number: int,
) -> Option:  # fmt: skip
    score = float(compared["score"]) if compared else None
    mean = compared.get("mean_score")
    ignored = ignored_that_matter(predictor, quantity.property, quantity.conditions)
    key = predictor.name, predictor.version
    if key in place:
        told = f"mean error {score:.4g} on {compared['n_rows']} rows" if compared else "nothing measured to judge it by"
        reason = _why_asked(place[key], f"the usual predictor; {told}")
    elif number:
        reason = "kept for comparison: asked only by name"
    elif is_refused:
        reason = (
            f"refused: its error {score:.4g} on {compared['n_rows']} rows, told no phases, is above that of the mean of the "
            f"known values, {mean:.4g}"
        )
    else:
        reason = "passed over"
    if ignored:
        reason += f"; does not depend on {', '.join(ignored)}"
    return Option(
        predictor.name, "predictor", "plug-in", "mae", score, None, int(compared.get("n_rows", 0)), mean, True, reason
    )


def refusal_of(quantity: Quantity, anions: Anions, options: Sequence[Option]) -> InputError:
    """Why nobody answers, and what would help."""
    kind = "ceramics" if anions else "alloys"
    at = f" at {quantity.conditions.key}" if quantity.conditions.key else ""
    anion = f" --anion {anions[0][0]}" if anions else ""
    learn = f"`quinary learn {'phases' if quantity.property == SINGLE_PHASE else quantity.property}{anion}`"
    if not options:
        known = predictable_properties(is_ceramic=bool(anions))
        other = predictable_properties(is_ceramic=not anions)
        what = f"nothing predicts {quantity.property} of {kind}"
        if quantity.property in other:
            what = f"{quantity.property} can be predicted for {'alloys' if anions else 'ceramics'} only, not for {kind}"
        return InputError(f"{what}; {learn} would, from twenty values in the store", known)
    said = "; ".join(f"{option.model}: {option.reason}" for option in options)
    return InputError(
        f"nothing that is known predicts {quantity.property} of {kind}{at}: {said}; values at these conditions and "
        f"{learn} would, or name one with --model",
        [option.model for option in options],
    )
