"""Looking at whole spaces, at sections of them, and at ways through them. Nothing here knows a store."""

from quinary.exploring.composition_paths import effects_on, replaced, way_between
from quinary.exploring.screening import Screening, screen
from quinary.exploring.sections import Section, as_document, ternary_sections, value_range

__all__ = [
    "Screening",
    "Section",
    "as_document",
    "effects_on",
    "replaced",
    "screen",
    "ternary_sections",
    "value_range",
    "way_between",
]
