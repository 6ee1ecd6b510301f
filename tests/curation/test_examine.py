"""One finding a doubted statement, with all its evidence; findings of one mistake belong together."""

import numpy as np
import pytest

from quinary.curation import expectation
from quinary.curation.dataset import Dataset
from quinary.curation.examine import detectors, examine, rejected_rows
from quinary.curation.expectation import deviations
from quinary.curation.finding import Severity, by_mistake
from quinary.curation.problems import PROBLEMS, problem_in_words, repair_in_words

HEAD = "formula,phases,doi"


def shown(points):
    return [finding for finding in examine(points) if finding.severity is not Severity.NOTICE]


def test_several_detectors_on_one_formula_make_one_finding(points_of):
    rows = ["Fe40 Ni30 Cr35,FCC,10.1000/a", "Fe40 Ni20 Cr40,FCC,10.1000/a", "Fe40 Ni35 Cr25,FCC,10.1000/a"]
    (found,) = shown(points_of(HEAD, *rows))
    assert found.line == 2
    assert {entry.detector for entry in found.evidences} >= {"composition_sum", "amount_convention"}
    assert all(entry.text in found.evidence for entry in found.evidences)
    assert len(found.key) == 12
    assert next(entry["detector"] for entry in found.as_dict()["evidences"]) == found.detector


def test_two_values_that_exclude_each_other_are_one_mistake(points_of):
    points = points_of("formula,YS (MPa),UTS (MPa),doi", "CoCrFeNi,900,300,10.1000/a", "CoCrFeMn,300,500,10.1000/a")
    found = shown(points)
    assert {finding.property for finding in found} == {"yield_strength", "ultimate_tensile_strength"}
    assert [len(group) for group in by_mistake(found)] == [2]


def test_a_refused_row_is_a_finding_with_its_formula():
    reason = "composition 'MoNTaW': no alloy holds 25 at.% of N: is another element meant?"
    (found,) = rejected_rows("t.csv", [{"line": 13, "reason": reason}])
    assert (found.formula, problem_in_words(found), found.line) == ("MoNTaW", "not read", 13)
    (other,) = rejected_rows("t.csv", [{"line": 14, "reason": "no usable phase in 'x'"}])
    assert [len(group) for group in by_mistake([found, found, other])] == [2, 1]


def test_every_detector_has_its_words():
    assert set(PROBLEMS) == {detector.name for detector in detectors()} | {"reader"}


@pytest.mark.parametrize(
    ("repair", "words"),
    [
        (None, ""), ({"formula": "Fe60 Ni40"}, "Fe60 Ni40"), ({"property": "density", "value": 7.8, "unit": "g/cm^3"},
        "7.8 g/cm^3"), ({"condition": "temperature", "value": 1073.0, "unit": "K"}, "temperature 1073 K"),
        ({"doi": "10.1/a"}, "count it once, as 10.1/a"),
    ],
)  # fmt: skip
def test_repairs_in_words(repair, words):
    assert repair_in_words(repair) == words


@pytest.mark.parametrize("most", [500, 0])
def test_a_zero_too_many_is_far_from_what_is_expected_by_kernel_and_by_forest(points_of, monkeypatch, most):
    monkeypatch.setattr(expectation, "_MOST_NEIGHBOURS", most)
    hardness = 300 + 20 * np.random.default_rng(0).standard_normal(60)
    hardness[7] *= 10
    rows = [f"Al{0.1 + 0.02 * n:.2f}CoCrFeNi,{value:.0f},10.1000/{n}" for n, value in enumerate(hardness)]
    (found,) = deviations(Dataset.of(points_of("formula,HV,doi", *rows))).values()
    worst = max(found, key=lambda deviation: abs(deviation.z))
    assert worst.entry.line == 9
    assert worst.z > 8
