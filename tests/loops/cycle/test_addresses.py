"""Where workers find the store: the password reaches them, and travels with nothing."""

import pickle
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from quinary.loops.cycle.addresses import StoreAddress, store_url, without_secret
from quinary.loops.cycle.cluster import _travelling
from quinary.loops.cycle.tasks import works
from quinary.loops.cycle.worker_pools import Order, carry_out
from quinary.loops.work.queue import CycleSettings, labels
from quinary.store.database import open_database

SECRET = "postgresql+psycopg://me:sec%40ret@db.lab/alloys"
OPEN = "postgresql+psycopg://me@db.lab/alloys"


@pytest.fixture(autouse=True)
def _own_places(tmp_path, monkeypatch):
    monkeypatch.setenv("QUINARY_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("QUINARY_DB", raising=False)


def test_an_order_holds_no_password_where_it_travels_and_shows_none_anywhere():
    settings = CycleSettings()
    order = Order(SECRET, settings, labels(works(settings)))
    assert "sec%40ret" not in repr(order)
    with _travelling(order) as travels:
        travelling = pickle.dumps(replace(travels, lease=1.0))
        assert b"ret@" not in travelling
        assert b"sec%40ret" not in travelling
        assert travels.store.url == OPEN
        assert travels.store.whole() == SECRET


def test_the_file_is_its_owners_alone_and_goes_when_the_work_is_over():
    with without_secret(SECRET) as address:
        file = Path(address.file)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert not file.parent.exists()
    assert address.whole() == OPEN


def test_a_file_that_others_could_have_written_is_not_believed(tmp_path):
    file = tmp_path / "address"
    file.write_text("postgresql://elsewhere/alloys")
    file.chmod(0o644)
    assert StoreAddress(OPEN, str(file)).whole() == OPEN
    file.chmod(0o600)
    (tmp_path / "link").symlink_to(file)
    assert StoreAddress(OPEN, str(tmp_path / "link")).whole() == OPEN


@pytest.mark.parametrize(
    ("own", "is_used"),
    [
        ("postgresql://me:own@db.lab/alloys", True),
        ("postgresql://me:own@db.lab/others", False),
        ("postgresql://you:own@db.lab/alloys", False),
        ("postgresql://me:own@db.lab:port/alloys", False),
        ("alloys.db", False),
    ],
)
def test_a_worker_of_another_machine_uses_its_own_address_of_the_same_store(monkeypatch, own, is_used):
    monkeypatch.setenv("QUINARY_DB", own)
    assert StoreAddress(OPEN).whole() == (own if is_used else OPEN)


def test_an_address_without_a_secret_travels_as_it_is():
    for url in ("sqlite:////data/alloys.db", OPEN):
        with without_secret(url) as address:
            assert address == StoreAddress(url)


def test_a_password_in_the_query_does_not_travel_either():
    with without_secret("postgresql+psycopg://db.lab/alloys?user=me&password=secret") as address:
        assert "secret" not in repr(address)
        assert "secret" in address.whole()


def test_a_worker_reaches_the_store_by_what_travelled(database):
    settings = CycleSettings(rungs=("rules",))
    order = Order(store_url(database), settings, labels(works(settings)))
    with _travelling(order) as travels:
        assert list(carry_out(travels)) == []
        with open_database(travels.store.whole(), must_exist=True) as again:
            assert again.url == database.url
