from __future__ import annotations

from quinary.figures.void_figures import void_counts


def test_all_loops_share_one_scale_and_the_caption_sums_up() -> None:
    figure = void_counts({"prediction": {"density": (100, 0), "price": (100, 40)}, "literature": {"phases": (7, 7)}})
    assert len({panel.plot.layout.xaxis.range for panel in figure.panels}) == 1
    assert "207 before" in figure.caption
    assert "47 after" in figure.caption


def test_what_is_missing_most_comes_first() -> None:
    panel = void_counts({"prediction": {"density": (100, 0), "price": (100, 40)}}).panels[0]
    before, after = panel.plot.data
    assert list(before.x) == [100, 100]
    assert list(after.x) == [40, 0]
    assert "Price" in panel.plot.layout.annotations[0].text
