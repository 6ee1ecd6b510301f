"""The models by name: what each is for, how simple it is, its default settings and the small space that is searched."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from quinary.errors import InputError, unknown_name

if TYPE_CHECKING:
    from quinary.learning.data import OtherLabels

__all__ = ["FROM_OTHERS", "MODELS", "WITH_OTHERS", "ModelSpec", "Setting", "make_model", "model_names"]


@dataclass(frozen=True, slots=True)
class Setting:
    """What a model has to know of its table.

    Attributes:
        is_class: classes, not numbers.
        seed: of all that is random.
        physics_column: number of the feature that holds a physical prediction; None where there is none.
        fraction_columns: numbers of the features that are fractions of elements; empty where there are none.
        n_trees: size of the ensembles of trees.
        others: labels of other methods or properties; None where there are none.
    """

    is_class: bool = False
    seed: int = 0
    physics_column: int | None = None
    fraction_columns: tuple[int, ...] = ()
    n_trees: int = 200
    others: OtherLabels | None = None


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model of the registry.

    Attributes:
        complexity: the order of preference among models of equal score, the simplest first.
        make: setting -> estimator with default settings, or None where it does not apply.
        search: name of a parameter -> values worth trying; empty where the defaults are as good.
    """

    name: str
    complexity: int
    make: Callable[[Setting], Any]
    search: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    is_baseline: bool = False


def model_names(setting: Setting) -> list[str]:
    """The models that apply, baselines first, then the simplest first."""
    return [name for name, spec in MODELS.items() if spec.make(setting) is not None]


def make_model(name: str, setting: Setting) -> Any:
    """A fresh estimator.

    Raises:
        InputError: no such model, or it does not apply to this table.
    """
    if name not in MODELS:
        raise unknown_name("model", name, MODELS)
    model = MODELS[name].make(setting)
    if model is None:
        kind = "classes" if setting.is_class else "numbers"
        raise InputError(f"model {name} does not apply to this table of {kind}", model_names(setting))
    return model


def _scaled(estimator: Any) -> Any:
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), estimator)


def _filtered(estimator: Any) -> Any:
    """Scaled, and rid of features that repeat others: what linear and probabilistic models need."""
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from quinary.learning.data.transformers import CorrelationFilter

    return make_pipeline(CorrelationFilter(0.9), StandardScaler(), estimator)


def _mean(setting: Setting) -> Any:
    from sklearn.dummy import DummyClassifier, DummyRegressor

    return DummyClassifier(strategy="prior") if setting.is_class else DummyRegressor()


def _neighbours(n_neighbours: int) -> Callable[[Setting], Any]:
    def make(setting: Setting) -> Any:
        from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

        kind = KNeighborsClassifier if setting.is_class else KNeighborsRegressor
        # A tree gives exact distances; the matrix product that is the default here loses eight digits of small ones.
        return _scaled(kind(n_neighbours, weights="distance" if n_neighbours > 1 else "uniform", algorithm="kd_tree"))

    return make


def _mixture(setting: Setting) -> Any:
    """The physical prediction as it comes; where there is none, a value for each element, found by least squares."""
    from sklearn.compose import ColumnTransformer
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline

    from quinary.learning.models.baselines import GivenColumn

    if setting.is_class:
        return None
    if setting.physics_column is not None:
        return GivenColumn(setting.physics_column)
    if not setting.fraction_columns:
        return None
    fractions = ColumnTransformer([("fractions", "passthrough", list(setting.fraction_columns))])
    return make_pipeline(fractions, Ridge(alpha=_SLIGHT))


def _linear(setting: Setting) -> Any:
    from sklearn.linear_model import LinearRegression

    return None if setting.is_class else _filtered(LinearRegression())


def _ridge(setting: Setting) -> Any:
    from sklearn.linear_model import Ridge

    return None if setting.is_class else _scaled(Ridge(alpha=10.0))


