"""References, conditions and values that several readers share."""

import pytest

from quinary.errors import InputError
from quinary.readers.rows import (
    clean_reference,
    conditions_of,
    implied_test,
    method_named,
    suspicious_amount,
    value_in,
)
from quinary.readers.rows import (
    test_named as kind_of_test,
)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("10.1016/j.x.2021.1", "10.1016/j.x.2021.1"),
        (" 10.1016/j.x.2021.1. ", "10.1016/j.x.2021.1"),
        ("https://doi.org/10.1016/j.x.1", "10.1016/j.x.1"),
        ("http://dx.doi.org/10.1016/j.x.1", "10.1016/j.x.1"),
        ("doi: 10.1016/j.x.1", "10.1016/j.x.1"),
        ("10.1016-j.matlet.2018.01.017", "10.1016/j.matlet.2018.01.017"),
        ("10.1007-s11666-021-01297-6", "10.1007/s11666-021-01297-6"),
        ("10.1007/978-1-4684-6066-7", "10.1007/978-1-4684-6066-7"),
        ("Luo_1992_CreepBehaviorOfTungsten", "Luo_1992_CreepBehaviorOfTungsten"),
        ("", ""),
        (None, ""),
    ],
)
def test_references(text, clean):
    assert clean_reference(text) == clean


@pytest.mark.parametrize("text", ["see text", "10.1016", "10.x/1", "https://example.org", "11.1016/j.x", "n.d."])
def test_what_is_no_reference(text):
    with pytest.raises(InputError, match="is not a DOI"):
        clean_reference(text)


def test_conditions_go_where_they_belong():
    stated = {"temperature": 873.0, "test": "tension", "load": 9.8, "stress": 100.0}
    assert conditions_of("yield_strength", stated).key == "temperature=873;test=tension"
    assert conditions_of("hardness_vickers", stated).key == "load=9.8;temperature=873"
    assert conditions_of("creep_rate", stated).key == "stress=100;temperature=873"
    assert conditions_of("density", stated).key == conditions_of("phases", stated).key == ""
    assert conditions_of("yield_strength", {"temperature": None, "test": None}).items == ()
    with pytest.raises(InputError, match="zero or more"):
        conditions_of("density", {"temperature": -1.0})


def test_names_of_tests_and_methods():
    assert [kind_of_test(text) for text in ("C", "compressive", " T ", "Tension")] == [
        "compression",
        "compression",
        "tension",
        "tension",
    ]
    names = ("CYS", "UCS (MPa)", "compressive ductility", "TYS", "tensile strength", "UTS", "yield strength")
    assert [implied_test(name) for name in names] == ["compression"] * 3 + ["tension"] * 2 + [None] * 2
    assert method_named("exp") == "measured"
    with pytest.raises(InputError, match="unknown method"):
        method_named("arc melting")


def test_values_are_converted_and_spreads_scaled():
    value, spread = value_in("560 ± 10", "HV", "GPa")
    assert value.nominal == pytest.approx(5.491724)
    assert spread == pytest.approx(0.0980665)
    value, spread = value_in("20 ± 5", "C", "K")
    assert (value.nominal, spread) == (pytest.approx(293.15), pytest.approx(5))
    for cell in (None, True, [1.0], "", "x"):
        with pytest.raises(InputError, match="is not a number"):
            value_in(cell, "", "")


def test_leading_zeros():
    assert "Cr03" in suspicious_amount("ZrCr03")
    assert suspicious_amount("ZrCr0.3") == suspicious_amount("Zr10Cr30") == suspicious_amount("Ta0Nb") == ""
