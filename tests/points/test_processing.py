"""Processing in the words of papers and the codes of data sets: steps that can be compared."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.chemistry.composition import Composition
from quinary.points.material import Material, state_of_key
from quinary.points.processing import Step, parse_processing, processing_in_words, step_of, steps_of
from quinary.points.processing_words import CODES, COOLED, HEAT, MELTED, POWDER, WORKED

steps = st.builds(
    Step,
    st.sampled_from(sorted(CODES - {"AC", "AIR"})),
    st.none() | st.integers(300, 2500).map(float),
    st.none() | st.sampled_from([30.0, 60.0, 300.0, 5400.0, 86_400.0, 1_000_800.0]),
    st.none() | st.sampled_from([5.0, 33.3, 80.0]),
    st.none() | st.sampled_from([0.5, 50.0, 1200.0]),
).filter(lambda step: step.temperature is None or step.code not in MELTED | COOLED)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("CAST", ("AC",)),
        ("as-cast", ("AC",)),
        ("AC", ("AC",)),
        ("CW + A", ("CW", "A")),
        ("AC+CR+A+A", ("AC", "CR", "A", "A")),
        ("POWDER", ("PM",)),
        ("WROUGHT", ("W",)),
        ("ANNEAL", ("A",)),
        ("OTHER", ()),
        ("", ()),
        (None, ()),
        ("hip+a", ("HIP", "A")),
        ("powder metallurgy + annealed", ("PM", "A")),
    ],
)
def test_processing_keeps_the_order_of_the_steps(text, codes):
    assert parse_processing(text) == codes


@pytest.mark.parametrize(
    ("steps", "words"),
    [((), ""), (("AC", "A"), "as-cast + annealed"), (("PM",), "powder metallurgy"), (("ARB", "HIP"), None)],
)
def test_processing_in_words_is_read_back_as_the_same_codes(steps, words):
    said = processing_in_words(steps)
    assert words is None or said == words
    assert parse_processing(said) == steps


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("arc-melted, annealed 1200C/24h, WQ", ("VAM", "A(1473K,24h)", "WQ")),
        ("vacuum arc melting; homogenised 1100 ℃ × 48 h; water quenching", ("VAM", "H(1373K,48h)", "WQ")),
        ("80% cold rolled, then annealed at 1000 °C for 1 h, AC", ("CR(80%)", "A(1273K,1h)", "AIR")),
        ("homogenized (1200 °C, 24 h), cold-rolled 70%, 900C/1h", ("H(1473K,24h)", "CR(70%)", "HT(1173K,1h)")),
        ("SPS at 1100 °C, 50 MPa, 5 min", ("SPS(1373K,5min,50MPa)",)),
        ("mechanically alloyed (40 h) + hot pressed 1 GPa", ("MA(40h)", "HP(1000MPa)")),
        ("L-PBF, HIP 1150C/4h/100MPa", ("LPBF", "HIP(1423K,4h,100MPa)")),
        ("solution treated and aged 700C/50h, FC", ("ST", "AG(973K,50h)", "FC")),
        ("solution annealed at 1473 K", ("ST(1473K)",)),
        ("1,5 h at 1000°C annealed", ("A(1273K,1.5h)",)),
        ("annealed 1200 C 24 h WQ", ("A(1473K,24h)", "WQ")),
        ("annealed at 1000C/1h, 800C/2h", ("A(1273K,1h)", "A(1073K,2h)")),
        ("annealed, 1200 °C, 24 h", ("A(1473K,24h)",)),
        ("1200C/24h", ("HT(1473K,24h)",)),
        ("Hot rolled with a reduction of 50% at 1000 C", ("HR(1273K,50%)",)),
        ("arc melting and suction casting", ("VAM", "CMC")),
        ("drop-cast, forged, hot extruded", ("CMC", "F", "HE")),
        ("annealed at 1,100 ˚C for 2h", ("A(1373K,2h)",)),
        ("AC/1200oC/24h/WQ", ("AC", "HT(1473K,24h)", "WQ")),
        ("1200C anneal 24 hours WQ then 800 C age 100 h AC", ("A(1473K,24h)", "WQ", "AG(1073K,100h)", "AIR")),
        ("aged at 700C for 50 h after solution treatment at 1200C for 2h", ("ST(1473K,2h)", "AG(973K,50h)")),
        ("nitrided at 500 °C for 2 h", ("NITRIDED(773K,2h)",)),
        ("carbothermal reduction at 1600 °C + SPSed at 2000 °C", ("CTR(1873K)", "SPS(2273K)")),
        ("rolled by magic", ("ROLLED BY MAGIC",)),
    ],
)
def test_what_papers_write_becomes_steps_with_temperature_and_time(text, codes):
    assert parse_processing(text) == codes
    assert parse_processing("+".join(codes)) == codes
    assert parse_processing(processing_in_words(codes)) == codes


@pytest.mark.parametrize(
    "text",
    [
        "annealed 1200C/24h", "annealed at 1473 K for 24 hours", "Annealing (1200 °C, 1 day)", "A 1200 ºC × 1440 min",
        "24 h annealing at 1200 deg C", "annealed:1473K/24hr",
    ],
)  # fmt: skip
def test_the_same_in_other_words_and_units_is_the_same_step(text):
    assert parse_processing(text) == ("A(1473K,24h)",)
    assert step_of("A(1473K,24h)") == Step("A", 1473.0, 86_400.0)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("annealed 800-1200C", ("A",)), ("annealed at 800 or 1200 °C", ("A",)), ("annealed 1000C 1100C for 2h", ("A(2h)",)),
        ("as-cast, not annealed", ("AC",)), ("cast without homogenization", ()), ("un-annealed", ()),
        ("annealed at 99999 C", ("A",)), ("homogenized at 5 K/min", ("H",)), ("cooled at 10 °C/s", ("COOLED AT 10 °C/S",)),
    ],
)  # fmt: skip
def test_what_is_not_certain_is_not_stated(text, codes):
    assert parse_processing(text) == codes


def test_the_codes_of_data_sets_keep_their_meaning_and_materials_their_keys():
    """`A+AC` without a temperature stays what it was: annealed, as-cast."""
    for text in (
        "AC",
        "SPS",
        "MA+SPS",
        "CR+A",
        "HR+CR+A",
        "HR+A+CR",
        "A+CR",
        "AC+A",
        "A+AC",
        "HIP+A",
        "MA+HIP",
        "W",
        "PM",
    ):
        assert "+".join(parse_processing(text)) == text
    material = Material(Composition.of("MoNb"), ("BCC",), parse_processing("CR 80% + annealed 900C/1h"))
    assert material.key.endswith(" | BCC | CR(80%)+A(1173K,1h)")
    assert state_of_key(material.key) == (("BCC",), ("CR(80%)", "A(1173K,1h)"))


@given(st.lists(steps, max_size=4))
def test_steps_are_read_back_from_their_text_and_from_their_words(made):
    texts = tuple(map(str, made))
    assert steps_of("+".join(texts)) == tuple(made)
    assert parse_processing(processing_in_words(texts)) == texts


@given(st.text(st.sampled_from("aACchHkKqQrRWw 0125%°+|(),;/-=."), max_size=30))
def test_any_text_gives_steps_that_are_read_back_alike(text):
    found = parse_processing(text)
    assert parse_processing("+".join(found)) == found
    assert not any("+" in step or "|" in step for step in found)


@pytest.mark.parametrize(
    "hostile", ["(" * 100_000, "1 " * 50_000, "a" * 100_000, "cold " * 20_000, "1200C/24h," * 10_000]
)
def test_no_text_takes_long(hostile):
    started = time.perf_counter()
    parse_processing(hostile)
    assert time.perf_counter() - started < 1.0


def test_a_code_belongs_to_one_kind_at_most():
    kinds = (MELTED, POWDER, WORKED, HEAT, COOLED)
    assert all(sum(code in kind for kind in kinds) <= 1 for code in CODES)
    assert frozenset.union(*kinds) <= CODES
