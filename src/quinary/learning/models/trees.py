"""Ensembles of trees as plain arrays, evaluated by one compiled loop: what is saved, and what predicts fast."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["TreeArrays", "boosted_arrays", "forest_arrays"]


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

    def totals(self, features: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Sum over the trees plus `base`, and standard deviation between the trees, each of shape (N, n_outputs)."""
        rows = np.ascontiguousarray(features, dtype=np.float64)
        if self.is_single_precision:
            rows = rows.astype(np.float32).astype(np.float64)
        sums, squares, first = _walk()(
            rows,
            self.feature,
            self.threshold,
            self.left,
            self.right,
            self.value,
            self.roots,
            self.output,
            len(self.base),
        )
        n_trees = len(self.roots)
        variance = squares / n_trees - (sums / n_trees - first) ** 2
        return sums + self.base, np.sqrt(np.maximum(variance, 0.0))


@functools.cache
def _walk() -> Callable[..., tuple[NDArray[np.float64], ...]]:
    """The loop, compiled at first use (about a second)."""
    from numba import njit

    compiled: Callable[..., tuple[NDArray[np.float64], ...]] = njit(nogil=True)(_walk_rows)
    return compiled


def _walk_rows(  # type: ignore[no-untyped-def]  # noqa: PLR0913, PLR0917 - arrays are all that compiles
    rows, feature, threshold, left, right, value, roots, output, n_outputs
):
    sums = np.zeros((rows.shape[0], n_outputs))
    squares = np.zeros((rows.shape[0], n_outputs))  # of deviations from the first tree: no digits are lost
    first = np.zeros((rows.shape[0], n_outputs))
    # Blocks of rows that stay in the second-level cache; in them tree by tree, so that its nodes stay in the first.
    for start in range(0, rows.shape[0], 256):
        for tree in range(roots.shape[0]):
            for row in range(start, min(start + 256, rows.shape[0])):
                node = roots[tree]
                while feature[node] >= 0:
                    node = left[node] if rows[row, feature[node]] <= threshold[node] else right[node]
                if output[tree] >= 0:
                    sums[row, output[tree]] += value[node, 0]
                    continue
                for k in range(n_outputs):
                    if tree == 0:
                        first[row, k] = value[node, k]
                    sums[row, k] += value[node, k]
                    squares[row, k] += (value[node, k] - first[row, k]) ** 2
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
