"""Who answers a question: every predictor and model of the property, whether it covers the question, and how good it is.

The rule, in order:

1. A model that does not cover the kind of material or the conditions asked is not asked; nor is one that is no better than a
   baseline on chemical systems that it had not seen.
2. Models of somebody's own data come before those of the embedded tables, unless those were found better on rows that
   neither had seen. Among them the one with the smallest error on rows like the question (same kind, like temperature,
   systems held out) is first; where the difference is within its standard error, the one that covers more conditions, then
   the one of more rows.
3. A model comes before the usual predictor if it is better, by more than one standard error, on the rows that both cover, or
   if the usual predictor knows nothing of a condition that matters. Else it comes after it.
4. A usual predictor that is worse than the mean of the known values is not asked.
5. Where the first has no answer for a material (an element that it never saw), the next is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from quinary.errors import InputError, unknown_name
from quinary.learning.packaged import PACKAGE
from quinary.plugins.registry import find_plugin, predictable_properties, predictor_of, predictors, predictors_of
from quinary.points.conditions import ROOM_TEMPERATURE
from quinary.prediction.chances import SINGLE_PHASE, chance_predictor

if TYPE_CHECKING:
    from quinary.learning.card import ModelCard
    from quinary.learning.predictor import LearnedPredictor
    from quinary.plugins.sockets import Anions, PredictorPlugin
    from quinary.points.conditions import Conditions
    from quinary.points.quantity import Quantity

__all__ = ["RULE", "Choice", "Option", "check_name", "choose", "ignored_that_matter", "properties_of"]

# What follows from the composition alone, whatever the temperature of the sample.
_OF_THE_COMPOSITION: Final = frozenset({"melting_temperature", "price", SINGLE_PHASE, "phases"})
_NEAR_ROOM: Final = 100.0  # K: moduli and lattices change by a few per cent at most within it
_FEWEST_COMPARED: Final = 20  # rows; a mean over fewer says little
RULE: Final = (
    "who covers the material and the conditions and beats every baseline on unseen chemical systems; models of own data "
    "before those of the embedded tables, unless these were better on rows that neither had seen; the smallest error at like "
    "conditions; a model before the usual predictor only if better on the rows of both by more than one standard error; the "
    "next where the first has no answer"
)


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
class Choice:
    """Whom to ask, in order, and all that could have been asked. `asked` is empty for nobody, and `refusal` says why."""

    asked: tuple[PredictorPlugin, ...]
    options: tuple[Option, ...]
    refusal: InputError | None = None

    def documents(self) -> list[dict[str, Any]]:
        """The options as JSON, those that are asked first."""
        return [option.document() for option in self.options]


@dataclass(frozen=True, slots=True)
class _Learned:
    """A learned model of the property, with what its card says of rows like the question."""

    model: LearnedPredictor
    lack: str
    score: float
    error: float
    n_rows: int
    baseline: float

    @property
    def card(self) -> ModelCard:
        return self.model.kept.card

    @property
    def is_usable(self) -> bool:
        return not (self.lack or self.card.doubt)


def choose(quantity: Quantity, anions: Anions, models: Sequence[LearnedPredictor], named: str = "") -> Choice:
    """Who answers a question about alloys, or about ceramics with these anions.

    `models` are those that may be asked, of the store and of the package; `named` is the predictor or model that somebody
    wants.

    Raises:
        InputError: the one that was named is not there, or does not cover the question.
    """
    found = [_learned(model, quantity, anions) for model in models if _is_about(model, quantity)]
    usual = predictors_of(quantity.property, is_ceramic=bool(anions)) if not quantity.category else ()
    if named:
        return _named(quantity, anions, named, found, usual)
    ordered = _in_order(found)
    best = ordered[0] if ordered else None
    alike = [*ordered, *(one for one in found if one.model.is_of_kind(anions))]
    compared = _compared(usual[0].name, alike) if usual else {}
    is_first = best is not None and bool(usual) and _is_before(best, usual[0], quantity)
    is_refused = bool(compared) and _is_worse_than_guessing(compared)
    learned: list[PredictorPlugin] = [_as_asked(one.model, quantity) for one in ordered[:1]]
    physical: list[PredictorPlugin] = [] if is_refused else list(usual[:1])
    asked = tuple(learned + physical if is_first or not physical else physical + learned)
    options = _options(quantity, asked, found, usual, compared, is_refused=is_refused)
    return Choice(asked, options, None if asked else _refusal(quantity, anions, options))


def _is_about(model: LearnedPredictor, quantity: Quantity) -> bool:
    """True for a model of the property, and for a model of phases where the chance of a single one is asked for."""
    if quantity.property == SINGLE_PHASE and model.is_class:
        return "phases" in model.properties and "alloy" in model.materials
    return quantity.property in model.properties


def _as_asked(model: LearnedPredictor, quantity: Quantity) -> PredictorPlugin:
    """The model; as the chance of a class where that is asked."""
    is_chance = bool(quantity.category) or quantity.property == SINGLE_PHASE
    return chance_predictor(model, quantity) if model.is_class and is_chance else model


def _learned(model: LearnedPredictor, quantity: Quantity, anions: Anions) -> _Learned:
    card = model.kept.card
    score, baselines = card.honest_score, card.baselines
    best = (max if card.main_score == "balanced_accuracy" else min)(baselines.values(), default=float("nan"))
    error = (float(score["high"]) - float(score["low"])) / 3.92  # of an interval of 95 %
    value, n_rows = float(score["value"]), card.n_rows
    kelvin = quantity.conditions.temperature or ROOM_TEMPERATURE
    for part in card.by_temperature:
        if part["low"] <= kelvin < part["high"]:
            value, error = part["score"], part["error"]
            n_rows, best = int(part["n_rows"]), part["baseline"]
    return _Learned(model, model.lack(anions, quantity.conditions), value, error, n_rows, best)


def _in_order(found: Sequence[_Learned]) -> list[_Learned]:
    """The models that may be asked, the best first: of somebody's own data, of the embedded tables, what lags behind those."""
    usable = [one for one in found if one.is_usable]
    own = [one for one in usable if one.card.store and not one.card.lag]
    embedded = [one for one in usable if not one.card.store]
    lagging = [one for one in usable if one.card.store and one.card.lag]
    return [*_by_score(own), *_by_score(embedded), *_by_score(lagging)]


