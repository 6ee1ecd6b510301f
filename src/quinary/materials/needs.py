"""What should be measured next, and why: how urgent a void is, and the reason in words that a person can check."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from quinary.materials.policy import Want
from quinary.materials.voids import Void
from quinary.points.material import state_of_key
from quinary.points.properties import property_named
from quinary.wording import with_spread

__all__ = ["Need", "StandIn", "urgency"]

_NO_SPREAD: Final = 0.5  # relative; a prediction that does not say how sure it is


@dataclass(frozen=True, slots=True)
class StandIn:
    """The predicted value that is used as long as nothing better is known; `uncertainty` is one standard deviation."""

    value: float
    uncertainty: float | None

    @property
    def spread(self) -> float:
        """Uncertainty over value, between 0 (sure) and 1 (as good as nothing)."""
        if self.uncertainty is None:
            return _NO_SPREAD
        return min(1.0, self.uncertainty / abs(self.value)) if self.value else 1.0


@dataclass(frozen=True, slots=True)
class Need:
    """A void with what makes it worth filling.

    `system` joins the elements, such as Mo-Nb-Ta-W; `n_known` counts the materials of this system whose value is known,
    `n_candidates` the candidates of this system that were designed on this property.
    """

    void: Void
    want: Want
    formula: str
    system: str
    n_known: int
    stand_in: StandIn | None
    n_candidates: int

    @property
    def urgency(self) -> float:
        """See `urgency`."""
        return urgency(self.n_known, self.stand_in, self.n_candidates)

    @property
    def reason(self) -> str:
        """Why it should be measured, in words."""
        return "; ".join((self._wanted(), self._nearby(), self._stand_in(), *self._dependants()))

    def _wanted(self) -> str:
        mark = "" if self.want.materials == "all" else f"{self.want.materials} "
        kind = "material" if self.want.kind == "all" else self.want.kind
        name = self.want.of_class.name if self.want.of_class is not None else kind
        return f"priority {self.want.priority}: wanted of every {mark}{name}"

    def _nearby(self) -> str:
        if not self.n_known:
            return f"known for no material of {self.system}"
        return f"known for {self.n_known} other{'s' if self.n_known > 1 else ''} of {self.system}"

    def _stand_in(self) -> str:
        if self.stand_in is None:
            return "no prediction stands in"
        unit = property_named(self.void.property).unit
        number = with_spread(self.stand_in.value, self.stand_in.uncertainty)
        share = "" if self.stand_in.uncertainty is None else f" ({100 * self.stand_in.spread:.0f} %)"
        return f"the prediction that stands in is {number} {unit}".rstrip() + share

    def _dependants(self) -> tuple[str, ...]:
        if not self.n_candidates:
            return ()
        one = self.n_candidates == 1
        return (f"{self.n_candidates} candidate{'' if one else 's'} of {self.system} depend{'s' if one else ''} on it",)

    def as_dict(self) -> dict[str, Any]:
        """The need as the command line prints it."""
        structure, processing = state_of_key(self.void.material_key)
        return {
            "material": self.void.material_key, "formula": self.formula, "structure": list(structure),
            "processing": list(processing), "property": self.void.property,
            "conditions": self.void.conditions_key, "loop": self.void.origin.value, "priority": self.void.priority,
            "class": self.want.of_class.name if self.want.of_class is not None else None,
            "known_nearby": self.n_known,
            "stand_in": None
            if self.stand_in is None
            else {"value": self.stand_in.value, "uncertainty": self.stand_in.uncertainty},
            "candidates": self.n_candidates, "urgency": round(self.urgency, 4), "reason": self.reason,
        }  # fmt: skip


def urgency(n_known: int, stand_in: StandIn | None, n_candidates: int) -> float:
    """How much filling a void would teach, among voids of one priority: u (1 + log2(1 + c)) / sqrt(1 + k).

    u is the relative uncertainty of the prediction that stands in (1 without one), c the number of candidates that depend on
    the value, k the number of values known in the same system: the spread of a mean falls with the root of their number.
    """
    doubt = 1.0 if stand_in is None else stand_in.spread
    return doubt * (1 + math.log2(1 + n_candidates)) / math.sqrt(1 + n_known)
