"""Values and gradients of the forms that properties have."""

import numpy as np
import pytest

from quinary.requests.forms import Numerical, slopes


@pytest.mark.parametrize("name", ["shear_modulus", "fracture_toughness_rice", "density"])
def test_gradients_are_those_of_the_values(forms, samples, name):
    form, place, step = forms()[name], samples(20) + 0.01, 1e-6
    moved = [(form.value(place + step * unit) - form.value(place - step * unit)) / (2 * step) for unit in np.eye(9)]
    assert form.gradient(place) == pytest.approx(np.transpose(moved), rel=1e-6, abs=1e-8)


def test_a_numerical_form_follows_the_values_alone(forms, samples):
    rice = forms()["fracture_toughness_rice"]
    form = Numerical(rice.value)
    place = samples(10)
    assert form.value(3 * place) == pytest.approx(rice.value(place))
    along = np.eye(9)[0] - place
    slope = np.einsum("ne,ne->n", form.gradient(place), along)
    assert slope == pytest.approx(np.einsum("ne,ne->n", rice.gradient(place), along), rel=1e-3, abs=1e-6)


def test_slopes_that_are_not_needed_are_not_evaluated(forms, samples):
    rice, n_evaluated = forms()["fracture_toughness_rice"], []

    def counted(fractions):
        n_evaluated.append(len(fractions))
        return rice.value(fractions)

    form, place = Numerical(counted), samples(10)
    is_needed = np.arange(9) % 3 == np.arange(10)[:, None] % 3
    found = slopes(form, place, is_needed)
    assert n_evaluated == [10 + is_needed.sum()]
    assert not found[~is_needed].any()
    assert found[is_needed] == pytest.approx(form.gradient(place)[is_needed])
    assert slopes(rice, place, is_needed) == pytest.approx(rice.gradient(place))
