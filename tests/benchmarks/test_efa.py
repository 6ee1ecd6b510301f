"""The bench of entropy-forming abilities."""

import pytest

from quinary.studies.benches import BenchSettings, run_bench


def test_figures_from_the_shipped_table_and_one_composition_recomputed():
    document = run_bench("efa", BenchSettings(size=1))
    assert document["recomputed"] == 1
    assert document["largest_change"] == pytest.approx(0, abs=1e-5)
    assert document["spearman"] >= 0.93
    assert document["mae_cv"] <= 3.2
    assert document["mae_leave_element"] <= 6.0
    assert document["mae_leave_pair"] <= 4.5
    assert len(document["chromium"]) == 6
    assert {row["measure"] for row in document["rows"]} <= document.keys()
