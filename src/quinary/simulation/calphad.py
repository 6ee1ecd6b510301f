"""Phase equilibria from a thermodynamic database (CALPHAD), computed with pycalphad.

pycalphad minimises the Gibbs energy of the closed system at fixed temperature, pressure and composition,
G = sum_phi n_phi G_m^phi(T, p, y^phi), over the amounts n_phi and site fractions y^phi of all phases
(Otis & Liu, J. Open Res. Softw. 5 (2017) 1, 10.5334/jors.140). Phases left out of the minimisation:

- gases (condensed matter only);
- phases for which the database gives these elements no energy at all: they would enter with G = 0, far above
  every real phase, and only cost time;
- the ordered partner of an order-disorder pair (BCC_B2 beside BCC_A2) if it has no ordering energy among these
  elements: it is then the same phase with the same energy, at a multiple of the cost;
- fictitious phases that only carry the disordered contribution of a compound (such as of sigma), and lattice-defect
  copies of a phase (`*_DISL`).
"""

from __future__ import annotations

import math
import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from quinary.errors import InputError, WorkError
from quinary.simulation.tdb import TdbText
from quinary.simulation.tdb_parsing import parsed_database
from quinary.simulation.thermodynamic_databases import ThermodynamicDatabase

if TYPE_CHECKING:
    from pycalphad import Database, Workspace
    from pycalphad.core.composition_set import CompositionSet

__all__ = ["Equilibrium", "EquilibriumCalculator", "lattice_of"]

# pycalphad itself cannot go below 1e-10; less than this is a rounding error of a fraction that should be zero.
_SMALLEST_FRACTION: Final = 1e-9
# Phases below this amount are noise of the minimiser (its own tolerance on a composition is 1e-10 to 1e-6).
_SMALLEST_AMOUNT: Final = 1e-6
# How far the phases may miss the overall composition before the result counts as not converged.
_BALANCE_TOLERANCE: Final = 1e-4
# Site fractions of two sublattices that differ by less are equal: disordered. Order, where stable, is far above.
_ORDER_TOLERANCE: Final = 1e-3
# Two sets of one phase closer than this are one; the minimiser itself cannot separate closer ones (its limit is 1e-2).
_SAME_COMPOSITION: Final = 1e-3
# Grid points per phase and sublattice for the starting guess: the default, and a finer one for a second attempt.
_GRID_DENSITIES: Final = (60, 500)
# Element sets whose compiled phase models are kept.
_KEPT_SYSTEMS: Final = 8

# First match wins: ordered structures and those that contain the name of another one come first.
_LATTICES: Final = tuple(
    (re.compile(pattern), lattice)
    for pattern, lattice in (
        (r"LIQ|^L$", "liquid"),
        (r"^GAS", "gas"),
        (r"LAVES_A15|A15", "A15"),
        (r"LAVES|(^|_)C(14|15|36)(_|$)", "Laves"),
        (r"SIGMA|D8B", "sigma"),
        (r"(^|_)MU(_|$)|D8_5|D85", "mu"),
        (r"(^|_)CHI(_|$)", "chi"),
        (r"(^|_)B2(_|$)|^BCC2", "B2"),
        (r"(^|_)L12(_|$)", "L12"),
        (r"(^|_)L10(_|$)", "L10"),
        (r"(BCC|FCC|HCP)_?4", "ordered"),
        (r"D019", "D019"),
        (r"D022", "D022"),
        (r"OMEGA", "omega"),
        (r"A12(_|$)|ALPHA_MN", "alpha-Mn"),
        (r"A13(_|$)|BETA_MN", "beta-Mn"),
        (r"DIAMOND|(^|_)A4(_|$)", "diamond"),
        (r"BCT|(^|_)A5(_|$)", "BCT"),
        (r"DHCP", "DHCP"),
        (r"(^|_)BCC(_|$)|(^|_)A2(_|$)", "BCC"),
        (r"(^|_)FCC(_|$)|(^|_)A1(_|$)", "FCC"),
        (r"(^|_)HCP(_|$)|(^|_)A3(_|$)", "HCP"),
    )
)
# What an ordered structure becomes when its sublattices fill alike.
_DISORDERED_FORM: Final = MappingProxyType({"B2": "BCC_A2", "L12": "FCC_A1", "L10": "FCC_A1", "D019": "HCP_A3"})
_SOLUTION_LATTICES: Final = frozenset({"BCC", "FCC", "HCP"})


