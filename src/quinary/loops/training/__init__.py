"""The models of a store: what they learn from, when they are trained again, where they are kept."""

from quinary.loops.training.learned import Learned, gather, learn, models_known, service_of
from quinary.loops.training.learning_data import Gathered, Question
from quinary.loops.training.retraining import models_by_version, models_in_force
from quinary.loops.training.shelves import StoreShelf

__all__ = [
    "Gathered",
    "Learned",
    "Question",
    "StoreShelf",
    "gather",
    "learn",
    "models_by_version",
    "models_in_force",
    "models_known",
    "service_of",
]
