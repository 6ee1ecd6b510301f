"""The temperature of a test, wherever in a heading it stands; never that of a heat treatment."""

import time

import pytest

from quinary.readers.parsing.heading_temperatures import stated_temperatures


@pytest.mark.parametrize(
    ("text", "rest", "kelvins"),
    [
        ("Rp0,2 1000 °C (MPa)", "Rp0,2 (MPa)", [1273.15]), ("YS 800 C (MPa)", "YS (MPa)", [1073.15]),
        ("YS@800C (MPa)", "YS (MPa)", [1073.15]), ("UTS at 298 K", "UTS", [298]), ("YS_1000C_MPa", "YS MPa", [1273.15]),
        ("YS (MPa, 800 °C)", "YS (MPa)", [1073.15]), ("YS (MPa) at 1000 °C", "YS (MPa)", [1273.15]),
        ("σ0.2/MPa (1273 K)", "σ0.2/MPa", [1273]), ("YS (T = 1000 °C) (MPa)", "YS (MPa)", [1273.15]),
        ("YS -196 °C (MPa)", "YS (MPa)", [77.15]), ("YS-1000°C", "YS", [1273.15]), ("YS1000C (MPa)", "YS (MPa)", [1273.15]),
        ("UTS 77K", "UTS", [77]), ("HV (RT)", "HV", [298.15]), ("room temperature yield strength", "yield strength", [298.15]),
        ("YS RT/800 °C", "YS", [298.15, 1073.15]), ("YS 25/800/1000 °C", "YS", [298.15, 1073.15, 1273.15]),
        ("YS LN2", "YS", [77]), ("hot hardness 800 °C", "hardness", [1073.15]), ("0.2% YS 600 oC", "0.2% YS", [873.15]),
    ],
)  # fmt: skip
def test_temperatures_of_tests(text, rest, kelvins):
    found = stated_temperatures(text)
    assert (found.rest, found.problem) == (rest, "")
    assert found.kelvins == pytest.approx(kelvins)


@pytest.mark.parametrize(
    "text",
    [
        "T (K)", "Tm (K)", "CTE (10^-6 K^-1)", "k (W m-1 K-1)", "C11 (GPa)", "M23C6", "HV10", "Rp0.2 (MPa)", "alloy 316L",
        "T/K",
        "HV after 800 °C/1 h", "YS annealed at 900 °C (MPa)", "hardness, aged 700 °C", "Sintering at 1900 °C", "0.2% YS (MPa)",
    ],
)  # fmt: skip
def test_headings_without_a_temperature_of_a_test(text):
    found = stated_temperatures(text)
    assert (found.kelvins, found.problem) == ((), "")


@pytest.mark.parametrize(
    "text",
    ["CTE 25-800 °C (10-6/K)", "E 25 to 1000 °C", "YS high temperature", "YS HT", "rate 10 °C/min", "YS -300 °C"],
)
def test_what_cannot_be_told_says_so(text):
    found = stated_temperatures(text)
    assert found.kelvins == ()
    assert found.problem


@pytest.mark.parametrize("text", ["1 " * 80, "25/" * 50, "RT " * 50, "-" * 160, "°C " * 50, "1" * 5000])
def test_hostile_headings_are_quick(text):
    start = time.perf_counter()
    stated_temperatures(text)
    assert time.perf_counter() - start < 0.5
