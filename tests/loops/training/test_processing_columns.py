"""Samples of one composition that were processed differently are not one row of a learning table."""

from collections import Counter

import numpy as np
import pytest

from quinary.loops.training.learning_data import Question, embedded_points, gathered
from quinary.loops.training.processing_columns import processing_columns

CANTOR = {"Co", "Cr", "Fe", "Mn", "Ni"}


@pytest.fixture(scope="module")
def hardness():
    return list(embedded_points("hardness_vickers"))


def test_common_steps_are_columns_and_the_most_common_processing_the_default(hardness):
    columns, defaults, text = processing_columns(hardness)
    assert list(columns) == [f"processing={step}" for step in ("A", "AC", "PM", "W")]
    counts = Counter(entry.material.processing for entry in hardness)
    assert {name: sum(values) for name, values in columns.items()} == {
        f"processing={step}": counts[step,] for step in ("A", "AC", "PM", "W")
    }
    assert [name for name, value in defaults.items() if value] == ["processing=AC"]
    assert "a prediction is as-cast" in text
    assert processing_columns(hardness[:5]) == ({}, {}, "")


@pytest.mark.physics
def test_as_cast_and_wrought_cantor_alloys_are_rows_apart(hardness):
    """Medians of the rows of CoCrFeMnNi in Borg et al. 2020 (10.1038/s41597-020-00768-9), GPa, by processing."""
    data = gathered(Question("hardness_vickers"), hardness)
    rows = data.table.rows(data.table.groups["system"] == "-".join(sorted(CANTOR)))
    values = {step: rows.target[rows.columns[f"processing={step}"] == 1.0].tolist() for step in ("A", "AC", "PM", "W")}
    assert values["AC"] == [pytest.approx(np.median([1.72597, 1.41216, 1.27683, 4.06976]), rel=1e-4)]
    assert values["A"] == [pytest.approx(1.3239, rel=1e-4)]
    assert values["W"] == [pytest.approx(np.mean([3.8648, 4.22372]), rel=1e-4)]
    noise = rows.noise[rows.columns["processing=AC"] == 1.0]
    assert noise.tolist() == [pytest.approx(1.4826 * np.median([0.156905, 0.156905, 0.292235, 2.500695]), rel=1e-3)]