def _lasso(setting: Setting) -> Any:
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.linear_model import Lasso
    from sklearn.preprocessing import StandardScaler

    if setting.is_class:
        return None
    # On a standardised target one penalty fits GPa and MPa alike.
    return _scaled(TransformedTargetRegressor(Lasso(alpha=0.03, max_iter=20_000), transformer=StandardScaler()))


def _pair_ridge(setting: Setting) -> Any:
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import make_pipeline

    from quinary.learning.models.pair_ridge import PairRidge

    if setting.is_class or not setting.fraction_columns:
        return None
    return make_pipeline(ColumnTransformer([("fractions", "passthrough", list(setting.fraction_columns))]), PairRidge())


def _logistic(setting: Setting) -> Any:
    from sklearn.linear_model import LogisticRegression

    return _scaled(LogisticRegression(C=0.01, class_weight="balanced", max_iter=500)) if setting.is_class else None


def _naive_bayes(setting: Setting) -> Any:
    from sklearn.naive_bayes import GaussianNB

    return _filtered(GaussianNB(var_smoothing=1e-3)) if setting.is_class else None


def _support_vectors(setting: Setting) -> Any:
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC, SVR

    if setting.is_class:
        from quinary.learning.models.probable_svm import MarginClassifier

        return _scaled(MarginClassifier(SVC(class_weight="balanced", random_state=setting.seed)))
    return _scaled(TransformedTargetRegressor(SVR(C=3.0, epsilon=0.1), transformer=StandardScaler()))


def _tree(setting: Setting) -> Any:
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    if setting.is_class:
        return DecisionTreeClassifier(min_samples_leaf=5, class_weight="balanced", random_state=setting.seed)
    return DecisionTreeRegressor(min_samples_leaf=5, random_state=setting.seed)


def _forest(setting: Setting) -> Any:
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    common = {"n_estimators": setting.n_trees, "random_state": setting.seed, "min_samples_leaf": 2}
    return (
        _even(RandomForestClassifier(**common))
        if setting.is_class
        else RandomForestRegressor(max_features=0.5, **common)
    )


def _extra_trees(setting: Setting) -> Any:
    from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

    common = {"n_estimators": setting.n_trees, "random_state": setting.seed}
    if setting.is_class:
        return _even(ExtraTreesClassifier(min_samples_leaf=2, **common))
    return ExtraTreesRegressor(max_features=0.5, **common)


def _boosting(setting: Setting) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    common = {"max_features": 0.3, "random_state": setting.seed, "early_stopping": False}
    if setting.is_class:
        return _even(HistGradientBoostingClassifier(max_iter=100, learning_rate=0.08, max_leaf_nodes=15, **common))
    return HistGradientBoostingRegressor(
        max_iter=200, learning_rate=0.05, max_leaf_nodes=8, min_samples_leaf=8, **common
    )


def _process(setting: Setting) -> Any:
    from quinary.learning.models.gaussian_process import CompositionProcess

    return None if setting.is_class else CompositionProcess(seed=setting.seed)


def _network(n_members: int) -> Callable[[Setting], Any]:
    def make(setting: Setting) -> Any:
        from quinary.learning.models.networks import NetworkClassifier, NetworkRegressor

        common = {"n_members": n_members, "seed": setting.seed}
        return _even(NetworkClassifier(**common)) if setting.is_class else NetworkRegressor(**common)

    return make


def _blend(n_folds: int) -> Callable[[Setting], Any]:
    def make(setting: Setting) -> Any:
        from quinary.learning.models.blends import BlendClassifier, BlendRegressor

        if not setting.is_class:
            members = [_extra_trees(setting), _boosting(setting), _process(setting)]
            return BlendRegressor(members, n_folds, setting.seed)
        members = [_extra_trees(setting), _boosting(setting), _network(5)(setting)]
        return _even(BlendClassifier([member.estimator for member in members])) if not n_folds else None

    return make


