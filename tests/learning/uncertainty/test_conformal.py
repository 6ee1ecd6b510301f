"""Coverage is what was promised."""

import numpy as np
import pytest
from crepes import ConformalRegressor

from quinary.errors import InputError
from quinary.learning.uncertainty.conformal import calibrated_intervals, calibrated_sets


def drawn(n_rows, seed):
    random = np.random.default_rng(seed)
    spread = random.uniform(0.5, 2.0, n_rows)
    return spread * random.normal(size=n_rows), spread


@pytest.mark.parametrize("confidence", [0.8, 0.9, 0.95])
def test_intervals_cover_and_follow_the_spread(confidence):
    intervals = calibrated_intervals(*drawn(2000, 0))
    error, spread = drawn(4000, 1)
    half = intervals.half_width(spread, confidence)
    assert (np.abs(error) <= half).mean() == pytest.approx(confidence, abs=0.025)
    assert np.corrcoef(half, spread)[0, 1] == pytest.approx(1.0)
    usual = ConformalRegressor().fit(residuals=intervals.scores, sigmas=np.ones(len(intervals.scores)))
    bounds = usual.predict_int(np.zeros(4000), sigmas=spread + intervals.floor, confidence=confidence)
    np.testing.assert_allclose(bounds[:, 1] - bounds[:, 0], 2.0 * half, rtol=0.02)


def test_sets_cover_and_are_never_empty():
    random = np.random.default_rng(0)
    probabilities = random.dirichlet([2.0, 1.0, 0.5], 4000)
    classes = np.array(["a", "b", "c"])
    truth = np.array([random.choice(classes, p=row) for row in probabilities])
    sets = calibrated_sets(probabilities[:2000], truth[:2000], classes)
    inside = sets.members(probabilities[2000:])
    covered = inside[np.arange(2000), np.searchsorted(classes, truth[2000:])]
    assert covered.mean() == pytest.approx(0.9, abs=0.025)
    assert inside.any(axis=1).all()


def test_too_little_to_calibrate_and_odd_confidence():
    with pytest.raises(InputError, match="at least 20"):
        calibrated_intervals(np.ones(5), np.ones(5))
    with pytest.raises(InputError, match="between 0 and 1"):
        calibrated_intervals(*drawn(50, 0)).half_width(np.ones(2), 90.0)
