"""Every model, saved and read again, gives the same answers."""

import numpy as np
import pytest

from quinary.errors import InputError
from quinary.learning.data.feature_sets import table_features
from quinary.learning.judging.evaluation import setting_of
from quinary.learning.keeping.card import ModelCard, card_text
from quinary.learning.keeping.exporting import exported
from quinary.learning.keeping.saving import SavedModel, card_of, model_bytes, model_from
from quinary.learning.models.fitting import ensemble_spread, fit_weighted
from quinary.learning.models.registry import MODELS, Setting, make_model
from quinary.learning.uncertainty.conformal import Intervals
from quinary.learning.uncertainty.domain import fitted_domain

SETS = ("fractions", "alloy")
RELATIVE = 1e-6  # answers of forests are kept to seven digits


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
def test_reloaded_models_answer_the_same(name, is_class, make_table):
    table = make_table(60, is_class=is_class)
    features = table_features(table, SETS)
    physics = "" if is_class else "mixture"
    given = setting_of(table, features, physics, n_trees=8)
    if MODELS[name].make(given) is None:
        with pytest.raises(InputError, match="does not apply"):
            make_model(name, given)
        return
    model = fit_weighted(small(name, given), features.values, table.target, table.weights())
    again = model_from(model_bytes(saved(exported(model), table, model.classes_ if is_class else ())), "model")
    rows = again.features(table.matrix, table.columns)
    expected = model.predict_proba(rows) if is_class else model.predict(rows)[:, None]
    np.testing.assert_allclose(again.answers(rows), expected, rtol=RELATIVE, atol=1e-9)
    if not is_class and ensemble_spread(model, rows) is not None:
        np.testing.assert_allclose(again.spread(rows), ensemble_spread(model, rows), rtol=1e-6, atol=1e-6)


def test_what_was_beside_the_model_comes_back(make_table):
    table = make_table(30)
    model = saved(exported(make_model("mean", Setting()).fit(np.zeros((30, 1)), table.target)), table)
    again = model_from(model_bytes(model), "m")
    assert card_of(model_bytes(model), "m") == model.card
    assert again.card == model.card
    assert again.calibration.floor == model.calibration.floor
    assert again.is_in_domain(table.matrix, np.zeros(30)).any()
    assert "mean" in card_text(again.card)
    with pytest.raises(InputError, match="mixture"):
        again.features(table.matrix, {})


def a_model(make_table):
    table = make_table(30)
    return model_bytes(saved(exported(make_model("mean", Setting()).fit(np.zeros((30, 1)), table.target)), table))


def test_equal_models_have_equal_bytes(make_table):
    assert a_model(make_table) == a_model(make_table)


@pytest.mark.parametrize("content", [b"", b"no model", b"\xff" * 40, (2**40).to_bytes(8, "little") + b"{}"])
def test_what_is_no_model_is_refused_in_one_line(content):
    for read in (model_from, card_of):
        with pytest.raises(InputError, match=r"the model x is damaged|x is not a model") as caught:
            read(content, "x")
        assert "\n" not in str(caught.value)


def test_a_damaged_model_is_refused_in_one_line(make_table):
    content = a_model(make_table)
    for cut in (9, 100, len(content) // 2, len(content) - 1):
        with pytest.raises(InputError, match="the model x is"):
            model_from(content[:cut], "x")


def test_a_model_of_a_newer_version_is_named(make_table):
    content = a_model(make_table).replace(b"quinary-model-2", b"quinary-model-9")
    for read in (model_from, card_of):
        with pytest.raises(InputError, match="the model x is of a newer version of Quinary"):
            read(content, "x")


def test_what_cannot_be_exported_is_refused():
    with pytest.raises(InputError, match="cannot be saved"):
        exported(object())
