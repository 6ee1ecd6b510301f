"""Whether a learned model still stands: nothing that it learned from has been refused, superseded or changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from quinary.errors import InputError
from quinary.loops.training.learning_data import Question, training_digest
from quinary.loops.training.other_tables import joined_digest, labels_named
from quinary.points.conditions import Conditions
from quinary.store.queries import stored_points
from quinary.store.work import setting_of

if TYPE_CHECKING:
    from quinary.learning.keeping import ModelCard
    from quinary.store.database import Database

__all__ = ["TRIED", "outdated_models", "still_stands"]

TRIED: Final = "learning.tried"  # setting of the store: what the loop learned, or tried to learn, for each question


def outdated_models(database: Database) -> set[str]:
    """Digests of the models of a store that learned from values which count no more, and that none could take the place of."""
    with database.read() as connection:
        tried: dict[str, Any] = setting_of(connection, TRIED) or {}
    return {entry["outdated"] for entry in tried.values() if entry.get("outdated")}


def still_stands(database: Database, card: ModelCard) -> bool:
    """False if a point that a model of this store learned from has been refused, superseded or changed since.

    Other labels that it learned together with count as well. True for a model whose card does not say what it learned from.
    """
    if card.data_counter is None or not card.training:
        return True
    question = Question(card.property, card.kind, Conditions.of(card.conditions))
    with database.read() as connection:
        points = list(stored_points(connection, card.property, until=card.data_counter))
        try:
            found = training_digest(question, points)
            for name in card.together:
                labels = labels_named(question, name)
                points = list(stored_points(connection, labels.question.property, until=card.data_counter))
                found = joined_digest(found, training_digest(labels.question, labels.among(points)))
        except InputError:
            return False
    return found == card.training
