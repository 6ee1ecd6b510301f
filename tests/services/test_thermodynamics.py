"""Thermodynamic data that a store has registered: kept with it, used where it covers the elements, told in the verdict."""

import shutil

import pytest

import quinary
from quinary.errors import InputError
from quinary.services.thermodynamics import tdb_add, tdb_list, tdb_remove
from quinary.services.validating import validate
from quinary.simulation.thermodynamic_databases import find_database
from quinary.store.database import open_database


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """A working folder without a store, and a cache of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("QUINARY_DB", raising=False)
    monkeypatch.setenv("QUINARY_CACHE", str(tmp_path / "cache"))
    return tmp_path


@pytest.fixture
def rhenium(place):
    """A file of Nb-Re, with a comment of its own, so that it is not pycalphad's."""
    path = place / "own.tdb"
    path.write_text("$ Ours\n" + find_database(["Nb", "Re"]).path.read_text())
    return path


@pytest.fixture
def store(place, rhenium):
    path = place / "alloys.db"
    tdb_add(rhenium, licence="MIT", who="A. Person", db=path)
    return path


def verdict(**how):
    (found,) = validate("NbRe", "calphad", at={"temperature": 2000}, **how)["verdicts"]
    return {name: value for name, value in found.items() if name != "seconds"}


def test_what_is_registered_is_told(store):
    (entry,) = tdb_list(db=store)["databases"]
    assert (entry["name"], entry["elements"], entry["licence"], entry["who"]) == (
        "own.tdb", ["Nb", "Re"], "MIT", "A. Person",
    )  # fmt: skip
    assert len(quinary.tdb_list(db=store)) == 1


def test_adding_twice_changes_nothing_and_another_content_needs_another_name(store, rhenium):
    assert tdb_add(rhenium, db=store)["is_new"] is False
    with pytest.raises(InputError, match=r"this file is registered as own\.tdb already"):
        tdb_add(rhenium, name="other", db=store)
    rhenium.write_text("$ Changed\n" + rhenium.read_text())
    with pytest.raises(InputError, match=r"another file is registered as own\.tdb"):
        tdb_add(rhenium, db=store)
    assert tdb_add(rhenium, name="newer", db=store)["assessed_binaries"] == ["Nb-Re"]
    assert [entry["name"] for entry in tdb_list(db=store)["databases"]] == ["newer", "own.tdb"]


def test_the_verdict_says_which_database_it_used_and_where_from(store, rhenium):
    places = {
        "named with --tdb": verdict(tdb=rhenium, db=store),
        "registered in the store": verdict(db=store),
        "inside pycalphad": verdict(),
    }
    for place, found in places.items():
        assert found["values"]["database_place"].startswith(place)
        assert f"{found['values']['database']} ({place}" in found["reason"]
    names = [found["values"]["database"] for found in places.values()]
    assert names == ["own.tdb", "own.tdb", "nbre_liu.tdb"]


def test_a_store_copied_to_another_place_gives_the_same_verdict(store, rhenium, place, monkeypatch):
    before = verdict(db=store)
    rhenium.unlink()
    shutil.copy(store, place / "copy.db")
    monkeypatch.setenv("QUINARY_CACHE", str(place / "empty"))
    assert verdict(db=place / "copy.db") == before


def test_what_is_registered_goes_before_what_is_installed_and_leaves_the_rest(store):
    named = {
        formula: validate(formula, "calphad", db=store)["verdicts"][0]["values"]["database"]
        for formula in ("NbRe", "CrTiV")
    }
    assert named == {"NbRe": "own.tdb", "CrTiV": "crtiv_ghosh.tdb"}


def test_removing_makes_it_as_if_it_had_never_been_there(store):
    assert tdb_remove("own.tdb", db=store) == {"removed": "own.tdb"}
    assert verdict(db=store) == verdict()
    with pytest.raises(InputError, match=r"unknown registered database 'own\.tdb'"):
        tdb_remove("own.tdb", db=store)


def test_a_data_set_is_registered_with_its_licence_and_a_cache_alone_changes_nothing(place, mirror, monkeypatch):
    monkeypatch.delenv("QUINARY_MIRROR")
    name = "crhfmonbtativwzr_tdb"
    before = validate("MoNbTaW", "calphad", db=open_empty(place))["verdicts"][0]
    quinary.data_get(name, mirror=mirror)
    assert validate("MoNbTaW", "calphad", db=place / "empty.db")["verdicts"][0]["reason"] == before["reason"]
    found = tdb_add(name, db=place / "empty.db")
    assert (found["licence"], len(found["elements"]), len(found["assessed_binaries"])) == ("MIT", 9, 36)
    shutil.rmtree(place / "cache")
    after = validate("MoNbTaW", "calphad", db=place / "empty.db")["verdicts"][0]
    assert (before["outcome"], after["outcome"]) == ("uncertain", "passed")


def open_empty(place):
    with open_database(place / "empty.db"):
        return place / "empty.db"


def test_a_data_set_that_is_not_here_is_named(store, monkeypatch):
    monkeypatch.delenv("QUINARY_MIRROR", raising=False)
    with pytest.raises(InputError, match="fetch it with `quinary data get crhfmonbtativwzr_tdb`"):
        tdb_add("crhfmonbtativwzr_tdb", db=store)
    with pytest.raises(InputError, match="did you mean crhfmonbtativwzr_tdb"):
        tdb_add("crhfmonbtativwzr", db=store)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,b\n1,2\n", "not a thermodynamic database"),
        ("$" * 8_000_001, "may have 8 MB at most"),
        ("{}\nFUNCTION BROKEN 298.15 9**9**9**9; 6000 N !\n", "nobody can compute the power in"),
        ("{}\nFUNCTION BROKEN 298.15 +*T**; 6000 N !\n", "not a valid TDB"),
    ],
)
def test_what_cannot_be_used_is_not_registered(place, rhenium, content, message):
    bad = place / "bad.tdb"
    bad.write_text(content.replace("{}", rhenium.read_text()))
    with pytest.raises(InputError, match=message):
        tdb_add(bad, db=place / "new.db")
    assert not (place / "new.db").exists()


def test_a_file_that_lacks_functions_is_registered_and_says_so(place, rhenium):
    rhenium.write_text(rhenium.read_text().replace("FUNCTION GHSERRE", "FUNCTION GHSERXX"))
    assert tdb_add(rhenium, db=place / "new.db")["undefined"] == ["GHSERRE"]
    with pytest.raises(InputError, match="calls GHSERRE and never defines it"):
        verdict(db=place / "new.db")
