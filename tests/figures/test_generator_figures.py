from __future__ import annotations

from dataclasses import replace

import numpy as np

from quinary.figures.generator_figures import (
    component_counts,
    pair_correlations,
    parity,
    sample_columns,
    shown_elements,
)
from quinary.figures.records import ReportData


def test_both_pair_maps_share_one_scale_and_the_caption_compares_them(report_data: ReportData) -> None:
    figure = pair_correlations(report_data)
    scales = {(panel.plot.data[0].zmin, panel.plot.data[0].zmax) for panel in figure.panels}
    assert len(scales) == 1
    low, high = scales.pop()
    assert low == -high
    assert "Pearson correlation between the two maps" in figure.caption


def test_a_generator_that_copies_agrees_perfectly(report_data: ReportData) -> None:
    figure = pair_correlations(replace(report_data, generated=report_data.real))
    assert "between the two maps: 1.00." in figure.caption


def test_rare_elements_are_shown_and_unused_ones_are_not(report_data: ReportData) -> None:
    real, generated = report_data.real.copy(), report_data.generated.copy()
    for table in (real, generated):
        table[:, 2] = 0  # Ir
        table[:, 0] = 0  # Cr
    shown = shown_elements(replace(report_data, real=real, generated=generated))
    assert 2 in shown
    assert 0 not in shown


def test_bars_of_the_number_of_elements_sum_to_all_alloys(report_data: ReportData) -> None:
    for trace in component_counts(report_data).panels[0].plot.data:
        assert abs(sum(trace.y) - 100) < 0.1


def test_columns_are_known_alloys_in_the_order_of_the_modulus(report_data: ReportData) -> None:
    heatmap = sample_columns(report_data).panels[0].plot.data[0]
    assert heatmap.z.shape == (len(heatmap.y), 60)
    np.testing.assert_allclose(heatmap.z.sum(axis=0), 100, atol=1)
    assert np.all(np.diff(heatmap.customdata[0]) >= 0)


def test_parity_has_one_panel_a_property_and_the_errors_by_region(report_data: ReportData) -> None:
    figure = parity(report_data)
    assert [panel.id for panel in figure.panels] == ["parity-shear_modulus", "parity-fracture_toughness_rice"]
    assert figure.table is not None
    assert sum(int(row[1]) for row in figure.table.rows) == len(report_data.generated)
    assert len(parity(report_data).panels[0].plot.data[0].x) == len(report_data.generated)
