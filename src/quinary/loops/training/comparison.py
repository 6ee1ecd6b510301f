"""A model that was just judged beside those that would be asked in its place: the usual predictor, the packaged model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from quinary.learning.judging import paired_difference
from quinary.learning.keeping import predictor_from
from quinary.loops.training.learning_data import usual_values, values_of

if TYPE_CHECKING:
    from quinary.learning.judging import Study
    from quinary.learning.keeping import KeptModel
    from quinary.loops.training.learning_data import Question

__all__ = ["against_packaged", "against_usual"]


def against_usual(study: Study, question: Question) -> dict[str, Any]:
    """The usual predictor and the chosen model on the rows that both cover; empty without a predictor.

    `mean_score` is the error of the mean of the other rows there: a predictor that is worse than that is no help.
    """
    found = usual_values(study.table, question)
    return {} if found is None else _beside(study, found[0].name, found[1])


def against_packaged(study: Study, question: Question, packaged: KeptModel | None) -> dict[str, Any]:
    """The packaged model and the chosen one on the held-out rows whose chemical systems neither has seen.

    Empty without a packaged model of numbers, or without such rows.
    """
    if packaged is None or study.table.is_class or packaged.card.main_score != "mae":
        return {}
    saved = packaged.load()
    symbols = np.array(saved.elements)
    known = {"-".join(sorted(symbols[row > 0].tolist())) for row in saved.known}
    values = values_of(predictor_from(packaged), study.table, question)
    values[np.isin(study.table.groups["system"], sorted(known))] = np.nan
    return _beside(study, packaged.name, values)


def _beside(study: Study, name: str, values: NDArray[np.float64]) -> dict[str, Any]:
    """Mean errors on the held-out rows where the other has a value; `values` has shape (N,) over the table.

    `difference` is the error of the other less that of the chosen, `error` its standard error over chemical systems.
    """
    held_out, truth = study.chosen.held_out, study.table.target
    rows = np.isfinite(values[held_out.rows])
    if not rows.any():
        return {}
    chosen = held_out.rows[rows]
    pair = (values[chosen], held_out.predicted[rows])
    other, own = (float(np.abs(one - truth[chosen]).mean()) for one in pair)
    paired = paired_difference("mae", truth[chosen], pair, study.table.groups["system"][chosen])
    return {
        "model": name, "score": other, "own_score": own, "n_rows": int(rows.sum()), "difference": paired.value,
        "error": paired.error, "mean_score": _of_the_mean(study, rows),
    }  # fmt: skip


def _of_the_mean(study: Study, rows: NDArray[np.bool_]) -> float | None:
    """Mean error of the baseline `mean` on these of the held-out rows; None where it was not judged."""
    for one in study.judgements:
        if one.model == "mean":
            held_out = one.held_out
            return float(np.abs(held_out.predicted - study.table.target[held_out.rows])[rows].mean())
    return None
