"""Formulas that cannot be, each with its reason; known compounds are left alone."""

import pytest

from quinary.chemistry.composition import Composition
from quinary.curation.plausible import implausible


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("(HfTi)O9", "pernitride: O takes 18"), ("(LiNa)N", "N takes 3 electrons"),
        ("(HfNbTaTiZr)Br", "halides are salts"), ("(HfTi)Ar", "Ar forms no solid compound"),
        ("(TiZr)C5", "5 C for each cation"), ("MoNTaW", "few alloys dissolve so much"),
    ],
)  # fmt: skip
def test_what_cannot_be(formula, reason):
    assert any(reason in text for text in implausible(Composition.of(formula)))


@pytest.mark.parametrize(
    "formula",
    [
        "(HfNbTaTiZr)C", "(HfNbTaTiZr)B2", "(CrMoNbVW)N", "(MgCoNiCuZn)O", "(LaSr)(MnCo)O3", "YB66", "WO3", "Ta3N5", "Re2O7",
        "MoNbTaW", "CoCrFeMnNi", "CaC2", "Al2O3", "(HfTaTiZr)(CN)", "TiO2",
        "Zr75O25", "Ti80N20", "Pd60H40",
    ],
)  # fmt: skip
def test_what_exists_is_left_alone(formula):
    assert implausible(Composition.of(formula)) == []
