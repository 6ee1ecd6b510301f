"""The second rung: phase equilibrium from a thermodynamic database."""

from __future__ import annotations

import functools
import time
from typing import TYPE_CHECKING, Any, Final

from quinary.chemistry.composition import Composition
from quinary.chemistry.matrix import as_matrix
from quinary.errors import WorkError
from quinary.requests import Verdict

if TYPE_CHECKING:
    from quinary.plugins import ValidationSettings
    from quinary.simulation.calphad import Equilibrium, EquilibriumCalculator
    from quinary.simulation.thermodynamic_databases import ThermodynamicDatabase

__all__ = ["PLUGIN", "CalphadRung"]

_DEFAULT_TEMPERATURE: Final = 1273.0  # K, a usual annealing temperature
_SOLID_SHARE: Final = 0.8
_TRACE: Final = 0.01  # mole fraction; less of a second phase is within the error of an extrapolated database
_SOLID_SOLUTIONS: Final = frozenset({"BCC", "FCC", "HCP"})


class CalphadRung:
    """Phase equilibrium at one temperature.

    A temperature that nobody asked for rules no alloy out: one that is not solid at 1273 K is judged at 0.8 of its solidus,
    or, where no solidus is found, of the mean of the elements' melting temperatures.

    Passed: one solid-solution phase. Failed: anything else. Uncertain, either way: some binaries of the alloy are not
    assessed in the database and were taken as ideal; an uncertain verdict is no evidence and makes no data point.

    Source: pycalphad, 10.5334/jors.140; the database is named in each verdict.
    """

    name = "calphad"
    version = "2"
    source = "10.5334/jors.140"
    order = 20

    def validate(self, composition: Composition, settings: ValidationSettings) -> Verdict:
        """The stable phases at `settings.temperature` (K) and 101325 Pa; the verdict says at which temperature.

        Raises:
            InputError: the database named by the user does not exist, is no TDB, or does not cover the elements.
            WorkError: the minimisation did not converge.
        """
        from quinary.simulation.thermodynamic_databases import unassessed_binaries

        started = time.perf_counter()
        asked = settings.temperature
        conditions = {"temperature": _DEFAULT_TEMPERATURE if asked is None else asked}
        database = _database(composition, settings)
        if database is None:
            which = "registered database" if composition.is_ceramic else "database at hand"
            reason = (
                f"no {which} covers {', '.join(composition.elements)} together; name one with --tdb, or register it with "
                "`quinary tdb add`"
            )
            return Verdict(composition.formula, self.name, "skipped", reason, conditions=conditions)
        calculator = _calculator(database, composition.elements)
        found, remark = _equilibrium(calculator, composition, asked)
        conditions = {"temperature": found.temperature}
        outside = unassessed_binaries(database, composition.elements)
        outcome, reason = _judgement(found, outside, f"{database.name} ({database.place})")
        reason += remark
        values: dict[str, Any] = {
            "phases": dict(found.phases),
            "database": database.name,
            "database_source": database.source,
            "database_place": database.place,
            "database_digest": database.digest,
            "outside_assessed_systems": list(outside),
        }
        seconds = time.perf_counter() - started
        phases = tuple(sorted(_standard(phase) for phase, share in found.phases.items() if share >= _TRACE))
        return Verdict(composition.formula, self.name, outcome, reason, values, phases, conditions, seconds)


def _database(composition: Composition, settings: ValidationSettings) -> ThermodynamicDatabase | None:
    """The database to judge by; those inside packages are of metals, and judge no ceramic."""
    from quinary.simulation.thermodynamic_databases import find_database, registered_database

    if composition.is_ceramic and settings.tdb is None:
        return registered_database(composition.elements, settings.databases)
    return find_database(composition.elements, settings.tdb, settings.databases)


def _equilibrium(
    calculator: EquilibriumCalculator, composition: Composition, asked: float | None
) -> tuple[Equilibrium, str]:
    """The equilibrium at the temperature asked for, else at the default or below the solidus; and a remark on the choice."""
    temperature = _DEFAULT_TEMPERATURE if asked is None else asked
    found = calculator.equilibrium(composition.atomic_fractions, temperature)
    if asked is not None or not any(_standard(phase) == "liquid" for phase in found.phases):
        return found, ""
    cooler, of_what = _solid_temperature(calculator, composition)
    if cooler >= _DEFAULT_TEMPERATURE:
        return found, ""
    remark = f"; not solid at {_DEFAULT_TEMPERATURE:g} K, so judged at {_SOLID_SHARE:g} of {of_what}"
    return calculator.equilibrium(composition.atomic_fractions, cooler), remark


def _solid_temperature(calculator: EquilibriumCalculator, composition: Composition) -> tuple[float, str]:
    """A temperature (K) at which the alloy should be solid, within those of the database; and of what it is a share."""
    from quinary.descriptors.alloys import alloy_descriptors
    from quinary.simulation.solidification import melting_range

    lowest, _ = calculator.temperature_range(composition.atomic_fractions)
    try:
        melting, of_what = melting_range(calculator, composition.atomic_fractions).solidus, "the solidus"
    except WorkError:
        means = alloy_descriptors(as_matrix([composition]), ["mean_melting_temperature"])["mean_melting_temperature"]
        melting, of_what = float(means[0]), "the elements' mean melting temperature"
    return max(lowest, round(_SOLID_SHARE * melting)), f"{of_what}, {melting:.0f} K"


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
