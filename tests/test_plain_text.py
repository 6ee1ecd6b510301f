"""One text in plain characters, whoever wrote it and with whatever keyboard."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.plain_text import plain_text, with_points, without_footnotes, without_markup


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("N/mm²", "N/mm^2"), ("10⁻⁶ K⁻¹", "10^-6 K^-1"), ("MPa·m¹ᐟ²", "MPa·m^1/2"), ("MPa m⁰·⁵", "MPa m^0.5"),
        ("Al₀.₅CoCrFeNi", "Al0.5CoCrFeNi"), ("Alₓ", "Alx"), ("T (℃)", "T (°C)"), ("ºC", "°C"), ("˚C", "°C"),
        ("25 ⁰C", "25 °C"), ("ᵒC", "°C"), ("V–4Cr—4Ti", "V-4Cr-4Ti"), ("−5", "-5"), ("kgf⋅mm", "kgf·mm"),
        ("1\u202f200", "1 200"), ("ＨＶ１０", "HV10"), ("（at％）", "(at%)"), ("Young’s", "Young's"),
        ("Ti⅓", "Ti1/3"), ("1½", "1 1/2"), ("µm", "μm"), ("Å", "Å"), ("Ω", "Ω"),
        ("㎫", "MPa"), ("Co\u200bCr\ufeff", "CoCr"), ("\u202eFe", "Fe"), ("СоCrFeNi", "CoCrFeNi"), ("сталь Fe", "сталь Fe"),
        ("ﬁne", "fine"), ("σ₀.₂", "σ0.2"), ("plain (MPa)", "plain (MPa)"),
    ],
)  # fmt: skip
def test_characters_are_folded(written: str, plain: str) -> None:
    assert plain_text(written) == plain


def test_a_raised_letter_is_no_letter_of_a_formula() -> None:
    assert plain_text("HfTiZrᵃ") == "HfTiZr^a"
    assert without_footnotes(plain_text("HfTiZrᵃ")) == "HfTiZr"


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text: str) -> None:
    once = plain_text(text)
    assert plain_text(once) == once


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126)))
def test_ascii_stays(text: str) -> None:
    assert plain_text(text) == text


def test_a_raised_point_is_a_point_between_digits_only() -> None:
    assert with_points(plain_text("0·06")) == "0.06"
    assert with_points("W·m") == "W·m"


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Al<sub>0.5</sub>CoCrFeNi", "Al0.5CoCrFeNi"), ("Al$_{0.5}$CoCrFeNi", "Al0.5CoCrFeNi"), ("g/cm$^3$", "g/cm^3"),
        ("g/cm<sup>3</sup>", "g/cm^3"), ("$^{\\circ}$C", "°C"), ("T (&deg;C)", "T (°C)"), ("Al_{0.5}Co", "Al0.5Co"),
        ("$\\mathrm{Al_{0.5}CoCr}$", "Al0.5CoCr"), ("\\mu m", "μm"),
        ("{CoCr}95Nb5", "{CoCr}95Nb5"), ("grain_size", "grain_size"), ("$/kg", "$/kg"), ("a < b", "a < b"),
    ],
)  # fmt: skip
def test_markup_goes(written: str, plain: str) -> None:
    assert without_markup(written) == plain


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("CoCrFeNi [52]", "CoCrFeNi"), ("CoCrFeNi[3, 7-9]", "CoCrFeNi"), ("CoCrFeNi*", "CoCrFeNi"), ("CoCrFeNi†‡", "CoCrFeNi"),
        ("[CoCr]2", "[CoCr]2"), ("[52]", "[52]"), ("[CoCr]", "[CoCr]"),
    ],
)  # fmt: skip
def test_footnotes_go(written: str, plain: str) -> None:
    assert without_footnotes(written) == plain


def test_a_mark_behind_a_number_may_stay() -> None:
    assert without_footnotes("450* [12]", marks=False) == "450*"


@pytest.mark.parametrize(
    "text", ["⁰" * 50_000, "$" * 50_000, "<sup" * 20_000, "_{" * 20_000, "[1," * 20_000, "\\mu" * 20_000]
)
def test_hostile_text_is_quick(text: str) -> None:
    start = time.perf_counter()
    without_footnotes(plain_text(without_markup(text)))
    assert time.perf_counter() - start < 2
