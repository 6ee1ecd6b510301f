"""Learned models in a store, on both engines."""

from quinary.store.kept.models import StoredModel, content_of, keep, remove, stored_models

CONTENT = bytes(range(256)) * 9


def test_a_model_is_kept_read_replaced_and_removed(database):
    first, second = StoredModel("hardness", "aaaa", '{"a": 1}'), StoredModel("hardness", "bbbb", '{"a": 2}')
    with database.write() as connection:
        keep(connection, first, CONTENT)
        keep(connection, StoredModel("density", "cccc", "{}"), b"")
    with database.read() as connection:
        assert stored_models(connection) == [StoredModel("density", "cccc", "{}"), first]
        assert content_of(connection, "hardness", "aaaa") == CONTENT
        assert content_of(connection, "density", "cccc") == b""
    with database.write() as connection:
        keep(connection, second, CONTENT[::-1])
    with database.read() as connection:
        assert stored_models(connection)[1] == second
        assert content_of(connection, "hardness", "aaaa") is None  # replaced meanwhile
        assert content_of(connection, "hardness", "bbbb") == CONTENT[::-1]
    with database.write() as connection:
        assert remove(connection, "hardness")
        assert not remove(connection, "hardness")
    with database.read() as connection:
        assert [one.name for one in stored_models(connection)] == ["density"]


def test_a_failed_transaction_keeps_nothing(database):
    try:
        with database.write() as connection:
            keep(connection, StoredModel("hardness", "aaaa", "{}"), CONTENT)
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    with database.read() as connection:
        assert stored_models(connection) == []
