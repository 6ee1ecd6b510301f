from __future__ import annotations

from dataclasses import replace

import pytest

from quinary.figures.records import ReportData
from quinary.figures.report_tables import candidate_rows, target_table, training_tables


def row_of(report_data: ReportData, **changes: object):
    return candidate_rows([{**report_data.candidates[0], **changes}], {}, ("shear_modulus", "density"))[0]


@pytest.mark.parametrize(
    ("value", "spread", "shown"),
    [(58.72, 4.21, "58.7 ± 4.2"), (0.5234, 0.041, "0.523 ± 0.041"), (1234.0, 210.0, "1234 ± 210"), (72.4, 0.0, "72.4"),
     (9.87, float("nan"), "9.87")],
)  # fmt: skip
def test_values_are_given_to_two_figures_of_their_spread(
    report_data: ReportData, value: float, spread: float, shown: str
) -> None:
    properties = {"shear_modulus": {"value": value, "unit": "GPa", "uncertainty": spread, "in_domain": True}}
    assert row_of(report_data, properties=properties).cells[0].value == shown


def test_a_missing_prediction_and_no_verdicts_are_shown_as_such(report_data: ReportData) -> None:
    row = row_of(report_data)
    assert row.cells[1].value == "–"
    assert row.verdicts == ()


def test_the_nearest_top_performer_is_shown_with_its_distance(report_data: ReportData) -> None:
    found = row_of(report_data, top_performer="MoNbTaW", top_performer_distance=0.3)
    assert (found.top_performer, found.top_performer_distance) == ("MoNbTaW", "0.30")
    without = row_of(report_data, top_performer="", top_performer_distance=None)
    assert (without.top_performer, without.top_performer_distance) == ("", "–")


def test_wishes_without_a_column_stand_beside_the_formula(report_data: ReportData) -> None:
    assert row_of(report_data, asked={"hardness_vickers": 5.0}).asked == "HV = 5 GPa"
    assert row_of(report_data, is_moved=False).made == "as sampled"


def test_the_nearer_of_generator_and_known_alloys_is_named(report_data: ReportData) -> None:
    entry = report_data.moduli_targets[0]
    table = target_table([entry, replace(entry, mean_error=0.01), replace(entry, nearest_known_error=float("nan"))])
    assert [row[table.columns.index("nearer")] for row in table.rows] == ["known alloys", "generator", "–"]


def test_settings_are_listed_one_by_one() -> None:
    facts, settings = training_tables(
        {"seconds": 38.91, "n_alloys": 1092, "settings": {"clip": 0.1, "layers": (64, 64)}}
    )
    assert facts.rows == (("training time (s)", "38.91"), ("training alloys", "1,092"))
    assert settings.rows == (("clip", "0.1"), ("layers", "64, 64"))
    assert training_tables({}) == []
