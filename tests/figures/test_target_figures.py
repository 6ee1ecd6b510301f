from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

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


def with_shares(data: ReportData, *shares: tuple[float, float, float, float]) -> ReportData:
    """Wishes whose samples contain the first elements in these shares, one tuple of shares for each wish."""
    targets = []
    for entry, wanted in zip(data.moduli_targets, zip(*shares, strict=True), strict=True):
        fractions = np.zeros((100, len(data.elements)))
        fractions[:, -1] = 0.1  # in every sample
        for column, share in enumerate(wanted):
            fractions[: round(100 * share), column] = 0.1
        targets.append(replace(entry, fractions=fractions))
    return replace(data, moduli_targets=targets)


def test_elements_are_said_to_rise_only_where_they_do(report_data: ReportData) -> None:
    """Cr rises, Hf falls, Ir goes to and fro by nine points, Mo gains two points, Zr is everywhere."""
    data = with_shares(
        report_data, (0.1, 0.3, 0.6, 0.9), (0.9, 0.6, 0.3, 0.0), (0.1, 0.63, 0.54, 0.7), (0.5, 0.5, 0.51, 0.52)
    )
    caption = element_trends(data).caption
    assert "Most falling: Hf. Most rising: Cr. 3 of 5 show no clear trend" in caption


def test_where_nothing_changes_no_trend_is_said(report_data: ReportData) -> None:
    caption = element_trends(with_shares(report_data, (0.5, 0.5, 0.5, 0.5))).caption
    assert "Most falling: none. Most rising: none. 2 of 2 show no clear trend" in caption


@pytest.mark.parametrize(
    ("medians", "said"),
    [((0.2, 0.3, 0.4, 0.5), "rises"), ((0.5, 0.4, 0.3, 0.2), "falls"), ((0.2, 0.5, 0.3, 0.6), "shows no clear trend")],
)
def test_what_was_not_asked_for_is_described_as_it_came(report_data: ReportData, medians, said: str) -> None:
    name = "fracture_toughness_rice"
    targets = [
        replace(entry, values={**entry.values, name: np.full(60, median)})
        for entry, median in zip(report_data.moduli_targets, medians, strict=True)
    ]
    caption = target_histograms(replace(report_data, moduli_targets=targets)).caption
    assert f"was not asked for; its median {said} with the wish" in caption
    assert "<" not in caption  # the page escapes captions


def test_the_link_of_both_quantities_is_told_as_it_is(report_data: ReportData) -> None:
    x = report_data.real_values["shear_modulus"]
    for toughness, said in (
        (x, "go together"),
        (-x, "go against each other"),
        (x[::-1] * (-1.0) ** np.arange(len(x)), "hardly"),
    ):
        values = {"shear_modulus": x, "fracture_toughness_rice": toughness}
        caption = corner_map(replace(report_data, real_values=values)).caption
        assert said in caption
        assert "within 10 % of each wish: a 12, d 12." in caption


def test_corners_lie_at_what_was_asked(report_data: ReportData) -> None:
    known, made = (panel.plot for panel in corner_map(report_data).panels)
    for figure in (known, made):
        wishes = [(trace.x[0], trace.y[0]) for trace in figure.data if trace.x is not None and len(trace.x) == 1]
        assert wishes == [(50, 0.42), (110, 0.5)]
        assert [note.text for note in figure.layout.annotations] == ["<b>a</b>", "<b>d</b>"]
    assert known.layout.xaxis.range == made.layout.xaxis.range


def test_corner_samples_have_one_panel_each(report_data: ReportData) -> None:
    assert [panel.title for panel in corner_columns(report_data).panels] == ["a: low G, high K", "d: high G, low K"]
