"""Which of several judged models to take, and what the choice itself is worth on rows that had no part in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from quinary.errors import InputError
from quinary.learning.judging.evaluation import HeldOut, Judgement, main_score
from quinary.learning.judging.scores import SCORES, ScoreValue, is_worse, score_value
from quinary.learning.models.registry import MODELS

if TYPE_CHECKING:
    from quinary.learning.data import LearningTable, Split

__all__ = ["choose_paired", "score_of_choice"]


def choose_paired(judgements: Sequence[Judgement], table: LearningTable) -> Judgement:
    """The simplest model that is not worse than the best by more than chance (`quinary.learning.judging.scores.is_worse`).

    The difference is taken row by row and resampled by chemical systems: rows that are hard for every model do not hide
    which of two is better, as they would in the errors of the scores themselves. All judgements must be of the same rows.
    Source: the rule of Breiman et al. 1984, Classification and Regression Trees, section 3.4.3, on paired differences.

    Raises:
        InputError: there is nothing to choose from.
    """
    return judgements[_chosen([one.held_out for one in judgements], [one.model for one in judgements], table, None)]


def _chosen(
    found: Sequence[HeldOut], models: Sequence[str], table: LearningTable, part: NDArray[np.bool_] | None
) -> int:
    """Position of the choice, judged on a part of the held-out rows (all if None)."""
    if not found:
        raise InputError("no model was judged")
    score = main_score(table)
    rows = found[0].rows if part is None else found[0].rows[part]
    truth, systems = table.target[rows], table.groups["system"][rows]
    predicted = [one.predicted if part is None else one.predicted[part] for one in found]
    sign = 1.0 if SCORES[score].is_better_high else -1.0
    values = [sign * float(SCORES[score].value(SCORES[score].parts(truth, one).sum(axis=0))) for one in predicted]
    best = int(np.argmax(values))
    near = [
        number
        for number, one in enumerate(predicted)
        if number == best or not is_worse(score, truth, one, predicted[best], systems)
    ]
    return min(near, key=lambda number: MODELS[models[number]].complexity)


def score_of_choice(judgements: Sequence[Judgement], table: LearningTable, splits: Sequence[Split]) -> ScoreValue:
    """The main score when every fold is predicted by the model that the other folds would have chosen.

    The score of the model chosen on all folds is a little too good, because it was chosen by it; this one is less so, but
    not free of it: the models that the other folds choose by were trained on the rows of this fold. Source: the idea of
    Tibshirani, Tibshirani 2009, 10.1214/08-AOAS224.

    Raises:
        InputError: no model was judged.
    """
    found, models = [one.held_out for one in judgements], [one.model for one in judgements]
    fold = np.repeat(np.arange(len(splits)), [len(split.test) for split in splits])
    if len(splits) < 3:
        return choose_paired(judgements, table).scores[main_score(table)]
    predicted = found[0].predicted.copy()
    for number in range(len(splits)):
        one = found[_chosen(found, models, table, fold != number)]
        predicted[fold == number] = one.predicted[fold == number]
    rows = found[0].rows
    return score_value(main_score(table), table.target[rows], predicted, table.groups["system"][rows])
