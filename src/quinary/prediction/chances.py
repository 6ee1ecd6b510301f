"""Probabilities of classes as quantities: a model of classes, asked for the chance of one of them or of several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from quinary.errors import unknown_name

if TYPE_CHECKING:
    from collections.abc import Collection

    from quinary.learning.keeping import LearnedPredictor
    from quinary.plugins import Anions, Estimate, PredictionTask
    from quinary.points.quantity import Quantity
    from quinary.requests import Form

__all__ = ["SINGLE_PHASE", "SOLID_SOLUTIONS", "ChancePredictor", "chance_predictor"]

SINGLE_PHASE: Final = "single_phase_probability"
SOLID_SOLUTIONS: Final = frozenset({"BCC", "FCC", "HCP"})  # what "single phase" means of an alloy: one solid solution


class ChancePredictor:
    """The probability that a model of classes gives to some of its classes, as a predictor of that number."""

    preference = 60
    is_row_exact = True

    def __init__(self, model: LearnedPredictor, name: str, categories: Collection[str]) -> None:
        self.model = model
        self.name = model.name
        self.version = model.version
        self.source = model.source
        self.properties: tuple[str, ...] = (name,)
        self.materials = model.materials
        self.uses_conditions = model.uses_conditions
        self.categories = frozenset(categories)

    def elements(self, name: str, anions: Anions = ()) -> frozenset[str]:
        """The elements that the model has seen."""
        return self.model.elements(name, anions)

    def predict(self, name: str, task: PredictionTask) -> Estimate:  # noqa: ARG002 - one number
        """The probability of every row with its error of calibration."""
        return self.model.chances(self.categories, task)

    def form(self, name: str, elements: tuple[str, ...], task: PredictionTask) -> Form | None:  # noqa: ARG002
        """None: not linear in the fractions."""
        return None


def chance_predictor(model: LearnedPredictor, quantity: Quantity) -> ChancePredictor:
    """The predictor of the probability that a quantity is about.

    Raises:
        InputError: the model knows no such class; the message names those it knows.
    """
    if quantity.property == SINGLE_PHASE:
        return ChancePredictor(model, SINGLE_PHASE, SOLID_SOLUTIONS)
    known = model.classes_known
    if quantity.category not in known:
        near = [name for name in known if name.lower() == quantity.category.lower()]
        if not near:
            raise unknown_name(f"class of {quantity.property}", quantity.category, known)
        return ChancePredictor(model, quantity.property, near)
    return ChancePredictor(model, quantity.property, [quantity.category])
