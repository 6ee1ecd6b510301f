"""The same compromises as hea-bench, in a fraction of its time."""

import json

from quinary.studies.benches import BenchSettings, run_bench


def test_the_same_front_in_less_than_half_a_second():
    found = run_bench("pareto", BenchSettings())
    assert found["same_front"]
    assert found["points"] == found["rows"][1]["points"] == 8_721
    assert found["feasible"] == found["rows"][1]["feasible"] > found["front"] > 10
    assert found["quinary_seconds"] <= 0.5 < found["hea_bench_seconds"]
    json.dumps(found, allow_nan=False)
