"""Properties of a store: known while it is open, in no other store, and gone only while no point needs them."""

import threading

import pytest

from quinary.errors import InputError, WorkError
from quinary.points.properties import find_property, in_use, property_named
from quinary.points.property_definitions import property_from
from quinary.store.database import open_database
from quinary.store.own_properties import (
    add_own_properties,
    merge_own_properties,
    own_properties,
    remove_own_property,
    used_own_properties,
)
from quinary.store.queries import all_points
from quinary.store.schema import own_property


def own(name="lattice_thermal_conductivity", unit="W/m/K", *aliases):
    return property_from(name, {"unit": unit, "aliases": list(aliases)}, "x")


def define(database, *entries, who=""):
    with database.write() as connection:
        add_own_properties(connection, entries, who)


def test_it_is_known_while_the_store_is_open(new_url):
    url = new_url()
    with open_database(url) as database:
        define(database, own("lattice_thermal_conductivity", "W/m/K", "TC"), who="A. Person")
        with database.read() as connection:
            (kept,) = own_properties(connection)
        assert (kept.entry.unit, kept.entry.aliases, kept.entry.place) == ("W/m/K", ("TC",), "store")
        assert kept.who == "A. Person"
        assert find_property("TC").name == "lattice_thermal_conductivity"
    assert find_property("TC") is None
    with open_database(url):
        assert property_named("lattice_thermal_conductivity").unit == "W/m/K"
    assert find_property("lattice_thermal_conductivity") is None


def test_two_stores_do_not_mix(new_url):
    first, second = open_database(new_url()), open_database(new_url())
    define(first, own("own_value", "W/m/K"))
    define(second, own("own_value", "K", "TC"))
    assert property_named("own_value").unit == "K"
    with first.read():
        assert property_named("own_value").unit == "W/m/K"
        assert find_property("TC") is None
        with second.read():
            assert find_property("TC").unit == "K"
        assert property_named("own_value").unit == "W/m/K"
    second.close()
    assert property_named("own_value").unit == "W/m/K"
    first.close()
    assert find_property("own_value") is None


def test_one_store_after_another(new_url):
    with open_database(new_url()) as first:
        define(first, own("own_one"))
    with open_database(new_url()) as second:
        define(second, own("own_two"))
        with pytest.raises(InputError, match="unknown property 'own_one'"):
            property_named("own_one")


def test_another_thread_knows_it_in_every_transaction(database):
    define(database, own())
    found = []

    def look():
        found.append(find_property("lattice_thermal_conductivity"))
        with database.read():
            found.append(property_named("lattice_thermal_conductivity").unit)
        with in_use(database):
            found.append(property_named("lattice_thermal_conductivity").unit)

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert found == [None, "W/m/K", "W/m/K"]


def test_what_another_program_adds_is_known_in_the_next_transaction(new_url, make_point, add):
    url = new_url()
    with open_database(url) as mine:
        with open_database(url) as other:
            define(other, own())
            add(other, make_point(name="lattice_thermal_conductivity", value=52.0))
        with mine.read() as connection:
            (point,) = (point for point, _ in all_points(connection))
        assert point.unit == "W/m/K"


def test_what_is_rolled_back_is_unknown_again(database):
    with pytest.raises(WorkError), database.write() as connection:
        add_own_properties(connection, [own()])
        database.learn_vocabulary(connection)
        assert find_property("lattice_thermal_conductivity") is not None
        raise WorkError("stop")
    with database.read():
        assert find_property("lattice_thermal_conductivity") is None


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ([own("shear_modulus", "GPa")], "there is a property shear_modulus already"),
        ([own("own_one", "K", "YS")], "'YS' already means yield_strength"),
        ([own("own_one"), own("own_two", "K", "own one")], "'own one' already means own_one"),
        ([own("own_one"), own("own_one")], "there is a property own_one already"),
        ([property_from("own_one", {"unit": "K", "kind": "derived"}, "x")], "cannot be derived"),
    ],
)
def test_all_or_none_is_added(database, entries, reason):
    with pytest.raises(InputError) as caught:
        define(database, *entries)
    assert reason in caught.value.message
    with database.read() as connection:
        assert own_properties(connection) == []


def test_it_goes_only_while_no_point_is_of_it(database, make_point, add):
    define(database, own(), own("own_two"))
    add(database, make_point(name="lattice_thermal_conductivity", value=52.0), make_point())
    with database.read() as connection:
        assert [entry.name for entry in used_own_properties(connection)] == ["lattice_thermal_conductivity"]
    for name, reason in (
        ("lattice_thermal_conductivity", "1 point of the store"),
        ("shear_modulus", "built in and cannot be removed"),
        ("own_three", "did you mean own_two"),
    ):
        with pytest.raises(InputError) as caught, database.write() as connection:
            remove_own_property(connection, name)
        assert reason in caught.value.message
    with database.write() as connection:
        assert remove_own_property(connection, "own_two").entry.unit == "W/m/K"
    with database.read():
        assert find_property("own_two") is None


def test_merging_keeps_what_is_known_and_refuses_what_means_something_else(database):
    define(database, own("own_one", "W/m/K", "TC"))
    with database.write() as connection:
        new = merge_own_properties(
            connection, [own("own_one", "W/(m K)"), own("own_two", "K", "TC", "T2"), own("density", "g/cm^3")]
        )
    assert [(entry.name, entry.aliases) for entry in new] == [("own_two", ("T2",))]  # TC means own_one here
    for entry, reason in ((own("own_one", "K"), "(W/m/K)"), (own("omega", "1"), "(derived)")):
        with pytest.raises(InputError) as caught, database.write() as connection:
            merge_own_properties(connection, [entry])
        assert reason in caught.value.message


def test_a_damaged_definition_is_named(new_url):
    url = new_url()
    with open_database(url) as database, database.engine.begin() as connection:
        connection.execute(own_property.insert().values(name="own_one", body="{", who="", made_at=""))
    with pytest.raises(InputError, match="definition of own_one in the store is damaged"):
        open_database(url)


def test_a_unit_of_the_store_goes_before_that_of_a_later_version(new_url):
    """A store that defined a property before it was built in, in another unit, keeps reading its own points."""
    url = new_url()
    with open_database(url) as database, database.write() as connection:
        body = '{"unit": "ohm m", "aliases": ["resistivity"]}'
        connection.execute(own_property.insert().values(name="electrical_resistivity", body=body, who="", made_at=""))
    with open_database(url):
        assert property_named("electrical_resistivity").unit == "ohm m"
        assert find_property("resistivity").unit == "ohm m"
    assert property_named("electrical_resistivity").unit == "uohm cm"
