"""Columns of elements stand together and share a unit; what is only called like an element is none."""

import pytest

from quinary.errors import InputError
from quinary.plugins import ReadOptions
from quinary.readers.parsing.element_columns import element_columns, element_in, share_in
from quinary.readers.parsing.table_headings import read_heading


def found(*headings, **units):
    return element_columns(headings, [read_heading(text) for text in headings], ReadOptions(units=units), set())


@pytest.mark.parametrize(
    ("unit", "share"),
    [
        (None, ""), ("%", ""), ("at.%", "at"), ("at. %", "at"), ("atomic percent", "at"), ("mol%", "at"),
        ("mole fraction", "at"),
        ("wt%", "wt"), ("wt.%", "wt"), ("mass%", "wt"), ("weight %", "wt"), ("mass fraction", "wt"), ("GPa", None),
        ("ppm", None),
    ],
)  # fmt: skip
def test_shares(unit, share):
    assert share_in(unit) == share


@pytest.mark.parametrize(
    "text", ["Al", "Al (at.%)", "Al_wt%", "wt% Al", "Al wt.%", "x_Al", "Al (mass%)", "Al [weight %]", "Al content"]
)
def test_an_element_is_found_however_its_share_is_written(text):
    assert element_in(read_heading(text)) == "Al"


@pytest.mark.parametrize("text", ["B (GPa)", "Altitude", "V (A^3)", "xyz", "C content (wppm)", "K (MPa m^0.5)"])
def test_what_measures_something_else_is_no_element(text):
    assert element_in(read_heading(text)) == ""


def test_a_descriptor_apart_from_the_elements_is_none_and_is_told():
    columns = found("Al(at%)", "Ti(at%)", "V(at%)", "VEC", "B", "YS (MPa)")
    assert (dict(columns.columns), columns.share) == ({"Al": 0, "Ti": 1, "V": 2}, "at")
    assert "--unit B=at%" in columns.apart[4]
    assert dict(found("Al", "Co", "Cr", "VEC", "K", "V").columns) == {"Al": 0, "Co": 1, "Cr": 2}
    assert dict(found("Al(at%)", "Ti(at%)", "VEC", "B", B="at%").columns) == {"Al": 0, "Ti": 1, "B": 3}


def test_elements_without_a_unit_may_be_any():
    columns = found("W", "V", "Nb", "C", "HV")
    assert (dict(columns.columns), columns.share, dict(columns.apart)) == ({"W": 0, "V": 1, "Nb": 2, "C": 3}, "", {})
    assert found("No.", "sample", "HV").columns == {}


def test_uncertainties_between_the_elements_do_not_part_them():
    assert set(found("Al", "Al std", "Co", "Co std", "B", "B std").columns) == {"Al", "Co", "B"}


def test_of_two_blocks_that_by_atom_counts():
    columns = found("Al (at%)", "Ti (at%)", "Al (wt%)", "Ti (wt%)")
    assert (dict(columns.columns), columns.share) == ({"Al": 0, "Ti": 1}, "at")


@pytest.mark.parametrize(
    ("headings", "units", "words"),
    [
        (["Ni", "Al", "Co"], {"Ni": "wt%"}, "--unit 'Al=wt%'"), (["Mo (wt%)", "Nb"], {}, "weight percent"),
        (["Al (at%)", "Ti (at%)", "Nb", "V (wt%)"], {}, "use one of the two"),
        (["Al", "Ti", "Al"], {}, "2 columns hold the element Al"),
        (["Al (at%)", "Ti (at%)", "Nb"], {}, "Nb"),
    ],
)  # fmt: skip
def test_shares_that_do_not_go_together_are_asked_about(headings, units, words):
    with pytest.raises(InputError, match=words):
        found(*headings, **units)


@pytest.mark.parametrize(
    ("headings", "is_sure"),
    [("Ni,Cr", True), ("B,K", False), ("Ni (at%),V (at%)", True), ("C,Y,W", True), ("V,W", False)],
)
def test_two_columns_beside_a_formula_count_where_they_can_be_nothing_else(headings, is_sure):
    named = headings.split(",")
    assert element_columns(named, [read_heading(text) for text in named], ReadOptions(), ()).is_sure == is_sure
