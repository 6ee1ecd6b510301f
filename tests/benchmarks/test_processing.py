"""The bench on processing compares the same rows with and without what is known of it."""

import pytest

from quinary.studies.benches import BenchSettings
from quinary_benchmarks import processing


@pytest.mark.slow
def test_simple_models_see_the_same_rows_with_and_without_processing(monkeypatch):
    monkeypatch.setattr(processing, "_PROPERTIES", ("hardness_vickers",))
    monkeypatch.setattr(processing, "_MODELS", ("mean", "nearest_neighbour"))
    found = processing.run(BenchSettings())
    mean, neighbour = found["rows"]
    assert mean["with"] == mean["without"] == pytest.approx(1.71, abs=0.05)
    assert mean["difference"] == 0.0
    assert neighbour["low"] < neighbour["difference"] < neighbour["high"]
    assert "processing=AC" in found["columns"]