def _hybrid(setting: Setting) -> Any:
    from quinary.learning.models.hybrid import PhysicsResidual

    usable = setting.physics_column is not None and not setting.is_class
    return PhysicsResidual(_extra_trees(setting), setting.physics_column) if usable else None  # type: ignore[arg-type]


def _single_process(setting: Setting) -> Any:
    from quinary.learning.models.joint_processes import JointRegressor

    return JointRegressor(seed=setting.seed) if setting.others is not None and not setting.is_class else None


def _joint_process(setting: Setting) -> Any:
    from quinary.learning.models.joint_processes import JointRegressor

    is_usable = setting.others is not None and not setting.is_class
    return JointRegressor(setting.others, setting.seed) if is_usable else None


def _corrected_process(setting: Setting) -> Any:
    from quinary.learning.models.joint_processes import CorrectedRegressor

    is_usable = setting.others is not None and len(setting.others.names) == 1 and not setting.is_class
    return CorrectedRegressor(setting.others, setting.seed) if is_usable else None


def _even(classifier: Any) -> Any:
    from quinary.learning.models.blends import BalancedClassifier

    return BalancedClassifier(classifier)


_SLIGHT: Final = 0.01  # penalty that only settles elements which always come together
_LEAVES: Final = {"min_samples_leaf": (1, 2, 4), "max_features": (0.3, 0.5, 1.0)}

MODELS: Final[Mapping[str, ModelSpec]] = {
    spec.name: spec
    for spec in (
        ModelSpec("mean", 0, _mean, is_baseline=True),
        ModelSpec("rule_of_mixtures", 1, _mixture, is_baseline=True),
        ModelSpec("nearest_neighbour", 2, _neighbours(1), is_baseline=True),
        ModelSpec("linear", 3, _linear),
        ModelSpec("ridge", 4, _ridge, {"alpha": (0.1, 1.0, 10.0, 100.0)}),
        ModelSpec("lasso", 5, _lasso, {"alpha": (0.01, 0.03, 0.1)}),
        ModelSpec("pair_ridge", 6, _pair_ridge, {"alpha": (0.01, 0.1, 1.0)}),
        ModelSpec("logistic", 7, _logistic, {"C": (0.001, 0.01, 0.1, 1.0)}),
        ModelSpec("naive_bayes", 8, _naive_bayes, {"var_smoothing": (1e-6, 1e-3, 1e-1)}),
        ModelSpec("k_neighbours", 9, _neighbours(5), {"n_neighbors": (3, 5, 10, 20)}),
        ModelSpec("decision_tree", 10, _tree, {"min_samples_leaf": (2, 5, 10, 20)}),
        ModelSpec("support_vectors", 11, _support_vectors, {"C": (0.3, 1.0, 3.0, 10.0)}),
        ModelSpec("gaussian_process", 12, _process),
        ModelSpec("hybrid", 13, _hybrid, _LEAVES),
        ModelSpec("random_forest", 14, _forest, _LEAVES),
        ModelSpec("extra_trees", 15, _extra_trees, _LEAVES),
        ModelSpec("gradient_boosting", 16, _boosting, {"learning_rate": (0.03, 0.1), "max_leaf_nodes": (6, 15)}),
        ModelSpec("perceptron", 17, _network(1), {"decay": (0.005, 0.05), "n_steps": (150, 500)}),
        ModelSpec("deep_ensemble", 18, _network(5), {"decay": (0.005, 0.05), "n_steps": (150, 500)}),
        ModelSpec("blend", 19, _blend(0)),
        ModelSpec("stacking", 20, _blend(4)),
        ModelSpec("single_process", 21, _single_process),
        ModelSpec("joint_process", 22, _joint_process),
        ModelSpec("corrected_process", 23, _corrected_process),
    )
}

FROM_OTHERS: Final = ("joint_process", "corrected_process")
# The same kernel without and with the other labels: always judged beside each other, so that the gain of the labels is seen.
WITH_OTHERS: Final = ("single_process", *FROM_OTHERS)
