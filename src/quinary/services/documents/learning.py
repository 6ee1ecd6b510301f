"""Learning as documents: what `quinary learn` answers, and the model list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from quinary.errors import InputError, unknown_name
from quinary.learning.judging import DEFAULT_SETS, Study, StudySettings, main_score, paired_difference
from quinary.learning.models.registry import FROM_OTHERS, MODELS
from quinary.progress import Progress, silent

if TYPE_CHECKING:
    from quinary.learning.judging import ScoreValue
    from quinary.loops.training import Learned

__all__ = ["GROUPS", "curve_document", "learned_document", "study_settings"]

GROUPS: Final[Mapping[str, str]] = {
    "system": "system", "paper": "paper", "element": "element", "time": "time", "none": "random",
}  # fmt: skip
_TUNED: Final = 8
_MINUTE: Final = 60.0
_SHARES: Final = (0.2, 0.4, 0.6, 0.8, 1.0)
_DRAWS: Final = 3
_LOWER: Final = (0.9, 0.75)  # of the error at hand


def study_settings(
    group: str = "system",
    descriptors: Sequence[str] = (),
    models: Sequence[str] = (),
    minutes: float | None = None,
    *,
    seed: int = 0,
    has_curve: bool = False,
) -> StudySettings:
    """The settings that a user names. With a budget, up to eight settings of each model are tried in nested folds.

    Raises:
        InputError: an unknown group, or a budget that is not positive.
    """
    if group not in GROUPS:
        raise unknown_name("group", group, GROUPS)
    if minutes is not None and not minutes > 0:
        raise InputError(f"the budget is {minutes:g} minutes; it must be more than zero")
    named = () if tuple(models) == ("default",) else tuple(models)
    return StudySettings(
        split=GROUPS[group], feature_sets=tuple(descriptors) or DEFAULT_SETS, models=named,
        n_settings=_TUNED if minutes is not None else 0, seconds=None if minutes is None else minutes * _MINUTE,
        seed=seed, has_curve=has_curve,
    )  # fmt: skip


def curve_document(study: Study, wanted: float | None = None, progress: Progress = silent) -> dict[str, Any]:
    """How many training rows would take the error of the chosen model to `wanted`, or 10 % and 25 % below what it is.

    `texts` say it in sentences, also that nothing can be said. The error of classes is 1 - balanced accuracy.

    Raises:
        InputError: the wanted error is not positive.
    """
    from quinary.learning.judging import fitted_curve, learning_points
    from quinary.learning.models.registry import make_model

    if wanted is not None and not wanted > 0:
        raise InputError(f"the wanted error is {wanted:g}; it must be more than zero")
    progress("learning curve, drawn again", 0, 1)
    try:
        points = learning_points(
            make_model(study.chosen.model, study.setting),
            study.features.values,
            study.table,
            _SHARES,
            _DRAWS,
            study.settings.seed,
        )
        law = fitted_curve(points, study.settings.seed)
    except InputError as error:
        return {"points": [], "law": None, "needs": [], "texts": [f"no number of rows can be said: {error.message}"]}
    errors = [wanted] if wanted is not None else [share * points[-1].value for share in _LOWER]
    document = law.document(errors)
    return {**document, "texts": [need["text"] for need in document["needs"]]}


def _together(study: Study) -> list[dict[str, Any]]:
    """By how much the other labels lower the error, against the same process without them; positive where they help."""
    found = {one.model: one for one in study.judgements}
    if study.setting.others is None or "single_process" not in found:
        return []
    alone, unit, documents = found["single_process"].held_out, study.table.unit, []
    truth, systems = study.table.target[alone.rows], study.table.groups["system"][alone.rows]
    taken = {part.name: len(part.targets) for part in study.setting.others.taken(study.setting.seed)}
    whom = ", ".join(f"{count} labels of {kind}" for kind, count in taken.items())
    for name in FROM_OTHERS:
        if name in found:
            gain = paired_difference("mae", truth, (alone.predicted, found[name].held_out.predicted), systems)
            verdict = "they help" if gain.low > 0 else "they harm" if gain.high < 0 else "no clear gain"
            text = (
                f"{name} with {whom}: error lower by {gain.value:.3g} "
                f"[{gain.low:.3g}, {gain.high:.3g}] {unit} than the process without: {verdict}"
            )
            documents.append({
                "model": name, "others": list(taken), "n_others": sum(taken.values()),
                "gain": gain.value, "interval": [gain.low, gain.high], "text": text,
            })  # fmt: skip
    return documents


def learned_document(
    learned: Learned, report: str = "", extrapolation: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What was found out, as one JSON document; `learning_curve` is null where none was asked for."""
    study, calibration, card = learned.study, learned.calibration, learned.model.card
    score = main_score(study.table)
    return {
        "property": card.property, "unit": card.unit, "kind": card.kind, "conditions": dict(card.conditions),
        "rows": card.n_rows, "points": card.n_points, "group": _group_named(card.split), "groups": card.n_groups,
        "score": score, "models": [_row(one.model, one.scores, score) for one in study.judgements],
        "chosen": card.model, "value": study.score.value, "interval": [study.score.low, study.score.high],
        "choice": {"value": study.choice.value, "interval": [study.choice.low, study.choice.high]},
        "random": study.random.value, "gap": study.gap,
        "coverage": calibration.coverage, "width" if not study.table.is_class else "set_size": calibration.width,
        "confidence": card.confidence, "domain": dict(calibration.evidence),
        "empirical": dict(card.empirical) or None, "together": _together(study),
        "learning_curve": {"points": [dict(point) for point in study.curve], "extrapolation": extrapolation}
        if study.curve else None,
        "skipped": list(study.skipped), "warnings": list(learned.warnings), "data": dict(card.data),
        "licences": list(card.licences), "store": card.store, "data_counter": card.data_counter,
        "kept": {"name": learned.kept.name, "place": learned.kept.place, "version": learned.kept.digest,
                 "is_new": learned.is_replaced, "verdict": learned.verdict},
        "card": card.document(), "report": report,
    }  # fmt: skip


def _group_named(split: str) -> str:
    return next((name for name, one in GROUPS.items() if one == split), split)


def _row(model: str, scores: Mapping[str, ScoreValue], main: str) -> dict[str, Any]:
    value = scores[main]
    return {
        "model": model, "is_baseline": MODELS[model].is_baseline, "value": value.value,
        "interval": [value.low, value.high],
        "scores": {name: {"value": v.value, "interval": [v.low, v.high]} for name, v in scores.items()},
    }  # fmt: skip
