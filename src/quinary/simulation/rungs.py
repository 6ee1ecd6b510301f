"""What all rungs that compute with a potential share: a verdict for every way in which a calculation can end."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from quinary.chemistry.composition import Composition
from quinary.errors import InputError, WorkError
from quinary.points.properties import property_named
from quinary.requests import FoundProperty, Verdict
from quinary.simulation.potentials import failure_in_words, names_of_ensemble

if TYPE_CHECKING:
    from quinary.simulation.potentials import Potential

__all__ = ["first_potential", "found_properties", "verdict_with"]

_Result = TypeVar("_Result")


def verdict_with(
    rung: str,
    composition: Composition,
    potential: Potential,
    compute: Callable[[], _Result],
    judge: Callable[[_Result], Verdict],
) -> Verdict:
    """`judge` of what `compute` gives, with the seconds that it took.

    Skipped where the composition has no structure or the potential lacks an element; a relaxation that explodes gives the
    outcome `error`, with the last structure among the values.

    Raises:
        WorkError: the calculation failed otherwise.
    """
    from quinary.simulation.relax import RelaxationError
    from quinary.structures.files import structure_text

    started = time.perf_counter()
    try:
        verdict = judge(compute())
    except (InputError, NotImplementedError) as error:
        verdict = Verdict(composition.formula, rung, "skipped", failure_in_words(error, potential))
    except RelaxationError as error:
        values = {"potential": potential.label, "last_structure": structure_text(error.atoms, "extxyz")}
        verdict = Verdict(composition.formula, rung, "error", error.message, values)
    except RuntimeError as error:  # what torch and the calculators of ASE raise
        raise WorkError(failure_in_words(error, potential)) from error
    return replace(verdict, seconds=time.perf_counter() - started)


def first_potential(names: str) -> Potential:
    """The first of several potentials, the names joined by commas: it gives the values.

    Raises:
        InputError: unknown potential.
        WorkError: it cannot be loaded.
    """
    from quinary.simulation.solid_solution import references_with

    return references_with(names_of_ensemble(names)[0]).potential


def found_properties(entries: Mapping[str, tuple[float, float]]) -> dict[str, FoundProperty]:
    """Property -> (value, one standard deviation), both in its unit; a deviation that is not finite is not known."""
    return {
        name: FoundProperty(value, property_named(name).unit, error if math.isfinite(error) else None)
        for name, (value, error) in entries.items()
    }
