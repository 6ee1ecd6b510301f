"""Phase names in the forms that data sets use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.points.phases import LATTICE_OF_PHASE, is_phase_name, is_verdict, parse_phases


@pytest.mark.parametrize(
    ("text", "phases"),
    [
        ("FCC", ("FCC",)),
        ("fcc+bcc", ("BCC", "FCC")),
        ("FCC+2BCC", ("BCC", "BCC", "FCC")),
        ("3BCC+MC", ("BCC", "BCC", "BCC", "MC")),
        ("BCC+2?", ("BCC", "unknown", "unknown")),
        ("3?+laves", ("Laves", "unknown", "unknown", "unknown")),
        ("BCC+Sec.", ("BCC", "secondary")),
        ("A2 + B2", ("B2", "BCC")),
        ("L12/FCC", ("FCC", "L12")),
        ("M23C6", ("M23C6",)),
        ("BCC, sigma; mu", ("BCC", "mu", "sigma")),
        ("Nb5Si3+BCC", ("BCC", "Nb5Si3")),
        ("FCC_A1", ("FCC",)),
        ("Other", ()),
        ("not specified", ()),
        ("", ()),
        (None, ()),
        ("nan", ()),
        ("BCC+other", ("BCC",)),
        ("+", ()),
        ("6H", ("6H",)),
        ("3C", ("3C",)),
        ("9R", ("9R",)),
        ("4H-SiC", ("4H-SiC",)),
        ("BCC + 2H", ("2H", "BCC")),
        ("0BCC", ("0BCC",)),
        ("12BCC", ("12BCC",)),
        ("2 BCC + 2C14", ("BCC", "BCC", "C14", "C14")),
        ("N/A", ()),
        ("n / a", ()),
        ("BCC/N/A", ("BCC",)),
        ("N/A, FCC+N/A", ("FCC",)),
        ("AlN/A2", ("AlN", "BCC")),
    ],
)
def test_phases(text, phases):
    assert parse_phases(text) == phases


@pytest.mark.parametrize(
    ("text", "phases"),
    [
        ("single-phase FCC", ("FCC",)), ("FCC and BCC", ("BCC", "FCC")), ("BCC1+BCC2", ("BCC", "BCC")),
        ("FCC solid solution", ("FCC",)),
        ("dual-phase FCC+BCC", ("BCC", "FCC")), ("two-phase (FCC+BCC)", ("BCC", "FCC")),
        ("BCC (major) + B2 (minor)", ("B2", "BCC")),
        ("FCC-HCP", ("FCC", "HCP")), ("BCC B2", ("B2",)), ("(Nb,Ti)5Si3 + BCC", ("(Nb,Ti)5Si3", "BCC")),
        ("P63/mmc", ("P63/mmc",)),
        ("L1₂ + γ'", ("L12", "γ'")), ("FCC with B2 precipitates", ("B2", "FCC")), ("MC carbide", ("MC",)),
        ("FCC+SS", ("FCC", "unknown")),
    ],
)  # fmt: skip
def test_words_beside_a_phase(text, phases):
    assert parse_phases(text) == phases


@pytest.mark.parametrize(
    "text",
    [
        "multi-phase", "Multiphase", "Non-SP-SS", "SP-SS", "SS+IM", "SS", "MP", "SP", "dual phase", "single phase",
        "solid solution",
        "not single-phase", "single solid solution", "IM", "stable", "yes",
    ],
)  # fmt: skip
def test_verdicts_name_no_phase(text):
    assert is_verdict(text)
    assert parse_phases(text) in {(), ("intermetallic",)}


@pytest.mark.parametrize(
    "name",
    [
        "FCC",
        "Nb5Si3",
        "(Nb,Ti)5Si3",
        "D8b",
        "C11b",
        "D0_22",
        "6H",
        "4H-SiC",
        "Fm-3m",
        "M7C3",
        "γ'",
        "gamma prime",
        "hexagonal",
    ],
)
def test_names_of_phases_have_a_form(name):
    assert is_phase_name(name)


@pytest.mark.parametrize("name", ["good", "Class A", "RHEA", "S", "M", "0BCC", "cracked", "see text"])
def test_other_words_are_no_names_of_phases(name):
    assert not is_phase_name(name)


@given(st.lists(st.sampled_from(["FCC", "BCC", "B2", "Laves", "sigma", "C14", "M23C6", "rock-salt"]), max_size=5))
def test_standard_names_are_kept_and_sorted(phases):
    parsed = parse_phases("+".join(phases))
    assert parsed == tuple(sorted(phases))
    assert parse_phases("+".join(parsed)) == parsed


@given(st.text(max_size=20))
def test_any_text_gives_a_sorted_tuple(text):
    phases = parse_phases(text)
    assert phases == tuple(sorted(phases))
    assert all(phases)


def test_only_phases_with_elemental_values_have_a_lattice():
    assert LATTICE_OF_PHASE == {"BCC": "bcc", "B2": "bcc", "FCC": "fcc", "L12": "fcc", "HCP": "hcp"}


@pytest.mark.parametrize("text", ["rock salt", "Rocksalt", "rock-salt", "RS", "NaCl", "B1"])
def test_rock_salt_has_one_name(text):
    assert parse_phases(text) == ("rock-salt",)
