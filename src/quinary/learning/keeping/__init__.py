"""The chosen model: trained on all rows, with its card, saved, and asked as a predictor."""

from quinary.learning.keeping.card import ModelCard, card_from, card_text, is_random_split
from quinary.learning.keeping.kept_models import (
    FROM_STORE,
    KeptModel,
    MemoryShelf,
    Shelf,
    digest_of,
    find_kept,
    model_name,
)
from quinary.learning.keeping.packaged import PACKAGE, packaged_models
from quinary.learning.keeping.predictor import PHYSICS_COLUMN, LearnedPredictor, predictor_from
from quinary.learning.keeping.saving import SavedModel, model_bytes
from quinary.learning.keeping.trained_model import Calibration, Facts, calibration_of, coverage_at, trained_model

__all__ = [
    "FROM_STORE",
    "PACKAGE",
    "PHYSICS_COLUMN",
    "Calibration",
    "Facts",
    "KeptModel",
    "LearnedPredictor",
    "MemoryShelf",
    "ModelCard",
    "SavedModel",
    "Shelf",
    "calibration_of",
    "card_from",
    "card_text",
    "coverage_at",
    "digest_of",
    "find_kept",
    "is_random_split",
    "model_bytes",
    "model_name",
    "packaged_models",
    "predictor_from",
    "trained_model",
]
