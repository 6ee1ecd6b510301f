"""Descriptors of mixed formulas: the same in bulk and one by one, and never null without a reason."""

import numpy as np
import pandas as pd
import pytest

from quinary.chemistry.composition import Composition
from quinary.errors import InputError
from quinary.services.describing import describe as documents_of
from quinary.services.frames.describing import describe

MIXED = ["MoNbTaW", "(HfNbTaTiZr)C", "Al0.5CoCrFeNi", "(SrBa)TiO3", "W", "NbTa", "MoHe0.1", "(HfTc)N"]


def entry(formula, name):
    return documents_of([formula])["materials"][0]["descriptors"][name]


def test_strings_and_compositions_give_the_same():
    one, other = describe(MIXED), describe([Composition.of(formula) for formula in MIXED])
    np.testing.assert_allclose(one.to_numpy(), other.to_numpy(), rtol=1e-12)
    assert list(one.index) == MIXED
    assert list(one.columns) == list(other.columns)


def test_every_null_has_a_reason():
    for document in documents_of(MIXED)["materials"]:
        for name, found in document["descriptors"].items():
            assert (found["value"] is None) == ("reason" in found), name
            assert "\n" not in found.get("reason", "")


@pytest.mark.parametrize(
    ("formula", "name", "words"),
    [
        ("MoHe0.1", "atomic_size_mismatch", ["metallic radius", "He", "mixing_entropy"]),
        ("MoHe0.1", "omega", ["mixing enthalpy", "He-Mo", "or use"]),
        ("W", "omega", ["W is a pure element", "zero over zero"]),
        ("W", "lambda_parameter", ["pure element"]),
        ("W", "king_phi", ["pure element"]),
        ("NbTa", "omega", ["mixing enthalpy is zero"]),
        ("NbTa", "lambda_parameter", ["radii are equal"]),
        ("NbTa", "king_phi", ["no pair"]),
        ("(HfTc)B2", "mean_precursor_volume", ["Tc", "with B", "Hf"]),
    ],
)
def test_reasons_name_element_property_and_what_works(formula, name, words):
    found = entry(formula, name)
    assert found["value"] is None
    for word in words:
        assert word in found["reason"]


def test_binaries_have_values():
    for name in ("omega", "lambda_parameter", "king_phi", "ye_phi"):
        assert entry("CuNi", name)["value"] is not None


def test_nothing_and_nonsense():
    assert documents_of([]) == {"materials": []}
    assert len(describe([])) == 0
    with pytest.raises(InputError, match="no formula given"):
        documents_of()
    with pytest.raises(InputError, match="cannot read"):
        documents_of(["MoNb", "Xyz"])


def test_a_series_keeps_its_index_and_a_file_its_order(tmp_path):
    alloys = pd.Series(["WTaNbMo", "NbTa"], index=[7, 3], name="alloy")
    table = describe(alloys)
    assert list(table.index) == [7, 3]
    joined = alloys.to_frame().join(table)
    assert joined.loc[7, "valence_electron_concentration"] == pytest.approx(5.5)
    path = tmp_path / "formulas.txt"
    path.write_text("NbTa\n\nWTaNbMo\n", encoding="utf-8")
    assert list(describe(file=path).index) == ["NbTa", "WTaNbMo"]
    assert list(describe(alloys, file=path).index) == ["WTaNbMo", "NbTa", "NbTa", "WTaNbMo"]


def test_every_column_is_numeric():
    assert {str(kind) for kind in describe(MIXED).dtypes} == {"float64"}
