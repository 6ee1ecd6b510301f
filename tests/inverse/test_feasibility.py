"""What can be reached at all, proven by linear programming."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.errors import ImpossibleRequestError
from quinary.inverse.feasibility import check_feasible, extreme
from quinary.inverse.request import Limits, Request
from quinary.reference.lattices import elemental_values

ELEMENTS = ("W", "Re", "Ru", "Ir", "Mo", "Ta")
SHEAR = elemental_values("shear_modulus", ELEMENTS).values
BULK = elemental_values("bulk_modulus", ELEMENTS).values
OPEN = float("inf")


@pytest.mark.physics
def test_no_alloy_is_stiffer_than_iridium():
    """Chong et al. 2021 (10.1088/1361-648X/ac0195): the largest shear modulus of these six is 216.35 GPa, pure Ir."""
    with pytest.raises(ImpossibleRequestError, match=r"at most 216\.3") as caught:
        check_feasible(Request(ranges={"shear_modulus": (250, OPEN)}), ELEMENTS, {"shear_modulus": SHEAR})
    evidence = caught.value.evidence
    assert evidence["bound"] == pytest.approx(216.35, abs=0.01)
    assert evidence["composition"] == {"Ir": pytest.approx(1.0)}
    assert evidence["certain"] is True


@pytest.mark.physics
def test_with_at_most_35_percent_of_each():
    """0.35 Ir + 0.35 Ru + 0.30 Re = 191.8 GPa with the values of Chong et al. 2021."""
    limits = Limits(ELEMENTS, dict.fromkeys(ELEMENTS, (0.0, 0.35)))
    with pytest.raises(ImpossibleRequestError, match=r"at most 191\.8") as caught:
        check_feasible(Request(targets={"shear_modulus": 250}, limits=limits), ELEMENTS, {"shear_modulus": SHEAR})
    evidence = caught.value.evidence
    assert evidence["composition"] == {key: pytest.approx(x) for key, x in {"Ir": 0.35, "Ru": 0.35, "Re": 0.30}.items()}
    assert sorted(evidence["binding"]) == ["Ir at most 0.35", "Ru at most 0.35"]


def test_the_other_side_is_proven_too():
    with pytest.raises(ImpossibleRequestError, match=r"shear_modulus <= 50 cannot be reached.*at least 60\.3 \(Ta 1\)"):
        check_feasible(Request(ranges={"shear_modulus": (-OPEN, 50)}), ELEMENTS, {"shear_modulus": SHEAR})


def test_each_can_be_met_but_not_both():
    asked = Request(ranges={"shear_modulus": (200, OPEN), "bulk_modulus": (-OPEN, 250)})
    with pytest.raises(ImpossibleRequestError, match="alone but not together") as caught:
        check_feasible(asked, ELEMENTS, {"shear_modulus": SHEAR, "bulk_modulus": BULK})
    assert caught.value.evidence["certain"] is True


def test_limits_that_leave_nothing():
    limits = Limits(fractions={"W": (0.0, 0.4), "Re": (0.0, 0.4)})
    with pytest.raises(ImpossibleRequestError, match="limits on the elements contradict each other"):
        check_feasible(
            Request(ranges={"shear_modulus": (100, OPEN)}, limits=limits), ("W", "Re"), {"shear_modulus": SHEAR[:2]}
        )


def test_what_is_possible_passes():
    asked = Request(ranges={"shear_modulus": (150, 200)}, targets={"bulk_modulus": 320})
    check_feasible(asked, ELEMENTS, {"shear_modulus": SHEAR, "bulk_modulus": BULK})


@given(st.lists(st.floats(1, 500), min_size=2, max_size=6), st.integers(0, 2**31), st.floats(0.5, 1.0))
def test_no_composition_within_the_limits_beats_the_bound(values, seed, highest):
    elements = ELEMENTS[: len(values)]
    coefficients = np.array(values)
    limits = Limits(elements, dict.fromkeys(elements, (0.0, highest)))
    top = extreme(coefficients, elements, limits, highest=True)
    bottom = extreme(coefficients, elements, limits, highest=False)
    assert sum(top.composition.values()) == pytest.approx(1.0)
    samples = np.random.default_rng(seed).dirichlet(np.ones(len(values)), 200)
    inside = samples[(samples <= highest).all(axis=1)] @ coefficients
    assert (inside <= top.value + 1e-9 * top.value).all()
    assert (inside >= bottom.value - 1e-9 * bottom.value).all()
