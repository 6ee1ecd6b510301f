"""The conditional network as a plug-in: trained once, kept, and trained again if what was kept is spoilt."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from quinary.errors import InputError, WorkError
from quinary.generators.cgan import PLUGIN, trained_network
from quinary.inverse.request import Request
from quinary.plugins.registry import predictor_of
from quinary.plugins.sockets import PredictionTask

pytestmark = pytest.mark.slow


def files(task):
    return sorted(entry for entry in task.cache.iterdir())


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


def test_a_second_request_finds_the_network_and_gives_the_same_samples(first, task):
    made, _ = first
    stamps = [entry.stat().st_mtime_ns for entry in files(task)]
    again = PLUGIN.generate(task, 64)
    assert np.array_equal(made.fractions, again.fractions)
    assert [entry.stat().st_mtime_ns for entry in files(task)] == stamps


@pytest.mark.usefixtures("first")
def test_samples_follow_the_wish(task):
    """Another wish needs no new training: the wish is the condition."""
    means = []
    for target in (60.0, 120.0):
        made = PLUGIN.generate(replace(task, request=Request(targets={"shear_modulus": target})), 200)
        means.append(predictor_of("shear_modulus").predict("shear_modulus", PredictionTask(made)).values.mean())
    assert means[0] < 80.0 < 100.0 < means[1]
    assert len(files(task)) == 2


def test_a_spoilt_cache_is_trained_again_and_mended(first, task):
    made, _ = first
    card, arrays = files(task)
    whole = arrays.read_bytes()
    arrays.write_bytes(whole[: len(whole) // 2])
    again = PLUGIN.generate(task, 64)
    assert np.array_equal(made.fractions, again.fractions)
    assert arrays.read_bytes() == whole
    assert card.exists()


@pytest.mark.usefixtures("first")
def test_other_data_are_another_network(task):
    """The name of the file is made of the data: a changed value must not find the old network."""
    changed = replace(task, values={"shear_modulus": task.values["shear_modulus"] + 1e-3})
    stems = {entry.stem for entry in files(task)}
    assert len(stems) == 1
    with pytest.raises(InputError):
        trained_network(replace(changed, values={"shear_modulus": np.full(len(task.known), np.nan)}))


def test_a_folder_that_cannot_be_made_is_said_before_the_training(task, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WorkError, match=r"cannot keep trained generators in .*: Not a directory; name .*QUINARY_CACHE"):
        PLUGIN.generate(replace(task, cache=tmp_path / "file" / "generators"), 3)


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="no proc file system on this machine")
def test_a_folder_that_cannot_be_written_is_said_too(task):
    with pytest.raises(WorkError, match="cannot keep trained generators"):
        PLUGIN.generate(replace(task, cache=Path("/proc/self/generators")), 3)


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
