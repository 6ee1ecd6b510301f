from __future__ import annotations

import json
import re
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from plotly.offline import get_plotlyjs

from quinary.errors import WorkError
from quinary.figures import style
from quinary.figures.records import ReportData
from quinary.figures.report import render_report, write_report

SECTIONS = ("reading", "candidates", "learned", "design", "missing", "sources")


def own_part(page: str) -> str:
    """The page without Plotly's own script, which holds addresses that it never asks for."""
    script = get_plotlyjs()
    assert page.count(script) == 1
    return page.replace(script, "")


def test_page_is_whole_and_loads_nothing(report_data: ReportData) -> None:
    page = render_report(report_data)
    own = own_part(page)
    assert all(
        target.startswith("#") for target in re.findall(r"""\b(?:href|src|srcset|action)\s*=\s*["']?([^"'\s>]+)""", own)
    )
    assert not re.search(r"<script[^>]*\bsrc|<link|<iframe|<img|@import|url\(|https?://", own)
    assert "default-src 'none'" in own
    assert len(page.encode()) < 8e6


def test_page_has_every_section_and_figure(report_data: ReportData) -> None:
    own = own_part(render_report(report_data))
    for section in SECTIONS:
        assert f'<section id="{section}"' in own
        assert f'href="#{section}"' in own
    assert [int(n) for n in re.findall(r"<b>Figure (\d+)\.</b>", own)] == list(range(1, 10))
    for counterpart in ("4A", "4B", "4C", "5", "6, top", "6, bottom", "7", "8"):
        assert f"Counterpart in S1: Fig. {counterpart}." in own
    ids = re.findall(r'\bid="([^"]+)"', own)
    assert len(ids) == len(set(ids))


def test_every_plot_has_a_description_and_valid_data(report_data: ReportData) -> None:
    own = own_part(render_report(report_data))
    descriptions = re.findall(r'class="plot"[^>]*role="img" aria-label="([^"]*)"', own)
    plots = re.findall(r'<script type="application/json" data-plot="([^"]+)">(.*?)</script>', own)
    assert len(plots) == len(descriptions) >= 14
    assert all(len(text) > 20 for text in descriptions)
    for place, text in plots:
        assert f'id="{place}"' in own
        assert set(json.loads(text)) == {"data", "layout"}


def test_every_named_colour_exists_in_both_schemes(report_data: ReportData) -> None:
    used = set(re.findall(r"var\(--([a-z0-9-]+)\)", own_part(render_report(report_data))))
    assert used <= set(style.LIGHT)
    assert set(style.LIGHT) == set(style.DARK)


def test_candidates_show_what_was_asked_moved_and_said(report_data: ReportData) -> None:
    own = own_part(render_report(report_data))
    assert "Hf<sub>20</sub><wbr>Mo<sub>30</sub><wbr>Nb<sub>50</sub>" in own
    assert "58.7 ± 4.2" in own
    assert "asked 60" in own
    assert "moved by 3.4 at.%" in own
    assert "outside the domain for price" in own
    assert "calphad: uncertain" in own


def test_what_comes_from_data_is_escaped(report_data: ReportData) -> None:
    evil = "<script>alert(1)</script>"
    verdict = {"rung": "rules", "outcome": "failed", "reason": evil, "values": {}}
    named = [replace(entry, name=f"{evil}{number}") for number, entry in enumerate(report_data.moduli_targets)]
    corners = [replace(entry, name=f"{evil}{number}") for number, entry in enumerate(report_data.corner_targets)]
    data = replace(
        report_data, title=evil, facts=[(evil, evil)], verdicts={"Hf20Mo30Nb50": [verdict]}, moduli_targets=named,
        corner_targets=corners, training={"settings": {evil: evil}},
    )  # fmt: skip
    own = own_part(render_report(data))
    assert evil not in own
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in own


def test_a_run_with_little_to_show_still_makes_a_page(report_data: ReportData) -> None:
    data = replace(
        report_data, candidates=[], verdicts={}, moduli_targets=report_data.moduli_targets[:1], corner_targets=[], voids={},
        imports=[], rare_elements={}, facts=[], training={},
    )  # fmt: skip
    own = own_part(render_report(data))
    assert "No candidates were designed" in own
    assert all(f'<section id="{section}"' in own for section in SECTIONS)
    assert "NaN" not in own


def test_a_run_without_samples_or_targets_still_makes_a_page(report_data: ReportData) -> None:
    none = {name: column[:0] for name, column in report_data.generated_values.items()}
    data = replace(
        report_data,
        generated=report_data.generated[:0],
        generated_values=none,
        asked_values=none,
        moduli_targets=[],
        corner_targets=[],
    )
    own = own_part(render_report(data))
    assert "No targets were asked for" in own
    assert "nan" not in re.sub(r"<script.*?</script>", "", own, flags=re.DOTALL)


def test_one_sample_for_a_target_is_enough(report_data: ReportData) -> None:
    entry = report_data.moduli_targets[0]
    single = replace(entry, fractions=entry.fractions[:1], values={n: v[:1] for n, v in entry.values.items()})
    none = replace(
        entry, fractions=entry.fractions[:0], values={n: v[:0] for n, v in entry.values.items()}, median=np.nan
    )
    assert "no samples" in render_report(replace(report_data, moduli_targets=[single, none]))


def test_file_appears_whole_or_not_at_all(report_data: ReportData, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old", encoding="utf-8")
    started = time.perf_counter()
    assert write_report(report_data, path) == path
    assert time.perf_counter() - started < 10
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_cannot_be_written_is_said(report_data: ReportData, tmp_path: Path) -> None:
    with pytest.raises(WorkError, match="cannot write"):
        write_report(report_data, Path("/proc/nowhere/report.html"))
    (tmp_path / "folder").mkdir()
    with pytest.raises(WorkError, match=r"cannot write .*folder: it is a folder"):
        write_report(report_data, tmp_path / "folder")
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder"]
