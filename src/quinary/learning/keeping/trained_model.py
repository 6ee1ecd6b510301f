"""The chosen model of a study, trained on all rows, with its intervals, its domain and its card, ready to be saved."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.learning.judging import SCORES, Judgement, Study, main_score, paired_difference, score_value, tuned
from quinary.learning.keeping.card import ModelCard
from quinary.learning.keeping.exporting import exported
from quinary.learning.keeping.saving import SavedModel
from quinary.learning.models.fitting import fit_or_refuse
from quinary.learning.models.registry import MODELS
from quinary.learning.uncertainty import (
    ClassSets,
    Domain,
    Intervals,
    calibrated_intervals,
    calibrated_sets,
    domain_evidence,
    fitted_domain,
    nearest_distance,
)

__all__ = [
    "CONFIDENCE",
    "Calibration",
    "Facts",
    "calibration_error",
    "calibration_of",
    "coverage_at",
    "trained_model",
]

CONFIDENCE: Final = 0.9


@dataclass(frozen=True, slots=True)
class Facts:
    """What the table itself does not say: where its rows come from, and for which materials and conditions they stand.

    Attributes:
        kind: `alloy`, or the anion of the ceramics.
        data: source -> number of points.
        store: the store that the rows are from, empty for embedded data or a file; `data_counter` its change counter.
        defaults: column -> its value where nobody says otherwise; `conditions` hold for every row.
        empirical: the score of the usual predictor and of the chosen model on the rows that both cover; `packaged`
            likewise of the model of the embedded data.
        together: names of the other labels that the model learned from.
        training: digest of what the points behind the rows, and behind these labels, state.
        ranges: condition -> (lowest, highest) value of the rows.
    """

    kind: str = "alloy"
    data: Mapping[str, int] = field(default_factory=dict)
    licences: tuple[str, ...] = ()
    store: str = ""
    data_counter: int | None = None
    n_points: int = 0
    defaults: Mapping[str, float] = field(default_factory=dict)
    conditions: Mapping[str, float | str] = field(default_factory=dict)
    empirical: Mapping[str, Any] = field(default_factory=dict)
    failures: tuple[str, ...] = ()
    training: str = ""
    together: tuple[str, ...] = ()
    packaged: Mapping[str, Any] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Intervals (of numbers) or sets (of classes), the domain, and how well both held on rows they were not made from.

    Attributes:
        coverage: share of rows inside their 90 % interval or set, each fold with the errors of the other folds.
        width: mean width of these intervals in the unit of the property, or mean number of classes in a set.
        evidence: `ratio` of the mean error in the furthest to that in the nearest quarter, and `rank_correlation`.
        inside: True for held-out rows inside their interval or set; `half_width` of the intervals; both in the order
            of the held-out rows.
    """

    calibration: Intervals | ClassSets
    domain: Domain
    coverage: float
    width: float
    evidence: Mapping[str, float]
    inside: NDArray[np.bool_]
    half_width: NDArray[np.float64]


def calibration_of(study: Study) -> Calibration:
    """Calibrate the chosen model on its held-out predictions.

    Raises:
        InputError: fewer than twenty rows were held out.
    """
    found, table = study.chosen.held_out, study.table
    truth, classes = table.target[found.rows], np.unique(table.target)
    if table.is_class:
        spread = 1.0 - found.probabilities.max(axis=1)
        error = (found.predicted != truth).astype(np.float64)
        own: Intervals | ClassSets = calibrated_sets(found.probabilities, truth, classes)
    else:
        spread, error = found.spread, np.abs(truth - found.predicted)
        own = calibrated_intervals(error, spread)
    inside, size = _inside(study, CONFIDENCE)
    distance = np.concatenate(
        [nearest_distance(table.matrix.fractions[s.test], table.matrix.fractions[s.train]) for s in study.splits]
    )
    domain = fitted_domain(spread, distance)
    evidence = domain_evidence(domain.score(spread, distance), error)
    proof = {"ratio": evidence.ratio, "rank_correlation": evidence.rank_correlation, "threshold": domain.threshold}
    if table.is_class:
        proof["calibration_error"] = calibration_error(found.probabilities, truth == classes[:, None])
    width = float(size.mean()) if table.is_class else float(2.0 * size.mean())
    return Calibration(own, domain, float(inside.mean()), width, proof, inside, size)


