"""Which vocabulary counts: that of the last owner in use, in this thread alone, and never after its end."""

import gc
import threading

import pytest

from quinary.errors import InputError
from quinary.points.properties import (
    begin_use,
    find_property,
    in_use,
    installed_vocabulary,
    properties,
    property_named,
    vocabulary,
)
from quinary.points.property_definitions import property_from
from quinary.readers.parsing.table_headings import read_heading


def with_own(name, unit="W/m/K", *aliases):
    entry = property_from(name, {"unit": unit, "aliases": list(aliases)}, "store")
    return installed_vocabulary().extended([entry])


def test_a_vocabulary_counts_in_its_block_only():
    with in_use(with_own("own_one", "W/m/K", "TC")):
        assert property_named("own_one").unit == "W/m/K"
        assert find_property("tc").name == "own_one"
        assert "own_one" in properties()
    assert find_property("TC") is None
    with pytest.raises(InputError, match="unknown property 'own_one'"):
        property_named("own_one")


def test_an_extended_vocabulary_leaves_the_old_one_alone():
    before = dict(installed_vocabulary().entries)
    assert "own_one" in with_own("own_one").entries
    assert dict(installed_vocabulary().entries) == before
    assert installed_vocabulary().extended([]) is installed_vocabulary()


def test_the_last_in_use_counts_whatever_order_they_end_in():
    one, two = with_own("own_one"), with_own("own_two")
    first, second = begin_use(one), begin_use(two)
    assert vocabulary() is two
    first.end()
    assert vocabulary() is two
    second.end()
    assert vocabulary() is installed_vocabulary()


def test_other_threads_have_their_own():
    found = []
    with in_use(with_own("own_one")):
        thread = threading.Thread(target=lambda: found.append(find_property("own_one")))
        thread.start()
        thread.join()
    assert found == [None]


def test_an_end_in_another_thread_is_an_end():
    owner = with_own("own_one")
    use = begin_use(owner)
    thread = threading.Thread(target=use.end)
    thread.start()
    thread.join()
    assert find_property("own_one") is None


def test_an_owner_that_nobody_has_any_more_speaks_for_nobody():
    owner = with_own("own_one")
    begin_use(owner)
    del owner
    gc.collect()
    assert find_property("own_one") is None


def test_headings_are_read_anew_in_every_vocabulary():
    heading = "TC W/m/K"
    assert read_heading(heading).property is None
    with in_use(with_own("own_one", "W/m/K", "TC")):
        assert read_heading(heading).property.name == "own_one"
        assert read_heading(heading).unit == "W/m/K"
    with in_use(with_own("curie_temperature", "K", "TC")):
        assert read_heading("TC (K)").property.name == "curie_temperature"
    assert read_heading(heading).property is None
