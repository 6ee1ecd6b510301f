"""The faults, as small as a test can afford; `quinary bench faults` is the long run."""

import pytest

from quinary.errors import InputError
from quinary.store.database import open_database
from quinary.store.writing import PointWriter
from quinary.studies.benches import BenchSettings
from quinary_benchmarks.faults import run
from quinary_benchmarks.store import synthetic_points


@pytest.mark.slow
def test_nothing_is_lost_or_doubled_when_processes_are_killed(new_url, monkeypatch):
    monkeypatch.setattr("quinary_benchmarks.faults._N_PROCESSES", 3)
    found = run(BenchSettings(3, new_url()))
    assert found["errors"] == []
    assert found["kills"] == 1
    assert found["transactions"] > 0
    assert found["cycles"] > 0
    assert {row["measure"]: row["value"] for row in found["rows"] if row["goal"] == "0"} == {
        row["measure"]: 0 for row in found["rows"] if row["goal"] == "0"
    }


def test_a_store_with_points_is_left_alone(tmp_path):
    url = f"sqlite:///{tmp_path / 'mine.db'}"
    with open_database(url) as database, database.write() as connection:
        PointWriter(connection).add(synthetic_points(4))
    with pytest.raises(InputError, match="holds points"):
        run(BenchSettings(1, url))
