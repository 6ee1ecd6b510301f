"""Proven bounds, against published ranges and against what no search can beat."""

import numpy as np
import pytest

from quinary.inverse.bounds import Polytope, extreme
from quinary.requests.forms import Numerical


def polytope(nine, largest=1.0, **limits):
    return Polytope(nine, np.zeros(9), np.full(9, largest), **limits)


def both(form, place):
    return [extreme(form, place, highest=side).value for side in (False, True)]


@pytest.mark.physics
@pytest.mark.parametrize(
    ("table", "largest", "shear", "low", "high"),
    [
        ("ultera2023", 1.0, 40, 0.150, 0.341),
        ("ultera2023", 1.0, 50, 0.190, 0.424),
        ("ultera2023", 1.0, 120, None, 0.725),
        ("ultera2023", 0.35, 40, 0.170, 0.331),
        ("ultera2023", 0.35, 90, 0.453, 0.589),
        ("ultera2023", 0.35, 110, 0.607, 0.675),
        ("chong2021", 1.0, 60, 0.291, 0.519),
        ("chong2021", 0.35, 100, 0.548, 0.654),
    ],
)
def test_range_of_rice_toughness_at_a_shear_modulus(nine, forms, table, largest, shear, low, high):
    """MPa m^0.5; elemental values of Chong et al. 2021 (10.1088/1361-648X/ac0195) and their 2023 revision."""
    found = forms(table=table)
    place = polytope(nine, largest).within("G", found["shear_modulus"], shear, shear)
    lowest, highest = both(found["fracture_toughness_rice"], place)
    assert highest == pytest.approx(high, abs=6e-4)
    assert low is None or lowest == pytest.approx(low, abs=6e-4)


@pytest.mark.physics
def test_range_of_the_shear_modulus(nine, forms):
    """25.0 (Nb) to 146.6 GPa (W), and 29.3 to 110.8 with at most 35 % of each: Chong et al. 2021."""
    shear = forms()["shear_modulus"]
    assert both(shear, polytope(nine)) == pytest.approx([25.01, 146.6])
    assert both(shear, polytope(nine, 0.35)) == pytest.approx([29.3275, 110.8095], abs=1e-3)


@pytest.mark.parametrize("name", ["shear_modulus", "fracture_toughness_rice", "density"])
@pytest.mark.parametrize("counts", [{}, {"n_components": (4, 6), "smallest": 0.005}])
def test_no_sample_lies_outside_the_bounds(nine, forms, samples, name, counts):
    form, place = forms()[name], polytope(nine, 0.6, **counts)
    inside = samples(4000)
    inside = inside[(inside <= 0.6).all(axis=1) & ((inside == 0) | (inside >= 0.005)).all(axis=1)]
    low, high = both(form, place)
    values = form.value(inside)
    assert low <= values.min() * (1 + 1e-6)
    assert values.max() * (1 - 1e-6) <= high


def test_a_bound_is_reached_by_its_composition(nine, forms):
    found = forms()
    place = polytope(nine, 0.4, n_components=(4, 5), smallest=0.05).within("density", found["density"], 9.0, 10.0)
    bound = extreme(found["fracture_toughness_rice"], place, highest=True)
    fractions = np.array([[bound.composition.get(symbol, 0.0) for symbol in nine]])
    assert found["fracture_toughness_rice"].value(fractions)[0] == pytest.approx(bound.value)
    assert 9.0 - 1e-6 <= found["density"].value(fractions)[0] <= 10.0 + 1e-6
    assert 4 <= len(bound.composition) <= 5
    assert min(bound.composition.values()) >= 0.05 - 1e-6
    assert "density" in bound.binding


def test_an_empty_polytope_has_no_bound(nine, forms):
    place = polytope(nine).within("G", forms()["shear_modulus"], 200.0, 300.0)
    assert extreme(forms()["density"], place, highest=True) is None
    assert extreme(forms()["fracture_toughness_rice"], place, highest=True) is None


def test_nothing_is_proven_for_a_numerical_form(nine):
    with pytest.raises(TypeError, match="Numerical"):
        extreme(Numerical(lambda fractions: fractions[:, 0]), polytope(nine), highest=True)
