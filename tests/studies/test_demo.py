"""The main job, once, on the embedded data; then what it must show."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from quinary.store.database import open_database
from quinary.store.queries import counts
from quinary.studies.demo import DemoResult, run_demo

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoResult:
    return run_demo(tmp_path_factory.mktemp("demo"))


def _samples(demo: DemoResult, shear_modulus: float) -> np.ndarray:
    return next(t for t in demo.targets if t.wanted == {"shear_modulus": shear_modulus}).fractions


def _frequency(demo: DemoResult, symbol: str, shear_modulus: float) -> float:
    column = demo.elements.index(symbol)
    return float((_samples(demo, shear_modulus)[:, column] > 0.01).mean())


def _median(demo: DemoResult, name: str, shear_modulus: float) -> float:
    target = next(t for t in demo.targets if t.wanted == {"shear_modulus": shear_modulus})
    return float(np.median(target.values[name]))


def test_the_json_has_the_promised_keys(demo: DemoResult) -> None:
    document = json.loads(json.dumps(demo.as_dict()))
    assert {"points", "materials", "voids", "training_seconds", "targets", "candidates", "report"} <= document.keys()
    assert len(document["targets"]) == 8
    assert {"median", "share_within_10_percent", "nearest_known_error"} <= document["targets"][0].keys()


def test_the_database_holds_what_was_counted(demo: DemoResult) -> None:
    with open_database(f"sqlite:///{demo.report.parent / 'demo.db'}") as database, database.read() as connection:
        assert counts(connection)["points"] == demo.counts["points"] > 16_000
    assert demo.voids_after < demo.voids_before


def test_training_set_is_counted_honestly(demo: DemoResult) -> None:
    assert demo.training["n_alloys"] > 800
    assert demo.training["n_left_out"] > 0
    assert all(0 < demo.rare_elements[symbol] < 60 for symbol in ("Re", "Ru", "Ir"))


@pytest.mark.physics
def test_trends_of_the_paper(demo: DemoResult) -> None:
    """S1 (10.20517/jmi.2021.05), Fig 6, with the DFT table: modulus and toughness rise, W and Mo come, Zr goes."""
    moduli = (30.0, 60.0, 90.0)
    medians = [_median(demo, "shear_modulus", g) for g in moduli]
    toughness = [_median(demo, "fracture_toughness_rice", g) for g in moduli]
    assert medians == sorted(medians)
    assert medians == pytest.approx(moduli, rel=0.1)
    assert toughness == sorted(toughness)
    assert _frequency(demo, "W", 90) > _frequency(demo, "W", 60) >= _frequency(demo, "W", 30)
    assert _frequency(demo, "Mo", 90) > _frequency(demo, "Mo", 60) > _frequency(demo, "Mo", 30)
    assert _frequency(demo, "Zr", 90) < _frequency(demo, "Zr", 60) < _frequency(demo, "Zr", 30)
    assert _frequency(demo, "Hf", 120) < _frequency(demo, "Hf", 60)


@pytest.mark.physics
def test_corner_elements_of_the_paper(demo: DemoResult) -> None:
    """S1, Fig 8: chromium only where toughness is high for the modulus, tungsten where both are high."""
    corners = {t.name[0]: t.fractions.mean(axis=0) for t in demo.targets if len(t.wanted) == 2}
    chromium, tungsten = demo.elements.index("Cr"), demo.elements.index("W")
    assert corners["a"][chromium] > 3 * max(corners[name][chromium] for name in "bcd")
    assert corners["b"][tungsten] == max(corner[tungsten] for corner in corners.values())


def test_candidates_meet_their_wishes_and_are_judged(demo: DemoResult) -> None:
    assert len(demo.candidates) == 16
    for candidate in demo.candidates:
        assert sum(candidate["composition"].values()) == pytest.approx(1, abs=1e-9)
    page = demo.report.read_text(encoding="utf-8")
    assert all(rung in page for rung in ("rules", "calphad"))


def test_the_report_needs_no_network(demo: DemoResult) -> None:
    page = demo.report.read_text(encoding="utf-8")
    assert re.search(r"<(script|link|img|iframe)[^>]+(src|href)=[\"']?(https?:)?//", page) is None
    assert demo.report.stat().st_size < 8_000_000


def test_a_second_run_replaces_only_its_own_files(tmp_path: Path) -> None:
    from quinary.errors import WorkError

    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(WorkError, match="cannot write into"):
        run_demo(blocked / "demo")
    assert blocked.read_text() == "not a folder"
