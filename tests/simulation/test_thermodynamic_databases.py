"""Choosing a database and knowing what it has assessed."""

import os
from itertools import combinations
from pathlib import Path

import pytest

from quinary.errors import InputError
from quinary.simulation import thermodynamic_databases
from quinary.simulation.thermodynamic_databases import (
    assessed_systems,
    find_database,
    read_database,
    unassessed_binaries,
)

DATA = os.environ.get("QUINARY_TEST_DATA")
PUBLISHED = {
    "Al-Cr-Fe-Ni-Ti-V_04-13.tdb": "Al Cr Fe Ni Ti V",
    "Co-Cr-Fe-Ni-V_choi2019.TDB": "Co Cr Fe Ni V",
    "Cr-Fe-Ni_miettinen1999.tdb": "Cr Fe Ni",
    "Cr-Fe-Ti_wang2017.tdb": "Cr Fe Ti",
    "Cr-Ni-Ti_huang2018.tdb": "Cr Ni Ti",
    "Cr-Ti-V_ghosh2002.tdb": "Cr Ti V",
    "Fe-Ni-Ti_dekeyzer2009.tdb": "Fe Ni Ti",
    "Fe-Ti-V_guo2012.TDB": "Fe Ti V",
    "Ni-Ti-V_zou2018.tdb": "Ni Ti V",
}


@pytest.mark.parametrize(
    ("elements", "name"),
    [
        ("Mo Nb Ta W", "COST507.tdb"),
        ("Al Cr Nb Ti V Zr", "COST507.tdb"),
        ("Cr Ti V", "crtiv_ghosh.tdb"),
        ("Co Cr Fe Nb Ti", "mc_fecocrnbti.tdb"),
        ("Nb Re", "nbre_liu.tdb"),
    ],
)
def test_the_database_that_assesses_most_binaries_is_chosen(elements, name):
    assert find_database(elements.split()).name == name


def test_no_database_covers_osmium():
    assert find_database(["Os", "W"]) is None


def test_every_listed_database_is_there_and_covers_something():
    found = thermodynamic_databases.databases_with_pycalphad()
    assert {database.name for database in found} == set(thermodynamic_databases._WITH_PYCALPHAD)
    assert all(database.source for database in found)


def test_listing_an_element_is_not_covering_it():
    """The MatCalc extract lists 24 elements and keeps the parameters of five."""
    assert find_database(["Co", "Cr", "Fe"]).elements == {"Co", "Cr", "Fe", "Nb", "Ti"}


def test_cost507_says_which_refractory_pairs_it_extrapolates():
    database = find_database(["Mo", "Nb", "Ti"])
    assert unassessed_binaries(database, ["Ti", "Nb", "Mo"]) == ("Mo-Nb",)
    assert frozenset({"Al", "Nb", "Ti"}) in assessed_systems(database)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"nowhere\.tdb does not exist"):
        find_database(["Mo"], tmp_path / "nowhere.tdb")
    with pytest.raises(InputError, match="is a folder"):
        find_database(["Mo"], tmp_path)


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\x89PNG\r\n\x1a\n\x00\xff", b"ELEMENT MO BCC_A2 1 2 3 !"])
def test_what_is_not_a_tdb_is_refused(tmp_path, content):
    path = tmp_path / "table.tdb"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"table\.tdb is not a thermodynamic database"):
        find_database(["Mo"], path)


def test_missing_and_covered_elements_are_listed():
    path = find_database(["Cr", "Ti", "V"]).path
    with pytest.raises(InputError, match="does not cover Mo, W; it covers Cr, Ti, V") as raised:
        find_database(["Cr", "Mo", "W"], path)
    assert raised.value.choices == ("Cr", "Ti", "V")


def test_a_changed_file_is_read_again(tmp_path):
    path = tmp_path / "own.tdb"
    path.write_text(find_database(["Cr", "Ti", "V"]).path.read_text())
    assert read_database(path).elements == {"Cr", "Ti", "V"}
    path.write_text(find_database(["Nb", "Re"]).path.read_text())
    os.utime(path, ns=(1, 1))
    assert read_database(path).elements == {"Nb", "Re"}


@pytest.mark.skipif(DATA is None, reason="QUINARY_TEST_DATA is not set")
@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_published_assessments_cover_their_elements_and_all_binaries(name):
    database = read_database(Path(DATA) / "tdb" / name)
    elements = PUBLISHED[name].split()
    assert database.elements == set(elements)
    assert unassessed_binaries(database, elements) == ()
    assert any(frozenset(three) in assessed_systems(database) for three in combinations(elements, 3))
