"""Every model, saved and read again, gives the same answers."""

import numpy as np
import pytest

from quinary.errors import InputError
from quinary.learning.card import ModelCard, card_text
from quinary.learning.conformal import Intervals
from quinary.learning.domain import fitted_domain
from quinary.learning.evaluation import setting_of
from quinary.learning.exporting import exported
from quinary.learning.feature_sets import table_features
from quinary.learning.models.fitting import ensemble_spread, fit_weighted
from quinary.learning.models.registry import MODELS, Setting, make_model
from quinary.learning.saving import SavedModel, load_model, save_model

SETS = ("fractions", "alloy")


def saved(step, table, classes=()):
    card = ModelCard(
        "hardness_vickers", "GPa", "test", SETS, table.matrix.elements, len(table), "system", 9, {}, {"mean": 1.0}
    )
    spread = np.linspace(0, 1, 30)
    return SavedModel(
        step, table.matrix.elements, ("mixture",), SETS, np.array(classes), table.matrix.fractions, card,
        Intervals(np.linspace(0, 2, 50), 0.1), fitted_domain(spread, spread),
    )  # fmt: skip


def small(name, setting):
    model = make_model(name, setting)
    steps = {key: 20 for key in model.get_params() if key.endswith("n_steps")}
    return model.set_params(**steps)


@pytest.mark.parametrize("name", list(MODELS))
@pytest.mark.parametrize("is_class", [False, True])
def test_reloaded_models_answer_the_same(name, is_class, make_table, tmp_path):
    table = make_table(60, is_class=is_class)
    features = table_features(table, SETS)
    physics = "" if is_class else "mixture"
    given = setting_of(table, features, physics, n_trees=8)
    if MODELS[name].make(given) is None:
        with pytest.raises(InputError, match="does not apply"):
            make_model(name, given)
        return
    model = fit_weighted(small(name, given), features.values, table.target, table.weights())
    save_model(saved(exported(model), table, model.classes_ if is_class else ()), tmp_path / "model.safetensors")
    again = load_model(tmp_path / "model.safetensors")
    rows = again.features(table.matrix, table.columns)
    expected = model.predict_proba(rows) if is_class else model.predict(rows)[:, None]
    np.testing.assert_allclose(again.answers(rows), expected, rtol=1e-9, atol=1e-9)
    if not is_class and ensemble_spread(model, rows) is not None:
        np.testing.assert_allclose(again.spread(rows), ensemble_spread(model, rows), rtol=1e-6, atol=1e-7)


def test_what_was_beside_the_model_comes_back(make_table, tmp_path):
    table = make_table(30)
    model = saved(exported(make_model("mean", Setting()).fit(np.zeros((30, 1)), table.target)), table)
    save_model(model, tmp_path / "m")
    again = load_model(tmp_path / "m")
    assert again.card == model.card
    assert again.calibration.floor == model.calibration.floor
    assert again.is_in_domain(table.matrix, np.zeros(30)).any()
    assert "mean" in card_text(again.card)
    with pytest.raises(InputError, match="mixture"):
        again.features(table.matrix, {})


def test_other_files_are_refused(tmp_path):
    (tmp_path / "x").write_text("no model")
    with pytest.raises(InputError, match="cannot be read as a model"):
        load_model(tmp_path / "x")
    with pytest.raises(InputError, match="cannot be saved"):
        exported(object())
