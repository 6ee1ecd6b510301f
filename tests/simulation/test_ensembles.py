"""How disagreement of potentials becomes an error."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.chemistry.composition import Composition
from quinary.errors import InputError
from quinary.simulation.ensembles import agreement, compared
from quinary.simulation.potentials import load_potential, names_of_ensemble
from quinary.simulation.solid_solution import ReferenceEnergies, SolutionSettings, solid_solution

VALUES, ERRORS = st.floats(-500, 500), st.floats(0.1, 100)


@given(VALUES, VALUES, ERRORS, ERRORS)
def test_two_potentials_are_compared_by_the_joint_error_of_their_cards(first, second, of_first, of_second):
    found = agreement([first, second], [of_first, of_second])
    assert found.ratio == pytest.approx(abs(first - second) / math.hypot(of_first, of_second), abs=1e-6)
    assert found.error == pytest.approx(of_first * max(1.0, found.ratio), abs=1e-6)


@given(st.lists(st.tuples(VALUES, ERRORS), min_size=2, max_size=5), st.floats(0.1, 10))
def test_no_opinion_narrows_the_bar_and_units_do_not_matter(members, unit):
    values, errors = zip(*members, strict=True)
    found = agreement(values, errors)
    assert found.error >= errors[0]
    scaled = agreement([unit * value for value in values], [unit * error for error in errors])
    assert scaled.ratio == pytest.approx(found.ratio, rel=1e-6, abs=1e-9)


def test_a_potential_known_to_be_poor_does_not_widen_the_bar_of_a_good_one_by_its_known_fault():
    """Shear of tungsten: 156 GPa with an error of 15 %, and 55 GPa of one that is known to be 70 % off."""
    assert agreement([156, 55], [0.15 * 156, 0.7 * 156]).error == pytest.approx(0.15 * 156)
    poor_first = agreement([55, 156], [0.7 * 55, 0.15 * 55])
    assert poor_first.error > 0.9 * (156 - 55)


def test_cards_that_know_nothing():
    assert agreement([10, 12], [math.nan, 1.0]) == agreement([10, 12], [1.0, 1.0])
    unknown = agreement([10, 12], [math.nan, 0.0])
    assert unknown.error == pytest.approx(math.sqrt(2))
    assert math.isnan(unknown.ratio)


def test_bad_ensembles():
    with pytest.raises(InputError, match="two or more"):
        agreement([1.0], [1.0])
    assert names_of_ensemble("diep, chgnet") == ("diep", "chgnet")
    for text, message in (("diep,", "names no potential"), ("emt,emt", "twice")):
        with pytest.raises(InputError, match=message):
            names_of_ensemble(text)


def test_a_member_that_cannot_compute_the_material_is_listed_and_does_not_count():
    emt, morse = load_potential("emt"), load_potential("lj")
    composition, how = Composition.of("CuAu"), SolutionSettings(n_atoms=(8, 8))
    solution = solid_solution(composition, emt, how)
    found = compared(composition, (emt, solution), [ReferenceEnergies(morse)], how)
    assert not found.opinions[0].counts
    assert found.opinions[0].reason
    assert found.agreements == {}
    assert found.finds_it_stable == ()


def test_a_potential_agrees_with_itself():
    emt = load_potential("emt")
    composition, how = Composition.of("CuAu"), SolutionSettings(n_atoms=(8, 8))
    solution = solid_solution(composition, emt, how)
    found = compared(composition, (emt, solution), [ReferenceEnergies(emt)], how)
    assert found.agreements["lattice_parameter"].error == pytest.approx(0, abs=2e-3)
    assert found.finds_it_stable == (emt.label,)
