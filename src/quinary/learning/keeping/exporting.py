"""Fitted estimators -> portable steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from quinary.errors import InputError
from quinary.learning.keeping.portable import Step
from quinary.learning.models.trees import TreeArrays, boosted_arrays, forest_arrays

__all__ = ["exported"]

_NETWORK_CLIP: Final = 5.0


def exported(model: Any) -> Step:
    """The steps of a fitted model of the registry; its answers equal the model's predictions or probabilities.

    Raises:
        InputError: the model, or a step of it, is of a kind that cannot be saved.
    """
    kind = type(model).__name__
    if kind not in _EXPORTS:
        raise InputError(f"a {kind} cannot be saved; savable: {', '.join(sorted(_EXPORTS))}", _EXPORTS)
    return _EXPORTS[kind](model)


def _chain(*parts: Step) -> Step:
    return Step("chain", parts=parts)


def _affine(centre: Any, scale: Any) -> Step:
    return Step("affine", arrays={"centre": np.atleast_1d(centre), "scale": np.atleast_1d(scale)})


def _rescaled(scale: float, offset: float) -> Step:
    return Step("linear", arrays={"matrix": np.array([[scale]]), "offset": np.array([offset])})


def _pipeline(model: Any) -> Step:
    return _chain(*(exported(step) for _, step in model.steps))


def _column_transformer(model: Any) -> Step:
    chosen = [
        np.asarray(columns)
        for _, kind, columns in model.transformers_
        if not isinstance(kind, str) or kind == "passthrough"
    ]
    if len(chosen) != 1:
        raise InputError("only a choice of columns can be saved")
    return Step("columns", arrays={"columns": chosen[0].astype(np.int64)})


def _transformed_target(model: Any) -> Step:
    scaler = model.transformer_
    return _chain(exported(model.regressor_), _rescaled(float(scaler.scale_[0]), float(scaler.mean_[0])))


def _linear(model: Any) -> Step:
    matrix = np.atleast_2d(model.coef_).T
    return Step("linear", arrays={"matrix": np.ascontiguousarray(matrix), "offset": np.atleast_1d(model.intercept_)})


def _logistic(model: Any) -> Step:
    return _chain(_linear(model), Step("sigmoid" if len(model.classes_) == 2 else "softmax"))


def _tree_step(kind: str, arrays: TreeArrays) -> Step:
    names = [name for name in TreeArrays.__slots__ if name != "is_single_precision"]
    return Step(
        kind, {"is_single_precision": arrays.is_single_precision}, {name: getattr(arrays, name) for name in names}
    )


def _forest(model: Any) -> Step:
    return _tree_step("forest", forest_arrays(getattr(model, "estimators_", None) or [model]))


def _boosted(model: Any) -> Step:
    step = _tree_step("boosted", boosted_arrays(model))
    if not hasattr(model, "classes_"):
        return step
    return _chain(step, Step("sigmoid" if len(model.classes_) == 2 else "softmax"))


def _process(model: Any) -> Step:
    arrays = {"support": model.support_, "parameters": model.parameters_, "dual": model.dual_, "lower": model.lower_}
    return _chain(
        _affine(model.centre_, model.scale_),
        Step("process", arrays=arrays),
        _rescaled(model.target_scale_, model.target_mean_),
    )


def _joint(process: Any) -> Step:
    """The first property of a joint process."""
    arrays = {
        "support": process.rows, "dual": process.weights, "lower": process.lower, "lengths": process.lengths[:2].copy(),
        "load": process.load[0] * process.load[process.tasks], "own": process.own[0] * (process.tasks == 0),
        "variance": process.load[:1] ** 2 + process.own[:1],
    }  # fmt: skip
    scaled = _affine(process.shift, process.scale)
    return _chain(scaled, Step("joint", arrays=arrays), _rescaled(float(process.spread[0]), float(process.centre[0])))


def _corrected(model: Any) -> Step:
    if model.cheap_ is None:
        return _joint(model.rest_.process)
    cheap = _chain(_joint(model.cheap_), _rescaled(model.rest_.rho, model.rest_.offset))
    return Step("sum", arrays={"weights": np.ones(2)}, parts=(cheap, _joint(model.rest_.process)))


def _network(model: Any) -> Step:
    is_class = hasattr(model, "classes_")
    arrays: dict[str, Any] = {}
    for number, (matrix, bias) in enumerate(model.layers_):
        arrays |= {f"matrix{number}": matrix, f"bias{number}": bias}
    settings = {"is_class": is_class, "n_layers": len(model.layers_), "clip": _NETWORK_CLIP}
    steps = [_affine(model.centre_, model.scale_), Step("network", settings, arrays)]
    if not is_class:
        steps.append(_rescaled(model.target_scale_, model.target_mean_))
    return _chain(*steps)


def _neighbours(model: Any) -> Step:
    known = np.asarray(model._fit_X)
    target = np.asarray(model._y)
    one_hot = np.eye(len(model.classes_))[target] if hasattr(model, "classes_") else target.reshape(len(known), -1)
    settings = {"n_neighbours": min(model.n_neighbors, len(known)), "is_weighted": model.weights == "distance"}
    return Step("neighbours", settings, {"known": known, "answers": one_hot.astype(np.float64)})


def _regression_vectors(model: Any) -> Step:
    arrays = {"support": model.support_vectors_, "dual": model.dual_coef_.T, "offset": np.atleast_1d(model.intercept_)}
    return Step("radial", {"gamma": float(model._gamma)}, arrays)


def _margins(model: Any) -> Step:
    inner = model.estimator_
    if len(inner.classes_) != 2:
        raise InputError("support vectors of more than two classes cannot be saved; choose another model")
    return _chain(_regression_vectors(inner), Step("margins"))


def _naive_bayes(model: Any) -> Step:
    return Step("naive_bayes", arrays={"mean": model.theta_, "variance": model.var_, "prior": model.class_prior_})


def _dummy(model: Any) -> Step:
    value = model.class_prior_ if hasattr(model, "class_prior_") else np.ravel(model.constant_)
    return Step("constant", arrays={"value": np.asarray(value, dtype=np.float64)})


def _blend(model: Any) -> Step:
    weights = getattr(model, "weights_", np.full(len(model.members_), 1.0 / len(model.members_)))
    return Step("sum", {"is_blend": True}, {"weights": weights}, tuple(exported(member) for member in model.members_))


def _hybrid(model: Any) -> Step:
    line = _chain(Step("columns", arrays={"columns": np.array([model.column])}), _rescaled(model.slope_, model.offset_))
    return Step("sum", arrays={"weights": np.ones(2)}, parts=(line, exported(model.estimator_)))


_EXPORTS: Final[Mapping[str, Callable[[Any], Step]]] = {
    "Pipeline": _pipeline,
    "ColumnTransformer": _column_transformer,
    "StandardScaler": lambda model: _affine(model.mean_, model.scale_),
    "PCA": lambda model: Step(
        "linear", arrays={"matrix": model.components_.T.copy(), "offset": -model.mean_ @ model.components_.T}
    ),
    "CorrelationFilter": lambda model: Step("columns", arrays={"columns": model.kept_}),
    "TransformedTargetRegressor": _transformed_target,
    "LinearRegression": _linear,
    "Ridge": _linear,
    "Lasso": _linear,
    "LogisticRegression": _logistic,
    "PairRidge": lambda model: _chain(Step("products"), _linear(model)),
    "GaussianNB": _naive_bayes,
    "KNeighborsRegressor": _neighbours,
    "KNeighborsClassifier": _neighbours,
    "SVR": _regression_vectors,
    "MarginClassifier": _margins,
    **dict.fromkeys(
        (
            "DecisionTreeRegressor", "DecisionTreeClassifier", "RandomForestRegressor", "RandomForestClassifier",
            "ExtraTreesRegressor", "ExtraTreesClassifier",
        ),
        _forest,
    ),
    "HistGradientBoostingRegressor": _boosted,
    "HistGradientBoostingClassifier": _boosted,
    "CompositionProcess": _process,
    "JointRegressor": lambda model: _joint(model.process_),
    "CorrectedRegressor": _corrected,
    "NetworkRegressor": _network,
    "NetworkClassifier": _network,
    "BlendRegressor": _blend,
    "BlendClassifier": _blend,
    "BalancedClassifier": lambda model: _chain(
        exported(model.estimator_), Step("balanced", arrays={"prior": model.prior_})
    ),
    "PhysicsResidual": _hybrid,
    "GivenColumn": lambda model: Step("columns", arrays={"columns": np.array([model.column])}),
    "DummyRegressor": _dummy,
    "DummyClassifier": _dummy,
}  # fmt: skip
