"""Learning as documents: what `quinary learn` answers, and the model list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from quinary.errors import InputError, unknown_name
from quinary.learning.evaluation import main_score
from quinary.learning.models.registry import MODELS
from quinary.learning.study import DEFAULT_SETS, StudySettings

if TYPE_CHECKING:
    from quinary.learning.scores import ScoreValue
    from quinary.loops.learned import Learned

__all__ = ["GROUPS", "learned_document", "study_settings"]

GROUPS: Final[Mapping[str, str]] = {
    "system": "system", "paper": "paper", "element": "element", "time": "time", "none": "random",
}  # fmt: skip
_TUNED: Final = 8
_MINUTE: Final = 60.0


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


def learned_document(learned: Learned, report: str = "") -> dict[str, Any]:
    """What was found out, as one JSON document."""
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
        "empirical": dict(card.empirical) or None, "learning_curve": [dict(point) for point in study.curve],
        "skipped": list(study.skipped), "warnings": list(learned.warnings), "data": dict(card.data),
        "licences": list(card.licences), "store": card.store, "data_counter": card.data_counter,
        "kept": {"name": learned.kept.name, "path": str(learned.kept.path), "version": learned.kept.digest,
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
