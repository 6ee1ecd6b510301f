"""The benchmark at a size that a test can afford."""

import json

import numpy as np
import pytest

from quinary.plugins.registry import find_plugin
from quinary.studies.benches import BenchSettings
from quinary_benchmarks import generation_metrics as metrics
from quinary_benchmarks.generate import bench
from quinary_benchmarks.generation_data import data_sets
from quinary_benchmarks.generation_runs import JitteredCopies


@pytest.fixture(scope="module")
def document():
    sets = data_sets(0, 160)
    generators = [find_plugin("generators", name) for name in ("random", "nearest", "cvae")]
    return bench([*generators, JitteredCopies()], sets[-1:], 4, BenchSettings())


def test_every_generator_has_a_raw_and_a_moved_row(document):
    rows = [(row["generator"], row["samples"]) for row in document["rows"]]
    for name in ("random", "nearest", "cvae", "jittered-copies"):
        assert (name, "raw") in rows
        assert (name, "moved") in rows
    json.dumps(document, allow_nan=False)


def test_moved_samples_break_no_limit_and_meet_two_properties(document):
    moved = [row for row in document["details"] if row["samples"] == "moved"]
    assert all(row["limits_broken"] == 0 for row in moved)
    errors = {row["generator"]: row["condition_error"] for row in moved}
    assert errors["cvae"] <= 0.002


def test_shear_moduli_are_met_by_moved_samples(document):
    shares = document["wishes"]["random"]
    assert all(shares[f"G = {value}"]["found"] for value in (60, 90, 120))


def test_the_seven_property_set_is_split_without_overlap(mirror, monkeypatch):
    monkeypatch.setenv("QUINARY_MIRROR", str(mirror))
    first = data_sets(0, 300)[0]
    names = first.refiner.names
    assert len(names) == 7
    learned = {row.tobytes() for row in first.refiner.learned.known}
    assert not learned & {row.tobytes() for row in first.grader.learned.known}
    systems = {tuple(row) for row in first.known.fractions > 0}
    assert not systems & {tuple(row) for row in first.targets > 0}


def test_copies_and_equals_are_told_apart():
    """Authenticity is near .5 for another half of the same data, and high for jittered copies; AUC likewise."""
    random = np.random.default_rng(0)
    known, other = random.dirichlet(np.ones(5), (2, 600))
    copies = known * np.exp(0.02 * random.standard_normal(known.shape))
    copies /= copies.sum(axis=1, keepdims=True)
    assert metrics.authenticity(known, other) == pytest.approx(0.5, abs=0.08)
    assert metrics.authenticity(known, copies) > 0.9
    assert metrics.classifier_auc(known, other) == pytest.approx(0.5, abs=0.06)
    assert metrics.classifier_auc(known, random.dirichlet(np.full(5, 4.0), 600)) > 0.8
    assert metrics.coverage(known, known) == (1.0, 1.0)


def test_counts_and_pairs():
    whole = np.array([[0.5, 0.5, 0.0], [0.5, 0.0, 0.5], [0.0, 0.5, 0.5], [0.4, 0.3, 0.3]])
    assert metrics.count_distance(whole, whole) == 0.0
    assert metrics.count_distance(whole[:3], whole[3:]) == 1.0
    assert metrics.pair_distance(whole, whole) == 0.0
    assert metrics.unique_and_new(whole[:2], whole[[0, 0, 2, 3]]) == (0.75, 0.5)
