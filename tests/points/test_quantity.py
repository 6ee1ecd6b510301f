"""What a number is of: its spellings are one, and what cannot be is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.errors import InputError
from quinary.points.conditions import Conditions
from quinary.points.quantity import Quantity, quantity_named


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("yield_strength", "yield_strength"),
        (" yield_strength @ temperature=1273 ", "yield_strength@temperature=1273"),
        ("yield_strength@temperature=1273K", "yield_strength@temperature=1273"),
        ("yield_strength@test=compression;temperature=1273", "yield_strength@temperature=1273;test=compression"),
        ("yield_strength@temperature=298.15", "yield_strength"),  # room temperature is no condition
        ("yield_strength@temperature=1273.15", "yield_strength@temperature=1273.15"),
        ("phases=bcc", "phases=BCC"),
        ("phases=A2", "phases=BCC"),
        ("YS@temperature=1273", "yield_strength@temperature=1273"),  # an alias
        ("yield_strength@temperature=1273,test=tensile", "yield_strength@temperature=1273;test=tension"),
        ("phases=BCC@temperature=1273", "phases=BCC@temperature=1273"),
    ],
)
def test_spellings(text, key):
    assert quantity_named(text).key == key == str(quantity_named(text))
    assert quantity_named(key).key == key


@given(st.floats(310, 3000), st.sampled_from(["yield_strength", "elongation", "hardness_vickers"]))
def test_the_key_keeps_the_conditions(kelvin, name):
    quantity = Quantity(name, Conditions.of({"temperature": kelvin}))
    again = quantity_named(quantity.key)
    assert again.conditions.temperature == pytest.approx(kelvin, rel=1e-11)
    assert again.key == quantity.key


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("yield_strenght", "did you mean yield_strength"),
        ("yield_strength@temp=1273", "unknown condition 'temp'"),
        ("yield_strength@temperature=hot", "is not a number"),
        ("yield_strength@", "names no condition after @"),
        ("phases=BCC+FCC", "BCC.FCC are several phases"),
        ("yield_strength@test=bananas", "unknown test 'bananas'"),
        ("yield_strength@temperature=1273;temperature=298", "stated twice"),
        ("yield_strength=BCC", "yield_strength is a number in MPa, and BCC is a class"),
    ],
)
def test_what_cannot_be_is_one_clear_line(text, words):
    with pytest.raises(InputError, match=words):
        quantity_named(text)


def test_common_conditions_give_way_to_its_own():
    hot = Conditions.of({"temperature": 1273.0, "test": "compression"})
    assert (
        quantity_named("yield_strength@temperature=873").at(hot).key
        == "yield_strength@temperature=873;test=compression"
    )


def test_a_probability_has_no_unit_and_lies_between_zero_and_one():
    chance = quantity_named("phases=BCC")
    assert (chance.unit, chance.bounds, chance.symbol.startswith("P(")) == ("", (0.0, 1.0), True)
    assert quantity_named("yield_strength@temperature=1273").symbol.endswith("@ 1273 K")


def test_what_is_ambient_is_no_condition():
    assert Quantity("yield_strength", Conditions.of({"temperature": 298.0})) == Quantity("yield_strength")
