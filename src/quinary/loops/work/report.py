"""What one pass of a loop did: the same few numbers for every loop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["LoopReport"]


@dataclass(frozen=True, slots=True)
class LoopReport:
    """What one pass of a loop did: materials looked at, points added, what failed, what is not possible, seconds, bugs.

    Not possible is what no plug-in covers, such as an element without a value: nothing went wrong, and no retry helps.
    `bugs` are the mistakes in the program that were met, each once: whose, and what. They say nothing of the materials.
    """

    loop: str
    n_materials: int
    n_added: int
    n_failed: int
    n_impossible: int
    seconds: float
    bugs: tuple[str, ...] = ()

    def __add__(self, other: LoopReport) -> LoopReport:
        """Both passes of one loop together."""
        return LoopReport(
            self.loop,
            self.n_materials + other.n_materials,
            self.n_added + other.n_added,
            self.n_failed + other.n_failed,
            self.n_impossible + other.n_impossible,
            self.seconds + other.seconds,
            tuple(dict.fromkeys(self.bugs + other.bugs)),
        )

    def as_dict(self) -> dict[str, Any]:
        """The report as the command line prints it."""
        return {
            "loop": self.loop,
            "materials": self.n_materials,
            "added": self.n_added,
            "failed": self.n_failed,
            "not_possible": self.n_impossible,
            "seconds": round(self.seconds, 3),
            "bugs": list(self.bugs),
        }
