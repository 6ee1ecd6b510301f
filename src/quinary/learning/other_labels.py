"""Labels beside those of the property: its values by another method, or another property, at compositions of their own."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from quinary.learning.feature_sets import table_features

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from quinary.learning.table import LearningTable

__all__ = ["OtherLabels", "other_labels"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class OtherLabels:
    """M labels of other kinds.

    Attributes:
        features: shape (M, n_features), the same features as those of the property.
        targets: shape (M,), each kind in its own unit; `kinds`: number of its kind, shape (M,).
        systems: chemical system of each, shape (M,).
        names: of the kinds.
    """

    features: NDArray[np.float64]
    targets: NDArray[np.float64]
    kinds: NDArray[np.int64]
    systems: NDArray[Any]
    names: tuple[str, ...]

    def __repr__(self) -> str:
        """Equal for equal labels: finished evaluations are known by it."""
        digest = hashlib.sha256()
        for values in (self.features, self.targets, self.kinds):
            digest.update(np.ascontiguousarray(values).tobytes())
        return f"OtherLabels({', '.join(self.names)}, {len(self.targets)}, {digest.hexdigest()[:16]})"

    def without(self, systems: NDArray[Any]) -> OtherLabels:
        """Only the labels of other chemical systems: nothing may be known of a system that is held out, by any label."""
        kept = ~np.isin(self.systems, systems)
        return OtherLabels(self.features[kept], self.targets[kept], self.kinds[kept], self.systems[kept], self.names)


def other_labels(tables: Sequence[LearningTable], feature_sets: Sequence[str]) -> OtherLabels | None:
    """The labels of tables that have the elements and columns of the property's own table; None without tables."""
    if not tables:
        return None
    return OtherLabels(
        np.vstack([table_features(table, feature_sets).values for table in tables]),
        np.concatenate([table.target.astype(float) for table in tables]),
        np.repeat(np.arange(len(tables)), [len(table) for table in tables]),
        np.concatenate([table.groups["system"] for table in tables]),
        tuple(table.property for table in tables),
    )
