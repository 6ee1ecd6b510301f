"""Ways between alloys, effects of elements, robustness against weighing errors."""

import numpy as np
import pytest

from quinary.errors import InputError, WorkError
from quinary.inverse.paths import Substitution, element_effects, interpolation, substitution_path, weighing_spread
from quinary.requests.request import Limits


@pytest.fixture
def hafnium_rich(nine):
    mix = {"Hf": 0.25, "Nb": 0.25, "Ta": 0.25, "Mo": 0.25}
    return np.array([mix.get(symbol, 0.0) for symbol in nine])


def test_the_straight_way(hafnium_rich):
    way = interpolation(hafnium_rich, np.eye(9)[0], 5)
    assert way.shape == (6, 9)
    assert way.sum(axis=1) == pytest.approx(np.ones(6))
    assert (np.abs(np.diff(way, axis=0)).sum(axis=1) / 2) == pytest.approx(np.full(5, 0.2))
    with pytest.raises(InputError, match="0 steps"):
        interpolation(hafnium_rich, hafnium_rich, 0)


def test_hafnium_leaves_and_the_shear_modulus_stays(nine, forms, hafnium_rich):
    found = forms()
    asked = Substitution("Hf", 0.0, {"shear_modulus": 0.001})
    way = substitution_path(hafnium_rich, nine, asked, found, Limits(), 5)
    assert way[:, nine.index("Hf")] == pytest.approx(np.linspace(0.25, 0.0, 6), abs=6e-3)
    assert way[-1, nine.index("Hf")] == 0.0
    assert found["shear_modulus"].value(way) == pytest.approx(
        np.full(6, found["shear_modulus"].value(way[:1])[0]), rel=1.1e-3
    )
    assert (np.abs(np.diff(way, axis=0)).sum(axis=1) / 2).max() < 0.2


def test_a_way_that_cannot_be_gone_says_how_far_it_went(nine, forms, hafnium_rich):
    only = np.eye(9)[nine.index("W")] * 0.9 + np.eye(9)[nine.index("Mo")] * 0.1
    limits = Limits(fractions={symbol: (0.0, 0.0) for symbol in nine if symbol not in {"W", "Mo"}})
    with pytest.raises(WorkError, match=r"W can be lowered to 0\.9 but not to"):
        substitution_path(only, nine, Substitution("W", 0.0, {"shear_modulus": 0.001}), forms(), limits, 4)
    with pytest.raises(InputError, match="no more W"):
        substitution_path(hafnium_rich, nine, Substitution("W", 0.0, {}), forms(), Limits(), 4)


def test_effects_are_the_change_for_one_atomic_percent(nine, forms, hafnium_rich):
    form = forms()["fracture_toughness_rice"]
    effects = element_effects(form, hafnium_rich)
    for column in range(9):
        share = 0.001 / (1 - hafnium_rich[column])
        changed = (1 - share) * hafnium_rich + share * np.eye(9)[column]
        change = form.value(changed[None, :])[0] - form.value(hafnium_rich[None, :])[0]
        assert effects[column] == pytest.approx(10 * change, rel=0.02, abs=1e-6)
    assert effects[nine.index("W")] > 0 > effects[nine.index("Zr")]


def test_spread_from_weighing_agrees_with_drawn_errors(forms, hafnium_rich):
    form = forms()["shear_modulus"]
    drawn = hafnium_rich * (1 + 0.01 * np.random.default_rng(0).normal(size=(40_000, 9)))
    values = form.value(drawn / drawn.sum(axis=1, keepdims=True))
    assert weighing_spread([form], hafnium_rich, 0.01)[0] == pytest.approx(values.std(), rel=0.03)
