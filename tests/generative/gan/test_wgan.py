"""The conditional Wasserstein GAN: shapes, exact zeros, determinism, files, refusals, and one planted relation."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from quinary.errors import InputError
from quinary.generative.gan.wgan import TrainedWgan, WganSettings, train_wgan

STIFFNESS = np.array([30.0, 60.0, 90.0, 150.0])  # of the four planted components, GPa
COLUMNS = ("A", "B", "C", "D")
TINY = WganSettings(iterations=20, width=8, latent_size=4, batch_size=16)


def planted(n: int = 300) -> tuple[np.ndarray, np.ndarray]:
    """Mixtures of exactly three of four components, and their stiffness by the rule of mixtures."""
    source = np.random.default_rng(0)
    fractions = source.dirichlet(np.full(4, 3.0), n)
    fractions[np.arange(n), source.integers(4, size=n)] = 0.0
    fractions /= fractions.sum(axis=1, keepdims=True)
    return fractions, fractions @ STIFFNESS[:, None]


def trained(
    options: WganSettings = TINY, progress: Callable[[int, int, dict[str, float]], None] | None = None
) -> TrainedWgan:
    fractions, stiffness = planted()
    return train_wgan(fractions, stiffness, options, ("stiffness",), COLUMNS, progress)


@pytest.fixture(scope="module")
def tiny() -> TrainedWgan:
    return trained()


@settings(max_examples=30, deadline=None)
@given(wish=st.floats(-1e5, 1e5), n=st.integers(1, 20), seed=st.integers(0, 2**32))
def test_samples_lie_on_the_simplex_with_exact_zeros(tiny: TrainedWgan, wish: float, n: int, seed: int) -> None:
    fractions = tiny.sample(np.full((n, 1), wish), seed)
    assert fractions.shape == (n, 4)
    assert fractions.dtype == np.float64
    np.testing.assert_allclose(fractions.sum(axis=1), 1.0, atol=1e-12)
    assert ((fractions == 0.0) | (fractions >= TINY.smallest_fraction)).all()


def test_the_largest_fraction_survives_a_high_threshold(tiny: TrainedWgan) -> None:
    strict = replace(tiny, settings=replace(TINY, smallest_fraction=0.5))
    fractions = strict.sample(strict.draw_conditions(50, seed=0), seed=0)
    np.testing.assert_allclose(fractions.sum(axis=1), 1.0, atol=1e-12)


def test_the_same_seed_gives_the_same_model_and_samples(tiny: TrainedWgan) -> None:
    again, other = trained(), trained(replace(TINY, seed=1))
    np.testing.assert_array_equal(again.weights, tiny.weights)
    assert not np.array_equal(other.weights, tiny.weights)
    wanted = tiny.draw_conditions(10, seed=5)
    np.testing.assert_array_equal(again.sample(wanted, seed=7), tiny.sample(wanted, seed=7))
    assert not np.array_equal(tiny.sample(wanted, seed=8), tiny.sample(wanted, seed=7))


def test_training_leaves_threads_and_global_randomness_alone() -> None:
    threads, torch_state, numpy_state = torch.get_num_threads(), torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002
    python_state = random.getstate()
    torch.set_num_threads(2)
    try:
        trained()
        assert torch.get_num_threads() == 2
        assert torch.is_grad_enabled()
    finally:
        torch.set_num_threads(threads)
    assert torch.equal(torch.get_rng_state(), torch_state)
    assert np.array_equal(np.random.get_state()[1], numpy_state)  # noqa: NPY002
    assert random.getstate() == python_state


def test_training_can_be_interrupted() -> None:
    threads = torch.get_num_threads()
    seen: list[int] = []

    def stop(done: int, total: int, figures: dict[str, float]) -> None:
        assert total == TINY.iterations
        assert figures["wasserstein_distance"] == figures["wasserstein_distance"]
        seen.append(done)
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trained(progress=stop)
    assert seen == [1, 2, 3]
    assert torch.get_num_threads() == threads


@pytest.mark.parametrize("unroll_steps", [0, 3])
def test_unrolling_is_an_option(unroll_steps: int) -> None:
    model = trained(replace(TINY, unroll_steps=unroll_steps))
    assert np.isfinite(model.weights).all()
    assert len(model.history) == TINY.iterations


def test_it_learns_a_planted_relation_and_exact_zeros() -> None:
    """Over four seeds medians within 1.6 of the wish, .83 to .96 zeros in a row, and 940 to 973 different rows."""
    model = trained(WganSettings(iterations=1500, width=32))
    medians = []
    for wish in (50.0, 75.0, 100.0):
        fractions = model.sample(model.draw_conditions(400, seed=1, fixed={"stiffness": wish}), seed=1)
        medians.append(float(np.median(fractions @ STIFFNESS)))
    assert medians == pytest.approx([50.0, 75.0, 100.0], abs=6.0)
    fractions = model.sample(model.draw_conditions(1000, seed=2), seed=2)
    assert (fractions == 0.0).sum(axis=1).mean() == pytest.approx(1.0, abs=0.35)
    assert len(np.unique(fractions.round(2), axis=0)) > 800


def test_a_saved_model_comes_back_the_same(tiny: TrainedWgan, tmp_path: Path) -> None:
    stem = tmp_path / "models" / "wgan.v1"
    tiny.save(stem)
    back = TrainedWgan.load(stem)
    assert (back.settings, back.columns, back.condition_names) == (tiny.settings, tiny.columns, tiny.condition_names)
    assert back.history == tiny.history
    wanted = tiny.draw_conditions(20, seed=1, fixed={"stiffness": 70.0})
    np.testing.assert_array_equal(back.draw_conditions(20, seed=1, fixed={"stiffness": 70.0}), wanted)
    np.testing.assert_array_equal(back.sample(wanted, seed=2), tiny.sample(wanted, seed=2))
    assert sorted(path.name for path in stem.parent.iterdir()) == ["wgan.v1.json", "wgan.v1.safetensors"]


@pytest.mark.parametrize("name", ["wgan.json", "wgan.safetensors"])
@pytest.mark.parametrize("damage", [b"", b"{}", b"[1]", b"\xff\x00"])
def test_a_damaged_file_is_refused(tiny: TrainedWgan, tmp_path: Path, name: str, damage: bytes) -> None:
    tiny.save(tmp_path / "wgan")
    (tmp_path / name).write_bytes(damage)
    with pytest.raises(InputError, match="damaged"):
        TrainedWgan.load(tmp_path / "wgan")


def test_a_missing_file_is_refused(tiny: TrainedWgan, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        TrainedWgan.load(tmp_path / "wgan")
    tiny.save(tmp_path / "wgan")
    (tmp_path / "wgan.safetensors").unlink()
    with pytest.raises(InputError, match="cannot be read"):
        TrainedWgan.load(tmp_path / "wgan")


def test_files_of_two_models_are_not_mixed(tiny: TrainedWgan, tmp_path: Path) -> None:
    tiny.save(tmp_path / "a")
    replace(tiny, known_conditions=tiny.known_conditions + 1.0).save(tmp_path / "b")
    (tmp_path / "b.safetensors").replace(tmp_path / "a.safetensors")
    with pytest.raises(InputError, match="do not belong together"):
        TrainedWgan.load(tmp_path / "a")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"width": 0}, "width must be a whole number"),
        ({"iterations": 2.5}, "iterations must be a whole number"),
        ({"learning_rate": float("nan")}, "learning_rate must be a number"),
        ({"clip": -0.1}, "clip must be"),
        ({"unroll_steps": -1}, "unroll_steps must be"),
        ({"seed": -1}, "seed must be"),
    ],
)
def test_bad_settings_are_refused(change: dict[str, float], message: str) -> None:
    with pytest.raises(InputError, match=message):
        replace(TINY, **change)


@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        (lambda x, y: (x[:1], y[:1]), "at least 2"),
        (lambda x, y: (x, y[:5]), "300 compositions but 5 rows"),
        (lambda x, y: (x[:, :3], y), "4 columns"),
        (lambda x, y: (x, y[:, 0]), "1 columns"),
        (lambda x, y: (2.0 * x, y), "row 0 of the compositions"),
        (lambda x, y: (x - 0.1, y + 0.4), "row 0 of the compositions"),
        (lambda x, y: (x, y * np.nan), "conditions must be finite"),
        (lambda x, y: (x, np.full_like(y, 5.0)), "same value in every row"),
        (lambda x, y: (x, y.astype(str) + "GPa"), "table of numbers"),
    ],
)
def test_bad_data_are_refused(
    break_it: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]], message: str
) -> None:
    fractions, stiffness = break_it(*planted())
    with pytest.raises(InputError, match=message):
        train_wgan(fractions, stiffness, TINY, ("stiffness",), COLUMNS)


def test_bad_names_are_refused() -> None:
    with pytest.raises(InputError, match="differ from each other"):
        train_wgan(*planted(), TINY, ("stiffness",), ("A", "A", "B", "C"))
    with pytest.raises(InputError, match="condition names must be given"):
        train_wgan(*planted(), TINY, (), COLUMNS)


def test_bad_wishes_are_refused(tiny: TrainedWgan) -> None:
    with pytest.raises(InputError, match="1 columns"):
        tiny.sample(np.zeros((3, 2)), seed=0)
    with pytest.raises(InputError, match="seed"):
        tiny.sample(np.zeros((3, 1)), seed=-1)
    with pytest.raises(InputError, match="unknown condition"):
        tiny.draw_conditions(3, seed=0, fixed={"hardness": 1.0})
