"""The schema and its migrations."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

import quinary.store
from quinary.errors import InputError
from quinary.store.database import open_database
from quinary.store.schema import HEAD_REVISION, metadata
from quinary.store.withdrawing import withdraw
from quinary.store.work.import_records import ImportRecord, Signed, imports, log_import
from quinary.store.writing import Added


def migrations():
    config = Config()
    config.set_main_option("script_location", str(Path(quinary.store.__file__).parent / "migrations"))
    return ScriptDirectory.from_config(config)


def test_the_newest_migration_is_the_one_that_the_store_expects():
    assert migrations().get_heads() == [HEAD_REVISION]


def test_revisions_are_numbered_in_order():
    revisions = [script.revision for script in migrations().walk_revisions()]
    assert sorted(revisions, reverse=True) == revisions


def test_an_empty_database_is_brought_up_to_date(new_url):
    with open_database(new_url()) as database, database.read() as connection:
        assert set(inspect(connection).get_table_names()) == {*metadata.tables, "alembic_version"}
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [HEAD_REVISION]
        assert connection.execute(text("SELECT id, value FROM change_counter")).all() == [(1, 0)]


def test_the_migrations_make_the_tables_that_the_code_uses(new_url):
    with open_database(new_url()) as database, database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_a_store_of_the_revision_before_is_brought_up_to_date_with_what_it_holds(new_url, make_point, add, contents):
    url = new_url()
    with open_database(url) as database:
        add(database, make_point())
        with database.write() as connection:
            log_import(connection, ImportRecord("t.csv", ("table", "1")), Added(1, 1, 0, 1), [])
        before = contents(database)
        with database.write() as connection:
            for name in ("completion", "withdrawal", "restatement", "retired"):
                connection.execute(text(f"DROP TABLE {name}"))
            for name in ("made_at", "who", "digest", "options", "replaced_by"):
                connection.execute(text(f"ALTER TABLE import_log DROP COLUMN {name}"))
            connection.execute(text("UPDATE alembic_version SET version_num = '0005'"))
    with open_database(url) as database:
        after = contents(database)
        with database.write() as connection:
            (kept,) = imports(connection)
            assert withdraw(connection, kept["id"], Signed("A. Person")).n_points == 1
    assert {name: rows for name, rows in after.items() if name != "import_log"} == {
        name: rows for name, rows in before.items() if name != "import_log"
    }
    assert (kept["name"], kept["made_at"], kept["digest"], kept["options"]) == ("t.csv", "", "", {})


def test_opening_again_changes_nothing(new_url, make_point, add, contents):
    url = new_url()
    with open_database(url) as database:
        add(database, make_point())
        before = contents(database)
    with open_database(url) as database:
        assert contents(database) == before


def test_a_database_of_a_newer_version_is_refused_and_left_alone(new_url, contents):
    url = new_url()
    with open_database(url) as database:
        with database.write() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        before = contents(database)
    with pytest.raises(
        InputError, match=f"newer version of Quinary \\(schema 9999, this version knows {HEAD_REVISION}\\)"
    ):
        open_database(url)
    with create_engine(url.replace("postgresql:", "postgresql+psycopg:")).connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"
    assert before


def test_tables_of_another_program_are_refused_and_left_alone(new_url):
    url = new_url()
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE invoices (id INTEGER PRIMARY KEY)"))
    with pytest.raises(InputError, match="tables of another program"):
        open_database(url)
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["invoices"]
    engine.dispose()
