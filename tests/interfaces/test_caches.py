"""A cache changes how long a command takes and nothing else: fresh, warm, one that cannot be written, a poisoned one."""

import errno
import itertools
import os
from contextlib import contextmanager
from pathlib import Path

import pytest

from quinary.structures.orbits import orbits

N_ROWS = 48
COMMANDS = (
    ("efa", "(NbTaTi)C"),
    (
        "design", "--range", "shear_modulus=80:130", "--elements", "Mo,Nb,Ta,W", "-n", "2", "--generator", "cvae", "--seed",
        "1", "--dry-run",
    ),
    ("learn", "hardness_vickers", "--data", "rows.csv", "--models", "ridge", "--db", "{store}"),
    ("predict", "MoNbTaW", "--property", "hardness_vickers", "--db", "{store}"),
)  # fmt: skip
TIMES = {"seconds", "training_seconds", "trained_at", "made_at"}


def rows():
    """Hardness that is a sum over the elements, of many chemical systems."""
    share = {"Mo": 5.0, "Nb": 2.0, "Ta": 3.0, "W": 7.0, "Ti": 1.0, "V": 4.0}
    names = [list(chosen) for k in (2, 3, 4) for chosen in itertools.combinations(share, k)][:N_ROWS]
    return "formula,hardness (GPa)\n" + "".join(
        f"{''.join(chosen)},{sum(share[name] for name in chosen) / len(chosen):.3f}\n" for chosen in names
    )


def timeless(document):
    """The document without what only tells the time; numbers to nine digits.

    The sums of a potential's network may differ in the last digit by where in memory its tensors lie.
    """
    if isinstance(document, dict):
        return {name: timeless(value) for name, value in document.items() if name not in TIMES}
    if isinstance(document, float):
        return float(f"{document:.8e}")
    return [timeless(entry) for entry in document] if isinstance(document, list) else document


@pytest.fixture
def answers(run, folder):
    """`answers()`: what the commands answer with the cache as it is now, each time with a new store."""
    (folder / "rows.csv").write_text(rows())

    def ask():
        orbits.cache_clear()
        store = folder / "alloys.db"
        for path in folder.glob("alloys.db*"):
            path.unlink()
        told = []
        for command in COMMANDS:
            found = run(*(word.replace("{store}", str(store)) for word in command), "--json")
            assert found.status == 0, found.err
            told.append(timeless(found.json))
        return told

    return ask


def kept(cache):
    return sorted(path for path in cache.rglob("*") if path.is_file())


def cut(paths):
    for path in paths:
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def noise(paths):
    for path in paths:
        path.write_bytes(os.urandom(path.stat().st_size))


def swapped(paths):
    """Each file gets the content of another of its folder and kind: whole, and of something else."""
    for (_, _), group in itertools.groupby(sorted(paths, key=kind_of), key=kind_of):
        found = list(group)
        contents = [path.read_bytes() for path in found]
        for path, content in zip(found, contents[1:] + contents[:1], strict=True):
            path.write_bytes(content)


def kind_of(path):
    return path.parent.name, path.suffix


def emptied(paths):
    for path in paths:
        path.write_bytes(b"")


@contextmanager
def refusing(monkeypatch, cache, owner, name, number):
    """A block in which a step of writing a file fails in the cache, for users who may write everything, too."""
    original = getattr(owner, name)

    def step(*given, **named):
        places = given[:1] + given[-1:]
        if any(Path(place).is_relative_to(cache) for place in places if isinstance(place, str | Path)):
            raise OSError(number, os.strerror(number))
        return original(*given, **named)

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, step)
        yield


def test_no_state_of_the_cache_changes_an_answer(answers, tmp_path, monkeypatch):
    cache = tmp_path / "own"
    monkeypatch.setenv("QUINARY_CACHE", str(cache))
    first = answers()
    before = kept(cache)
    assert {path.parent.name for path in before} >= {"evaluations", "generators", "orbits"}
    assert answers() == first, "warm"
    assert kept(cache) == before  # nothing was kept again under another name
    for spoil in (cut, noise, swapped, emptied):
        spoil(kept(cache))
        assert answers() == first, spoil.__name__
    noise(kept(cache)[::2])
    spoilt = [path.read_bytes() for path in kept(cache)]
    with refusing(monkeypatch, cache, os, "open", errno.EROFS):
        assert answers() == first, "read-only"
    with refusing(monkeypatch, cache, Path, "replace", errno.ENOSPC):
        assert answers() == first, "full"
    assert kept(cache) == before  # no half-written file stays
    assert [path.read_bytes() for path in before] == spoilt  # and nothing could be mended
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("QUINARY_CACHE", str(tmp_path / "file" / "cache"))
    assert answers() == first, "a place where no folder can be made"
