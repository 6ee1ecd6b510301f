"""The figures of the store, at a size that a test can afford."""

import json

import pytest

from quinary.studies.benches import BenchSettings, run_bench
from quinary_benchmarks.store import synthetic_points


def test_figures_and_their_goals():
    told = []
    found = run_bench("store", BenchSettings(1_500, progress=lambda *what: told.append(what)))
    assert (found["name"], found["points"], found["database"]) == ("store", 1_500, "sqlite")
    assert [row["unit"] for row in found["rows"]] == [
        "points/s", "s", "s", "ms", "points/s", "s", "ms", "s", "s", "GB",
    ]  # fmt: skip
    assert found["import_points_per_second"] > 1_000
    assert 0 < found["voids_after_change_seconds"] < 10
    assert 0 < found["voids_seconds"] < 10
    assert 0 < found["full_view_seconds"] < 30
    assert all(row["cpu"] > 0 for row in found["rows"][:-1])
    assert 0 < found["show_milliseconds"] < 1_000
    assert 0 < found["incremental_cycle_seconds"] < 30
    assert 0 < found["aggregated_view_milliseconds"] < 1_000
    assert 0 < found["reaggregation_seconds"] < 30
    assert 0 < found["peak_memory_gigabytes"] < 4
    assert found["machine"]["cpus"] >= 1
    assert told[-1] == ("importing", 1_500, 1_500)
    json.dumps(found, allow_nan=False)


def test_on_a_database_of_ones_own(new_url):
    assert run_bench("store", BenchSettings(400, new_url()))["points"] == 400


def test_synthetic_points_are_the_same_for_a_seed():
    first, again, other = (list(synthetic_points(200, seed)) for seed in (0, 0, 1))
    assert first == again != other
    assert len({point.material.key for point in first}) == 50
    assert len({point.content_hash for point in first}) == pytest.approx(200)
