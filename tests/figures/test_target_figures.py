from __future__ import annotations

import numpy as np

from quinary.figures.records import ReportData
from quinary.figures.target_figures import corner_columns, corner_map, element_trends, target_histograms


def test_rows_share_bins_and_scale(report_data: ReportData) -> None:
    modulus, toughness = (panel.plot for panel in target_histograms(report_data).panels)
    for figure in (modulus, toughness):
        bars = [trace for trace in figure.data if trace.type == "bar"]
        assert len(bars) == 4
        assert all(np.array_equal(trace.x, bars[0].x) for trace in bars)
        assert len({figure.layout[f"yaxis{number or ''}"].range for number in ("", 2, 3, 4)}) == 1


def test_the_asked_value_is_marked_where_it_was_asked_for(report_data: ReportData) -> None:
    modulus, toughness = (panel.plot for panel in target_histograms(report_data).panels)
    assert [trace.x[0] for trace in modulus.data if trace.name == "asked"] == [30, 60, 90, 120]
    assert not [trace for trace in toughness.data if trace.name == "asked"]
    band = next(trace for trace in modulus.data if trace.name == "nearest known alloys")
    np.testing.assert_allclose((min(band.x), max(band.x)), (28.5, 31.5))


def test_trends_show_percentages_of_samples(report_data: ReportData) -> None:
    heatmap = element_trends(report_data).panels[0].plot.data[0]
    assert heatmap.z.shape == (4, len(heatmap.x))
    assert 0 <= heatmap.z.min() <= heatmap.z.max() <= 100


def test_corners_lie_at_what_was_asked(report_data: ReportData) -> None:
    known, made = (panel.plot for panel in corner_map(report_data).panels)
    for figure in (known, made):
        wishes = [(trace.x[0], trace.y[0]) for trace in figure.data if trace.x is not None and len(trace.x) == 1]
        assert wishes == [(50, 0.42), (110, 0.5)]
        assert [note.text for note in figure.layout.annotations] == ["<b>a</b>", "<b>d</b>"]
    assert known.layout.xaxis.range == made.layout.xaxis.range


def test_corner_samples_have_one_panel_each(report_data: ReportData) -> None:
    assert [panel.title for panel in corner_columns(report_data).panels] == ["a: low G, high K", "d: high G, low K"]
