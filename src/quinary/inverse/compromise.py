"""Where goals cannot all be met: the composition of each sample's elements that misses them least."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from quinary.inverse.approaching import Aim, approached
from quinary.requests import slopes

if TYPE_CHECKING:
    from quinary.inverse.moving import Goal, Mover

    Values: TypeAlias = NDArray[np.float64]

__all__ = ["least_missing"]

_SMALLEST_SCALE = 1e-3


@dataclass(frozen=True, slots=True)
class _Properties:
    """The properties of goals, all at once."""

    goals: Sequence[Goal]

    def linearised(self, fractions: Values) -> tuple[Values, Values]:
        """Values, shape (N, n_goals), and derivatives by the elements that are present, (N, n_goals, n_elements)."""
        values = np.stack([goal.form.value(fractions) for goal in self.goals], axis=1)
        return values, np.stack([slopes(goal.form, fractions, fractions > 0) for goal in self.goals], axis=1)


def least_missing(mover: Mover, starts: Values, goals: Sequence[Goal]) -> Values:
    """Each start, shape (N, n_elements), led within the limits to the least squared relative misses of the goals.

    Of an interval the side that is nearest at the start is aimed at. Goals have one interval for all samples. What cannot
    obey the limits is left out.
    """
    properties = _Properties(goals)
    values, _ = properties.linearised(starts)
    sides = np.array([(goal.low, goal.high) for goal in goals], dtype=float)
    scales = np.maximum(np.where(np.isfinite(sides), np.abs(sides), 0.0).max(axis=1), _SMALLEST_SCALE)
    wanted = np.clip(values, sides[:, 0], sides[:, 1])
    found = approached(mover, starts, Aim(properties, wanted, scales))
    ended: Values = found.fractions[np.isfinite(found.misses)]
    return ended
