"""Samples of one composition that were processed differently are not one row of a learning table."""

from collections import Counter

import numpy as np
import pytest

from quinary.chemistry.composition import Composition
from quinary.loops.training.learning_data import Question, embedded_points, gathered
from quinary.loops.training.processing_columns import processing_columns
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Origin, Source, Value
from quinary.points.processing import parse_processing

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


def points_processed(*texts):
    source = Source("a table")
    return [
        DataPoint(
            Material(Composition.of("CoCrFeMnNi"), ("FCC",), parse_processing(text)), "hardness_vickers", Value.number(2.0),
            Method.MEASURED, Origin.LITERATURE, source,
        )
        for text in texts
    ]  # fmt: skip


def test_temperature_time_and_reduction_are_columns_where_points_state_them():
    texts = [f"80% cold rolled, annealed {celsius} C/{hours} h" for celsius in (800, 900) for hours in (1, 10)] * 3
    texts += ["cold rolled 60%"] * 10 + ["annealed"] * 10 + ["CR(70%)+A(1173K)"] * 10
    columns, defaults, _ = processing_columns(points_processed(*texts))
    assert list(columns) == [
        "processing=A", "processing=CR", "heat_treatment_temperature", "heat_treatment_log_hours", "reduction_percent",
    ]  # fmt: skip
    kelvin, hours, reduction = list(columns.values())[2:]
    assert (kelvin[0], hours[:2], reduction[0]) == (1073.0, [0.0, 1.0], 80.0)
    assert (kelvin[12], hours[12], reduction[12]) == (298.15, 0.0, 60.0)
    assert (kelvin[22], hours[22], reduction[22]) == (1173.0, 0.5, 0.0)  # annealed, as most are; not worked
    assert defaults == {"processing=A": 0.0, "processing=CR": 1.0, "heat_treatment_temperature": 298.15,
                        "heat_treatment_log_hours": 0.0, "reduction_percent": 60.0}  # fmt: skip


def test_kinds_of_steps_are_columns_where_several_steps_are_of_a_kind():
    columns, _, _ = processing_columns(points_processed(*["arc-melted"] * 12, *["suction cast"] * 12, *["SPS"] * 12))
    assert list(columns) == ["processing=CMC", "processing=SPS", "processing=VAM", "is_melted"]
    assert columns["is_melted"] == [1.0] * 24 + [0.0] * 12
