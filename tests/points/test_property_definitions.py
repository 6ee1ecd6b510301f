"""Definitions of properties: what they may say, TOML and back, and packages that bring some."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.errors import InputError
from quinary.points import property_definitions
from quinary.points.properties import built_in_vocabulary
from quinary.points.property_definitions import (
    check_new,
    definition,
    definitions_toml,
    packaged_properties,
    properties_in_file,
    properties_in_toml,
    property_from,
)


def test_a_definition_needs_only_a_unit():
    entry = property_from("lattice_thermal_conductivity", {"unit": "W/m/K"}, "store")
    assert (entry.unit, entry.symbol, entry.label) == (
        "W/m/K",
        "lattice thermal conductivity",
        "Lattice thermal conductivity",
    )
    assert entry.bounds == (-math.inf, math.inf)
    assert entry.aliases == ()
    assert not entry.is_derived
    assert entry.place == "store"
    assert property_from("grade", {"unit": "1"}, "store").unit == ""
    assert property_from("grade", {"is_categorical": True}, "store").is_categorical


@pytest.mark.parametrize(
    ("name", "table", "reason"),
    [
        ("Thermal", {"unit": "K"}, "small letters"),
        ("1st", {"unit": "K"}, "small letters"),
        ("a-b", {"unit": "K"}, "small letters"),
        ("x" * 65, {"unit": "K"}, "small letters"),
        ("conductivity", {}, "needs a unit"),
        ("conductivity", {"unit": "bananas"}, "conductivity: unknown unit 'bananas'"),
        ("conductivity", {"unit": 5}, "needs a unit as text"),
        ("conductivity", {"unit": "K", "unti": "K"}, "unknown field"),
        ("conductivity", {"unit": "K", "kind": "guessed"}, "unknown kind"),
        ("conductivity", {"unit": "K", "bounds": [5, 1]}, "5 is not below 1"),
        ("conductivity", {"unit": "K", "bounds": [5]}, "two numbers"),
        ("conductivity", {"unit": "K", "bounds": ["low", 5]}, "two numbers"),
        ("conductivity", {"unit": "K", "bounds": [math.nan, 5]}, "two numbers"),
        ("conductivity", {"unit": "K", "aliases": "TC"}, "a list of texts"),
        ("conductivity", {"unit": "K", "aliases": [""]}, "one line"),
        ("conductivity", {"unit": "K", "label": "two\nlines"}, "one line"),
        ("grade", {"is_categorical": True, "unit": "K"}, "no unit and no bounds"),
        ("grade", {"is_categorical": "yes"}, "true or false"),
    ],
)
def test_what_cannot_be(name, table, reason):
    with pytest.raises(InputError) as caught:
        property_from(name, table, "store")
    assert reason in caught.value.message


@pytest.mark.parametrize(
    ("name", "aliases", "reason"),
    [
        ("shear_modulus", [], "there is a property shear_modulus already"),
        ("hv", [], "'hv' already means hardness_vickers"),
        ("own", ["YS"], "'YS' already means yield_strength"),
        ("own", ["Yield  Strength"], "already means yield_strength"),
        ("temperature", [], "is a condition"),
        ("own", ["Strain rate"], "is a condition"),
        ("own", ["Mo"], "is an element"),
    ],
)
def test_what_is_taken(name, aliases, reason):
    with pytest.raises(InputError) as caught:
        check_new(property_from(name, {"unit": "K", "aliases": aliases}, "store"), built_in_vocabulary())
    assert reason in caught.value.message


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=20)
SIDES = st.none() | st.floats(-1e12, 1e12)


@given(
    unit=st.sampled_from(["W/m/K", "1", "µΩ·cm", "MPa m^0.5"]),
    symbol=TEXTS,
    label=TEXTS,
    aliases=st.lists(TEXTS, max_size=3),
    sides=st.tuples(SIDES, SIDES).filter(lambda s: None in s or s[0] < s[1]),
)
def test_toml_and_json_lose_nothing(unit, symbol, label, aliases, sides):
    table = {"unit": unit, "symbol": symbol, "label": label, "aliases": aliases, "bounds": list(sides)}
    entry = property_from("own_one", table, "x")
    grade = property_from("grade", {"is_categorical": True, "label": label}, "x")
    assert properties_in_toml(definitions_toml([entry, grade]), "x") == [entry, grade]
    assert property_from("own_one", definition(entry), "x") == entry
    assert property_from("grade", definition(grade), "x") == grade


def test_a_file_is_refused_by_name(tmp_path):
    path = tmp_path / "mine.toml"
    for text, reason in (
        ("[a\n", "mine.toml is not TOML"),
        ("a = 5\n", "write a table"),
        ("", "defines no property"),
        ("[own]\nunit = 'bananas'\n", "mine.toml: own: unknown unit"),
    ):
        path.write_text(text)
        with pytest.raises(InputError) as caught:
            properties_in_file(path)
        assert reason in caught.value.message
    with pytest.raises(InputError, match="cannot read"):
        properties_in_file(tmp_path / "none.toml")


class EntryPoint:
    def __init__(self, name, brings):
        self.name, self.value, self.brings = name, f"{name}:PROPERTIES", brings

    def load(self):
        return self.brings


@pytest.fixture
def installed(monkeypatch):
    def install(*points):
        monkeypatch.setattr(
            property_definitions, "entry_points", lambda group: points if group.endswith(".properties") else ()
        )

    return install


def test_packages_bring_properties(installed, tmp_path):
    path = tmp_path / "more.toml"
    path.write_text('[magnetisation]\nunit = "A m^2/kg"\n')
    installed(EntryPoint("b", {"corrosion_rate": {"unit": "mm/year"}}), EntryPoint("a", path))
    found = packaged_properties(built_in_vocabulary())
    assert [(entry.name, entry.place) for entry in found] == [
        ("magnetisation", "plug-in a"),
        ("corrosion_rate", "plug-in b"),
    ]


def test_packages_that_clash_are_named(installed):
    installed(EntryPoint("a", {"magnetisation": {"unit": "T"}}), EntryPoint("b", {"magnetisation": {"unit": "T"}}))
    with pytest.raises(InputError, match=r"magnetisation already .*plug-in a"):
        packaged_properties(built_in_vocabulary())


def test_what_is_built_in_may_get_more_aliases_but_no_other_unit():
    built_in = built_in_vocabulary()
    entry = property_from(
        "thermal_conductivity", {"unit": "W m^-1 K^-1", "aliases": ["TC"], "bounds": [0, 900]}, "store"
    )
    check_new(entry, built_in)
    known = built_in.extended([entry])
    assert known.find("TC") is known.find("thermal conductivity") is known.entries["thermal_conductivity"]
    assert known.find("TC").bounds == (0, 900)
    with pytest.raises(InputError, match="there is a property thermal_conductivity already"):
        check_new(property_from("thermal_conductivity", {"unit": "K"}, "store"), built_in)
    with pytest.raises(InputError, match="already means yield_strength"):
        check_new(property_from("thermal_conductivity", {"unit": "W/m/K", "aliases": ["YS"]}, "store"), built_in)
