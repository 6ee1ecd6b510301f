"""Where a candidate comes from and why it stands where it stands: what makes it possible to make it again, and to doubt it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import numpy as np

from quinary.chemistry.identity import composition_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quinary.chemistry.composition import Composition
    from quinary.plugins import GenerationTask, GeneratorPlugin
    from quinary.requests import PredictedProperty, Request

__all__ = ["REAL_MOVE", "candidate_id", "model_digest", "reason_for_rank"]

REAL_MOVE: Final = 1e-3  # a sample only rounded to weighable fractions counts as unmoved
_N_DIGITS: Final = 12


def candidate_id(request: Request, generator: str, seed: int, composition: Composition) -> str:
    """Q and ten hexadecimal digits: the same request, generator, seed and composition have the same one."""
    text = f"{request.digest}|{generator}|{seed}|{composition_key(composition)}"
    return f"Q{hashlib.sha256(text.encode()).hexdigest()[:10]}"


def model_digest(plugin: GeneratorPlugin, task: GenerationTask) -> str:
    """Twelve hexadecimal digits of a generator: its name, its version and every number that it learned from.

    Training has a fixed seed, so that these make the model.
    """
    found = hashlib.sha256(repr((plugin.name, plugin.version, task.known.elements, sorted(task.values))).encode())
    for numbers in (task.known.fractions, *(task.values[name] for name in sorted(task.values))):
        found.update(np.ascontiguousarray(numbers, dtype=float).tobytes())
    return found.hexdigest()[:_N_DIGITS]


def reason_for_rank(
    request: Request, predicted: Mapping[str, PredictedProperty], probability: float, moved: float
) -> str:
    """What decided the place among the candidates, in words."""
    reached = [(name, predicted[name]) for name in request.objectives if name in predicted]
    reasons = [f"{name} {entry.value:.4g} {entry.unit}".rstrip() for name, entry in reached]
    if request.wanted:
        reasons.append(f"meets the request with probability {probability:.2f}")
    reasons.append(f"moved by {moved:.3f}" if moved > REAL_MOVE else "not moved")
    return ", ".join(reasons)
