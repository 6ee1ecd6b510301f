"""Compiled code is kept under keys of code, libraries and processor, and nothing that does not fit is used."""

import os
import pickle

import numpy as np
import pytest
from numba import njit

from quinary import compiled
from quinary.compiled import kept


def doubled(values):
    return 2.0 * values


# made_by reads the source of the module of a function: here that of a small module of ours
doubled.__module__ = "quinary.units"


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("QUINARY_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "compiled"


@pytest.fixture
def n_compiled():
    """Compile and call the function anew; True if it really was compiled, not found."""

    def call():
        function = kept(njit(nogil=True)(doubled))
        np.testing.assert_array_equal(function(np.array([1.0, 2.0])), [2.0, 4.0])
        return sum(function.stats.cache_misses.values()) == 1

    return call


def only(folder):
    (entry,) = folder.iterdir()
    return entry


def test_the_second_run_finds_what_the_first_compiled(cache, n_compiled):
    assert n_compiled()
    before = only(cache).read_bytes()
    assert not n_compiled()
    assert only(cache).read_bytes() == before


@pytest.mark.parametrize(
    "damage",
    [
        lambda _content: b"",
        lambda content: content[: len(content) // 2],
        lambda content: content[:-1] + bytes([content[-1] ^ 1]),
        lambda _content: b"something else",
        lambda _content: compiled.hashlib.sha256(pickle.dumps(3)).digest() + pickle.dumps(3),
        lambda _content: compiled.hashlib.sha256(b"no pickle").digest() + b"no pickle",
    ],
)
def test_a_damaged_entry_is_compiled_again_and_mended(cache, n_compiled, damage):
    n_compiled()
    entry = only(cache)
    entry.write_bytes(damage(entry.read_bytes()))
    assert n_compiled()
    assert not n_compiled()


class Planted:
    """What unpickles into a call."""

    def __reduce__(self):
        return os.mkdir, (os.environ["QUINARY_PLANTED"],)


@pytest.mark.parametrize("who", ["folder", "file"])
def test_what_others_can_write_is_never_unpickled(cache, n_compiled, who, tmp_path, monkeypatch):
    monkeypatch.setenv("QUINARY_PLANTED", str(tmp_path / "planted"))
    n_compiled()
    entry = only(cache)
    content = pickle.dumps(Planted())
    entry.write_bytes(compiled.hashlib.sha256(content).digest() + content)
    (cache if who == "folder" else entry).chmod(0o777)
    assert n_compiled()
    assert not (tmp_path / "planted").exists()


def test_the_folder_is_made_for_the_user_alone_whatever_is_usual(cache, n_compiled):
    before = os.umask(0o002)
    try:
        n_compiled()
    finally:
        os.umask(before)
    assert cache.stat().st_mode & 0o777 == 0o700
    assert not n_compiled()


def test_code_and_libraries_make_the_name(cache, n_compiled, monkeypatch):
    n_compiled()
    monkeypatch.setattr(compiled, "made_by", lambda *_names, **_libraries: "another version")
    assert n_compiled()
    assert len(list(cache.iterdir())) == 2


def test_a_cache_that_cannot_be_made_costs_time_alone(n_compiled, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("QUINARY_CACHE", str(tmp_path / "file"))
    assert n_compiled()
    assert n_compiled()
