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
from quinary.learning.keeping import PACKAGE
from quinary.plugins import find_plugin, predictable_properties, predictor_of, predictors, predictors_of
from quinary.prediction.chances import SINGLE_PHASE, chance_predictor
from quinary.prediction.options import (
    FEWEST_COMPARED,
    LearnedOption,
    Option,
    ignored_that_matter,
    options_of,
    refusal_of,
)

if TYPE_CHECKING:
    from quinary.learning.keeping import LearnedPredictor
    from quinary.plugins import Anions, PredictorPlugin
    from quinary.points.quantity import Quantity

__all__ = ["RULE", "Choice", "check_name", "choose", "is_about", "properties_of"]

_LOG: Final = logging.getLogger(__name__)

RULE: Final = (
    "who covers the material and the conditions and beats every baseline on unseen chemical systems; models of own data "
    "before those of the embedded tables, unless these were better on rows that neither had seen; the smallest error at like "
    "conditions; a model before the usual predictor only if better on the rows of both by more than one standard error; the "
    "next where the first has no answer"
)


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom to ask, in order, and all that could have been asked. `asked` is empty for nobody, and `refusal` says why."""

    asked: tuple[PredictorPlugin, ...]
    options: tuple[Option, ...]
    refusal: InputError | None = None

    def documents(self) -> list[dict[str, Any]]:
        """The options as JSON, those that are asked first."""
        return [option.document() for option in self.options]


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
    options = options_of(quantity, asked, found, usual, compared, is_refused=is_refused)
    refusal = None if asked else _unknown_class(quantity, found) or refusal_of(quantity, anions, options)
    return Choice(asked, options, refusal)


def _unknown_class(quantity: Quantity, found: Sequence[LearnedOption]) -> InputError | None:
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


def _learned(model: LearnedPredictor, quantity: Quantity, anions: Anions) -> LearnedOption:
    lack = model.lack(anions, quantity.conditions)
    part = model.judged_at(quantity.conditions)
    flaw, asked = "", None
    if not lack:
        flaw = model.kept.card.doubt or _no_help(part)
        if not flaw:
            asked, flaw = _as_asked(model, quantity)
    return LearnedOption(model, lack, part, flaw, asked)


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


def _in_order(found: Sequence[LearnedOption]) -> list[LearnedOption]:
    """The models that may be asked, the best first: of somebody's own data, of the embedded tables, what lags behind those."""
    usable = [one for one in found if one.is_usable]
    own = [one for one in usable if one.card.store and not one.card.lag]
    embedded = [one for one in usable if not one.card.store]
    lagging = [one for one in usable if one.card.store and one.card.lag]
    return [*_by_score(own), *_by_score(embedded), *_by_score(lagging)]


def _by_score(models: Sequence[LearnedOption]) -> list[LearnedOption]:
    """The best first; where two tie, the one that covers more, then the one of more rows. What was not judged comes last."""
    losses = {one.key: _loss(one) for one in models}
    best = min(models, key=lambda one: losses[one.key], default=None)
    if best is None:
        return []
    slack = best.error or 0.0

    def rank(one: LearnedOption) -> tuple[Any, ...]:
        if losses[one.key] <= losses[best.key] + slack:
            return (0, len(one.card.conditions), -one.card.n_rows, one.model.kept.place == PACKAGE, one.model.name)
        return (1, losses[one.key], 0, False, one.model.name)

    return sorted(models, key=rank)


def _loss(one: LearnedOption) -> float:
    """What is to be small: an error, or one minus a balanced accuracy; infinite where it was not judged."""
    if one.score is None:
        return math.inf
    return 1.0 - one.score if one.card.main_score == "balanced_accuracy" else one.score


def _compared(name: str, alike: Sequence[LearnedOption]) -> Mapping[str, Any]:
    """How the usual predictor did on the most rows that a model was judged on; empty where nobody looked."""
    found = [one.card.empirical for one in alike if one.card.empirical.get("model") == name]
    most = max(found, key=lambda entry: int(entry["n_rows"]), default={})
    return most if most and most["n_rows"] >= FEWEST_COMPARED else {}


def _is_before(best: LearnedOption, usual: PredictorPlugin, quantity: Quantity) -> bool:
    return best.model.is_better or bool(ignored_that_matter(usual, quantity.property, quantity.conditions))


def _is_worse_than_guessing(compared: Mapping[str, Any]) -> bool:
    mean = compared.get("mean_score")
    return mean is not None and compared["score"] > mean


def _named(
    quantity: Quantity, anions: Anions, named: str, found: Sequence[LearnedOption], usual: Sequence[PredictorPlugin]
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
    return Choice(asked, options_of(quantity, asked, found, usual, {}, is_refused=False))


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
