"""The default generator: first which elements, then how much of each."""

from quinary.generative.palette.mixture import (
    PaletteSettings,
    condition_inputs,
    held_out_systems,
    hidden_at_random,
    train_palettes,
)
from quinary.generative.palette.sampling import sample_new_palettes

__all__ = [
    "PaletteSettings",
    "condition_inputs",
    "held_out_systems",
    "hidden_at_random",
    "sample_new_palettes",
    "train_palettes",
]
