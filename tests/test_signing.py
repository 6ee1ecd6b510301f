"""Under which name something is recorded."""

import getpass

import pytest

from quinary.signing import WHO_VARIABLE, signed_by


@pytest.fixture(autouse=True)
def login(monkeypatch):
    monkeypatch.delenv(WHO_VARIABLE, raising=False)
    monkeypatch.setattr(getpass, "getuser", lambda: "login")


def test_what_is_said_goes_before_what_is_configured_and_that_before_the_login(monkeypatch):
    assert signed_by() == "login"
    monkeypatch.setenv(WHO_VARIABLE, "A. Person ")
    assert signed_by() == "A. Person"
    assert signed_by(" B. Person") == "B. Person"


@pytest.mark.parametrize("error", [KeyError, OSError])
def test_a_machine_without_users_leaves_it_empty(monkeypatch, error):
    def fails():
        raise error

    monkeypatch.setattr(getpass, "getuser", fails)
    assert signed_by() == ""
