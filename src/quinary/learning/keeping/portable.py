"""A fitted model as a small graph of plain steps and arrays: it needs neither scikit-learn nor torch to predict.

Each step has a kind, settings (JSON) and arrays; `answers` maps features (N, n) to outputs (N, k). Classifiers answer
probabilities, regressors one column.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.element_sums import element_sum, in_equal_blocks
from quinary.errors import InputError
from quinary.learning.models.equations import (
    balanced,
    margin_probabilities,
    network_outputs,
    process_kernel,
    process_spread,
    with_products,
)
from quinary.learning.models.multi_fidelity import matern, remaining_spread
from quinary.learning.models.trees import PackedTrees, TreeArrays

__all__ = ["STEPS", "Step", "answers", "answers_and_spread", "spread", "steady_answers"]

_MOST_SPREAD_AT_ONCE: Final = 4096
_WITH_PRODUCTS: Final = frozenset({"process", "joint", "network", "radial", "neighbours", "naive_bayes"})
_Pair: TypeAlias = "tuple[NDArray[np.float64], NDArray[np.float64]]"


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Step:
    """One step of a saved model; `parts` are the steps that it joins. Each is equal to itself alone."""

    kind: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    parts: tuple[Step, ...] = ()


def answers(step: Step, features: NDArray[np.float64]) -> NDArray[np.float64]:
    """Outputs of shape (N, k).

    Raises:
        InputError: the step is of a kind that this version does not know.
    """
    if step.kind not in STEPS:
        raise InputError(f"the saved model has a step {step.kind!r} that this version of Quinary does not know", STEPS)
    return STEPS[step.kind](step, features)


def spread(step: Step, features: NDArray[np.float64]) -> NDArray[np.float64]:
    """Standard deviation of an ensemble or process, shape (N,); zero of a single model."""
    return answers_and_spread(step, features)[1]


def steady_answers(step: Step, features: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """`answers_and_spread`, with the same digits for a row whatever rows are asked about beside it."""
    if not _has_products(step):
        return answers_and_spread(step, features)
    found, deviation = in_equal_blocks(lambda rows: answers_and_spread(step, rows), features)
    return found, deviation


def _has_products(step: Step) -> bool:
    """True for kernels and layers: their matrix products add up in an order that depends on the number of rows."""
    return step.kind in _WITH_PRODUCTS or any(_has_products(part) for part in step.parts)


def answers_and_spread(step: Step, features: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """`answers` and `spread` at the price of one.

    Raises:
        InputError: the step is of a kind that this version does not know.
    """
    if step.kind in _WITH_SPREAD:
        return _WITH_SPREAD[step.kind](step, features)
    return answers(step, features), np.zeros(len(features))


def _columns(step: Step, x: NDArray[np.float64]) -> NDArray[np.float64]:
    return x[:, step.arrays["columns"]]


def _affine(step: Step, x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((x - step.arrays["centre"]) / step.arrays["scale"])


def _linear(step: Step, x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(element_sum(x, step.arrays["matrix"]) + step.arrays["offset"])


def _products(_step: Step, x: NDArray[np.float64]) -> NDArray[np.float64]:
    return with_products(x)


def _chain(step: Step, x: NDArray[np.float64]) -> NDArray[np.float64]:
    for part in step.parts:
        x = answers(part, x)
    return x


def _sum(step: Step, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weighted sum; the weights of a blend sum to one, those of a hybrid are all one."""
    return np.asarray(sum(w * answers(part, x) for w, part in zip(step.arrays["weights"], step.parts, strict=True)))


