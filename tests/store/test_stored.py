"""Damage in what the store holds as text is one clear line that says what cannot be read."""

import pytest
from sqlalchemy import text

from quinary.errors import WorkError
from quinary.store.kept.candidates import candidates_in
from quinary.store.queries import find_materials, points_of
from quinary.store.stored import read_json
from quinary.store.work.claims import Item, claim, enqueue, failed_items
from quinary.store.work.import_records import imports
from quinary.store.work.journal import set_setting, setting_of


@pytest.mark.parametrize("body", ["", "{", "[1,", "nul", "\x00", None, "[" * 100_000])
def test_what_is_not_json_is_damage_that_is_named(body):
    with pytest.raises(WorkError, match=r"^the database is damaged: the colour cannot be read: ") as caught:
        read_json(body, "the colour")
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 200


def test_what_is_json_is_read():
    assert read_json('{"a": [1, null]}', "the colour") == {"a": [1, None]}


@pytest.mark.parametrize("body", ["[[{", "null", "7", '[["Mo", 1]]', "[5]", '{"a": 1}'])
def test_a_damaged_material(database, make_point, add, body):
    add(database, make_point())
    with database.write() as connection:
        connection.execute(text("UPDATE material SET composition = :body"), {"body": body})
    with database.read() as connection, pytest.raises(WorkError, match=r"damaged: the composition of a material"):
        find_materials(connection)


@pytest.mark.parametrize(("column", "what"), [("conditions", "conditions"), ("lineage", "lineage")])
def test_a_damaged_point(database, make_point, add, column, what):
    add(database, make_point())
    with database.write() as connection:
        connection.execute(text(f"UPDATE point SET {column} = '{{bro'"))
    with database.read() as connection:
        (stored,) = find_materials(connection)
        with pytest.raises(WorkError, match=rf"damaged: the {what} of a point cannot be read: '{{bro'"):
            points_of(connection, stored)


def test_damaged_work_is_named(database):
    with database.write() as connection:
        enqueue(connection, "prediction", "1", 0, [Item("a-1", {}, 1, 1)])
        connection.execute(text("UPDATE claim SET body = '{', reason = 'tried'"))
        for look in (failed_items, lambda one: claim(one, {"prediction": "1"}, "ann")):
            with pytest.raises(WorkError, match="damaged: the work prediction a-1"):
                look(connection)


def test_a_damaged_setting_is_named(database):
    with database.write() as connection:
        set_setting(connection, "colour", "red")
        connection.execute(text("UPDATE setting SET value = 'red'"))
        with pytest.raises(WorkError, match="damaged: the setting colour"):
            setting_of(connection, "colour")


def test_empty_tables_have_nothing_to_be_damaged(database):
    with database.read() as connection:
        assert (imports(connection), candidates_in(connection)) == ([], [])
