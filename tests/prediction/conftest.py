"""Models whose cards say what a test needs, without any training."""

from dataclasses import replace

import numpy as np
import pytest

from quinary.learning.keeping.card import ModelCard
from quinary.learning.keeping.kept_models import MemoryShelf
from quinary.learning.keeping.portable import Step
from quinary.learning.keeping.saving import SavedModel

ELEMENTS = ("Mo", "Nb", "Ta", "Ti", "V", "W")
GAIN = {"baseline": "mean", "difference": 0.4, "low": 0.1, "high": 0.7}


@pytest.fixture
def kept():
    """`kept("own", value=3.0, ...)`: a kept model that says `value` of every alloy of six metals; the rest is its card."""

    def make(name="hardness_vickers", value=3.0, place="package", elements=ELEMENTS, score=0.5, **changes):
        own = {
            "property": "hardness_vickers", "unit": "GPa", "model": "pair_ridge", "feature_sets": ("fractions",),
            "elements": elements, "n_rows": 100, "split": "system", "n_groups": 40,
            "scores": {"mae": {"value": score, "low": score - 0.1, "high": score + 0.1}}, "baselines": {"mean": 2.0},
            "gain": GAIN, "store": "" if place == "package" else "store",
        }  # fmt: skip
        card = ModelCard(**{**own, **changes})
        known = np.full((1, len(elements)), 1 / len(elements))
        step = Step("constant", arrays={"value": np.array([value])})
        model = SavedModel(step, elements, (), ("fractions",), np.array([]), known, card)
        return replace(MemoryShelf().keep(model), name=name, place=place)

    return make
