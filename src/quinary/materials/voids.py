"""Voids: what the policy asks for and a material lacks. A pure function of the material's cells and the policy."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from quinary.materials.aggregate import CellKey
from quinary.materials.policy import Policy, Want
from quinary.points.material import Material
from quinary.points.point import Origin

__all__ = ["MaterialStatus", "Void", "find_voids"]


@dataclass(frozen=True, slots=True)
class MaterialStatus:
    """What the policy needs to know about a material.

    Known: it has a literature or validation point. Generated: a candidate brought it. It can be both. `elements` and
    `structure` (one name a phase) are what classes ask about.
    """

    key: str
    is_known: bool
    is_generated: bool
    is_ceramic: bool
    elements: tuple[str, ...] = ()
    structure: tuple[str, ...] = ()

    @classmethod
    def of(cls, material: Material, *, is_known: bool, is_generated: bool) -> MaterialStatus:
        """The status of a material with these marks."""
        composition = material.composition
        return cls(
            material.key, is_known, is_generated, composition.is_ceramic, composition.elements, material.structure
        )


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
        if _applies(want, material, is_reported=is_reported)
        and not any(CellKey(want.property, key, want.origin) in cells for key in want.conditions_keys)
    ]


def _applies(want: Want, material: MaterialStatus, *, is_reported: bool) -> bool:
    is_of_sort = want.applies_to(
        is_known=material.is_known,
        is_generated=material.is_generated,
        is_ceramic=material.is_ceramic,
        is_reported=is_reported,
    )
    of_class = want.of_class
    return is_of_sort and (
        of_class is None or of_class.holds(material.elements, material.structure, is_ceramic=material.is_ceramic)
    )
