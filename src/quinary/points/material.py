"""Materials: what data points are about, with identity at three levels."""

from __future__ import annotations

from dataclasses import dataclass

from quinary.chemistry.composition import Composition
from quinary.chemistry.identity import composition_key

__all__ = ["Material"]


@dataclass(frozen=True, slots=True)
class Material:
    """A composition, the phases reported for it (standard names, sorted) and the processing steps (codes, in order).

    Two samples are the same material if all three agree: an as-cast and an annealed alloy are two materials of one
    composition. A predicted phase never enters the identity.
    """

    composition: Composition
    structure: tuple[str, ...] = ()
    processing: tuple[str, ...] = ()

    @property
    def composition_key(self) -> str:
        """Identity by composition alone."""
        return composition_key(self.composition)

    @property
    def structure_key(self) -> str:
        """Identity by composition and reported structure."""
        return f"{self.composition_key} | {'+'.join(self.structure)}"

    @property
    def key(self) -> str:
        """Identity by composition, reported structure and processing: the unique material."""
        return f"{self.structure_key} | {'+'.join(self.processing)}"