def _by_score(models: Sequence[_Learned]) -> list[_Learned]:
    if len(models) < 2:
        return list(models)
    sign = -1.0 if models[0].card.main_score == "balanced_accuracy" else 1.0
    best = min(models, key=lambda one: sign * one.score)
    is_tied = {id(one): abs(one.score - best.score) <= best.error for one in models}
    return sorted(
        models,
        key=lambda one: (
            (0, len(one.card.conditions), -one.card.n_rows, one.model.kept.place == PACKAGE, one.model.name)
            if is_tied[id(one)]
            else (1, sign * one.score, 0, False, one.model.name)
        ),
    )


def _compared(name: str, alike: Sequence[_Learned]) -> Mapping[str, Any]:
    """How the usual predictor did on the rows that a model was judged on; empty where nobody looked."""
    for one in alike:
        found = one.card.empirical
        if found and found["model"] == name and found["n_rows"] >= _FEWEST_COMPARED:
            return found
    return {}


def _is_before(best: _Learned, usual: PredictorPlugin, quantity: Quantity) -> bool:
    return best.model.is_better or bool(ignored_that_matter(usual, quantity.property, quantity.conditions))


def _is_worse_than_guessing(compared: Mapping[str, Any]) -> bool:
    mean = compared.get("mean_score")
    return mean is not None and compared["score"] > mean


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


def _named(
    quantity: Quantity, anions: Anions, named: str, found: Sequence[_Learned], usual: Sequence[PredictorPlugin]
) -> Choice:
    learned = [one for one in found if one.model.name == named]
    if learned:
        if learned[0].lack:
            raise InputError(f"{named} cannot be asked for {quantity.key}: it {_was(learned[0].lack)}")
        asked: tuple[PredictorPlugin, ...] = (_as_asked(learned[0].model, quantity),)
    else:
        asked = (predictor_of(quantity.property, is_ceramic=bool(anions), model=named),)
    return Choice(asked, _options(quantity, asked, found, usual, {}, is_refused=False))


def _options(
    quantity: Quantity, asked: Sequence[PredictorPlugin], found: Sequence[_Learned], usual: Sequence[PredictorPlugin],
    compared: Mapping[str, Any], *, is_refused: bool,
) -> tuple[Option, ...]:  # fmt: skip
    place = {predictor.name: number for number, predictor in enumerate(asked)}
    options = [_option_of_model(one, place) for one in found]
    for number, predictor in enumerate(usual):
        options.append(
            _option_of_predictor(predictor, quantity, place, compared if not number else {}, is_refused, number)
        )
    return tuple(sorted(options, key=lambda option: (place.get(option.model, len(place)), not option.covers)))


