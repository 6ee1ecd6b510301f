"""The grammar of formulas: every form that papers use, and errors that point at the place."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quinary.chemistry.formula_grammar import FormulaError, Item, parse_formula
from quinary.errors import InputError
from quinary.reference.elements import symbols


def atoms(text):
    """Symbol -> atoms, summed over the items."""
    total = {}
    for item in parse_formula(text):
        for symbol, inside in item.amounts:
            total[symbol] = total.get(symbol, 0.0) + inside * item.count
    return total


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MoNbTaW", {"Mo": 1, "Nb": 1, "Ta": 1, "W": 1}),
        ("Al0.5CoCrFeNi", {"Al": 0.5, "Co": 1, "Cr": 1, "Fe": 1, "Ni": 1}),
        ("Al.5Co1.Cr", {"Al": 0.5, "Co": 1, "Cr": 1}),
        ("Al0.5(CoCrFeNi)2", {"Al": 0.5, "Co": 2, "Cr": 2, "Fe": 2, "Ni": 2}),
        ("Ti20Zr20Hf20Nb20Ta20", {"Ti": 20, "Zr": 20, "Hf": 20, "Nb": 20, "Ta": 20}),
        ("(HfNbTaTiZr)B2", {"Hf": 1, "Nb": 1, "Ta": 1, "Ti": 1, "Zr": 1, "B": 2}),
        ("{[(CoCr)2Fe]0.5Ni}2Al", {"Co": 2, "Cr": 2, "Fe": 1, "Ni": 2, "Al": 1}),
        ("Al₀.₅CoCrFe₂", {"Al": 0.5, "Co": 1, "Cr": 1, "Fe": 2}),
        ("MoNbMo", {"Mo": 2, "Nb": 1}),
        ("Mo Nb_Ta,W;V·Cr", {"Mo": 1, "Nb": 1, "Ta": 1, "W": 1, "V": 1, "Cr": 1}),
        ("Fe 60 Ni 40", {"Fe": 60, "Ni": 40}),
        ("Fe60%Ni40%", {"Fe": 60, "Ni": 40}),
        ("Fe60 Ni20 Cr10 Zr10 at%", {"Fe": 60, "Ni": 20, "Cr": 10, "Zr": 10}),
        ("Fe60Ni40 (at. %)", {"Fe": 60, "Ni": 40}),
        ("Fe60Ni40 mol%", {"Fe": 60, "Ni": 40}),
        ("Nb-30Hf-5Ti at%", {"Nb": 65, "Hf": 30, "Ti": 5}),
        ("Nb-30Hf-5Ti, at.%", {"Nb": 65, "Hf": 30, "Ti": 5}),
        ("Nb \N{EN DASH} 30 Hf \N{MINUS SIGN} 5 Ti atomic percent", {"Nb": 65, "Hf": 30, "Ti": 5}),
    ],
)
def test_forms_that_papers_use(text, expected):
    assert atoms(text) == pytest.approx(expected)


# w_i / M_i with the standard atomic weights, worked out by hand: Nb 92.906, Hf 178.486, Ti 47.867, Al 26.982, V 50.942
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nb-30Hf-5Ti wt%", {"Nb": 71.966, "Hf": 17.289, "Ti": 10.745}),
        ("Nb-30Hf-5Ti (wt.%)", {"Nb": 71.966, "Hf": 17.289, "Ti": 10.745}),
        ("Nb65Hf30Ti5 mass%", {"Nb": 71.966, "Hf": 17.289, "Ti": 10.745}),
        ("Ti-6Al-4V weight percent", {"Ti": 86.205, "Al": 10.195, "V": 3.600}),
    ],
)
def test_weight_percent_becomes_atoms(text, expected):
    assert atoms(text) == pytest.approx(expected, abs=0.003)


def test_items_keep_what_was_written():
    assert parse_formula("(HfZr0.5)2C") == (
        Item((("Hf", 1.0), ("Zr", 0.5)), 2.0, True),
        Item((("C", 1.0),), 1.0, False),
    )


# text, 0-based place of the problem, part of the message
MALFORMED = [
    ("", 0, "it is empty"),
    ("   ", 0, "it is empty"),
    (" ;_", 0, "it is empty"),
    ("at%", 0, "it is empty"),
    ("Xx", 0, "'Xx' is not an element"),
    ("MoNbXx", 4, "'Xx' is not an element; did you mean Xe?"),
    ("D", 0, "'D' is not an element"),
    ("MO", 0, "'M' is not an element"),
    ("monb", 0, "start with a capital letter"),
    ("MoNbtaW", 4, "start with a capital letter"),
    ("Mo nan", 3, "start with a capital letter"),
    ("2Mo", 0, "an amount without an element before it"),
    ("0.5MoNb", 0, "an amount without an element before it"),
    ("Mo1.2.3", 5, "an amount without an element before it"),
    ("Mo.Nb", 2, "an amount without an element before it"),
    ("Mo1e3", 3, "unexpected 'e'"),
    ("Mo99999999999Nb", 2, "between 0 and a million"),
    ("Mo0Nb0", 0, "all amounts are zero"),
    ("-5Mo", 0, "a negative amount is not possible"),
    ("(MoNb)-2", 6, "a negative amount is not possible"),
    ("-Mo", 0, "unexpected dash"),
    ("(MoNb", 0, "never closed with ')'"),
    ("Mo[NbTa", 2, "never closed with ']'"),
    ("((Mo)Nb", 0, "never closed with ')'"),
    ("MoNb)", 4, "never opened"),
    ("[MoNb)", 5, "never opened"),
    ("Mo()", 2, "this bracket is empty"),
    ("Mo{}Nb", 2, "this bracket is empty"),
    ("(Mo0)C", 0, "this bracket is empty"),
    ("MoNb$", 4, "unexpected '$'"),
    ("MoNb?W", 4, "unexpected '?'"),
    ("Mo/Nb", 2, "unexpected '/'"),
    ("MoNbx", 4, "x has no value: write `x=...`"),
    ("Fe60:40Ni", 4, "unexpected ':'"),
    ("Mo Nb %", 6, "unexpected '%'"),
    ("Mo-Nb", 0, "names a system, not a composition"),
    ("Nb-Hf at%", 0, "names a system, not a composition"),
    ("Hf-Nb-Ti-V-Zr-N", 0, "names a system, not a composition"),
    ("CrCoNi-Al2O3", 6, "a dash joins several materials"),
    ("CoCrNi-Fe50Mn30Co10Cr10", 6, "a dash joins several materials"),
    ("(Co,Cr,Fe,Ni)-Ti-Al", 13, "a dash joins several materials"),
    ("AlCoCrFeNi-B2", 11, "names a structure"),
    ("Nb-30Hf", 7, "say at% or wt%"),
    ("Nb-30 at%", 0, "the percentages sum to 30, not 100"),
    ("Nb-30Hf-5 at%", 0, "the percentages sum to 35, not 100"),
    ("Nb-30Hf-Ti at%", 3, "exactly one element may be without an amount"),
    ("Nb-bal. Hf-30", 13, "say at% or wt%"),
    ("Nb-bal wt%", 0, "the amounts leave 100 % for Nb"),
    ("Nb-bal Hf-bal Ti-5 wt%", 7, "Nb and Hf cannot both be the balance"),
    ("Nb-(HfTi)30 wt%", 3, "unexpected dash or balance"),
    ("10V15Cr5Mn", 0, "such amounts must sum to 100, and these sum to 30"),
    ("Nb-130Hf at%", 0, "the amounts leave -30 % for Nb"),
    ("Nb-100Hf at%", 0, "the amounts leave 0 % for Nb"),
    ("Fe60Ni30 at%", 0, "the percentages sum to 90, not 100"),
    ("Fe60Ni30 wt%", 0, "the percentages sum to 90, not 100"),
    ("FeNi at%", 0, "the percentages sum to 2, not 100"),
    ("Fe50(NiCo)25 wt%", 0, "the percentages sum to 75, not 100"),
    ("Fe50 wt% Ni50 at%", 0, "mixes mass and atomic percent"),
    ("Al0,5Co0.5Cr", 3, "decimal comma? write 0.5"),
    ("Mo1/0Nb", 2, "between 0 and a million"),
    ("((((((((((Mo))))))))))", 8, "nested 8 deep"),
    ("AlxCoCrFeNi", 2, "x has no value: write `x=...` behind the formula"),
    ("Al1-xCo (y = 0.5)", 4, "x has no value"),
    ("AlCoCrFeNi (x = 0.5)", 12, "x has a value, but stands at no element"),
    ("AlxCoCrFeNi (x = 0-0.5)", 13, "expected one number"),
    ("Al1-xCo x=2", 2, "a negative amount is not possible"),
    ("Ti6Al7Nb", 0, "looks like mass percent: write `Ti-6Al-7Nb wt%`"),
]


@pytest.mark.parametrize(("text", "position", "problem"), MALFORMED)
def test_malformed_formulas_point_at_the_place(text, position, problem):
    from quinary.chemistry.composition import Composition  # some problems show only when the amounts are put together

    with pytest.raises(FormulaError) as caught:
        Composition.of(text)
    assert caught.value.position == position
    assert problem in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.message.index(">>") < caught.value.message.index("<<")


def test_an_unknown_symbol_names_the_nearest_ones():
    with pytest.raises(FormulaError) as caught:
        parse_formula("MoNbZx")
    assert "Zr" in caught.value.choices


@given(st.text(alphabet="MoNbHfTa()[]{}0123456789. -%atw₂", max_size=20) | st.text(max_size=12))
@settings(max_examples=300)
def test_any_text_parses_or_is_refused_at_a_place_inside_it(text):
    try:
        items = parse_formula(text)
    except InputError as error:
        assert isinstance(error, FormulaError)
        assert 0 <= error.position <= len(error.text)
    else:
        assert items
        assert all(symbol in symbols() for item in items for symbol, _ in item.amounts)
