"""The calibration of entropy-forming abilities: published errors reached, and its invariants."""

import itertools

import numpy as np
import pytest

from quinary.errors import InputError
from quinary.learning.carbides.efa_calibration import (
    CalibrationRow,
    element_folds,
    fit_calibration,
    fit_threshold,
    held_out,
    pair_folds,
    random_folds,
)
from quinary.reference.forming_abilities import computed_spreads, published_abilities

METALS = ("Ti", "V", "Zr", "Nb", "Mo", "Hf", "Ta", "W")


@pytest.fixture(scope="module")
def rows():
    """The 56 carbides without Cr."""
    spreads = computed_spreads("diep", "2.0.0")
    found = []
    for known in published_abilities():
        metals = tuple(m for m in ("Cr", *METALS) if m in known.formula)
        if "Cr" not in metals:
            found.append(CalibrationRow(metals, spreads[known.formula].spread, known.value))
    assert len(found) == 56
    return found


def mean_error(rows, folds):
    return np.mean([abs(value - rows[i].published) for i, value in held_out(rows, folds)])


@pytest.mark.physics
def test_errors_on_carbides_nobody_has_seen(rows):
    """Published: 10.1038/s41467-018-07160-7. A pair ridge without a potential: 3.2 random, 11.5 by element."""
    from scipy.stats import spearmanr

    assert spearmanr([-row.spread for row in rows], [row.published for row in rows]).statistic >= 0.93
    assert mean_error(rows, random_folds(len(rows))) <= 3.2
    assert mean_error(rows, element_folds(rows)) <= 6.0
    assert mean_error(rows, pair_folds(rows)) <= 4.5


def test_folds_hold_what_they_say(rows):
    assert sorted(len(fold) for fold in element_folds(rows)) == [35] * 8
    assert sorted(len(fold) for fold in pair_folds(rows)) == [20] * 28
    folds = list(random_folds(56, 5, 2, seed=1))
    assert sorted(itertools.chain(*folds[:5])) == list(range(56))
    assert folds == list(random_folds(56, 5, 2, seed=1))


def test_the_order_of_the_metals_says_nothing(rows):
    model = fit_calibration(rows)
    assert model.predict(("W", "Hf", "Ti", "V", "Nb"), 0.02) == model.predict(("Hf", "Nb", "Ti", "V", "W"), 0.02)


def test_intervals_hold_nine_of_ten_and_widen_for_what_is_unknown(rows):
    model = fit_calibration(rows)
    inside = [
        low <= row.published <= high for row in rows for low, high in [model.predict(row.metals, row.spread).interval]
    ]
    assert np.mean(inside) >= 0.9
    known = model.predict(("Hf", "Nb", "Ta", "Ti", "Zr"), 0.011)
    unknown = model.predict(("Hf", "Nb", "Ta", "Ti", "Y"), 0.011)
    assert known.in_domain
    assert not unknown.in_domain
    assert model.error_unseen > model.error
    wide = model.predict(("Hf", "Nb", "Ta", "Ti", "Zr"), 0.011, widening=3.0)
    assert wide.interval[0] < known.interval[0] < known.value < known.interval[1] < wide.interval[1]


def test_threshold_lies_between_the_classes_and_probability_rises():
    found = fit_threshold([30, 35, 40, 60, 80, 100], [False, False, False, True, True, True])
    assert 40 < found.threshold < 60
    assert found.probability(found.threshold) == pytest.approx(0.5)
    assert found.probability(100) > found.probability(50) > found.probability(30)


def test_bad_input(rows):
    with pytest.raises(InputError, match="at least 10"):
        fit_calibration(rows[:9])
    with pytest.raises(InputError, match="must be positive"):
        fit_calibration(rows).predict(("Hf", "Nb"), 0.0)
    with pytest.raises(InputError, match="no volume is tabulated"):
        fit_calibration(rows).predict(("Hf", "Ag"), 0.01)
    with pytest.raises(InputError, match="one phase and of several"):
        fit_threshold([50.0, 60.0], [True, True])