@dataclass(frozen=True, slots=True)
class Equilibrium:
    """The stable phases at one temperature (K), largest first.

    `phases` maps each phase to its mole fraction (moles of atoms). Several composition sets of one phase, as in a
    miscibility gap, stay apart: `BCC_A2`, `BCC_A2#2`. `compositions` has the atomic fractions within each of them.
    A phase that orders (BCC_B2) is named after its disordered form (BCC_A2) where its sublattices fill alike.
    """

    temperature: float
    phases: Mapping[str, float]
    compositions: Mapping[str, Mapping[str, float]]


class EquilibriumCalculator:
    """Equilibria in one database for one set of elements.

    The first point of a set of elements compiles the energies of its phases (seconds); further points only change the
    conditions (tens to hundreds of milliseconds, rising with the number of elements and phases). Subsets, met when a
    fraction is zero, count as sets of their own; the last eight are kept. Runs in one thread; not to be shared between
    threads.

    The minimiser starts from a grid and can stay in a local minimum: of 190 random alloys 7, nearly all at the edge of
    a miscibility gap, differed by 2 to 60 J/mol between a coarse and a fine grid, in both directions.
    `is_thorough` computes both and keeps the lower energy; a verdict that an alloy is single-phase deserves it.
    `suspended` names further phases of the database to leave out.
    """

    def __init__(
        self,
        database: ThermodynamicDatabase,
        elements: Iterable[str],
        *,
        is_thorough: bool = False,
        suspended: Iterable[str] = (),
    ) -> None:
        self.database = database
        self.suspended = frozenset(suspended)
        self.is_thorough = is_thorough
        self.elements = tuple(sorted(set(elements)))
        database.require(self.elements)
        self._text = database.text
        self._systems: OrderedDict[tuple[str, ...], Workspace] = OrderedDict()

    def equilibrium(
        self, composition: Mapping[str, float], temperature: float, pressure: float = 101325.0
    ) -> Equilibrium:
        """Phases of least Gibbs energy for atomic fractions at a temperature (K) and pressure (Pa).

        Raises:
            InputError: if the composition is not one of the calculator's elements, does not sum to 1, or the
                temperature lies outside the limits that the database states for the pure elements.
            WorkError: if the minimisation fails, with the composition and temperature.
        """
        fractions = self._fractions(composition)
        self._check_temperature(tuple(fractions), temperature)
        conditions = _conditions(fractions, temperature, pressure)
        minima = []
        for density in _GRID_DENSITIES:
            minimum = self._minimise(conditions, tuple(fractions), density)
            if _is_balanced(minimum.phases, fractions):
                minima.append(minimum)
            if minima and not self.is_thorough:
                break
        if not minima:
            raise WorkError(
                f"no equilibrium found for {_formula(fractions)} at {temperature:g} K with {self.database.name}: "
                "the minimisation of the Gibbs energy did not converge"
            )
        return _equilibrium(temperature, min(minima, key=lambda minimum: minimum.energy).phases)

    def temperature_range(self, composition: Mapping[str, float]) -> tuple[float, float]:
        """Temperatures (K) between which the database describes all pure elements of a composition.

        Raises:
            InputError: the composition is not one of the calculator's elements, or does not sum to 1.
        """
        return self._text.temperature_range(map(str.upper, self._fractions(composition)))

    def _fractions(self, composition: Mapping[str, float]) -> dict[str, float]:
        unknown = sorted(set(composition) - set(self.elements))
        if unknown:
            known = ", ".join(self.elements)
            raise InputError(f"no {', '.join(unknown)} in this calculation; its elements are {known}", self.elements)
        total = math.fsum(composition.values())
        if not all(fraction >= 0 for fraction in composition.values()) or not math.isclose(total, 1, abs_tol=1e-6):
            given = _formula(composition) or "none"
            raise InputError(f"atomic fractions must be at least 0 and sum to 1, given: {given}")
        present = {el: composition[el] for el in sorted(composition) if composition[el] > _SMALLEST_FRACTION}
        whole = math.fsum(present.values())
        return {element: fraction / whole for element, fraction in present.items()}

    def _check_temperature(self, elements: tuple[str, ...], temperature: float) -> None:
        low, high = self._text.temperature_range(map(str.upper, elements))
        if not low <= temperature <= high:
            names = ", ".join(elements)
            raise InputError(
                f"{self.database.name} describes {names} from {low:g} to {high:g} K, {temperature:g} K lies outside"
            )

    def _minimise(self, conditions: dict[Any, float], elements: tuple[str, ...], density: int) -> _Minimum:
        """The minimum reached from a grid of this density; without phases if the solver gave up."""
        from numpy.linalg import LinAlgError
        from pycalphad.core.errors import EquilibriumError

        try:
            system = self._system(elements, conditions)
            system.calc_opts = {"pdens": density}
            sets = system.get_composition_sets()
            hints = {name: phase.model_hints for name, phase in system.database.phases.items()}
            phases = tuple(_phase_amount(one, hints) for one in sets if one.NP > _SMALLEST_AMOUNT)
            return _Minimum(float(system.eq.GM.item()), phases)
        except (EquilibriumError, LinAlgError):
            return _Minimum(math.nan, ())
        except ValueError as error:  # what pycalphad says of a description that it has no model for
            names = ", ".join(elements)
            raise InputError(f"pycalphad cannot use {self.database.label} for {names}: {error}") from error

    def _system(self, elements: tuple[str, ...], conditions: dict[Any, float]) -> Workspace:
        if elements in self._systems:
            self._systems.move_to_end(elements)
            self._systems[elements].conditions = conditions
        else:
            self._systems[elements] = self._new_system(elements, conditions)
            if len(self._systems) > _KEPT_SYSTEMS:
                self._systems.popitem(last=False)
        return self._systems[elements]

    def _new_system(self, elements: tuple[str, ...], conditions: dict[Any, float]) -> Workspace:
        from pycalphad import Workspace

        symbols = frozenset(element.upper() for element in elements)
        parsed = parsed_database(self.database, self.elements)
        return Workspace(
            database=parsed,
            components=[*sorted(symbols), "VA"],
            phases=sorted(_candidate_phases(parsed, self._text, symbols) - self.suspended),
            conditions=conditions,
        )


