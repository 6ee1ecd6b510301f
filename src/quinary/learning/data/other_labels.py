"""Labels beside those of the property: its values by another method, or another property, at compositions of their own."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.learning.data.feature_sets import table_features

if TYPE_CHECKING:
    from quinary.learning.data.splits import Split
    from quinary.learning.data.table import LearningTable

__all__ = ["FEWEST_OTHERS", "MOST_OTHERS", "OtherLabels", "other_labels"]

MOST_OTHERS: Final = 800  # labels of all kinds; beyond, a random part is taken, since the cost grows with the cube
FEWEST_OTHERS: Final = 8  # labels of a kind that can be learned from


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class OtherLabels:
    """M labels of other kinds.

    Attributes:
        features: shape (M, n_features), the same features as those of the property.
        targets: shape (M,), each kind in its own unit; `kinds`: number of its kind, shape (M,).
        systems, compositions: chemical system and composition of each, shape (M,).
        names: of the kinds.
    """

    features: NDArray[np.float64]
    targets: NDArray[np.float64]
    kinds: NDArray[np.int64]
    systems: NDArray[Any]
    compositions: NDArray[Any]
    names: tuple[str, ...]

    def __repr__(self) -> str:
        """Equal for equal labels: finished evaluations are known by it."""
        digest = hashlib.sha256()
        for values in (self.features, self.targets, self.kinds):
            digest.update(np.ascontiguousarray(values).tobytes())
        digest.update("\n".join([*self.systems.tolist(), *self.compositions.tolist()]).encode())
        return f"OtherLabels({', '.join(self.names)}, {len(self.targets)}, {digest.hexdigest()[:16]})"

    @property
    def counts(self) -> dict[str, int]:
        """Name of a kind -> how many labels it has."""
        numbers = np.bincount(self.kinds, minlength=len(self.names))
        return dict(zip(self.names, numbers.tolist(), strict=True))

    @property
    def too_few(self) -> tuple[str, ...]:
        """The kinds with fewer than eight labels, which no process learns from."""
        return tuple(name for name, count in self.counts.items() if count < FEWEST_OTHERS)

    def without(self, systems: NDArray[Any], compositions: Sequence[str] | NDArray[Any] = ()) -> OtherLabels:
        """Only the labels of other chemical systems and compositions."""
        return self._rows(~np.isin(self.systems, systems) & ~np.isin(self.compositions, compositions))

    def outside(self, table: LearningTable, split: Split) -> OtherLabels:
        """What a model may see that is tested on rows of the property's table.

        Nothing of a system that the training rows do not have, and nothing of a tested composition. Where whole systems are
        held out that leaves no label of them; where random rows are, as many labels are left as the rows that are tested
        allow, so that both ways of testing judge the same model.
        """
        systems, compositions = table.groups["system"], table.groups["composition"]
        unseen = np.setdiff1d(systems[split.test], systems[split.train])
        return self.without(unseen, compositions[split.test])

    def taken(self, seed: int = 0) -> tuple[OtherLabels, ...]:
        """The labels that are learned from, one part for each kind with eight or more.

        Of more than 800 labels in all every kind gives the same number, drawn at random; kinds that have no more than that
        are taken whole.
        """
        random, n_left, parts = np.random.default_rng(seed), MOST_OTHERS, {}
        numbers = np.bincount(self.kinds, minlength=len(self.names))
        usable = [int(kind) for kind in np.argsort(numbers, kind="stable") if numbers[kind] >= FEWEST_OTHERS]
        for place, kind in enumerate(usable):
            drawn = random.permutation(np.flatnonzero(self.kinds == kind))[: n_left // (len(usable) - place)]
            parts[kind] = self._rows(np.sort(drawn))
            n_left -= len(drawn)
        return tuple(parts[kind] for kind in sorted(parts))

    @property
    def name(self) -> str:
        """Of the first label's kind."""
        return self.names[int(self.kinds[0])]

    def _rows(self, chosen: NDArray[Any]) -> OtherLabels:
        return OtherLabels(
            self.features[chosen], self.targets[chosen], self.kinds[chosen], self.systems[chosen],
            self.compositions[chosen], self.names,
        )  # fmt: skip


def other_labels(tables: Sequence[LearningTable], feature_sets: Sequence[str]) -> OtherLabels | None:
    """The labels of tables that have the elements and columns of the property's own table; None without tables."""
    if not tables:
        return None
    return OtherLabels(
        np.vstack([table_features(table, feature_sets).values for table in tables]),
        np.concatenate([table.target.astype(float) for table in tables]),
        np.repeat(np.arange(len(tables)), [len(table) for table in tables]),
        np.concatenate([table.groups["system"] for table in tables]),
        np.concatenate([table.groups["composition"] for table in tables]),
        tuple(table.property for table in tables),
    )
