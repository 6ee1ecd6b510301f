from __future__ import annotations

import pytest

from quinary.figures.style import DARK, LIGHT, axis_title, colour, marked_up, titled


def luminance(text: str) -> float:
    """Relative luminance of sRGB, as WCAG 2 defines it."""
    channels = [int(text[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
@pytest.mark.parametrize("name", ["ink", "muted", "link", "passed", "failed", "uncertain", "skipped"])
def test_text_is_readable_in_both_schemes(scheme: dict[str, str], name: str) -> None:
    assert contrast(scheme[name], scheme["surface"]) >= 4.5
    assert contrast(scheme[name], scheme["page"]) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
@pytest.mark.parametrize(
    "name", ["training", "generated", "case-1", "case-2", "case-3", "case-4", "prediction", "validation"]
)
def test_marks_stand_out_in_both_schemes(scheme: dict[str, str], name: str) -> None:
    assert contrast(scheme[name], scheme["surface"]) >= 3


def test_a_colour_must_be_known() -> None:
    with pytest.raises(KeyError):
        colour("puce")


def test_units_and_symbols_are_set_as_in_papers() -> None:
    assert marked_up("K_Rice < 1 MPa m^0.5") == "K<sub>Rice</sub> &lt; 1 MPa m<sup>0.5</sup>"
    assert axis_title("shear_modulus", "asked") == "asked G (GPa)"
    assert titled("fracture_toughness_rice") == "Dislocation-emission toughness K_Rice"