def lattice_of(phase: str) -> str | None:
    """The lattice behind the name of a phase, None if the name does not say.

    `BCC`, `FCC`, `HCP`, `liquid`, `Laves`, `sigma`, ... and, for ordered forms, their own designation (`B2`, `L12`;
    `ordered` where one description of four sublattices spans several). Names follow what databases write, such as
    `BCC_A2#2`, `LAVES_C15`, `SIGMA_D8B` or `A2_BCC`.
    """
    name = phase.upper().split("#")[0]
    return next((lattice for pattern, lattice in _LATTICES if pattern.search(name)), None)


@dataclass(frozen=True, slots=True)
class _PhaseAmount:
    name: str
    amount: float
    composition: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Minimum:
    """A minimum of the Gibbs energy (J per mole of atoms) and the phases in it."""

    energy: float
    phases: tuple[_PhaseAmount, ...]


def _conditions(fractions: Mapping[str, float], temperature: float, pressure: float) -> dict[Any, float]:
    """One mole of atoms. The first element is always the balance: another set of conditions compiles all anew."""
    from pycalphad import variables

    given = {variables.X(element.upper()): fraction for element, fraction in list(fractions.items())[1:]}
    return {variables.T: temperature, variables.P: pressure, variables.N: 1.0, **given}


def _candidate_phases(database: Database, text: TdbText, symbols: frozenset[str]) -> set[str]:
    """Phases to minimise over; the module's docstring says which are left out."""
    described = text.phases_with_energy(symbols)
    chosen = {name for name in described if lattice_of(name) != "gas" and not name.endswith("_DISL")}
    for ordered, phase in database.phases.items():
        disordered = phase.model_hints.get("disordered_phase")
        if disordered is None or ordered == disordered:
            continue
        if lattice_of(disordered) in _SOLUTION_LATTICES and not _orders(database, described, ordered, symbols):
            chosen.discard(ordered)
        elif disordered in described:
            chosen = chosen - {disordered} | {ordered}
    return chosen.intersection(database.phases)


