"""Which limits clash: irreducible sets, against brute force and by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quinary.errors import ImpossibleRequestError, InputError
from quinary.spaces.contradictions import clashing_limits, impossible, is_empty
from quinary.spaces.limits import SiteLimits, SpaceLimits
from quinary.spaces.linear import LinearLimit
from quinary.spaces.sample import sample, sample_lattice

METALS = ("Mo", "Nb", "Ta", "W")


@given(st.from_type(SpaceLimits), st.integers(-3, 3), st.integers(0, 4))
@settings(max_examples=60)
def test_empty_is_what_brute_force_finds_empty(brute_force, limits, slope, side):
    coefficients = {symbol: float(slope * number + 1) for number, symbol in enumerate(dict.fromkeys(limits.columns))}
    limits = SpaceLimits(limits.sublattices, limits.step, (LinearLimit("sum", coefficients, high=float(side - 2)),))
    points = brute_force(limits)
    assert is_empty(limits) == (not limits.meets_linear(points / limits.n_steps).any())


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (SpaceLimits.alloy(METALS, properties={"density": (-np.inf, 5)}), {"density <= 5"}),
        (
            SpaceLimits.alloy((*METALS, "Ti"), {"W": (0.5, 1), "Nb": (0, 0.4)}, properties={"density": (-np.inf, 9)}),
            {"W >= 0.5", "density <= 9"},
        ),
        (
            SpaceLimits.alloy(
                (*METALS, "Ti"), properties={"density": (-np.inf, 5), "melting_temperature": (2500, 9e9)}
            ),
            {"density <= 5", "melting_temperature >= 2500"},
        ),
        (
            SpaceLimits.alloy(METALS, dict.fromkeys(METALS, (0, 0.3)), (1, 3)),
            {*(f"{symbol} <= 0.3" for symbol in METALS), "at most 3 components"},
        ),
        (SpaceLimits.alloy(METALS[:3], dict.fromkeys(METALS[:3], (0.32, 0.34)), step=0.05), None),
        (
            SpaceLimits((SiteLimits(METALS, n_components=(4, 4), smallest=0.3),), 0.1),
            {"at least 4 components", "no fraction below 0.3"},
        ),
        (
            SpaceLimits((SiteLimits(METALS), SiteLimits(("C", "N"), n_components=(2, 2), smallest=0.6)), 0.1),
            {"at least 2 components on sublattice 2", "no fraction below 0.6 on sublattice 2"},
        ),
        (SpaceLimits.alloy(METALS, properties={"density": (10, 12)}), set()),
    ],
)
def test_by_hand(limits, expected):
    found = clashing_limits(limits)
    if expected is None:
        assert found[0] == "steps of 0.05"
        assert not clashing_limits(limits, is_lattice=False)
    else:
        assert set(found) == expected
    assert bool(found) == is_empty(limits)


def test_the_set_is_irreducible():
    """Of many limits only those that clash are named; dropping one of them leaves compositions."""
    elements = ("Al", "Mo", "Nb", "Ta", "Ti", "W", "Zr")
    ranges = {"Al": (0.05, 0.2), "W": (0.3, 0.5), "Ti": (0.0, 0.1), "Zr": (0.0, 0.1), "Mo": (0.0, 0.6)}
    bounds = {"density": (-np.inf, 8.5), "price": (-np.inf, 300.0), "melting_temperature": (1800, np.inf)}
    found = set(clashing_limits(SpaceLimits.alloy(elements, ranges, properties=bounds)))
    assert "density <= 8.5" in found
    assert "melting_temperature >= 1800" not in found
    for left_out in found:
        kept_ranges = {
            symbol: (low if f"{symbol} >= {low:g}" in found - {left_out} else 0.0,
                     high if f"{symbol} <= {high:g}" in found - {left_out} else 1.0)
            for symbol, (low, high) in ranges.items()
        }  # fmt: skip
        kept = {name: side for name, side in bounds.items() if any(name in word for word in found - {left_out})}
        assert not is_empty(SpaceLimits.alloy(elements, kept_ranges, properties=kept)), left_out


@pytest.mark.parametrize("draw", [sample, sample_lattice])
def test_samplers_say_which_limits_clash(draw):
    limits = SpaceLimits.alloy((*METALS, "Ti"), {"W": (0.5, 1)}, properties={"density": (-np.inf, 9)})
    with pytest.raises(ImpossibleRequestError, match=r"together: W >= 0\.5, density <= 9") as caught:
        draw(limits, 5, 0)
    assert caught.value.evidence["binding"] == ["W >= 0.5", "density <= 9"]
    assert caught.value.evidence["property"] == "density"
    assert caught.value.evidence["certain"]


def test_a_space_with_compositions_has_no_proof():
    assert not impossible(SpaceLimits.alloy(METALS)).evidence["certain"]


def test_ranges_that_contradict_each_other_are_named_at_once():
    with pytest.raises(InputError, match=r"more than 1: Mo >= 0\.7, W >= 0\.5$"):
        SpaceLimits.alloy(METALS, {"W": (0.5, 1), "Mo": (0.7, 1), "Nb": (0.1, 1)})
    with pytest.raises(InputError, match=r"less than 1: Mo <= 0\.3, W <= 0\.5$"):
        SpaceLimits.alloy(("Mo", "W"), {"W": (0, 0.5), "Mo": (0, 0.3)})
    with pytest.raises(InputError, match="property with a linear limit"):
        SpaceLimits.alloy(METALS, properties={"hardness": (0, 1)})
