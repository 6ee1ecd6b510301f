"""From strengths to odds: more evidence never lowers them, none leaves the prior, every detector has its curve."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.curation.examine import detectors
from quinary.curation.finding import Suspicion
from quinary.curation.fusion import PRIOR, REPORT_FROM, evidence_of, fused

NAMES = [detector.name for detector in detectors()]


@given(st.sampled_from(NAMES), st.floats(0, 20), st.floats(0, 20))
def test_a_stronger_statement_weighs_no_less(name, first, second):
    low, high = sorted((first, second))
    assert 0 <= evidence_of(name, low) <= evidence_of(name, high) < 5


def test_a_detector_without_a_curve_says_nothing():
    assert evidence_of("new_detector", 12.0) == 0


@pytest.mark.parametrize("name", sorted({"near_duplicate", "re_reported"}))
def test_what_is_no_error_never_reaches_the_report(name):
    assert PRIOR + evidence_of(name, 12.0) < REPORT_FROM


def test_evidence_on_one_subject_adds_up_and_on_another_does_not(formulas):
    first, second = formulas("CoCr", "FeNi").entries
    scores = fused([
        ("low_entropy", Suspicion(first, 2.3, "")), ("low_entropy", Suspicion(first, 1.1, "")),
        ("constant_ratio", Suspicion(first, 2.0, "")), ("constant_ratio", Suspicion(second, 2.0, "")),
    ])  # fmt: skip
    assert scores[first.index, None] == pytest.approx(PRIOR + 1.4 + 1.2)
    assert scores[second.index, None] == pytest.approx(PRIOR + 1.2)


def test_a_contradicted_calculated_value_speaks_against_the_formula_too(formulas):
    (entry,) = formulas("CoCr").entries
    scores = fused([("calculated_value", Suspicion(entry, 12.0, "", None, "density", 0))])
    assert scores[entry.index, None] > REPORT_FROM
    assert scores[entry.index, 0] >= scores[entry.index, None]
