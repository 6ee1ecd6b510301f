"""What a design leaves out unless somebody names it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.errors import InputError
from quinary.requests import Limits, Request, Seed, default_design_policy

POLICY = default_design_policy()
STIFF = Request(ranges={"shear_modulus": (110.0, 120.0)})


def test_what_nobody_would_melt_is_left_out():
    made = POLICY.applied(STIFF)
    assert {"U", "Be", "Hg", "Pt", "Li", "Mg", "Ca"} <= set(made.limits.without)
    assert not {"W", "Re", "Al", "Si"} & set(made.limits.without)
    assert made.limits.n_components == (1, 6)
    assert made.ranges["price"] == (-math.inf, 500.0)


def test_a_named_element_is_allowed_however_it_is_named():
    for request in (
        Request(limits=Limits(elements=("Pt", "Ni"))),
        Request(limits=Limits(fractions={"Pt": (0.0, 0.2)})),
        Request(maximize=("density",), seed=Seed("NiPt")),
    ):
        made = POLICY.applied(request)
        assert "Pt" not in made.limits.without
        assert "price" not in made.ranges


def test_an_element_that_is_only_forbidden_is_not_named():
    assert "Pt" in POLICY.applied(Request(limits=Limits(fractions={"Pt": (0.0, 0.0)}))).limits.without


def test_what_the_request_says_itself_stays():
    request = Request(ranges={"price": (0.0, 900.0)}, limits=Limits(n_components=(3, 9)))
    made = POLICY.applied(request)
    assert made.ranges["price"] == (0.0, 900.0)
    assert made.limits.n_components == (3, 9)


def test_more_components_where_fewer_cannot_be():
    assert POLICY.applied(Request(limits=Limits(largest=0.12))).limits.n_components == (1, 9)
    obligatory = dict.fromkeys(("Ti", "Zr", "Hf", "V", "Nb", "Ta", "Cr"), (0.05, 1.0))
    assert POLICY.applied(Request(limits=Limits(fractions=obligatory))).limits.n_components == (1, 7)


@pytest.mark.parametrize(
    ("anion", "inside", "outside"), [("C", "Cr", "Y"), ("N", "Zr", "Na"), ("B2", "W", "U"), ("O", "Mg", "Be")]
)
def test_only_metals_that_form_the_structure_with_the_anion(anion, inside, outside):
    without = POLICY.applied(Request(limits=Limits(anion=anion))).limits.without
    assert inside not in without
    assert outside in without


def test_carbonitrides_are_of_metals_that_form_both():
    assert {"La", "Al"} <= set(POLICY.applied(Request(limits=Limits(anion="C0.5N0.5"))).limits.without)


@given(
    st.lists(st.sampled_from(["Ti", "Pt", "U", "Al"]), unique=True),
    st.sampled_from([None, "C", "O"]),
    st.integers(1, 99),
)
def test_to_apply_it_twice_changes_nothing_more(elements, anion, most):
    request = Request(maximize=("density",), limits=Limits(tuple(elements), anion=anion, n_components=(1, most)))
    made = POLICY.applied(request)
    assert POLICY.applied(made) == made
    assert POLICY.changes(made) == []
    assert Request.from_dict(made.as_dict()) == made


def test_an_element_cannot_be_both_obligatory_and_left_out():
    with pytest.raises(InputError, match=r"Nb must be present, at 0\.1 or more, and is among those to do without"):
        Limits(fractions={"Nb": (0.1, 1.0)}, without=("Nb",))
