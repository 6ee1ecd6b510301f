"""Our own estimators keep scikit-learn's rules."""

import numpy as np
import pytest
from sklearn.utils.estimator_checks import check_estimator

from quinary.learning.data.transformers import CorrelationFilter
from quinary.learning.models.baselines import GivenColumn
from quinary.learning.models.blends import BalancedClassifier, BlendClassifier, BlendRegressor
from quinary.learning.models.gaussian_process import CompositionProcess
from quinary.learning.models.hybrid import PhysicsResidual
from quinary.learning.models.networks import NetworkClassifier, NetworkRegressor
from quinary.learning.models.pair_ridge import PairRidge
from quinary.learning.models.probable_svm import MarginClassifier

# Weights are inverse variances of the noise here, or steer random batches: neither is the same as repeating rows.
_NOT_REPEATS = {"check_sample_weight_equivalence_on_dense_data": "a weight is not a number of repeats"}


@pytest.mark.parametrize(
    ("estimator", "expected"),
    [
        (GivenColumn(), {}),
        (PairRidge(), {}),
        (CorrelationFilter(), {}),
        (PhysicsResidual(), {}),
        (BlendRegressor(), {}),
        (BlendClassifier(), {}),
        (BalancedClassifier(), {}),
        (MarginClassifier(), _NOT_REPEATS),
        (CompositionProcess(max_rows=25), _NOT_REPEATS),
        (NetworkRegressor(n_members=1, width=16, n_steps=60), _NOT_REPEATS),
        (NetworkClassifier(n_members=1, width=16, n_steps=60), _NOT_REPEATS),
    ],
    ids=lambda one: type(one).__name__,
)
@pytest.mark.filterwarnings("ignore")
def test_estimator_checks(estimator, expected):
    check_estimator(estimator, expected_failed_checks=expected, on_skip=None)


def test_a_process_has_less_spread_where_it_knows():
    known = np.random.default_rng(0).random((60, 2))
    process = CompositionProcess().fit(known, np.sin(6 * known[:, 0]) + known[:, 1])
    assert process.predict_spread(known).mean() < 0.3 * process.predict_spread(known + 3.0).mean()


def test_stacking_finds_the_better_member():
    random = np.random.default_rng(0)
    features = random.random((80, 4))
    target = features @ np.array([1.0, 2.0, 0.0, 4.0])
    blend = BlendRegressor([GivenColumn(2), PairRidge(1e-6)], n_folds=4).fit(
        features, target, groups=np.arange(80) // 4
    )
    assert blend.weights_[1] > 0.95


def test_balanced_classes_name_the_rare_one_sooner():
    random = np.random.default_rng(0)
    target = np.array([0] * 190 + [1] * 10)
    features = (target + random.normal(size=200))[:, None]
    model = BalancedClassifier().fit(features, target)
    assert (model.predict(features) == 1).sum() > (model.natural_proba(features)[:, 1] > 0.5).sum()
    assert model.prior_.tolist() == [0.95, 0.05]
