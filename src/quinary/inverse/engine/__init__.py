"""The design engine: a request and a state of knowledge go in, candidates come out. It knows no store."""

from quinary.inverse.engine.designer import Designer
from quinary.inverse.engine.judgement import DEFAULT_CONDITIONS, aligned
from quinary.inverse.engine.training_sets import TrainingSet, training_set

__all__ = ["DEFAULT_CONDITIONS", "Designer", "TrainingSet", "aligned", "training_set"]
