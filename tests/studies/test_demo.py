"""The main job, once, on the embedded data; then what it must show."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func, select

import quinary
from quinary.store.database import open_database
from quinary.store.queries import counts
from quinary.store.schema import material, point
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


def test_only_points_of_candidates_hang_on_the_network(demo: DemoResult) -> None:
    """A candidate has about 9 to 12 points, by its elements: manganese has no surface energy, phases need a CALPHAD file."""
    with open_database(f"sqlite:///{demo.report.parent / 'demo.db'}") as database, database.read() as connection:
        n_of_known = connection.execute(
            select(func.count()).select_from(point.join(material)).where(material.c.is_generated.is_(False))
        ).scalar_one()
    assert n_of_known == demo.points_before_design
    assert demo.as_dict()["points_before_design"] == n_of_known
    assert 6 * len(demo.candidates) < demo.counts["points"] - n_of_known < 40 * len(demo.candidates)


def test_no_piece_of_work_failed(demo: DemoResult) -> None:
    assert quinary.cycle_status(db=demo.report.parent / "demo.db")["failures"] == []


def test_training_set_is_counted_honestly(demo: DemoResult) -> None:
    assert demo.training["n_alloys"] > 800
    assert demo.training["n_left_out"] > 0
    assert all(0 < demo.rare_elements[symbol] < 60 for symbol in ("Re", "Ru", "Ir"))


@pytest.mark.physics
def test_trends_of_the_paper(demo: DemoResult) -> None:
    """S1 (10.20517/jmi.2021.05), Fig 6, with the DFT table: modulus and toughness rise, W, Mo, Re and Ru come, Zr goes.

    One training is chaotic: the last digit of a sum, so the processor, decides between networks that differ as those of two
    seeds do. Over the seeds 0, 1 and 2, and seed 0 with MKL_CBWR=COMPATIBLE and ATEN_CPU_CAPABILITY=default, these were found
    (where there is AVX2, MKL_CBWR=AVX2 with ATEN_CPU_CAPABILITY=avx2 and OMP_NUM_THREADS=1 give the bits of the plain run):

        asked, GPa          30           60           90           120
        median G            30.6 - 30.9  59.1 - 59.3  89.2 - 89.8  121 - 124
        median K_Rice       .181 - .185  .336 - .338  .448 - .462  .612 - .645
        with W              0            .12 - .18    .64 - .76    .58 - .84
        with Mo             .00 - .01    .55 - .62    .56 - .68    .49 - .87
        with Zr             .61 - .84    .42 - .46    .04 - .09    0
        with Re, with Ru    0            .00 - .02    .01 - .05    .38 - .64

    Molybdenum between 60 and 90 GPa and hafnium everywhere (.02 to .19 at 120 GPa) go either way, and nothing is said of them.
    """
    moduli = (30.0, 60.0, 90.0, 120.0)
    assert [_median(demo, "shear_modulus", g) for g in moduli] == pytest.approx(moduli, rel=0.1)
    assert np.diff([_median(demo, "fracture_toughness_rice", g) for g in moduli]).min() > 0.05
    share = {(symbol, g): _frequency(demo, symbol, g) for symbol in ("W", "Mo", "Zr", "Re", "Ru") for g in moduli}
    assert share["W", 90] - share["W", 60] > 0.25
    assert share["W", 60] - share["W", 30] > 0.03
    assert min(share["Mo", 60], share["Mo", 90], share["Mo", 120]) - share["Mo", 30] > 0.25
    assert share["Zr", 30] - share["Zr", 90] > 0.25
    assert share["Zr", 60] - share["Zr", 90] > 0.15
    for symbol in ("Re", "Ru"):
        assert share[symbol, 120] - share[symbol, 90] > 0.15


@pytest.mark.physics
def test_corner_elements_of_the_paper(demo: DemoResult) -> None:
    """S1, Fig 8: chromium only where toughness is high for the modulus, tungsten where both are high.

    Over the trainings of `test_trends_of_the_paper` chromium has a mean fraction of .56 to .65 in a and at most .13
    elsewhere, tungsten one of .45 to .53 in b and at most .03 elsewhere.
    """
    corners = {t.name[0]: t.fractions.mean(axis=0) for t in demo.targets if len(t.wanted) == 2}
    chromium, tungsten = demo.elements.index("Cr"), demo.elements.index("W")
    assert corners["a"][chromium] > 2 * max(corners[name][chromium] for name in "bcd")
    assert corners["b"][tungsten] > 3 * max(corners[name][tungsten] for name in "acd")


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
