"""The composition of a row: by its formula, by its columns of elements, and where both state one."""

import pytest

from quinary.errors import InputError
from quinary.readers.parsing.element_amounts import composition_of_formula, composition_stated_twice

EQUAL = [(symbol, 20) for symbol in ("Al", "Co", "Cr", "Fe", "Ni")]


def twice(written, amounts, shares=("", "")):
    return composition_stated_twice(written, amounts, shares, is_percent=False).atomic_fractions


@pytest.mark.physics
def test_a_share_in_the_heading_holds_for_the_formulas():
    """Ti-6Al-4V in mass percent is Ti 86.2 Al 10.2 V 3.6 at.% (standard atomic weights)."""
    shares = composition_of_formula("Ti90Al6V4", "wt").atomic_fractions
    assert shares == pytest.approx({"Ti": 0.862, "Al": 0.102, "V": 0.036}, abs=5e-4)
    assert composition_of_formula("Ti90Al6V4 at%", "wt").atomic_fractions["Ti"] == pytest.approx(0.9)


def test_footnotes_are_no_part_of_a_formula():
    assert (
        composition_of_formula("CoCrFeNi [52]").atomic_fractions == composition_of_formula("CoCrFeNi").atomic_fractions
    )


def test_both_agree():
    assert twice("AlCoCrFeNi", EQUAL) == pytest.approx(dict.fromkeys(("Al", "Co", "Cr", "Fe", "Ni"), 0.2))
    by_weight = [("Ti", 90), ("Al", 6), ("V", 4)]
    assert twice("Ti86.2Al10.2V3.6", by_weight)["Ti"] == pytest.approx(0.862)


def test_the_name_of_a_sample_is_no_composition():
    for name in ("C1", "S12", "alloy 3", "N", ""):
        assert twice(name, EQUAL)["Al"] == pytest.approx(0.2)


def test_amounts_that_are_no_composition_state_nothing():
    assert set(twice("MoNb", [("B", 170), ("K", 171), ("C", None)])) == {"Mo", "Nb"}


def test_two_that_disagree_are_refused_with_both_shown():
    with pytest.raises(InputError, match=r"disagree: 'Al2CoCrFeNi' \(Al33.3 .*\) and the columns of elements \(Al20 "):
        twice("Al2CoCrFeNi", EQUAL, ("at", ""))
