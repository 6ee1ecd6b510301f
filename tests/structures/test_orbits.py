"""Orbits of ordered derivatives: their number, degeneracies and invariance."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from quinary.errors import InputError
from quinary.structures.orbits import (
    coset_points,
    hermite_normal_form,
    hermite_normal_forms,
    orbits,
)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("QUINARY_CACHE", str(tmp_path))
    orbits.cache_clear()
    yield
    orbits.cache_clear()


@pytest.mark.physics
def test_number_of_cells():
    """Hart, Forcade 2008, 10.1103/PhysRevB.77.224115, table IV: 1, 7, 13, 35, 31, 91, 57, 155, 130."""
    assert [len(hermite_normal_forms(n)) for n in range(1, 10)] == [1, 7, 13, 35, 31, 91, 57, 155, 130]


@pytest.mark.physics
def test_five_metals_on_rock_salt():
    """54 orbits with degeneracies 6, 8, 12, 24 for 744 structures; the number of orbits agrees with icet's enumeration."""
    found = orbits("rock-salt", 5)
    assert len(found) == 54
    assert Counter(found.degeneracies.tolist()) == {6: 12, 8: 12, 12: 12, 24: 18}
    assert found.n_labelled == 744


@pytest.mark.parametrize(
    ("prototype", "n"), [("rock-salt", 3), ("rock-salt", 6), ("rock-salt", 7), ("AlB2", 5), ("bcc", 4)]
)
def test_degeneracies_sum_to_all_labelled_structures(prototype, n):
    found = orbits(prototype, n)
    assert found.n_labelled == len(hermite_normal_forms(n)) * math.factorial(n - 1)
    assert (np.sort(found.labels, axis=1) == np.arange(n)).all()


def test_orbits_are_distinct_and_complete_by_brute_force():
    """Every labelled structure of four metals has the pair distances of exactly one orbit's class or shares it."""
    from quinary.structures.ordered_structures import ordered_structures
    from quinary.structures.prototypes import prototype_named

    found = orbits("rock-salt", 4)
    metals = ["Ti", "Zr", "Hf", "Nb"]
    prints = [_fingerprint(atoms) for atoms in ordered_structures(found, metals, prototype_named("rock-salt").atoms())]
    assert len(set(prints)) == len(prints)


def _fingerprint(atoms):
    """Distances between each pair of species up to 9 angstrom, counted: the same for equivalent structures."""
    from ase.neighborlist import neighbor_list

    first, second, distance = neighbor_list("ijd", atoms, 9.0)
    numbers = atoms.numbers
    keys = zip(numbers[first].tolist(), numbers[second].tolist(), distance.round(3).tolist(), strict=True)
    return tuple(sorted(Counter(keys).items()))


@given(st.lists(st.integers(-5, 5), min_size=9, max_size=9), st.integers(0, 2), st.integers(0, 2), st.integers(-3, 3))
def test_hermite_normal_form_depends_on_the_lattice_only(entries, row, other, times):
    cell = np.array(entries, dtype=np.int64).reshape(3, 3)
    assume(round(np.linalg.det(cell)) != 0 and row != other)
    changed = cell.copy()
    changed[row] += times * changed[other]
    form = hermite_normal_form(cell)
    assert (form == hermite_normal_form(changed)).all()
    assert (np.triu(form, 1) == 0).all()
    assert len(coset_points(form)) == abs(round(np.linalg.det(cell)))


def other_degeneracies(path):
    """A file in which everything adds up, and two numbers are wrong."""
    with np.load(path) as kept:
        parts = dict(kept)
    parts["degeneracies"][0] += 1
    parts["degeneracies"][1] -= 1
    with path.open("wb") as handle:
        np.savez_compressed(handle, **parts)


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b"not an archive"),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-200]),
        other_degeneracies,
    ],
)
def test_a_spoilt_cache_file_is_made_again(tmp_path, damage):
    first = orbits("rock-salt", 4)
    (file,) = (tmp_path / "orbits").iterdir()
    damage(file)
    for _ in range(2):
        orbits.cache_clear()
        again = orbits("rock-salt", 4)
        assert (again.labels == first.labels).all()
        assert (again.degeneracies == first.degeneracies).all()


def test_orbits_of_other_metals_under_this_name_are_not_used(tmp_path):
    wanted = orbits("rock-salt", 4)
    (file,) = (tmp_path / "orbits").iterdir()
    orbits("rock-salt", 3)
    (other,) = set((tmp_path / "orbits").iterdir()) - {file}
    other.replace(file)
    orbits.cache_clear()
    assert (orbits("rock-salt", 4).labels == wanted.labels).all()


def test_orbits_of_another_version_are_not_found(tmp_path, monkeypatch):
    orbits("rock-salt", 3)
    monkeypatch.setattr("quinary.structures.orbits.made_by", lambda *_names, **_libraries: "another version")
    orbits.cache_clear()
    orbits("rock-salt", 3)
    assert len(list((tmp_path / "orbits").iterdir())) == 2


@pytest.mark.parametrize("n", [1, 10])
def test_too_few_or_many(n):
    with pytest.raises(InputError, match="2 to 9 metals"):
        orbits("rock-salt", n)
