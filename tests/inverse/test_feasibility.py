"""What can be reached at all, proven by linear programming."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.errors import ImpossibleRequestError
from quinary.inverse.bounds import extreme
from quinary.inverse.feasibility import check_feasible, polytope_of
from quinary.reference.lattices import elemental_values
from quinary.requests.forms import Linear
from quinary.requests.request import Limits, Request

ELEMENTS = ("W", "Re", "Ru", "Ir", "Mo", "Ta")
SHEAR = elemental_values("shear_modulus", ELEMENTS).values
BULK = elemental_values("bulk_modulus", ELEMENTS).values
OPEN = float("inf")


@pytest.mark.physics
def test_no_alloy_is_stiffer_than_iridium():
    """Chong et al. 2021 (10.1088/1361-648X/ac0195): the largest shear modulus of these six is 216.35 GPa, pure Ir."""
    with pytest.raises(ImpossibleRequestError, match=r"at most 216\.3") as caught:
        check_feasible(Request(ranges={"shear_modulus": (250, OPEN)}), ELEMENTS, {"shear_modulus": Linear(SHEAR)})
    evidence = caught.value.evidence
    assert evidence["bound"] == pytest.approx(216.35, abs=0.01)
    assert evidence["composition"] == {"Ir": pytest.approx(1.0)}
    assert evidence["certain"] is True


@pytest.mark.physics
def test_with_at_most_35_percent_of_each():
    """0.35 Ir + 0.35 Ru + 0.30 Re = 191.8 GPa with the values of Chong et al. 2021."""
    limits = Limits(ELEMENTS, dict.fromkeys(ELEMENTS, (0.0, 0.35)))
    with pytest.raises(ImpossibleRequestError, match=r"at most 191\.8") as caught:
        check_feasible(
            Request(targets={"shear_modulus": 250}, limits=limits), ELEMENTS, {"shear_modulus": Linear(SHEAR)}
        )
    evidence = caught.value.evidence
    assert evidence["composition"] == {key: pytest.approx(x) for key, x in {"Ir": 0.35, "Ru": 0.35, "Re": 0.30}.items()}
    assert sorted(evidence["binding"]) == ["Ir at most 0.35", "Ru at most 0.35"]


def test_the_other_side_is_proven_too():
    with pytest.raises(ImpossibleRequestError, match=r"shear_modulus <= 50 cannot be reached.*at least 60\.3 \(Ta 1;"):
        check_feasible(Request(ranges={"shear_modulus": (-OPEN, 50)}), ELEMENTS, {"shear_modulus": Linear(SHEAR)})


def test_each_can_be_met_but_not_both():
    asked = Request(ranges={"shear_modulus": (200, OPEN), "bulk_modulus": (-OPEN, 250)})
    with pytest.raises(ImpossibleRequestError, match="with shear_modulus >= 200 it is at least") as caught:
        check_feasible(asked, ELEMENTS, {"shear_modulus": Linear(SHEAR), "bulk_modulus": Linear(BULK)})
    assert caught.value.evidence["certain"] is True
    assert caught.value.evidence["property"] == "bulk_modulus"
    assert caught.value.evidence["bound"] > 250


def test_density_and_stiffness_out_of_reach_together_are_proven(nine, forms):
    asked = Request(ranges={"shear_modulus": (110.0, OPEN), "density": (-OPEN, 8.0)})
    with pytest.raises(ImpossibleRequestError, match="with shear_modulus >= 110 it is at least") as caught:
        check_feasible(asked, nine, forms())
    assert 8.0 < caught.value.evidence["bound"] < 12.0


@pytest.mark.physics
@pytest.mark.parametrize(
    ("shear", "toughness", "bound"), [(50, 0.45, 0.424), (100, 0.48, 0.508), (40, 0.14, 0.150), (120, 0.75, 0.725)]
)
def test_corners_out_of_reach_are_refused_with_their_bounds(nine, forms, shear, toughness, bound):
    """Bounds at the wanted shear modulus, from the elemental values of Chong et al. 2021 in their 2023 revision."""
    asked = Request(targets={"shear_modulus": shear, "fracture_toughness_rice": toughness})
    with pytest.raises(ImpossibleRequestError, match=f"with shear_modulus {shear}") as caught:
        check_feasible(asked, nine, forms())
    assert caught.value.evidence["bound"] == pytest.approx(bound, abs=6e-4)


@pytest.mark.parametrize(("shear", "toughness"), [(50, 0.37), (100, 0.62), (40, 0.18), (90, 0.465)])
def test_corners_within_reach_pass(nine, forms, shear, toughness):
    limits = Limits(nine, n_components=(4, 6), largest=0.35)
    asked = Request(targets={"shear_modulus": shear, "fracture_toughness_rice": toughness}, limits=limits)
    check_feasible(asked, nine, forms())


def test_limits_that_leave_nothing():
    limits = Limits(fractions={"W": (0.0, 0.4), "Re": (0.0, 0.4)})
    with pytest.raises(ImpossibleRequestError, match="limits on the elements contradict each other"):
        check_feasible(
            Request(ranges={"shear_modulus": (100, OPEN)}, limits=limits),
            ("W", "Re"),
            {"shear_modulus": Linear(SHEAR[:2])},
        )


def test_what_is_possible_passes():
    asked = Request(ranges={"shear_modulus": (150, 200)}, targets={"bulk_modulus": 320})
    check_feasible(asked, ELEMENTS, {"shear_modulus": Linear(SHEAR), "bulk_modulus": Linear(BULK)})


@given(st.lists(st.floats(1, 500), min_size=2, max_size=6), st.integers(0, 2**31), st.floats(0.5, 1.0))
def test_no_composition_within_the_limits_beats_the_bound(values, seed, highest):
    elements = ELEMENTS[: len(values)]
    coefficients = np.array(values)
    limits = Limits(elements, dict.fromkeys(elements, (0.0, highest)))
    place = polytope_of(limits, elements)
    top, bottom = (extreme(Linear(coefficients), place, highest=side) for side in (True, False))
    assert sum(top.composition.values()) == pytest.approx(1.0)
    samples = np.random.default_rng(seed).dirichlet(np.ones(len(values)), 200)
    inside = samples[(samples <= highest).all(axis=1)] @ coefficients
    assert (inside <= top.value + 1e-9 * top.value).all()
    assert (inside >= bottom.value - 1e-9 * bottom.value).all()
