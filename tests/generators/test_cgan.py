"""The conditional network as a plug-in: trained once, kept, and trained again if what was kept is spoilt."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from quinary.errors import InputError
from quinary.generative import gan
from quinary.generative.gan import wgan
from quinary.generative.kept_networks import kept_stem
from quinary.generators.cgan import PLUGIN, trained_network
from quinary.plugins.registry import predictor_of
from quinary.plugins.sockets import PredictionTask
from quinary.requests.request import Request


def shorter(seed):
    """The settings with a twelfth of the updates: what is asked here does not hang on how well the network learned."""
    return partial(wgan.WganSettings, iterations=1000, seed=seed)


@pytest.fixture(scope="module", autouse=True)
def short_training():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gan, "WganSettings", shorter(0))
        yield


def files(task):
    return sorted(task.cache.iterdir())


@pytest.fixture(scope="module")
def first(task):
    """Samples right after the training, and what progress was told."""
    told = []
    made = PLUGIN.generate(replace(task, progress=lambda *what: told.append(what)), 64)
    return made, told


def test_training_shows_progress_and_leaves_two_files(first, task):
    _, told = first
    assert {what for what, _, _ in told} == {"training the generator"}
    assert told[-1][1] == told[-1][2]
    assert [entry.suffix for entry in files(task)] == [".json", ".safetensors"]


def trained_stem(task):
    """The name under which the first training is kept."""
    return kept_stem(task, "cgan", gan.WganSettings(), wgan.train_wgan).name


def test_a_second_request_finds_the_network_and_gives_the_same_samples(first, task):
    made, _ = first
    stamps = [entry.stat().st_mtime_ns for entry in files(task)]
    again = PLUGIN.generate(task, 64)
    assert np.array_equal(made.fractions, again.fractions)
    assert [entry.stat().st_mtime_ns for entry in files(task)] == stamps


@pytest.mark.usefixtures("first")
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_samples_follow_the_wish(task, seed, monkeypatch):
    """Another wish needs no new training: the wish is the condition.

    Over five seeds and two ways to add (MKL_CBWR=COMPATIBLE and plain) the means are 58 to 60 and 123 to 125 GPa.
    """
    monkeypatch.setattr(gan, "WganSettings", shorter(seed))
    network = trained_network(task)
    stems = {entry.stem for entry in files(task)}
    means = []
    for target in (60.0, 120.0):
        made = PLUGIN.generate(replace(task, request=Request(targets={"shear_modulus": target})), 200)
        means.append(predictor_of("shear_modulus").predict("shear_modulus", PredictionTask(made)).values.mean())
    assert means[0] < 80.0 < 100.0 < means[1]
    assert {entry.stem for entry in files(task)} == stems
    assert network.settings.seed == seed


def test_a_spoilt_cache_is_trained_again_and_mended(first, task):
    made, _ = first
    card, arrays = (path for path in files(task) if path.stem == trained_stem(task))
    whole = arrays.read_bytes()
    arrays.write_bytes(whole[: len(whole) // 2])
    again = PLUGIN.generate(task, 64)
    assert np.array_equal(made.fractions, again.fractions)
    assert arrays.read_bytes() == whole
    assert card.exists()


def test_an_entry_kept_for_another_task_is_not_believed(first, task):
    made, _ = first
    stem = task.cache / trained_stem(task)
    with pytest.raises(InputError, match="kept for another task"):
        wgan.TrainedWgan.load(stem, "cgan-0123")
    assert wgan.TrainedWgan.load(stem, stem.name).columns == made.elements


def test_a_folder_in_the_way_costs_time_and_one_warning(first, task, tmp_path, caplog):
    made, _ = first
    (tmp_path / "file").write_text("in the way")
    blocked = PLUGIN.generate(replace(task, cache=tmp_path / "file" / "generators"), 64)
    assert np.array_equal(blocked.fractions, made.fractions)
    (record,) = caplog.records
    assert "QUINARY_CACHE" in record.getMessage()


@pytest.mark.parametrize(
    ("last", "message"),
    [(np.nan, "not a finite number in 1 of"), (1.0, "the same value in all")],
)
def test_what_teaches_nothing_is_refused_with_the_number_of_rows(task, last, message):
    values = np.ones(len(task.known))
    values[-1] = last
    with pytest.raises(InputError, match=f"shear_modulus .*{message}.* {len(values)} known materials"):
        PLUGIN.generate(replace(task, values={"shear_modulus": values}), 3)


def test_twenty_alloys_are_the_least(task):
    few = replace(task, known=type(task.known)(task.known.elements, task.known.fractions[:19]))
    with pytest.raises(InputError, match="at least 20 known materials, got 19"):
        PLUGIN.generate(replace(few, values={"shear_modulus": np.arange(19.0)}), 3)
