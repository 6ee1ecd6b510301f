"""What is kept of a training: found again for the same data, settings, code, libraries and processor, and for nothing else."""

import errno
import logging
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from quinary.chemistry.matrix import CompositionMatrix
from quinary.errors import InputError
from quinary.generative import kept_networks
from quinary.generative.kept_networks import KeptNetwork, network_for
from quinary.plugins.sockets import GenerationTask
from quinary.requests.request import Request

N_ROWS = 24


@dataclass(frozen=True)
class Slope:
    """Settings of a model so small that it trains in no time."""

    offset: float = 0.0


class Counted:
    """Learns the slope of the first condition by the first fraction, and counts how often."""

    __module__ = "quinary.learning.models.layers"  # any module of ours: the key is made of its source

    def __init__(self):
        self.n_trained = 0

    def __call__(self, lesson, settings):
        self.n_trained += 1
        return {"slope": np.array([lesson.fractions[:, 0] @ lesson.conditions[:, 0] + settings.offset])}


@pytest.fixture
def train():
    return Counted()


@pytest.fixture
def task(tmp_path):
    fractions = np.random.default_rng(0).dirichlet(np.ones(3), N_ROWS)
    known = CompositionMatrix(("Mo", "Nb", "W"), fractions)
    return GenerationTask(known, {"shear_modulus": fractions @ [117.5, 37.5, 161.0]}, Request(), 0, tmp_path / "cache")


def slope(task, train, settings=Slope()):
    return float(network_for(task, "slope", settings, train).arrays["slope"][0])


def test_the_same_is_found_again(task, train):
    assert slope(task, train) == slope(task, train)
    assert slope(replace(task, seed=7, request=Request(targets={"shear_modulus": 60.0})), train) == slope(task, train)
    assert train.n_trained == 1
    assert sorted(path.suffix for path in task.cache.iterdir()) == [".json", ".safetensors"]


def test_another_value_composition_element_or_setting_is_another_network(task, train):
    slope(task, train)
    values = task.values["shear_modulus"].copy()
    values[3] = np.nextafter(values[3], np.inf)
    fractions = task.known.fractions.copy()
    fractions[0] = fractions[0, ::-1]
    others = [
        replace(task, values={"shear_modulus": values}),
        replace(task, values={"young_modulus": task.values["shear_modulus"]}),
        replace(task, known=CompositionMatrix(task.known.elements, fractions)),
        replace(task, known=CompositionMatrix(("Mo", "Nb", "Ta"), task.known.fractions)),
    ]
    for number, other in enumerate(others, 2):
        slope(other, train)
        assert train.n_trained == number
    assert slope(task, train, Slope(1.0)) == pytest.approx(slope(task, train) + 1.0)
    assert train.n_trained == len(others) + 2


@pytest.mark.parametrize("part", ["made_by", "processor"])
def test_other_code_another_library_or_processor_is_another_network(task, train, monkeypatch, part):
    slope(task, train)
    monkeypatch.setattr(kept_networks, part, lambda *_, **__: "another")
    slope(task, train)
    assert train.n_trained == 2


def test_the_key_is_made_of_the_code_that_trains(task, train, monkeypatch):
    asked = []
    monkeypatch.setattr(kept_networks, "made_by", lambda *modules, libraries: asked.append((modules, libraries)) or "")
    slope(task, train)
    ((modules, libraries),) = asked
    assert modules == ("quinary.learning.models.layers", "quinary.generative.kept_networks")
    assert libraries == ("numpy", "torch")


def test_an_entry_under_the_name_of_another_is_not_believed(task, train):
    wanted = slope(task, train)
    other = replace(task, values={"shear_modulus": task.values["shear_modulus"][::-1].copy()})
    assert slope(other, train) != wanted
    stems = {path.with_suffix("") for path in task.cache.iterdir()}
    mine = kept_networks.kept_stem(task, "slope", Slope(), train)
    (foreign,) = stems - {mine}
    for ending in (".json", ".safetensors"):
        foreign.with_suffix(ending).replace(mine.with_suffix(ending))
    assert slope(task, train) == wanted
    assert train.n_trained == 3


@pytest.mark.parametrize("ending", [".json", ".safetensors"])
@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff\x00"])
def test_a_damaged_entry_is_made_anew(task, train, ending, content):
    wanted = slope(task, train)
    damaged = next(path for path in task.cache.iterdir() if path.suffix == ending)
    whole = damaged.read_bytes()
    damaged.write_bytes(content)
    with pytest.raises(InputError):
        KeptNetwork.load(damaged.with_suffix(""))
    assert slope(task, train) == wanted
    assert train.n_trained == 2
    assert damaged.read_bytes() == whole


def test_a_cache_in_the_way_costs_time_and_one_warning(task, train, caplog):
    wanted = slope(replace(task, cache=None), train)
    task.cache.write_text("a file where the folder should be")
    assert [slope(task, train), slope(task, train)] == [wanted, wanted]
    assert train.n_trained == 3
    assert len(caplog.records) == 1


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="no proc file system on this machine")
def test_a_cache_that_cannot_be_made_costs_time_only(task, train, caplog):
    found = slope(replace(task, cache=Path("/proc/self/generators")), train)
    assert found == slope(replace(task, cache=None), train)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


def test_a_full_disk_costs_time_only(task, train, caplog, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    wanted = slope(replace(task, cache=None), train)
    monkeypatch.setattr(Path, "write_bytes", full)
    assert slope(task, train) == wanted
    assert "no space left on device" in caplog.text
    assert list(task.cache.iterdir()) == []
