"""The strings of ULTERA, exact to the character."""

import pytest

from quinary.chemistry.ultera import (
    VECTOR_ELEMENTS,
    composition_vector,
    percentile_formula,
    relational_formula,
    system,
)


@pytest.mark.physics
def test_known_strings():
    """A. M. Krajewski, dissertation (Penn State), chapter on ULTERA: parsing examples."""
    assert percentile_formula("ZrNbMoHfV") == "Hf20 Zr20 Nb20 V20 Mo20"
    assert relational_formula("ZrNbMoHfV") == "Hf1 Zr1 Nb1 V1 Mo1"
    assert system("ZrNbMoHfV") == "Hf-Mo-Nb-V-Zr"
    assert percentile_formula("TiTaNbMoZr") == percentile_formula("MoNbTaTiZr") == "Zr20 Ti20 Ta20 Nb20 Mo20"
    assert relational_formula("TiTaNbMoZr") == relational_formula("MoNbTaTiZr")


def test_amounts_are_relative_to_the_smallest_that_is_no_trace():
    assert relational_formula("Ti0.75NbTaMoW") == "Ti1 Ta1.33 Nb1.33 W1.33 Mo1.33"
    assert relational_formula({"Ti": 50, "Nb": 49.7, "B": 0.3}) == "Ti1.01 Nb1 B0.01"


@pytest.mark.parametrize(("formula", "length"), [("MoNbTaW", 20), ("MoZn", 53), ("MoNbC0.01", 57)])
def test_vectors_are_as_short_as_the_elements_allow(formula, length):
    vector = composition_vector(formula)
    assert len(vector) == length
    assert sum(vector) == pytest.approx(1, abs=1e-3)
    assert vector[VECTOR_ELEMENTS.index("Mo")] > 0


def test_noise_does_not_break_a_tie():
    vector = composition_vector("W96.07Re3.6Zr0.165C0.165")
    assert vector[VECTOR_ELEMENTS.index("Zr")] == vector[VECTOR_ELEMENTS.index("C")] == 0.0016


@pytest.mark.physics
def test_every_document_of_the_published_sample(mirror):
    """The 300 documents of the ULTERA sample published with PyQAlloy (A. M. Krajewski)."""
    bson = pytest.importorskip("bson")
    path = mirror / "ultera_sample" / "examples" / "ULTERA_sample.bson"
    materials = [document["material"] for document in bson.decode_all(path.read_bytes())]
    assert len(materials) == 300
    for entry in materials:
        for source in {entry["formula"], entry.get("rawFormula", entry["formula"])}:
            assert percentile_formula(source) == entry["percentileFormula"]
            assert system(source) == entry["system"]
            if "relationalFormula" in entry:
                assert relational_formula(source) == entry["relationalFormula"]
                assert composition_vector(source) == entry["compositionVector"]
            else:  # an older kind of document: no such string, and nothing rounded
                assert composition_vector(source) == pytest.approx(entry["compositionVector"], abs=5.001e-5)
