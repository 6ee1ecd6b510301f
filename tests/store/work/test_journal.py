"""Settings, the pause, and the log."""

from sqlalchemy import select

from quinary.store.database import open_database
from quinary.store.schema import trace
from quinary.store.work import journal
from quinary.store.work.journal import events, log_event, log_trace, pause, paused_by, resume, set_setting, setting_of


def test_settings_are_kept_replaced_and_removed(database):
    with database.write() as connection:
        assert setting_of(connection, "colour") is None
        set_setting(connection, "colour", {"of": ["red", 1]})
        set_setting(connection, "colour", ["blue"])
        assert setting_of(connection, "colour") == ["blue"]
        set_setting(connection, "colour", None)
        assert setting_of(connection, "colour") is None


def test_a_pause_is_seen_by_every_process_until_somebody_resumes(new_url):
    url = new_url()
    with open_database(url) as one, open_database(url) as other:
        with one.write() as connection:
            pause(connection, "ann")
        with other.write() as connection:
            assert paused_by(connection)["by"] == "ann"
            resume(connection, "bob")
            resume(connection, "bob")  # once is enough
        with one.read() as connection:
            assert paused_by(connection) is None
            assert [(entry["kind"], entry["worker"]) for entry in events(connection)] == [
                ("paused", "ann"), ("resumed", "bob"),
            ]  # fmt: skip


def test_the_log_is_read_from_where_one_stopped(database):
    with database.write() as connection:
        for number in range(5):
            log_event(connection, "ann", "noted", str(number))
        assert [entry["text"] for entry in events(connection, limit=2)] == ["3", "4"]
        third = events(connection)[2]["id"]
        assert [entry["text"] for entry in events(connection, after=third)] == ["3", "4"]


def test_old_lines_make_room(database, monkeypatch):
    monkeypatch.setattr("quinary.store.work.journal._KEPT_EVENTS", 50)
    with database.write() as connection:
        for number in range(120):
            log_event(connection, "ann", "noted", str(number))
        found = [int(entry["text"]) for entry in events(connection, limit=1000)]
    assert found == list(range(found[0], 120))
    assert 50 <= len(found) <= 150
    assert found[0] > 0


def test_a_line_keeps_its_traceback(database):
    with database.write() as connection:
        log_event(connection, "ann", "noted", "nothing wrong")
        line = log_event(connection, "ann", "failed", "no luck")
        log_trace(connection, line, "Traceback: no luck", is_bug=False)
        log_trace(connection, log_event(connection, "ann", "bug", "a bug"), "Traceback: no x", is_bug=True)
        assert all("trace" not in entry for entry in events(connection))
        found = events(connection, is_traced=True)
    assert [(entry["trace"], bool(entry["is_bug"])) for entry in found] == [
        (None, False), ("Traceback: no luck", False), ("Traceback: no x", True),
    ]  # fmt: skip


def test_an_old_line_goes_with_its_traceback(database, monkeypatch):
    monkeypatch.setattr(journal, "_KEPT_EVENTS", 10)
    with database.write() as connection:
        for number in range(100):
            log_trace(connection, log_event(connection, "ann", "failed", str(number)), "Traceback", is_bug=False)
        kept = [entry["text"] for entry in events(connection, limit=100)]
        assert kept == [str(number) for number in range(90, 100)]
        assert len(connection.execute(select(trace)).all()) == 10