def calibration_error(probabilities: NDArray[np.float64], is_class: NDArray[np.bool_]) -> float:
    """Root mean square of stated probability less observed share, over tenths of the probability from one tenth on.

    Below a tenth nearly everything is rightly excluded, which says nothing of a class that is asked for.

    `probabilities` has shape (N, n_classes), `is_class` (n_classes, N). Source: the expected calibration error of Naeini
    et al. 2015 (AAAI 29), with squares, and bins weighted by the rows in them.
    """
    bins = np.minimum((10.0 * probabilities).astype(int), 9)
    total, weight = 0.0, 0
    for number in range(probabilities.shape[1]):
        for one in range(1, 10):
            rows = bins[:, number] == one
            if rows.any():
                gap = probabilities[rows, number].mean() - is_class[number, rows].mean()
                total += float(rows.sum()) * float(gap) ** 2
                weight += int(rows.sum())
    return float(np.sqrt(total / max(weight, 1)))


def coverage_at(study: Study, confidence: float) -> float:
    """Share of held-out rows inside their interval or set of a confidence, each fold with the errors of the others."""
    return float(_inside(study, confidence)[0].mean())


def _inside(study: Study, confidence: float) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """For every held-out row: is the truth inside, and the half width or the size of the set; shape (M,)."""
    n_rows = len(study.chosen.held_out.rows)
    fold = np.repeat(np.arange(len(study.splits)), [len(split.test) for split in study.splits])
    inside, size = np.zeros(n_rows, dtype=bool), np.zeros(n_rows)
    for number in range(len(study.splits)):
        out, rest = fold == number, fold != number
        inside[out], size[out] = _one_fold(study, out, rest, confidence)
    return inside, size