def _option_of_model(one: _Learned, place: Mapping[str, int]) -> Option:
    card, name = one.card, one.model.name
    if one.lack:
        reason = f"does not cover the question: {one.lack}"
    elif name in place:
        reason = _why_asked(place[name], _advantage(card))
    elif card.doubt:
        reason = f"refused: {card.doubt}"
    else:
        reason = f"passed over: {card.lag}" if card.lag else "passed over: another is better on rows like these"
    return Option(
        name, "model", one.model.kept.place, card.main_score, one.score, one.error, one.n_rows, one.baseline,
        not one.lack, reason,
    )  # fmt: skip


def _advantage(card: ModelCard) -> str:
    """What the model was compared with."""
    usual, unit = card.empirical, f" {card.unit}" if card.unit else ""
    if usual and usual["n_rows"] >= _FEWEST_COMPARED:
        return (
            f"error {usual['own_score']:.4g}{unit} against {usual['score']:.4g}{unit} of {usual['model']} on the "
            f"{usual['n_rows']} rows that both cover, systems held out"
        )
    gain = card.gain
    if gain:
        return f"better than the {str(gain['baseline']).replace('_', ' ')} by more than chance, systems held out"
    return "the only one judged on unseen rows"


def _why_asked(number: int, why: str) -> str:
    return f"chosen: {why}" if not number else f"asked where the first has no answer: {why}"


def _option_of_predictor(
    predictor: PredictorPlugin, quantity: Quantity, place: Mapping[str, int], compared: Mapping[str, Any],
    is_refused: bool, number: int,
) -> Option:  # fmt: skip
    score = float(compared["score"]) if compared else None
    mean = compared.get("mean_score")
    ignored = ignored_that_matter(predictor, quantity.property, quantity.conditions)
    if predictor.name in place:
        told = f"mean error {score:.4g} on {compared['n_rows']} rows" if compared else "nothing measured to judge it by"
        reason = _why_asked(place[predictor.name], f"the usual predictor; {told}")
    elif number:
        reason = "kept for comparison: asked only by name"
    elif is_refused:
        reason = f"refused: its error {score:.4g} is above that of the mean of the known values, {mean:.4g}"
    else:
        reason = "passed over"
    if ignored:
        reason += f"; does not depend on {', '.join(ignored)}"
    return Option(
        predictor.name, "predictor", "plug-in", "mae", score, None, int(compared.get("n_rows", 0)), mean, True, reason
    )


def _refusal(quantity: Quantity, anions: Anions, options: Sequence[Option]) -> InputError:
    """Why nobody answers, and what would help."""
    kind = "ceramics" if anions else "alloys"
    at = f" at {quantity.conditions.key}" if quantity.conditions.key else ""
    anion = f" --anion {anions[0][0]}" if anions else ""
    learn = f"`quinary learn {quantity.property}{anion}`"
    if not options:
        known = predictable_properties(is_ceramic=bool(anions))
        other = predictable_properties(is_ceramic=not anions)
        what = f"nothing predicts {quantity.property} of {kind}"
        if quantity.property in other:
            what = f"{quantity.property} can be predicted for {'alloys' if anions else 'ceramics'} only, not for {kind}"
        return InputError(f"{what}; {learn} would, from a hundred values in the store", known)
    said = "; ".join(f"{option.model}: {option.reason}" for option in options)
    return InputError(
        f"nothing that is known predicts {quantity.property} of {kind}{at}: {said}; values at these conditions and "
        f"{learn} would, or name one with --model",
        [option.model for option in options],
    )


def _was(lack: str) -> str:
    return f"was {lack}" if lack.startswith("learned") else lack


def check_name(name: str, models: Sequence[LearnedPredictor]) -> None:
    """See that a predictor or model of this name exists.

    Raises:
        InputError: there is none.
    """
    known = {*predictors(), *(model.name for model in models)}
    if name and name not in known:
        raise unknown_name("predictor", name, known)


def properties_of(named: str, models: Sequence[LearnedPredictor], *, is_ceramic: bool) -> tuple[str, ...]:
    """The properties that can be predicted for a kind of material: all, or those of one predictor or model."""
    kind = "ceramic" if is_ceramic else "alloy"
    learned = [name for one in models if kind in one.materials and named in {"", one.name} for name in one.properties]
    if not named:
        return tuple(dict.fromkeys((*predictable_properties(is_ceramic=is_ceramic), *learned)))
    return tuple(learned) or tuple(find_plugin("predictors", named).properties)
