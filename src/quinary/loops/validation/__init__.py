"""The validation loop: candidates climb the ladder of rungs."""

from quinary.loops.validation.ladder import Climb, estimated_seconds, ladder, validate_compositions
from quinary.loops.validation.thermodynamics import equipped
from quinary.loops.validation.validation import ValidationWork

__all__ = ["Climb", "ValidationWork", "equipped", "estimated_seconds", "ladder", "validate_compositions"]
