"""The figures of composition spaces, at a size that a test can afford."""

import json

import numpy as np

from quinary.spaces.grid import Grid
from quinary.spaces.limits import SpaceLimits
from quinary.studies.benches import BenchSettings, run_bench
from quinary_benchmarks.space import plain_grid


def test_figures_and_their_goals():
    told = []
    found = run_bench("space", BenchSettings(20_000, progress=lambda *what: told.append(what)))
    assert (found["name"], found["points"]) == ("space", 20_000)
    rates = [key for key in found if key.endswith("_per_second")]
    assert len(rates) == 12
    assert all(found[key] > 1_000 for key in rates)
    assert found["count_seconds"] < 2
    assert found["peak_memory_mb"] < 1.2 * found["peak_memory_mb_short"] < 100
    assert told[-1][1:] == (6, 6)
    json.dumps(found, allow_nan=False)


def test_the_rival_builds_the_same_grid():
    np.testing.assert_array_equal(
        plain_grid(4, 6), Grid(SpaceLimits.alloy(("Mo", "Nb", "Ta", "W"), step=1 / 6)).steps()
    )
