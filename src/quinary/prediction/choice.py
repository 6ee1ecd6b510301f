"""Who answers a question: every predictor and model of the property, whether it covers the question, and how good it is.

The rule, in order:

1. A model that does not cover the kind of material or the conditions asked is not asked; nor is one that is no better than a
   baseline on chemical systems that it had not seen, over all its rows or at the temperature asked, or one that is damaged.
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

import logging
import math
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

__all__ = ["RULE", "Choice", "Option", "check_name", "choose", "ignored_that_matter", "is_about", "properties_of"]

_LOG: Final = logging.getLogger(__name__)

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
        return self.model.kept.card

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from others of the same name."""
        return self.model.name, self.model.version

    @property
    def is_usable(self) -> bool:
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


def choose(quantity: Quantity, anions: Anions, models: Sequence[LearnedPredictor], named: str = "") -> Choice:
    """Who answers a question about alloys, or about ceramics with these anions.

    `models` are those that may be asked, of the store and of the package; `named` is the predictor or model that somebody
    wants.

    Raises:
        InputError: the one that was named is not there, or does not cover the question; no model knows the class.
    """
    found = [_learned(model, quantity, anions) for model in models if is_about(model, quantity)]
    usual = predictors_of(quantity.property, is_ceramic=bool(anions)) if not quantity.category else ()
    if named:
        return _named(quantity, anions, named, found, usual)
    ordered = _in_order(found)
    alike = [one for one in found if one.model.is_of_kind(anions)]
    compared = _compared(usual[0].name, alike) if usual else {}
    is_first = bool(ordered) and bool(usual) and _is_before(ordered[0], usual[0], quantity)
    is_refused = bool(compared) and _is_worse_than_guessing(compared)
    learned = [one.asked for one in ordered if one.asked is not None]
    physical: list[PredictorPlugin] = [] if is_refused else list(usual[:1])
    asked = tuple(learned + physical if is_first or not physical else physical + learned)
    options = _options(quantity, asked, found, usual, compared, is_refused=is_refused)
    refusal = None if asked else _unknown_class(quantity, found) or _refusal(quantity, anions, options)
    return Choice(asked, options, refusal)


def _unknown_class(quantity: Quantity, found: Sequence[_Learned]) -> InputError | None:
    """The error that names the classes there are, where no model knows the one that is asked for."""
    told = [one for one in found if quantity.category and one.flaw.startswith("unknown class")]
    if not told:
        return None
    known = told[0].model.classes_known
    return unknown_name(f"class of {quantity.property}", quantity.category, known)


def is_about(model: LearnedPredictor, quantity: Quantity) -> bool:
    """True for a model of the property, and for a model of phases where the chance of a single one is asked for."""
    if quantity.property == SINGLE_PHASE and model.is_class:
        return "phases" in model.properties and "alloy" in model.materials
    return quantity.property in model.properties


def _learned(model: LearnedPredictor, quantity: Quantity, anions: Anions) -> _Learned:
    lack = model.lack(anions, quantity.conditions)
    part = model.judged_at(quantity.conditions)
    flaw, asked = "", None
    if not lack:
        flaw = model.kept.card.doubt or _no_help(part)
        if not flaw:
            asked, flaw = _as_asked(model, quantity)
    return _Learned(model, lack, part, flaw, asked)


def _no_help(part: Mapping[str, float] | None) -> str:
    """Why a model is no help at the temperature asked, although it is over all temperatures; empty where it is."""
    if not part or part["score"] < part["baseline"]:
        return ""
    return (
        f"no better than the best simple guess at this temperature (error {part['score']:.4g} against "
        f"{part['baseline']:.4g} on {part['n_rows']:.0f} rows)"
    )


def _as_asked(model: LearnedPredictor, quantity: Quantity) -> tuple[PredictorPlugin | None, str]:
    """(the model, or it as the chance of a class where that is asked; why it cannot be)."""
    try:
        model.kept.load()
        is_chance = bool(quantity.category) or quantity.property == SINGLE_PHASE
        return (chance_predictor(model, quantity) if model.is_class and is_chance else model), ""
    except InputError as error:
        _LOG.warning("%s is not asked: %s", model.name, error.message)
        return None, error.message


def _in_order(found: Sequence[_Learned]) -> list[_Learned]:
    """The models that may be asked, the best first: of somebody's own data, of the embedded tables, what lags behind those."""
    usable = [one for one in found if one.is_usable]
    own = [one for one in usable if one.card.store and not one.card.lag]
    embedded = [one for one in usable if not one.card.store]
    lagging = [one for one in usable if one.card.store and one.card.lag]
    return [*_by_score(own), *_by_score(embedded), *_by_score(lagging)]