def _orders(database: Database, described: frozenset[str], ordered: str, symbols: frozenset[str]) -> bool:
    """Whether an ordered phase has ordering energy and holds every element that its disordered form holds."""
    hints = database.phases[ordered].model_hints
    held, possible = (
        {species.name for sublattice in database.phases[name].constituents for species in sublattice} & symbols
        for name in (ordered, hints["disordered_phase"])
    )
    return ordered in described and held >= possible


def _phase_amount(one: CompositionSet, hints: Mapping[str, Mapping[str, Any]]) -> _PhaseAmount:
    record = one.phase_record
    elements = [str(element).capitalize() for element in record.nonvacant_elements]
    return _PhaseAmount(
        _honest_name(one, hints.get(record.phase_name, {})),
        float(one.NP),
        MappingProxyType(dict(zip(elements, map(float, one.X), strict=True))),
    )


def _honest_name(one: CompositionSet, hints: Mapping[str, Any]) -> str:
    """The disordered name of an ordered description whose lattice sites fill alike, else its own."""
    name = str(one.phase_record.phase_name)
    disordered = hints.get("disordered_phase") or _DISORDERED_FORM.get(lattice_of(name) or "")
    if disordered is None or disordered == name or lattice_of(disordered) not in _SOLUTION_LATTICES:
        return name
    return str(disordered) if _is_disordered(one) else name


def _is_disordered(one: CompositionSet) -> bool:
    """Whether all sublattices with several elements have the same site fractions."""
    variables = one.phase_record.variables
    values = one.dof[len(one.phase_record.state_variables) :]
    sublattices: dict[int, dict[str, float]] = {}
    for variable, value in zip(variables, values, strict=True):
        if variable.species.name != "VA":
            sublattices.setdefault(variable.sublattice_index, {})[variable.species.name] = float(value)
    lattices = list(sublattices.values())
    first = lattices[0]
    return all(
        fractions.keys() == first.keys()
        and all(abs(fractions[name] - first[name]) < _ORDER_TOLERANCE for name in first)
        for fractions in lattices[1:]
    )


def _is_balanced(phases: tuple[_PhaseAmount, ...], fractions: Mapping[str, float]) -> bool:
    """Whether the phases together have the overall composition; NaN, which marks a failure, never has."""
    return bool(phases) and all(
        abs(math.fsum(one.amount * one.composition.get(element, 0.0) for one in phases) - fraction) < _BALANCE_TOLERANCE
        for element, fraction in fractions.items()
    )


def _equilibrium(temperature: float, found: Iterable[_PhaseAmount]) -> Equilibrium:
    phases: dict[str, float] = {}
    compositions: dict[str, Mapping[str, float]] = {}
    distinct = sorted(_merged(found), key=lambda one: (-one.amount, one.name))
    total = math.fsum(one.amount for one in distinct)
    for one in distinct:
        earlier = sum(1 for name in phases if name.split("#")[0] == one.name)
        name = f"{one.name}#{earlier + 1}" if earlier else one.name
        phases[name] = one.amount / total
        compositions[name] = one.composition
    return Equilibrium(temperature, MappingProxyType(phases), MappingProxyType(compositions))


def _merged(found: Iterable[_PhaseAmount]) -> list[_PhaseAmount]:
    """Sets of one phase with one composition joined: the minimiser can hold the same minimum twice."""
    merged: list[_PhaseAmount] = []
    for one in found:
        twin = next((other for other in merged if _is_same(one, other)), None)
        if twin is None:
            merged.append(one)
        else:
            merged[merged.index(twin)] = _PhaseAmount(twin.name, twin.amount + one.amount, twin.composition)
    return merged


def _is_same(one: _PhaseAmount, other: _PhaseAmount) -> bool:
    return one.name == other.name and all(
        abs(fraction - other.composition.get(element, 0.0)) < _SAME_COMPOSITION
        for element, fraction in one.composition.items()
    )


def _formula(fractions: Mapping[str, float]) -> str:
    return " ".join(f"{element}{fraction:.4g}" for element, fraction in fractions.items())
