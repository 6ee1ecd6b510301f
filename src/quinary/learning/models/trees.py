"""Ensembles of trees as plain arrays, evaluated by one compiled loop: what is saved, and what predicts fast."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from quinary.errors import InputError

if TYPE_CHECKING:
    _Sums: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]

__all__ = ["PackedTrees", "TreeArrays", "boosted_arrays", "forest_arrays", "rounded_down"]

_FEW_ROWS: Final = 32  # so few are done long before the loop is compiled (about two seconds, once in a process)
_BLOCK_ROWS: Final = 64  # whose features and whose tree stay in the first-level cache
_UNCHECKED: Final = 3  # steps between two looks whether all of them are at a leaf
_LANES: Final = 16  # rows that go down a tree side by side, so that the processor has many steps in hand at once


@dataclass(frozen=True, slots=True)
class TreeArrays:
    """Nodes of all trees in a row; a row of features goes left where its value is <= the threshold.

    Attributes:
        feature: number of the feature that a node asks for, -1 at a leaf.
        threshold, left, right: of each node; children are absolute node numbers.
        value: what a leaf answers, shape (n_nodes, n_outputs).
        roots: first node of each tree; tree t adds to the output `output[t]` if leaves are single numbers of many outputs.
        output: -1 where the leaf answers all outputs, else the one that the tree belongs to.
        base: added to the sum, shape (n_outputs,).
        is_single_precision: features are rounded to float32 first, as scikit-learn's forests do.
    """

    feature: NDArray[np.int32]
    threshold: NDArray[np.float64]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float64]
    roots: NDArray[np.int64]
    output: NDArray[np.int32]
    base: NDArray[np.float64]
    is_single_precision: bool

    def __post_init__(self) -> None:
        """The compiled loop follows the numbers of nodes without a look: they must lead down to a leaf of these trees.

        Raises:
            InputError: they do not.
        """
        n_nodes, inner = len(self.feature), np.flatnonzero(self.feature >= 0)
        same = {len(values) for values in (self.threshold, self.left, self.right, self.value)} == {n_nodes}
        ends = np.concatenate([self.roots, [0]])
        if not (
            same
            and len(self.roots)
            and (ends >= 0).all()
            and (ends < n_nodes).all()
            and all((side[inner] > inner).all() and (side[inner] < n_nodes).all() for side in (self.left, self.right))
            and len(self.output) == len(self.roots)
            and (self.output < len(self.base)).all()
        ):
            raise InputError("the trees of the model are damaged: a node leads nowhere")

    def totals(self, features: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Sum over the trees plus `base`, and standard deviation between the trees, each of shape (N, n_outputs)."""
        return PackedTrees(self).totals(features)


