"""Ternary sections and their picture."""

import pytest

from quinary.errors import InputError
from quinary.figures.sections import sections_page
from quinary.loops.sections import as_document, ternary_sections


def test_every_three_elements_make_a_section():
    sections = ternary_sections(("Hf", "Nb", "Ta", "Ti"), "bulk_modulus", anion="C", step=0.25)
    assert sections[0].corners == ("Hf", "Nb", "Ta")
    assert len(sections) == 4
    assert sections[0].rest == ("Ti",)
    assert sections[0].fractions.shape == (15, 3)
    document = as_document(sections, "bulk_modulus")
    assert document["count"] == 60
    assert document["unit"] == "GPa"
    assert 200 < document["lowest"] < document["highest"] < 350


def test_the_page_holds_the_values_and_needs_no_network():
    page = sections_page(ternary_sections(("Mo", "Nb", "W"), "shear_modulus", step=0.5), "shear_modulus")
    assert "scatterternary" in page
    assert 'src="http' not in page.partition("</head>")[2][:2000]


def test_what_cannot_be_drawn():
    with pytest.raises(InputError, match="three elements or more"):
        ternary_sections(("Mo", "Nb"), "shear_modulus")
    with pytest.raises(InputError, match="at most six"):
        ternary_sections(("Mo", "Nb", "W", "Ta", "V", "Ti", "Zr"), "shear_modulus")
    with pytest.raises(InputError, match="did you mean"):
        ternary_sections(("Mo", "Nb", "W"), "shear")
