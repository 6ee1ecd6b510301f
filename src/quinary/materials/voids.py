"""Voids: what the policy asks for and a material lacks. A pure function of the material's cells and the policy."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from quinary.materials.aggregate import CellKey
from quinary.materials.policy import Policy
from quinary.points.point import Origin

__all__ = ["MaterialStatus", "Void", "find_voids"]


@dataclass(frozen=True, slots=True)
class MaterialStatus:
    """What the policy needs to know about a material.

    Known: it has a literature or validation point. Generated: a candidate brought it. It can be both.
    """

    key: str
    is_known: bool
    is_generated: bool
    is_ceramic: bool


@dataclass(frozen=True, slots=True)
class Void:
    """A missing value: which property of which material, from which loop. Computed, never stored."""

    material_key: str
    property: str
    conditions_key: str
    origin: Origin
    priority: int


def find_voids(material: MaterialStatus, cells: AbstractSet[CellKey], policy: Policy) -> list[Void]:
    """The voids of one material, in the order of the policy. The first conditions of a want name the void.

    Reported is what somebody else has made or computed: a known material that no candidate brought, or for which the
    literature has a value by now.
    """
    has_literature = any(cell.origin is Origin.LITERATURE for cell in cells)
    is_reported = material.is_known and (not material.is_generated or has_literature)
    return [
        Void(material.key, want.property, want.conditions_keys[0], want.origin, want.priority)
        for want in policy.wants
        if want.applies_to(
            is_known=material.is_known,
            is_generated=material.is_generated,
            is_ceramic=material.is_ceramic,
            is_reported=is_reported,
        )
        and not any(CellKey(want.property, key, want.origin) in cells for key in want.conditions_keys)
    ]
