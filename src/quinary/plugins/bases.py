"""What plug-ins of one kind have in common, so that a new one says only what is its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quinary.plugins.sockets import PredictionTask
    from quinary.requests import Form

__all__ = ["CeramicPredictor", "Predictor"]


class Predictor:
    """A predictor of alloys with the usual preference, that looks at no conditions and knows no simple form.

    A class of one's own adds `name`, `version`, `source`, `properties`, `elements` and `predict`, and says what is different.
    See `quinary.plugins.sockets.PredictorPlugin` for what each member means.
    """

    materials: tuple[str, ...] = ("alloy",)
    preference = 50
    uses_conditions: tuple[str, ...] = ()
    is_row_exact = False

    def form(self, name: str, elements: tuple[str, ...], task: PredictionTask) -> Form | None:  # noqa: ARG002
        """None: samples are moved by the values alone, and no bound is proven."""
        return None


class CeramicPredictor(Predictor):
    """The same for ceramics."""

    materials: tuple[str, ...] = ("ceramic",)