def _one_fold(
    study: Study, out: NDArray[np.bool_], rest: NDArray[np.bool_], confidence: float
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """The same for the rows of one fold, calibrated on the others."""
    found, table = study.chosen.held_out, study.table
    truth, classes = table.target[found.rows], np.unique(table.target)
    if not table.is_class:
        error = np.abs(truth - found.predicted)
        half = calibrated_intervals(error[rest], found.spread[rest]).half_width(found.spread[out], confidence)
        return error[out] <= half, half
    members = calibrated_sets(found.probabilities[rest], truth[rest], classes).members(
        found.probabilities[out], confidence
    )
    position = np.searchsorted(classes, truth[out])
    return members[np.arange(len(members)), position], members.sum(axis=1).astype(np.float64)


def trained_model(study: Study, calibration: Calibration, facts: Facts) -> SavedModel:
    """The chosen model trained on every row, with everything that a prediction of it must say."""
    table, name = study.table, study.chosen.model
    model = tuned(name, study.setting, study.features.values, table, study.settings.n_settings)
    fit_or_refuse(model, study.features.values, table.target, table.weights(), table.groups["system"])
    classes = np.asarray(model.classes_) if table.is_class else np.array([])
    return SavedModel(
        step=exported(model),
        elements=table.matrix.elements,
        columns=tuple(sorted(table.columns)),
        feature_sets=study.settings.feature_sets,
        classes=classes,
        known=table.matrix.fractions,
        card=_card(study, calibration, facts),
        calibration=calibration.calibration,
        domain=calibration.domain,
    )


def _card(study: Study, calibration: Calibration, facts: Facts) -> ModelCard:
    table, score = study.table, main_score(study.table)
    groups = table.groups.get(study.settings.split)
    return ModelCard(
        property=table.property, unit=table.unit, model=study.chosen.model, feature_sets=study.settings.feature_sets,
        elements=table.matrix.elements, n_rows=len(table), split=study.settings.split,
        n_groups=len(set(groups.tolist())) if groups is not None else len(study.splits),
        scores={name: {"value": v.value, "low": v.low, "high": v.high} for name, v in study.chosen.scores.items()},
        baselines={j.model: j.scores[score].value for j in study.judgements if MODELS[j.model].is_baseline},
        gap=study.gap, coverage=calibration.coverage, width=calibration.width, domain=calibration.evidence,
        data=dict(facts.data), licences=facts.licences, failures=(*facts.failures, *_failures(study, calibration)),
        seed=study.settings.seed, version=version("quinary"), data_counter=facts.data_counter, kind=facts.kind,
        store=facts.store, n_points=facts.n_points, defaults=dict(facts.defaults), conditions=dict(facts.conditions),
        empirical=dict(facts.empirical), confidence=CONFIDENCE,
        choice={"value": study.choice.value, "low": study.choice.low, "high": study.choice.high},
        physics=study.settings.physics, training=facts.training, n_settings=study.settings.n_settings,
        together=facts.together,
        gain=_gain(study), packaged=dict(facts.packaged), ranges=dict(facts.ranges),
        by_temperature=tuple(_by_temperature(study)),
    )  # fmt: skip


# Edges of ranges of temperature, K: cold, room, warm, and steps in which refractory alloys are tested
_TEMPERATURES: Final = (0.0, 250.0, 350.0, 650.0, 950.0, 1150.0, 1350.0, 1600.0, 4000.0)
_FEWEST_OF_A_RANGE: Final = 20  # rows; a mean over fewer says little


def _by_temperature(study: Study) -> Iterator[dict[str, float]]:
    """The mean error at like temperatures, beside that of the best baseline on the same rows (numbers only)."""
    table, found = study.table, study.chosen.held_out
    if table.is_class or "temperature" not in table.columns:
        return
    baseline = _best_baseline(study).held_out
    kelvin, systems = table.columns["temperature"][found.rows], table.groups["system"][found.rows]
    truth = table.target[found.rows]
    for low, high in itertools.pairwise(_TEMPERATURES):
        rows = (kelvin >= low) & (kelvin < high)
        if rows.sum() >= _FEWEST_OF_A_RANGE:
            own, other = (np.abs(one.predicted - truth)[rows] for one in (found, baseline))
            yield {
                "low": low, "high": high, "n_rows": int(rows.sum()), "score": float(own.mean()),
                "error": score_value("mae", truth[rows], found.predicted[rows], systems[rows]).error,
                "baseline": float(other.mean()),
            }  # fmt: skip


def _best_baseline(study: Study) -> Judgement:
    """The best of the baselines; of a model that is one itself, the mean."""
    score = main_score(study.table)
    sign = 1.0 if SCORES[score].is_better_high else -1.0
    others = [one for one in study.judgements if MODELS[one.model].is_baseline]
    if MODELS[study.chosen.model].is_baseline:
        others = [one for one in others if one.model == "mean"]
    return max(others, key=lambda one: sign * one.scores[score].value)


def _gain(study: Study) -> dict[str, Any]:
    """By how much the chosen model is better than the best baseline, or, if it is one itself, than the mean."""
    table, score, chosen = study.table, main_score(study.table), study.chosen
    sign = 1.0 if SCORES[score].is_better_high else -1.0
    best, rows = _best_baseline(study), chosen.held_out.rows
    pair = (chosen.held_out.predicted, best.held_out.predicted)
    found = paired_difference(score, table.target[rows], pair, table.groups["system"][rows])
    low, high = sorted((sign * found.low, sign * found.high))
    return {"baseline": best.model, "difference": sign * found.value, "low": low, "high": high}


def _failures(study: Study, calibration: Calibration) -> tuple[str, ...]:
    """Where the model is known to fail, from the study itself."""
    found = list(study.warnings)
    if MODELS[study.chosen.model].is_baseline:
        found.append("no model was better than the baselines: composition alone does not teach this property here")
    if study.skipped:
        found.append(f"not judged for lack of time: {', '.join(study.skipped)}; a larger --budget judges them")
    if calibration.evidence["rank_correlation"] < _WEAK_DOMAIN:
        found.append(
            f"the domain score says little about the error (rank correlation "
            f"{calibration.evidence['rank_correlation']:.2f}): a prediction inside the domain is no safer than one outside"
        )
    return tuple(found)


_WEAK_DOMAIN: Final = 0.1
