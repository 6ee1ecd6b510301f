"""Sets of elements of the next alloys: odds of known ones, new ones like them, and variants of known alloys."""

import numpy as np
import pytest

from quinary.generative.palette.counter_random import streams
from quinary.generative.palette.systems import best_lambda, likely_systems, varied_rows

# Five alloys of one system, two of another and one of each of two more.
PALETTES = ["ABC"] * 5 + ["ABD"] * 2 + ["ACE", "BCDE"]
PRESENT = np.array([[symbol in palette for symbol in "ABCDEF"] for palette in PALETTES])
KNOWN = PRESENT * np.random.default_rng(0).uniform(0.5, 1.5, PRESENT.shape)
KNOWN /= KNOWN.sum(axis=1, keepdims=True)


@pytest.fixture(scope="module")
def likely():
    return likely_systems(KNOWN, 0)


def test_as_much_is_left_for_new_systems_as_single_alloys_tell(likely):
    """Good 1953: two of nine alloys are alone in their system; absolute discounting takes half an alloy from each of four."""
    each = np.diff(likely["systems.odds"][:4], prepend=0)
    odds = dict(zip(map(tuple, likely["systems.present"][:4].tolist()), each, strict=True))
    assert odds[tuple(PRESENT[0])] == pytest.approx(4.5 / 9, abs=1e-6)
    assert odds[tuple(PRESENT[7])] == pytest.approx(0.5 / 9, abs=1e-6)
    assert likely["systems.odds"][3] == pytest.approx(7 / 9, abs=1e-6)
    assert likely["systems.odds"][-1] == pytest.approx(8 / 9, abs=1e-6)


def test_new_systems_are_new_and_have_elements_that_are_known(likely):
    new = likely["systems.present"][4:]
    assert not {tuple(row) for row in new.tolist()} & {tuple(row) for row in PRESENT.tolist()}
    assert not new[:, 5].any()
    assert set(new.sum(axis=1).tolist()) == {3, 4}


def test_where_all_systems_are_known_well_nothing_is_left():
    found = likely_systems(np.repeat(KNOWN[:1], 4, axis=0), 0)
    assert found["systems.odds"].tolist() == [1.0]


def test_lambda_is_small_where_systems_are_close_and_large_where_they_are_not():
    random = np.random.default_rng(0)
    centres = random.random((3, 24)) < 0.3
    close = centres[random.integers(3, size=150)] ^ (random.random((150, 24)) < 0.04)
    apart = random.random((150, 24)) < 0.3
    assert best_lambda(close, random) < 0.2 < best_lambda(apart, random)


def test_variants_change_one_amount_of_a_known_alloy(likely):
    systems = np.repeat(np.arange(5), 2000)
    made = np.full((len(systems), 6), -1.0)
    varied_rows(likely, systems, streams(0, np.arange(len(systems), dtype=np.uint64)), made)
    is_varied = made[:, 0] >= 0
    shares = is_varied.reshape(5, -1).mean(axis=1)
    counts = np.diff(likely["rows.first"])
    np.testing.assert_allclose(shares[:4], np.minimum(1, (2 / counts) ** 2), atol=0.05)
    assert shares[4] == 0.0
    differing = (np.abs(made[is_varied][:, None, :] - KNOWN[None]) > 1e-6).sum(axis=2).min(axis=1)
    assert set(differing.tolist()) == {1}
