"""What a formula means, and what is said where it may mean several things."""

from __future__ import annotations

from quinary.chemistry.composition import Composition
from quinary.chemistry.formula_readings import read_formula


def test_a_reading_is_what_the_composition_is_made_of() -> None:
    for formula in ("MoNbTaW", "(HfNbTaTiZr)C", "(GdLa)(CrMn)O3"):
        assert Composition(read_formula(formula).sublattices) == Composition.of(formula)


def test_an_unambiguous_formula_needs_no_note() -> None:
    assert read_formula("Al0.5CoCrFeNi").notes == ()
