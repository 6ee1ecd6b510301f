"""Ternary sections and their picture."""

import base64
import re

import numpy as np
import pytest

from quinary.errors import InputError
from quinary.exploring.sections import as_document, ternary_sections
from quinary.figures.sections import sections_page


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
        ternary_sections(("Mo", "Nb", "W"), "shear_modulos")
    with pytest.raises(InputError, match="50,015,001 compositions"):
        ternary_sections(("Mo", "Nb", "W"), "shear_modulus", step=0.0001)
    with pytest.raises(InputError, match="has no predictor for ceramics with N"):
        ternary_sections(("Hf", "Nb", "Ta"), "single_phase_probability", anion="N", step=0.5)
    with pytest.raises(InputError, match="not known of Co, Fe, Ni"):
        ternary_sections(("Co", "Fe", "Hf", "Ni"), "bulk_modulus", anion="C", step=0.5)


def test_compositions_without_a_value_are_counted_and_drawn_around():
    """Nickel oxide has no shear modulus, so only the edge of the triangle without it has a hardness."""
    sections = ternary_sections(("Co", "Mg", "Ni"), "hardness_vickers", anion="O", step=0.5)
    assert as_document(sections, "hardness_vickers")["without_value"] == 3
    assert as_document(sections, "hardness_vickers")["count"] == 6
    (encoded,) = re.findall(r'"color":\{"dtype":"f8","bdata":"([^"]+)"', sections_page(sections, "hardness_vickers"))
    assert (
        np.isfinite(np.frombuffer(base64.b64decode(encoded.encode().decode("unicode_escape")))).tolist() == [True] * 3
    )


def test_descriptors_of_ceramics_are_drawn():
    sections = ternary_sections(("Hf", "Nb", "W"), "valence_electron_concentration", anion="C", step=0.5)
    document = as_document(sections, "valence_electron_concentration")
    assert (document["lowest"], document["highest"]) == pytest.approx((8.0, 10.0))
