"""Which of several models of a property is asked: not one without merit, and the packaged one before one that is worse."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from quinary.learning.data.table import Measurement, table_of_rows
from quinary.learning.judging.study import StudySettings, study_of
from quinary.learning.keeping.card import ModelCard
from quinary.learning.keeping.kept_models import MemoryShelf
from quinary.learning.keeping.portable import Step
from quinary.learning.keeping.saving import SavedModel
from quinary.loops.training.comparison import against_packaged
from quinary.loops.training.learning_data import Question
from quinary.points.quantity import Quantity
from quinary.prediction import PredictionService

ELEMENTS = ("Mo", "Nb", "Ta", "Ti", "V")
GOOD = {"baseline": "mean", "difference": 0.4, "low": 0.1, "high": 0.7}


def kept(store="", value=3.0, **changes):
    """A kept model that says the same of every alloy, trained on MoNb."""
    card = ModelCard(
        property="hardness_vickers", unit="GPa", model="mean", feature_sets=("fractions",), elements=ELEMENTS, n_rows=40,
        split="system", n_groups=20, scores={"mae": {"value": 0.5, "low": 0.4, "high": 0.6}}, baselines={"mean": 0.9},
        store=store, **changes,
    )  # fmt: skip
    known = np.array([[0.5, 0.5, 0.0, 0.0, 0.0]])
    step = Step("constant", arrays={"value": np.array([value])})
    found = MemoryShelf().keep(SavedModel(step, ELEMENTS, (), ("fractions",), np.array([]), known, card))
    return found if store else replace(found, place="package")


def test_the_own_model_first_unless_it_has_no_merit_or_lags():
    packaged_one = kept()
    packaged = {"model": "packaged", "score": 0.3, "own_score": 0.6, "n_rows": 20, "difference": -0.3, "error": 0.1}
    for changes, expected in (
        ({"gain": GOOD}, "store"),
        ({"gain": GOOD, "packaged": packaged}, ""),
        ({"gain": {**GOOD, "low": -0.1}}, ""),
    ):
        service = PredictionService([kept("store", **changes), packaged_one])
        choice = service.choice(Quantity("hardness_vickers"))
        assert choice.asked[0].kept.card.store == expected
        assert choice.options[0].reason.startswith("chosen")
        assert len(choice.options) == 2


def test_the_packaged_model_is_compared_on_systems_that_neither_has_seen():
    random = np.random.default_rng(2)
    rows = [
        Measurement({symbol: 1 / len(some) for symbol in some}, 4.0 + float(random.normal()), "GPa", paper=str(number))
        for number, some in enumerate(s for n in (1, 2, 3, 4) for s in itertools.combinations(ELEMENTS, n))
    ]
    table = table_of_rows("hardness_vickers", rows, ELEMENTS)
    study = study_of(table, StudySettings(feature_sets=("fractions",), models=("pair_ridge",)))
    found = against_packaged(study, Question("hardness_vickers"), kept())
    is_new = table.groups["system"] != "Mo-Nb"
    assert found["n_rows"] == len(rows) - 1 == is_new.sum()
    assert found["score"] == pytest.approx(float(np.abs(table.target[is_new] - 3.0).mean()))
    assert found["difference"] == pytest.approx(found["score"] - found["own_score"])
    assert against_packaged(study, Question("hardness_vickers"), None) == {}
