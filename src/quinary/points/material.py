"""Materials: what data points are about, with identity at three levels."""

from __future__ import annotations

from dataclasses import dataclass, field

from quinary.chemistry.composition import Composition
from quinary.chemistry.identity import composition_key

__all__ = ["Material", "state_of_key"]


@dataclass(frozen=True, slots=True)
class Material:
    """A composition, the phases reported for it (standard names, sorted) and the processing steps (codes, in order).

    Two samples are the same material if all three agree: an as-cast and an annealed alloy are two materials of one
    composition. A predicted phase never enters the identity. Equality is equality of `key`.

    Attributes:
        composition_key: identity by composition alone.
        key: identity by composition, reported structure and processing: the unique material.
    """

    composition: Composition = field(compare=False)
    structure: tuple[str, ...] = field(default=(), compare=False)
    processing: tuple[str, ...] = field(default=(), compare=False)
    composition_key: str = field(init=False, compare=False)
    key: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "composition_key", composition_key(self.composition))
        object.__setattr__(self, "key", f"{self.structure_key} | {'+'.join(self.processing)}")

    @property
    def structure_key(self) -> str:
        """Identity by composition and reported structure."""
        return f"{self.composition_key} | {'+'.join(self.structure)}"


def state_of_key(key: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Structure and processing out of `Material.key`: what tells materials of one composition apart."""
    _, structure, processing = (part.strip() for part in key.rsplit("|", 2))
    return tuple(structure.split("+")) if structure else (), tuple(processing.split("+")) if processing else ()
