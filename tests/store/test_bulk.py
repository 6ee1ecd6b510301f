"""Many rows at once: the same rows on both engines, whatever is in them, and errors in the user's words."""

import pytest
from sqlalchemy import select

from quinary.errors import WorkError
from quinary.store.bulk import insert_rows, is_among, upsert_rows
from quinary.store.schema import setting

AWKWARD = ["", "a\tb", "a\nb", "back\\slash", "\\N", "NULL", '{curly, "quoted"}', "Σ ± µ", "%s :name"]
REPLACE = "ON CONFLICT (name) DO UPDATE SET value = excluded.value"


def stored(database):
    with database.read() as connection:
        return {row.name: row.value for row in connection.execute(select(setting))}


@pytest.fixture
def rows():
    return [{"name": f"row {number} {text}", "value": text} for number, text in enumerate(AWKWARD)]


def test_rows_come_back_as_they_were(database, rows):
    with database.write() as connection:
        insert_rows(connection, setting, rows)
        insert_rows(connection, setting, [])
    assert {row["name"]: row["value"] for row in rows}.items() <= stored(database).items()


def test_what_is_there_is_replaced_and_the_rest_added(database, rows):
    with database.write() as connection:
        upsert_rows(connection, setting, rows[:4], REPLACE)
        upsert_rows(connection, setting, [{**row, "value": "new"} for row in rows], REPLACE)
        upsert_rows(connection, setting, [], REPLACE)
    found = stored(database)
    assert {found[row["name"]] for row in rows} == {"new"}


def test_rows_among_values(database, rows):
    with database.write() as connection:
        insert_rows(connection, setting, rows)
        asked = [row["name"] for row in rows[::2]]
        found = connection.execute(select(setting.c.name).where(is_among(connection, setting.c.name, asked)))
        assert sorted(found.scalars()) == sorted(asked)
        assert connection.execute(select(setting).where(is_among(connection, setting.c.name, []))).all() == []


def test_a_refused_row_is_one_line_and_nothing_is_kept(database, rows):
    before = stored(database)
    with pytest.raises(WorkError, match=r"^the database refused: [^\n]*$"), database.write() as connection:
        insert_rows(connection, setting, [*rows, rows[0]])
    assert stored(database) == before
