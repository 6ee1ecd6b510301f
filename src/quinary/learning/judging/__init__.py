"""How models are judged on rows that they have not seen, and how one is chosen."""

from quinary.learning.judging.curves import fitted_curve, learning_points
from quinary.learning.judging.evaluation import Judgement, held_out, main_score, setting_of, tuned
from quinary.learning.judging.kept_evaluations import Finished
from quinary.learning.judging.scores import SCORES, ScoreValue, is_worse, paired_difference, score_value
from quinary.learning.judging.study import DEFAULT_SETS, Evaluator, Study, StudySettings, study_of

__all__ = [
    "DEFAULT_SETS",
    "SCORES",
    "Evaluator",
    "Finished",
    "Judgement",
    "ScoreValue",
    "Study",
    "StudySettings",
    "fitted_curve",
    "held_out",
    "is_worse",
    "learning_points",
    "main_score",
    "paired_difference",
    "score_value",
    "setting_of",
    "study_of",
    "tuned",
]
