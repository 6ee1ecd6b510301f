"""What a formula means, and what is said where it may mean several things."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quinary.chemistry.composition import Composition
from quinary.chemistry.formula_readings import read_formula
from quinary.chemistry.identity import composition_key

SYMBOLS = st.lists(st.sampled_from(["Al", "Co", "Cr", "Cu", "Dy", "Fe", "Hf", "Mo", "Nb", "Ni", "Re", "Ti", "V", "W", "Zr"]),
                   min_size=1, max_size=6, unique=True)  # fmt: skip
AMOUNTS = st.lists(st.integers(1, 400).map(lambda n: n / 8), min_size=6, max_size=6)


def test_a_reading_is_what_the_composition_is_made_of():
    for formula in ("MoNbTaW", "(HfNbTaTiZr)C", "(GdLa)(CrMn)O3"):
        assert Composition(read_formula(formula).sublattices) == Composition.of(formula)


def test_an_unambiguous_formula_needs_no_note():
    assert read_formula("Al0.5CoCrFeNi").notes == ()


@given(SYMBOLS, AMOUNTS)
@settings(deadline=None)
def test_an_alloy_that_is_written_reads_as_itself(symbols, amounts):
    alloy = Composition.alloy(dict(zip(symbols, amounts, strict=False)))
    again = Composition.of(alloy.formula)
    assert composition_key(again) == composition_key(alloy)
    assert again.atomic_fractions == pytest.approx(alloy.atomic_fractions, abs=5e-5)  # 0.001 at.% each
    assert read_formula(alloy.formula).notes == ()


@given(SYMBOLS, AMOUNTS, st.permutations(range(6)), st.sampled_from([0.5, 2.0, 4.0]))
@settings(deadline=None)
def test_order_and_scale_do_not_matter(symbols, amounts, order, scale):
    parts = list(zip(symbols, amounts, strict=False))
    text = "".join(f"{symbol}{amount:g}" for symbol, amount in parts)
    other = "".join(f"{parts[i][0]}{scale * parts[i][1]:.10g}" for i in order if i < len(parts))
    assert Composition.of(other).atomic_fractions == pytest.approx(Composition.of(text).atomic_fractions)


@given(SYMBOLS, AMOUNTS, st.integers(1, 9))
@settings(deadline=None)
def test_a_bracket_around_all_and_spaces_change_nothing(symbols, amounts, count):
    text = "".join(f"{symbol}{amount:g}" for symbol, amount in zip(symbols, amounts, strict=False))
    spaced = " ".join(f"{symbol} {amount:g}" for symbol, amount in zip(symbols, amounts, strict=False))
    expected = Composition.of(text).atomic_fractions
    assert Composition.of(f"({text}){count}").atomic_fractions == pytest.approx(expected)
    assert Composition.of(spaced).atomic_fractions == pytest.approx(expected)
