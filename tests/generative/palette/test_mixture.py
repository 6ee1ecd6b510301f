"""The density over palettes and fractions: numbers of elements as in the data, pairs that exclude each other stay apart."""

import numpy as np
import pytest

from quinary.generative.kept_networks import KeptNetwork, Lesson
from quinary.generative.palette import sampling as palette_sampling
from quinary.generative.palette.mixture import PaletteSettings, held_out_systems, train_palettes
from quinary.generative.palette.sampling import sample_new_palettes, sample_palettes

COLUMNS = ("A", "B", "C", "D", "E", "F")


@pytest.fixture(scope="module")
def known():
    """A or B but never both, and two or three of the others."""
    random = np.random.default_rng(0)
    fractions = np.zeros((600, 6))
    for row in fractions:
        chosen = [random.integers(2), *(2 + random.choice(4, size=random.integers(2, 4), replace=False))]
        row[chosen] = random.dirichlet(np.full(len(chosen), 3.0))
    return fractions


@pytest.fixture(scope="module")
def network(known):
    condition = known @ np.arange(6.0)[:, None]
    centre, spread = condition.mean(axis=0), condition.std(axis=0)
    lesson = Lesson(known, (condition - centre) / spread, centre, spread, lambda *_: None)
    settings = PaletteSettings(width=32, n_passes=120, most_updates=700)
    arrays = {**train_palettes(lesson, settings), "centre": centre, "spread": spread}
    return KeptNetwork("palette-mixture", {}, ("value",), COLUMNS, arrays)


def test_palettes_are_like_those_of_the_data(network, known):
    """Over four seeds of the training A never meets B, shares differ by .001 and means by .002 to .006."""
    made = sample_palettes(network, {}, 2000, 0)
    present = made > 0
    assert (present[:, 0] & present[:, 1]).mean() < 0.05
    shares = [np.bincount((part > 0).sum(axis=1), minlength=7) / len(part) for part in (made, known)]
    np.testing.assert_allclose(shares[0], shares[1], atol=0.08)
    np.testing.assert_allclose(made.mean(axis=0), known.mean(axis=0), atol=0.04)


def test_samples_follow_a_condition(network):
    """Over four seeds of the training within .03."""
    means = [(sample_palettes(network, {"value": value}, 500, 1) @ np.arange(6.0)).mean() for value in (1.8, 3.2)]
    assert means[0] == pytest.approx(1.8, abs=0.35)
    assert means[1] == pytest.approx(3.2, abs=0.35)


def test_held_out_rows_are_whole_systems(known):
    chosen = held_out_systems(known, 0.25, 0)
    inside, outside = ({tuple(row) for row in known[side] > 0} for side in (chosen, ~chosen))
    assert not inside & outside


def test_samples_are_new_and_different_at_one_per_cent(network, known):
    made = np.rint(sample_new_palettes(network, {}, 3000, 0, known) * 100).astype(int)
    assert len(np.unique(made, axis=0)) == len(made)
    assert not {row.tobytes() for row in made} & {row.tobytes() for row in np.rint(known * 100).astype(int)}


@pytest.mark.parametrize("many", [1, 10**9], ids=["loop", "tensors"])
def test_the_same_seed_gives_the_same_samples_on_any_number_of_cores(network, monkeypatch, many):
    monkeypatch.setattr(palette_sampling, "_MANY", many)
    monkeypatch.setattr(palette_sampling, "_BLOCK", 500)
    both = sample_palettes(network, {}, 2000, 3)
    monkeypatch.setattr("quinary.threads.n_cores", lambda: 1)
    np.testing.assert_array_equal(sample_palettes(network, {}, 2000, 3), both)
    np.testing.assert_allclose(both.sum(axis=1), 1.0, atol=1e-12)
    assert len(np.unique(both, axis=0)) == len(both)


@pytest.mark.parametrize("wanted", [{}, {"value": 2.5}], ids=["no wish", "a wish"])
def test_the_loop_draws_what_tensors_draw(network, known, monkeypatch, wanted):
    """In single precision a choice may fall on the other side of its odds, in one sample of many."""
    found = []
    for many in (1, 10**9):
        monkeypatch.setattr(palette_sampling, "_MANY", many)
        found.append([sample(network, wanted) for sample in (_plain, lambda *both: _new(*both, known))])
    for by_loop, by_tensors in zip(*found, strict=True):
        differs = np.abs(by_loop - by_tensors).max(axis=1) > 1e-4
        assert differs.mean() < 0.005
        assert ((by_loop > 0) == (by_tensors > 0)).all(axis=1).mean() > 0.995


def _plain(network, wanted):
    return sample_palettes(network, wanted, 3000, 5)


def _new(network, wanted, known):
    return sample_new_palettes(network, wanted, 3000, 5, known)


def test_other_seeds_give_other_samples(network):
    first, second = (sample_palettes(network, {}, 500, seed) for seed in (0, 1))
    assert (np.abs(first - second).max(axis=1) > 1e-3).mean() > 0.99