class PackedTrees:
    """Trees that are ready to be asked many times: made once from a model, in the order and size that the caches like.

    The two children of a node are side by side, so that a step is one addition without a branch: node = left + (value >
    threshold). A leaf leads to itself. Nodes are numbered from the root of their tree, level by level, and take eight bytes
    in forests of scikit-learn's size. Thresholds of single precision are rounded down, which changes no answer: x <= t
    holds for the same float32 numbers x.
    """

    __slots__ = ("_n_features", "_nodes", "_values", "arrays")

    def __init__(self, arrays: TreeArrays) -> None:
        self.arrays = arrays
        self._n_features = int(arrays.feature.max(initial=-1)) + 1
        self._nodes: NDArray[np.void] | None = None
        self._values: NDArray[np.float64] | None = None

    def totals(self, features: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Sum over the trees plus their `base`, and standard deviation between the trees, each of shape (N, n_outputs).

        Raises:
            InputError: a feature is NaN, which neither side of a threshold could claim.
        """
        arrays = self.arrays
        if np.isnan(features).any():
            raise InputError("trees have no answer where a feature is missing: every feature must be a number")
        if features.shape[1] < self._n_features:
            raise InputError(
                f"the trees of the model ask for {self._n_features} features; there are {features.shape[1]}"
            )
        rows = features.astype(np.float32 if arrays.is_single_precision else np.float64, copy=False)
        is_compiled = _compiled.cache_info().currsize > 0
        sums, squares, first = self._many(rows) if is_compiled or len(rows) > _FEW_ROWS else self._few(rows)
        n_trees = len(arrays.roots)
        variance = squares / n_trees - (sums / n_trees - first) ** 2
        return sums + arrays.base, np.sqrt(np.maximum(variance, 0.0))

    def _few(self, rows: NDArray[Any]) -> _Sums:
        """All trees at once, a level at a time; to the last digit what the loop answers, since both add tree by tree."""
        arrays, number = self.arrays, np.arange(len(rows))[:, None]
        nodes = np.tile(arrays.roots, (len(rows), 1))
        while (arrays.feature[nodes] >= 0).any():
            feature = arrays.feature[nodes]
            below = np.where(rows[number, feature] <= arrays.threshold[nodes], arrays.left[nodes], arrays.right[nodes])
            nodes = np.where(feature >= 0, below, nodes)
        leaves = arrays.value[nodes]
        if arrays.output[0] < 0:
            squares = (leaves - leaves[:, :1]) ** 2
            return leaves.cumsum(axis=1)[:, -1], squares.cumsum(axis=1)[:, -1], leaves[:, 0]
        sums = np.zeros((len(rows), len(arrays.base)))
        for tree, output in enumerate(arrays.output):
            sums[:, output] += leaves[:, tree, 0]
        return sums, np.zeros_like(sums), np.zeros_like(sums)

    def _many(self, rows: NDArray[Any]) -> _Sums:
        if self._nodes is None or self._values is None:
            self._nodes, self._values = _packed(self.arrays)
        n_rows, arrays = len(rows), self.arrays
        filled = np.zeros((n_rows + -n_rows % _LANES, rows.shape[1]), dtype=rows.dtype)
        filled[:n_rows] = rows
        starts = np.append(arrays.roots, len(self._nodes))
        sums, squares, first = _compiled()(filled, self._nodes, self._values, starts, arrays.output, len(arrays.base))
        return sums[:n_rows], squares[:n_rows], first[:n_rows]


def _packed(arrays: TreeArrays) -> tuple[NDArray[np.void], NDArray[np.float64]]:
    """Nodes with `threshold`, `feature` and `left`, shape (n_nodes,), and what they answer, shape (n_nodes, n_outputs)."""
    source = _level_order(arrays)
    place = np.empty(len(source), dtype=np.int64)
    place[source] = np.arange(len(source))
    n_nodes = np.diff(np.append(arrays.roots, len(source)))
    own_place = np.arange(len(source)) - np.repeat(arrays.roots, n_nodes)
    is_leaf = arrays.feature[source] < 0
    left = np.where(is_leaf, own_place, place[arrays.left[source]] - np.repeat(arrays.roots, n_nodes))
    threshold = np.where(is_leaf, np.inf, arrays.threshold[source])
    if arrays.is_single_precision:
        threshold = rounded_down(threshold)
    kinds = [("threshold", threshold.dtype), ("feature", np.uint16), ("left", np.min_scalar_type(int(n_nodes.max())))]
    nodes = np.empty(len(source), dtype=np.dtype(kinds, align=True))
    nodes["threshold"], nodes["left"] = threshold, left
    nodes["feature"] = np.where(is_leaf, 0, arrays.feature[source])
    return nodes, np.ascontiguousarray(arrays.value[source])


def _level_order(arrays: TreeArrays) -> NDArray[np.int64]:
    """Nodes tree by tree, in each level by level, the two children of a node side by side, shape (n_nodes,)."""
    level, tree = arrays.roots, np.arange(len(arrays.roots))
    levels, trees = [level], [tree]
    while len(level):
        is_inner = arrays.feature[level] >= 0
        above, tree = level[is_inner], np.repeat(tree[is_inner], 2)
        level = np.column_stack([arrays.left[above], arrays.right[above]]).ravel().astype(np.int64)
        levels.append(level)
        trees.append(tree)
    return np.asarray(np.concatenate(levels)[np.argsort(np.concatenate(trees), kind="stable")])


def rounded_down(values: NDArray[np.float64]) -> NDArray[np.float32]:
    """The largest float32 numbers that are not above the values."""
    near = values.astype(np.float32)
    return np.asarray(np.where(near > values, np.nextafter(near, np.float32(-np.inf)), near))


@functools.cache
def _compiled() -> Callable[..., Any]:
    """The loop, compiled at first use."""
    from numba import njit

    compiled: Callable[..., Any] = njit(nogil=True)(_walk_rows)
    return compiled


def _walk_rows(
    rows: NDArray[Any],
    nodes: NDArray[np.void],
    values: NDArray[np.float64],
    starts: NDArray[np.int64],
    output: NDArray[np.int32],
    n_outputs: int,
) -> _Sums:
    """Sums over trees, sums of squared deviations from the first tree (no digits are lost), and the first tree.

    The number of rows is a multiple of the lanes: loops of fixed length are the faster ones.
    """
    n_rows = rows.shape[0]
    sums = np.zeros((n_rows, n_outputs))
    squares = np.zeros((n_rows, n_outputs))
    first = np.zeros((n_rows, n_outputs))
    at = np.zeros(_LANES, np.uintp)  # unsigned numbers spare a test for negative ones at each step
    for block in range(0, n_rows, _BLOCK_ROWS):
        for tree in range(starts.shape[0] - 1):
            own = nodes[starts[tree] : starts[tree + 1]]
            answers = values[starts[tree] : starts[tree + 1]]
            for start in range(block, min(block + _BLOCK_ROWS, n_rows), _LANES):
                lanes = rows[start : start + _LANES]
                at[:] = 0
                has_moved = True
                while has_moved:
                    for _ in range(_UNCHECKED):
                        for lane in range(_LANES):
                            node = own[at[lane]]
                            is_right = lanes[lane, np.uintp(node["feature"])] > node["threshold"]
                            at[lane] = np.uintp(node["left"]) + np.uintp(is_right)
                    has_moved = False
                    for lane in range(_LANES):
                        has_moved |= own[at[lane]]["left"] != at[lane]
                for lane in range(_LANES):
                    place = start + lane
                    if output[tree] >= 0:
                        sums[place, output[tree]] += answers[at[lane], 0]
                        continue
                    for k in range(n_outputs):
                        answer = answers[at[lane], k]
                        if tree == 0:
                            first[place, k] = answer
                        sums[place, k] += answer
                        squares[place, k] += (answer - first[place, k]) ** 2
    return sums, squares, first


def forest_arrays(trees: Sequence[Any]) -> TreeArrays:
    """Arrays of fitted scikit-learn decision trees; leaves of classifiers hold the shares of the classes."""
    starts = np.cumsum([0, *(one.tree_.node_count for one in trees)])
    parts = [one.tree_ for one in trees]
    values = np.concatenate([part.value[:, 0, :] for part in parts])
    if hasattr(trees[0], "classes_"):
        values = values / values.sum(axis=1, keepdims=True)

    def children(name: str) -> NDArray[np.int32]:
        return np.concatenate(
            [getattr(part, name) + start for part, start in zip(parts, starts[:-1], strict=True)]
        ).astype(np.int32)

    return TreeArrays(
        feature=np.concatenate([np.where(part.feature < 0, -1, part.feature) for part in parts]).astype(np.int32),
        threshold=np.concatenate([part.threshold for part in parts]),
        left=children("children_left"),
        right=children("children_right"),
        value=np.ascontiguousarray(values),
        roots=starts[:-1].astype(np.int64),
        output=np.full(len(parts), -1, dtype=np.int32),
        base=np.zeros(values.shape[1]),
        is_single_precision=True,
    )


def boosted_arrays(model: Any) -> TreeArrays:
    """Arrays of a fitted scikit-learn histogram gradient boosting model without categories."""
    rounds = model._predictors
    trees = [(tree.nodes, number) for one in rounds for number, tree in enumerate(one)]
    starts = np.cumsum([0, *(len(nodes) for nodes, _ in trees)])
    nodes = np.concatenate([nodes for nodes, _ in trees])
    shift = np.repeat(starts[:-1], [len(nodes) for nodes, _ in trees])
    return TreeArrays(
        feature=np.where(nodes["is_leaf"], -1, nodes["feature_idx"]).astype(np.int32),
        threshold=nodes["num_threshold"].astype(np.float64),
        left=(nodes["left"] + shift).astype(np.int32),
        right=(nodes["right"] + shift).astype(np.int32),
        value=np.ascontiguousarray(nodes["value"][:, None], dtype=np.float64),
        roots=starts[:-1].astype(np.int64),
        output=np.array([number for _, number in trees], dtype=np.int32),
        base=np.ravel(model._baseline_prediction).astype(np.float64),
        is_single_precision=False,
    )
