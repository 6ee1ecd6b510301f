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
        rows = np.ascontiguousarray(features, dtype=np.float32 if self.is_single_precision else np.float64)
        pack, walk = _compiled()
        packed = pack(self.feature, self.threshold, self.left, self.right, self.roots)
        sums, squares, first = walk(rows, *packed, self.value, self.roots, self.output, len(self.base))
        n_trees = len(self.roots)
        variance = squares / n_trees - (sums / n_trees - first) ** 2
        return sums + self.base, np.sqrt(np.maximum(variance, 0.0))


@functools.cache
def _compiled() -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The two loops, compiled at first use (about two seconds)."""
    from numba import njit

    return njit(nogil=True)(_pack_nodes), njit(nogil=True)(_walk_rows)


def _pack_nodes(feature, threshold, left, right, roots):  # type: ignore[no-untyped-def]
    """The trees with the two children of a node side by side, and leaves that lead to themselves.

    A step is then one addition without a branch: node = left[node] + (value > threshold[node]). `source` says which node
    of the original arrays a node is; the root of a tree keeps its place.
    """
    n_nodes = feature.shape[0]
    packed_feature = np.zeros(n_nodes, np.int32)
    packed_threshold = np.full(n_nodes, np.inf)
    packed_left = np.zeros(n_nodes, np.int32)
    source = np.zeros(n_nodes, np.int32)
    for tree in range(roots.shape[0]):
        end = roots[tree] + 1
        source[roots[tree]] = roots[tree]
        node = roots[tree]
        while node < end:
            old = source[node]
            if feature[old] < 0:
                packed_left[node] = node
            else:
                packed_feature[node], packed_threshold[node] = feature[old], threshold[old]
                packed_left[node] = end
                source[end], source[end + 1] = left[old], right[old]
                end += 2
            node += 1
    return packed_feature, packed_threshold, packed_left, source


def _walk_rows(  # type: ignore[no-untyped-def]  # noqa: PLR0913, PLR0917 - arrays are all that compiles
    rows, feature, threshold, left, source, value, roots, output, n_outputs
):
    n_rows = rows.shape[0]
    sums = np.zeros((n_rows, n_outputs))
    squares = np.zeros((n_rows, n_outputs))  # of deviations from the first tree: no digits are lost
    first = np.zeros((n_rows, n_outputs))
    nodes, waiting = np.empty(256, np.int32), np.empty(256, np.int32)
    # Blocks of rows that stay in the second-level cache; in them tree by tree, so that its nodes stay in the first; all
    # rows of a block take a step before any takes the next, so that the processor has many steps in hand at once.
    for start in range(0, n_rows, 256):
        n_block = min(256, n_rows - start)
        for tree in range(roots.shape[0]):
            nodes[:n_block] = roots[tree]
            for row in range(n_block):
                waiting[row] = row
            n_waiting = n_block
            while n_waiting > 0:
                n_left = 0
                for number in range(n_waiting):  # rows that have not come to a leaf yet
                    row = waiting[number]
                    node = nodes[row]
                    after = left[node] + np.int32(rows[start + row, feature[node]] > threshold[node])
                    nodes[row] = after
                    waiting[n_left] = row
                    n_left += left[after] != after
                n_waiting = n_left
            for row in range(n_block):
                leaf, place = source[nodes[row]], start + row
                if output[tree] >= 0:
                    sums[place, output[tree]] += value[leaf, 0]
                    continue
                for k in range(n_outputs):
                    if tree == 0:
                        first[place, k] = value[leaf, k]
                    sums[place, k] += value[leaf, k]
                    squares[place, k] += (value[leaf, k] - first[place, k]) ** 2
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
