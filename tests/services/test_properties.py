"""The verb `properties`: the list, properties of one's own, and the same as a data frame."""

import math
import threading

import pytest

import quinary
from quinary.errors import InputError
from quinary.points.properties import find_property, installed_vocabulary
from quinary.services.properties import properties, properties_add, properties_remove


@pytest.fixture(autouse=True)
def working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("QUINARY_DB", raising=False)
    monkeypatch.setenv("QUINARY_CACHE", str(tmp_path / "cache"))
    return tmp_path


def by_name(document):
    return {row["name"]: row for row in document["properties"]}


def test_everything_is_listed_with_unit_kind_and_predictors():
    found = by_name(properties())
    assert set(found) == set(installed_vocabulary().entries)
    modulus = found["shear_modulus"]
    assert (modulus["unit"], modulus["kind"], modulus["from"]) == ("GPa", "measured", "built in")
    assert "linear_combination" in modulus["alloys"]
    assert "ceramic_mixture" in modulus["ceramics"]
    assert {"linear_combination", "ceramic_mixture"} <= set(modulus["predictors"])
    assert found["mixing_entropy"]["kind"] == "derived"
    assert found["mixing_entropy"]["predictors"]
    assert found["phases"]["is_categorical"] is True
    assert found["grain_size"]["predictors"] == []
    assert found["thermal_expansion"]["bounds"] == [-1e-3, 1e-3]
    assert found["mixing_entropy"]["bounds"] == [None, None]


@pytest.mark.parametrize(
    ("word", "kind", "names"),
    [
        ("toughness", "", {"fracture_toughness", "fracture_toughness_griffith", "fracture_toughness_rice"}),
        ("Young's", "", {"youngs_modulus"}),
        ("mixing_ent", "derived", {"mixing_entropy", "mixing_entropy_per_atom", "relative_mixing_entropy"}),
        ("mixing entropy", "measured", set()),
        ("no such thing", "", set()),
    ],
)
def test_a_word_and_a_kind_narrow_the_list(word, kind, names):
    found = by_name(properties(word, kind=kind))
    assert names <= set(found)
    assert bool(names) == bool(found)
    assert all(row["kind"] == kind for row in found.values() if kind)


def test_one_of_ones_own():
    added = properties_add(
        "lattice_thermal_conductivity",
        unit="W/m/K",
        symbol="k",
        alias=["TC"],
        bounds="0:2000",
        who="A. Person",
        db="a.db",
    )
    (row,) = added["added"]
    assert (row["unit"], row["aliases"], row["bounds"], row["from"]) == ("W/m/K", ["TC"], [0, 2000], "store")
    assert (row["who"], row["added"][:2]) == ("A. Person", "20")
    assert by_name(properties("TC", db="a.db"))["lattice_thermal_conductivity"]["symbol"] == "k"
    assert "lattice_thermal_conductivity" not in by_name(properties())  # no store is at hand
    assert find_property("lattice_thermal_conductivity") is None
    gone = properties_remove("lattice_thermal_conductivity", db="a.db")
    assert gone["removed"]["name"] == "lattice_thermal_conductivity"
    assert "lattice_thermal_conductivity" not in by_name(properties(db="a.db"))


def test_an_open_store_serves_too():
    with quinary.open("a.db") as db:
        before = db.counter()
        quinary.properties_add("grade", categorical=True, db=db)
        assert db.counter() == before + 1
        assert find_property("grade").is_categorical
        quinary.properties_add("mobility", unit="cm^2/V/s", bounds=(0.0, None), db=db)
        assert find_property("mobility").bounds == (0.0, math.inf)


def test_those_of_a_file_are_added_together(working_folder):
    path = working_folder / "mine.toml"
    path.write_text('[own_one]\nunit = "K"\n[own_two]\nunit = "1"\naliases = ["second"]\n')
    assert [row["name"] for row in properties_add(file=path, db="a.db")["added"]] == ["own_one", "own_two"]
    path.write_text('[own_three]\nunit = "K"\n[own_four]\nunit = "K"\naliases = ["second"]\n')
    with pytest.raises(InputError, match="'second' already means own_two"):
        properties_add(file=path, db="a.db")
    assert "own_three" not in by_name(properties(db="a.db"))


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"name": ""}, "name the property"),
        ({"name": "own", "unit": "bananas"}, "unknown unit 'bananas'"),
        ({"name": "own"}, "needs a unit"),
        ({"name": "Own", "unit": "K"}, "small letters"),
        ({"name": "shear_modulus", "unit": "GPa"}, "there is a property shear_modulus already"),
        ({"name": "own", "unit": "K", "alias": "YS"}, "'YS' already means yield_strength"),
        ({"name": "own", "unit": "K", "alias": ["T"]}, "stands for the temperature"),
        ({"name": "own", "unit": "K", "alias": ["Composition"]}, "stands for the formula"),
        ({"name": "own", "unit": "K", "bounds": "5"}, "cannot read the bounds '5'"),
        ({"name": "own", "unit": "K", "bounds": "9:1"}, "9 is not below 1"),
        ({"name": "own", "unit": "K", "categorical": True}, "no unit and no bounds"),
        ({"name": "own", "unit": "K", "file": "x.toml"}, "not both"),
        ({"file": "none.toml"}, "does not exist"),
    ],
)
def test_what_cannot_be_added(working_folder, asked, reason):
    with pytest.raises(InputError) as caught:
        properties_add(**asked, db="a.db")
    assert reason in caught.value.message
    assert not (working_folder / "a.db").exists()


def test_a_kind_that_is_none():
    with pytest.raises(InputError, match="unknown kind of property 'guessed'"):
        properties(kind="guessed")


def test_the_list_is_a_data_frame():
    found = quinary.properties("modulus").set_index("name")
    assert found.loc["shear_modulus", "unit"] == "GPa"
    assert "linear_combination" in found.loc["shear_modulus", "alloys"]
    assert found.loc["shear_modulus", "high"] == 1000.0


def test_verbs_know_the_properties_of_the_store_that_they_are_given(monkeypatch):
    """Not those of one that the environment names: what a script only computes does not hang on that."""
    properties_add("lattice_thermal_conductivity", unit="W/m/K", db="a.db")
    with pytest.raises(InputError) as caught:
        quinary.predict("MoNbTaW", "lattice_thermal_conductivity", db="a.db")
    assert "unknown property" not in caught.value.message
    monkeypatch.setenv("QUINARY_DB", "a.db")
    with pytest.raises(InputError, match="unknown property 'lattice_thermal_conductivity'"):
        quinary.predict("MoNbTaW", "lattice_thermal_conductivity")
    with pytest.raises(InputError, match="there is no database at"):
        quinary.predict("MoNbTaW", "yield_strength", db="none.db")
    assert find_property("lattice_thermal_conductivity") is None


def test_an_open_store_speaks_in_another_thread_too():
    with quinary.open("a.db") as db:
        properties_add("lattice_thermal_conductivity", unit="W/m/K", db=db)
        found = []
        thread = threading.Thread(
            target=lambda: found.append(by_name(properties("lattice_thermal_conductivity", db=db)))
        )
        thread.start()
        thread.join()
    assert [set(rows) for rows in found] == [{"lattice_thermal_conductivity"}]
