"""Free text on phases, in the forms that the published table really has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.readers.parsing.phase_text import parse_phase_text


@pytest.mark.parametrize(
    ("text", "phases"),
    [
        ("FCC", ("FCC",)),
        ("BCC B2 + FCC L12", ("B2", "L12")),
        ("BCC B2 (Intermetallic) + FCC", ("B2", "FCC")),
        ("BCC A2 + BCC B2", ("B2", "BCC")),
        ("BCC + BCC_B2", ("B2", "BCC")),
        ("L21 (Heusler)", ("L21",)),
        ("half-Heusler", ("C1b",)),
        ("FCC + HCP C14 Laves", ("C14", "FCC")),
        ("C14 or C15 Laves phase", ("Laves",)),
        ("Laves phase (AB2 type)", ("Laves",)),
        ("σ phase (D8b) (Intermetallic) + FCC", ("FCC", "sigma")),
        ("none Amorphous", ("amorphous",)),
        ("lamellar FCC and BCC phases", ("BCC", "FCC")),
        ("FCC, BCC", ("BCC", "FCC")),
        ("HCP (Intermetallic)", ("intermetallic",)),
        ("face-centred cubic", ("FCC",)),
        ("face centered cubic", ("FCC",)),
        ("(Cr,Fe)23C6 + FCC", ("FCC", "M23C6")),
        ("AlB2", ("AlB2",)),
        ("NiAl + BCC", ("AlNi", "BCC")),
        ("SiC + TiC", ("SiC", "TiC")),
        ("FCC + Not specified", ("FCC", "unknown")),
        ("FCC + twin boundaries within fcc matrix", ("FCC",)),
        ("dendritic + FCC", ("FCC",)),
        ("FCC + AlCoCrFeNi", ("FCC", "unknown")),
        ("antifluorite", ("antifluorite",)),
        ("disordered fluorite", ("fluorite",)),
        ("rock salt (FCC)", ("rock-salt",)),
        ("not specified", ()),
        ("N/A", ()),
        ("cubic", ()),
        ("likely FCC or BCC", ()),
        ("no specific structure", ()),
        ("AlCoCrFeNi", ()),
        ("", ()),
    ],
)
def test_forms_of_the_published_table(text, phases):
    assert parse_phase_text(text) == phases


@given(st.text(alphabet="BCFHP2A1+ ()andorLves,σ", max_size=40))
def test_any_text_gives_sorted_names_or_nothing(text):
    phases = parse_phase_text(text)
    assert phases == tuple(sorted(phases))
    assert set(phases) != {"unknown"}