def _by_score(models: Sequence[_Learned]) -> list[_Learned]:
    """The best first; where two tie, the one that covers more, then the one of more rows. What was not judged comes last."""
    losses = {one.key: _loss(one) for one in models}
    best = min(models, key=lambda one: losses[one.key], default=None)
    if best is None:
        return []
    slack = best.error or 0.0

    def rank(one: _Learned) -> tuple[Any, ...]:
        if losses[one.key] <= losses[best.key] + slack:
            return (0, len(one.card.conditions), -one.card.n_rows, one.model.kept.place == PACKAGE, one.model.name)
        return (1, losses[one.key], 0, False, one.model.name)

    return sorted(models, key=rank)


def _loss(one: _Learned) -> float:
    """What is to be small: an error, or one minus a balanced accuracy; infinite where it was not judged."""
    if one.score is None:
        return math.inf
    return 1.0 - one.score if one.card.main_score == "balanced_accuracy" else one.score


def _compared(name: str, alike: Sequence[_Learned]) -> Mapping[str, Any]:
    """How the usual predictor did on the most rows that a model was judged on; empty where nobody looked."""
    found = [one.card.empirical for one in alike if one.card.empirical.get("model") == name]
    most = max(found, key=lambda entry: int(entry["n_rows"]), default={})
    return most if most and most["n_rows"] >= _FEWEST_COMPARED else {}


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
    learned = [one for one in found if named in {one.model.name, f"{one.model.name}@{one.model.kept.place}"}]
    if learned:
        first = learned[0]
        if first.lack:
            raise InputError(f"{named} cannot be asked for {quantity.key}: it {_was(first.lack)}")
        one, flaw = _as_asked(first.model, quantity)
        if one is None:
            raise InputError(f"{named} cannot be asked for {quantity.key}: {flaw}")
        asked: tuple[PredictorPlugin, ...] = (one,)
    elif named not in predictors():
        able = [one.name for one in usual]
        others = f"; {', '.join(able)} would" if able else ""
        raise InputError(f"the model {named} does not predict {quantity.key}{others}", able)
    else:
        asked = (predictor_of(quantity.property, is_ceramic=bool(anions), model=named),)
    return Choice(asked, _options(quantity, asked, found, usual, {}, is_refused=False))


def _options(
    quantity: Quantity, asked: Sequence[PredictorPlugin], found: Sequence[_Learned], usual: Sequence[PredictorPlugin],
    compared: Mapping[str, Any], *, is_refused: bool,
) -> tuple[Option, ...]:  # fmt: skip
    place = {(predictor.name, predictor.version): number for number, predictor in enumerate(asked)}
    ranked = [(place.get(one.key, len(place)), _option_of_model(one, place)) for one in found]
    for number, predictor in enumerate(usual):
        known = compared if not number else {}
        option = _option_of_predictor(predictor, quantity, place, known, is_refused, number)
        ranked.append((place.get((predictor.name, predictor.version), len(place)), option))
    return tuple(option for _, option in sorted(ranked, key=lambda entry: (entry[0], not entry[1].covers)))


def _option_of_model(one: _Learned, place: Mapping[tuple[str, str], int]) -> Option:
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


def _advantage(one: _Learned) -> str:
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
    if usual and usual["n_rows"] >= _FEWEST_COMPARED:
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


def _refusal(quantity: Quantity, anions: Anions, options: Sequence[Option]) -> InputError:
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


def _was(lack: str) -> str:
    return f"was {lack}" if lack.startswith("learned") else lack


def check_name(name: str, models: Sequence[LearnedPredictor]) -> None:
    """See that a predictor or model of this name exists.

    Raises:
        InputError: there is none.
    """
    known = {
        *predictors(),
        *(model.name for model in models),
        *(f"{model.name}@{model.kept.place}" for model in models),
    }
    if name and name not in known:
        raise unknown_name("predictor", name, known)


def properties_of(named: str, models: Sequence[LearnedPredictor], *, is_ceramic: bool) -> tuple[str, ...]:
    """The properties that can be predicted for a kind of material: all, or those of one predictor or model."""
    kind = "ceramic" if is_ceramic else "alloy"
    learned = [name for one in models if kind in one.materials and named in {"", one.name} for name in one.properties]
    if not named:
        return tuple(dict.fromkeys((*predictable_properties(is_ceramic=is_ceramic), *learned)))
    return tuple(learned) or tuple(find_plugin("predictors", named).properties)