def _constant(step: Step, x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.tile(step.arrays["value"], (len(x), 1))


_PACKED: Final[WeakKeyDictionary[Step, PackedTrees]] = WeakKeyDictionary()  # packing takes longer than a few rows


def _trees(step: Step) -> PackedTrees:
    found = _PACKED.get(step)
    if found is None:
        found = PackedTrees(TreeArrays(**step.arrays, is_single_precision=step.settings["is_single_precision"]))
        _PACKED[step] = found
    return found


def _forest(step: Step, x: NDArray[np.float64]) -> NDArray[np.float64]:
    return _trees(step).totals(x)[0] / len(step.arrays["roots"])


def _forest_and_spread(step: Step, x: NDArray[np.float64]) -> _Pair:
    sums, deviations = _trees(step).totals(x)
    return sums / len(step.arrays["roots"]), np.asarray(deviations.max(axis=1))


def _boosted(step: Step, x: NDArray[np.float64]) -> NDArray[np.float64]:
    return _trees(step).totals(x)[0]


def _sigmoid(_step: Step, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """One column of log odds -> probabilities of both classes."""
    p = 1.0 / (1.0 + np.exp(-x[:, :1]))
    return np.hstack([1.0 - p, p])


def _softmax(_step: Step, x: NDArray[np.float64]) -> NDArray[np.float64]:
    odds = np.exp(x - x.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def _margins(_step: Step, x: NDArray[np.float64]) -> NDArray[np.float64]:
    return margin_probabilities(x[:, 0] if x.shape[1] == 1 else x)


def _balanced(step: Step, x: NDArray[np.float64]) -> NDArray[np.float64]:
    return balanced(x, step.arrays["prior"])


def _process(step: Step, x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(
        (process_kernel(x, step.arrays["support"], step.arrays["parameters"]) @ step.arrays["dual"])[:, None]
    )


def _process_and_spread(step: Step, x: NDArray[np.float64]) -> _Pair:
    given = (step.arrays["support"], step.arrays["lower"], step.arrays["parameters"])
    starts = range(0, len(x), _MOST_SPREAD_AT_ONCE)
    found = [process_spread(x[i : i + _MOST_SPREAD_AT_ONCE], *given) for i in starts]
    return _process(step, x), np.concatenate(found or [np.empty(0)])


def _joint_kernel(step: Step, x: NDArray[np.float64]) -> NDArray[np.float64]:
    support, (shared, own) = step.arrays["support"], step.arrays["lengths"].tolist()
    return np.asarray(matern(x, support, shared) * step.arrays["load"] + matern(x, support, own) * step.arrays["own"])


def _joint(step: Step, x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((_joint_kernel(step, x) @ step.arrays["dual"])[:, None])


def _joint_and_spread(step: Step, x: NDArray[np.float64]) -> _Pair:
    kernel = _joint_kernel(step, x)
    deviation = remaining_spread(kernel, step.arrays["lower"], float(step.arrays["variance"][0]))
    return np.asarray((kernel @ step.arrays["dual"])[:, None]), deviation


def _network(step: Step, x: NDArray[np.float64]) -> NDArray[np.float64]:
    outputs = _members_outputs(step, x)
    if step.settings["is_class"]:
        odds = np.exp(outputs - outputs.max(axis=-1, keepdims=True))
        return np.asarray((odds / odds.sum(axis=-1, keepdims=True)).mean(axis=0))
    return np.asarray(outputs[..., :1].mean(axis=0))


def _members_outputs(step: Step, x: NDArray[np.float64]) -> NDArray[np.float64]:
    n_layers = step.settings["n_layers"]
    layers = [(step.arrays[f"matrix{n}"], step.arrays[f"bias{n}"]) for n in range(n_layers)]
    return network_outputs(layers, np.clip(x, -step.settings["clip"], step.settings["clip"]))


def _network_and_spread(step: Step, x: NDArray[np.float64]) -> _Pair:
    return _network(step, x), np.asarray(_members_outputs(step, x)[..., 0].std(axis=0))


def _neighbours(step: Step, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of the answers of the nearest known rows, by inverse distance if `is_weighted`; an exact match rules."""
    from scipy.spatial import cKDTree

    distance, rows = cKDTree(step.arrays["known"]).query(x, k=list(range(1, step.settings["n_neighbours"] + 1)))
    weights = np.ones_like(distance)
    if step.settings["is_weighted"]:
        is_same = distance == 0.0
        weights = np.where(is_same.any(axis=1, keepdims=True), is_same, 1.0 / np.where(is_same, 1.0, distance))
    shares = weights / weights.sum(axis=1, keepdims=True)
    return np.asarray((shares[..., None] * step.arrays["answers"][rows]).sum(axis=1))


def _radial(step: Step, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """sum_s a_s exp(-g |x - x_s|^2) + b of a support vector machine."""
    from scipy.spatial.distance import cdist

    kernel = np.exp(-step.settings["gamma"] * cdist(x, step.arrays["support"], "sqeuclidean"))
    return np.asarray(kernel @ step.arrays["dual"] + step.arrays["offset"])


def _naive_bayes(step: Step, x: NDArray[np.float64]) -> NDArray[np.float64]:
    mean, variance = step.arrays["mean"], step.arrays["variance"]
    logs = np.log(step.arrays["prior"]) - 0.5 * np.log(2.0 * np.pi * variance).sum(axis=1)
    logs = logs - 0.5 * ((x[:, None, :] - mean) ** 2 / variance).sum(axis=2)
    return _softmax(step, logs)


def _sum_and_spread(step: Step, x: NDArray[np.float64]) -> _Pair:
    weights = step.arrays["weights"]
    found = [answers_and_spread(part, x) for part in step.parts]
    total = np.asarray(sum(w * one for w, (one, _) in zip(weights, found, strict=True)))
    own = np.array([one for _, one in found])
    if not step.settings.get("is_blend", False):
        return total, np.asarray(np.sqrt((own**2).sum(axis=0)))
    means = np.array([one[:, 0] for one, _ in found])
    return total, np.asarray(np.sqrt(weights @ (own**2 + (means - weights @ means) ** 2)))


def _chain_and_spread(step: Step, x: NDArray[np.float64]) -> _Pair:
    """Spread of the step that has one, carried through the scalings that follow it."""
    deviation: NDArray[np.float64] | None = None
    for part in step.parts:
        if deviation is None and part.kind in _WITH_SPREAD:
            x, deviation = answers_and_spread(part, x)
            continue
        x = answers(part, x)
        if deviation is not None and part.kind == "linear":
            deviation = deviation * abs(float(part.arrays["matrix"][0, 0]))
    return x, np.zeros(len(x)) if deviation is None else deviation


_Answer = Callable[[Step, "NDArray[np.float64]"], "NDArray[np.float64]"]

STEPS: Final[Mapping[str, _Answer]] = {
    "columns": _columns,
    "affine": _affine,
    "linear": _linear,
    "products": _products,
    "chain": _chain,
    "sum": _sum,
    "constant": _constant,
    "forest": _forest,
    "boosted": _boosted,
    "sigmoid": _sigmoid,
    "softmax": _softmax,
    "margins": _margins,
    "balanced": _balanced,
    "process": _process,
    "joint": _joint,
    "network": _network,
    "neighbours": _neighbours,
    "radial": _radial,
    "naive_bayes": _naive_bayes,
}
_WITH_SPREAD: Final[Mapping[str, Callable[[Step, NDArray[np.float64]], _Pair]]] = {
    "forest": _forest_and_spread,
    "process": _process_and_spread,
    "joint": _joint_and_spread,
    "network": _network_and_spread,
    "sum": _sum_and_spread,
    "chain": _chain_and_spread,
}
