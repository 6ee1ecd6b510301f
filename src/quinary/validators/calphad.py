"""The second rung: phase equilibrium from a thermodynamic database."""

from __future__ import annotations

import functools
import time
from typing import TYPE_CHECKING, Any, Final

from quinary.chemistry.composition import Composition
from quinary.inverse.candidate import Verdict

if TYPE_CHECKING:
    from quinary.plugins.sockets import ValidationSettings
    from quinary.simulation.calphad import Equilibrium, EquilibriumCalculator
    from quinary.simulation.thermodynamic_databases import ThermodynamicDatabase

__all__ = ["PLUGIN", "CalphadRung"]

_TRACE: Final = 0.01  # mole fraction; less of a second phase is within the error of an extrapolated database
_SOLID_SOLUTIONS: Final = frozenset({"BCC", "FCC", "HCP"})


class CalphadRung:
    """Phase equilibrium at one temperature.

    Passed: one solid-solution phase. Failed: anything else. Uncertain, either way: some binaries of the alloy are not
    assessed in the database and were taken as ideal; an uncertain verdict is no evidence and makes no data point.

    Source: pycalphad, 10.5334/jors.140; the database is named in each verdict.
    """

    name = "calphad"
    version = "2"
    source = "10.5334/jors.140"
    order = 20

    def validate(self, composition: Composition, settings: ValidationSettings) -> Verdict:
        """The stable phases at `settings.temperature` (K) and 101325 Pa.

        Raises:
            InputError: the database named by the user does not exist, is no TDB, or does not cover the elements.
            WorkError: the minimisation did not converge.
        """
        from quinary.simulation.thermodynamic_databases import find_database, unassessed_binaries

        started = time.perf_counter()
        conditions = {"temperature": settings.temperature}
        if composition.is_ceramic and settings.tdb is None:
            return Verdict(
                composition.formula, self.name, "skipped", "no ceramic database at hand; name one with --tdb"
            )
        database = find_database(composition.elements, settings.tdb)
        if database is None:
            reason = f"no database at hand covers {', '.join(composition.elements)} together; name one with --tdb"
            return Verdict(composition.formula, self.name, "skipped", reason, conditions=conditions)
        found = _calculator(database, composition.elements).equilibrium(
            composition.atomic_fractions, settings.temperature
        )
        outside = unassessed_binaries(database, composition.elements)
        outcome, reason = _judgement(found, outside, database.name)
        values: dict[str, Any] = {
            "phases": dict(found.phases),
            "database": database.name,
            "database_source": database.source,
            "outside_assessed_systems": list(outside),
        }
        seconds = time.perf_counter() - started
        phases = tuple(sorted(_standard(phase) for phase, share in found.phases.items() if share >= _TRACE))
        return Verdict(composition.formula, self.name, outcome, reason, values, phases, conditions, seconds)


@functools.lru_cache(maxsize=8)
def _calculator(database: ThermodynamicDatabase, elements: tuple[str, ...]) -> EquilibriumCalculator:
    """One calculator for a database and a set of elements: its first point costs seconds, the next ones milliseconds."""
    from quinary.simulation.calphad import EquilibriumCalculator

    return EquilibriumCalculator(database, elements, is_thorough=True)


def _standard(phase: str) -> str:
    from quinary.simulation.calphad import lattice_of

    return lattice_of(phase) or phase.split("#", maxsplit=1)[0]


def _judgement(found: Equilibrium, outside: tuple[str, ...], database: str) -> tuple[str, str]:
    kept = {phase: share for phase, share in found.phases.items() if share >= _TRACE}
    listed = ", ".join(f"{phase} {share:.3f}" for phase, share in kept.items())
    is_single = len(kept) == 1 and _standard(next(iter(kept))) in _SOLID_SOLUTIONS
    words = "single phase" if is_single else "not a single solid solution"
    if any(_standard(phase) == "liquid" for phase in kept):
        words = "liquid" if len(kept) == 1 else "partly liquid"
    remark = f"; outside its assessed systems, taken as ideal: {', '.join(outside)}" if outside else ""
    reason = f"{words} at {found.temperature:g} K by {database}: {listed}{remark}"
    if outside:
        return "uncertain", reason
    return ("passed" if is_single else "failed"), reason


PLUGIN: Final = CalphadRung()
