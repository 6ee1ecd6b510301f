"""Phases of an alloy against temperature, its solidus and liquidus, and how it solidifies without diffusion in the solid.

Scheil-Gulliver: the liquid is mixed at all times and in equilibrium with what freezes from it, the solid stays as it froze
(Gulliver 1913; Scheil 1942, Z. Metallkd. 34, 70). Step by step in temperature: from liquid of fraction f and composition
x an equilibrium at T - dT makes the share s of solid phases; they keep f s, and the liquid goes on with f (1 - s) and the
composition that the equilibrium gives it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from quinary.errors import InputError, WorkError
from quinary.progress import Progress, silent
from quinary.simulation.calphad import lattice_of

if TYPE_CHECKING:
    from quinary.simulation.calphad import EquilibriumCalculator

__all__ = [
    "MeltingRange",
    "PhaseRow",
    "ScheilPath",
    "melting_range",
    "phase_fractions",
    "scheil_solidification",
    "single_phase_ranges",
]

_LIQUID: Final = "liquid"
_TRACE: Final = 0.005  # mole fraction; less of a second phase does not end a single-phase range
_MOST_TEMPERATURES: Final = 2000
_ACCURACY: Final = 0.5  # K
_COARSE_STEP: Final = 200.0  # K, of the search for solidus and liquidus
_LAST_LIQUID: Final = 0.01  # fraction at which solidification counts as over
_ALL_LIQUID: Final = 1 - 1e-6
_MOST_STEPS: Final = 1000


@dataclass(frozen=True, slots=True)
class PhaseRow:
    """Mole fractions of the stable phases at a temperature (K), or why they could not be found."""

    temperature: float
    phases: Mapping[str, float]
    problem: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"temperature": self.temperature, "phases": dict(self.phases), "problem": self.problem}


@dataclass(frozen=True, slots=True)
class MeltingRange:
    """The temperatures (K) below which no liquid and above which only liquid is stable."""

    solidus: float
    liquidus: float

    def as_dict(self) -> dict[str, Any]:
        """For JSON, K."""
        return {"solidus": self.solidus, "liquidus": self.liquidus, "range": self.liquidus - self.solidus, "unit": "K"}


@dataclass(frozen=True, slots=True)
class ScheilPath:
    """Solidification without diffusion in the solid.

    Attributes:
        temperatures: K, falling.
        solid: fraction of solid at each of them.
        phases: phase -> mole fraction in the finished solid, largest first.
        end: temperature at which less than a hundredth of liquid is left, or the last of it freezes at once, K.
    """

    temperatures: Sequence[float]
    solid: Sequence[float]
    phases: Mapping[str, float]
    end: float

    def as_dict(self) -> dict[str, Any]:
        """For JSON, K."""
        return {
            "temperatures": list(self.temperatures),
            "solid": list(self.solid),
            "phases": dict(self.phases),
            "end": self.end,
            "range": self.temperatures[0] - self.end,
            "unit": "K",
        }


def phase_fractions(
    calculator: EquilibriumCalculator,
    composition: Mapping[str, float],
    temperatures: tuple[float, float, float],
    progress: Progress = silent,
) -> list[PhaseRow]:
    """The stable phases from the lowest to the highest temperature in steps: (low, high, step) in K.

    A temperature at which the equilibrium is not found, or which the database does not describe, has its reason.

    Raises:
        InputError: no step upwards, or too many of them.
    """
    low, high, step = temperatures
    if not (0 < low <= high and step > 0) or (high - low) / step > _MOST_TEMPERATURES:
        raise InputError(f"temperatures go from low to high in at most {_MOST_TEMPERATURES} steps, not {temperatures}")
    n_steps = math.floor((high - low) / step + 1e-9)
    rows = []
    for number in range(n_steps + 1):
        temperature = low + number * step
        try:
            rows.append(PhaseRow(temperature, calculator.equilibrium(composition, temperature).phases))
        except (WorkError, InputError) as error:
            rows.append(PhaseRow(temperature, {}, error.message))
        progress("equilibria", number + 1, n_steps + 1)
    if not any(row.phases for row in rows):
        raise WorkError(rows[0].problem)
    return rows


def single_phase_ranges(rows: Sequence[PhaseRow]) -> list[tuple[str, float, float]]:
    """(phase, lowest, highest temperature) of each run of temperatures with only one phase, as far as the steps tell."""
    found: list[tuple[str, float, float]] = []
    before = ""
    for row in rows:
        kept = [name.split("#")[0] for name, share in row.phases.items() if share >= _TRACE]
        name = kept[0] if len(kept) == 1 else ""
        if name and name == before:
            found[-1] = (name, found[-1][1], row.temperature)
        elif name:
            found.append((name, row.temperature, row.temperature))
        before = name
    return found


def melting_range(calculator: EquilibriumCalculator, composition: Mapping[str, float]) -> MeltingRange:
    """Solidus and liquidus to 0.5 K by bisection of the fraction of liquid.

    Raises:
        InputError: the composition is not of the calculator's elements, or no liquid is described.
        WorkError: an equilibrium was not found, or the alloy does not melt within the database's temperatures.
    """
    low, high = calculator.temperature_range(composition)

    def liquid(temperature: float) -> float:
        """Mole fraction of liquid."""
        return _liquid_share(calculator.equilibrium(composition, temperature).phases)

    solid, melted = _bracket(calculator.database.name, low, high, liquid)
    solidus = _bisected(solid, melted, lambda temperature: liquid(temperature) > 0)
    liquidus = _bisected(solidus, melted, lambda temperature: liquid(temperature) >= _ALL_LIQUID)
    return MeltingRange(solidus, liquidus)


def _bracket(name: str, low: float, high: float, liquid: Callable[[float], float]) -> tuple[float, float]:
    """A temperature of no liquid, and one above it of liquid only.

    Searched from above, since an alloy may have solids that melt anew further down; solids above the liquid are those of
    extrapolated descriptions and are passed over.
    """
    melted = math.nan
    for number in range(math.ceil((high - low) / _COARSE_STEP) - 1, 0, -1):
        temperature = low + _COARSE_STEP * number
        share = liquid(temperature)
        if share >= _ALL_LIQUID:
            melted = temperature
        elif share <= 0 and not math.isnan(melted):
            return temperature, melted
    lowest = low + _ACCURACY
    if not math.isnan(melted) and liquid(lowest) <= 0:
        return lowest, melted
    raise WorkError(f"{name} has no melting of this alloy between {low:g} and {high:g} K")


def _liquid_share(phases: Mapping[str, float]) -> float:
    return math.fsum(share for name, share in phases.items() if lattice_of(name) == _LIQUID)


def _bisected(low: float, high: float, is_above: Callable[[float], bool]) -> float:
    """The temperature at which `is_above` becomes true, between one where it is false and one where it is true."""
    while high - low > _ACCURACY:
        middle = (low + high) / 2
        low, high = (low, middle) if is_above(middle) else (middle, high)
    return (low + high) / 2


def scheil_solidification(
    calculator: EquilibriumCalculator,
    composition: Mapping[str, float],
    step: float = 5.0,
    progress: Progress = silent,
) -> ScheilPath:
    """Solidification from the liquidus on, in steps of `step` K.

    Raises:
        InputError: a step that is not positive, or see `melting_range`.
        WorkError: see `melting_range`; or the liquid does not end.
    """
    if not step > 0:
        raise InputError(f"the step of temperature must be positive, not {step:g} K")
    start = melting_range(calculator, composition).liquidus
    temperatures, solid = [start], [0.0]
    amounts: dict[str, float] = {}
    for temperature, liquid, frozen in _freezing(calculator, composition, start, step):
        for name, amount in frozen.items():
            amounts[name] = amounts.get(name, 0.0) + amount
        temperatures.append(temperature)
        solid.append(1.0 - liquid)
        progress("solidification", round(100 * (1 - liquid)), 100)
    total = math.fsum(amounts.values())
    ordered = sorted(amounts.items(), key=lambda item: -item[1])
    return ScheilPath(temperatures, solid, {name: amount / total for name, amount in ordered}, temperatures[-1])


def _freezing(
    calculator: EquilibriumCalculator, composition: Mapping[str, float], start: float, step: float
) -> Iterator[tuple[float, float, dict[str, float]]]:
    """(temperature, liquid left, what froze in this step) until almost no liquid is left."""
    left, liquid, temperature = 1.0, dict(composition), start
    lowest, _ = calculator.temperature_range(composition)
    for _ in range(_MOST_STEPS):
        temperature -= step
        if temperature <= lowest:
            break
        found = calculator.equilibrium(liquid, temperature)
        share = _liquid_share(found.phases)
        frozen: dict[str, float] = {}
        for name, amount in found.phases.items():
            if lattice_of(name) != _LIQUID:
                phase = name.split("#")[0]
                frozen[phase] = frozen.get(phase, 0.0) + left * amount
        left *= share
        yield temperature, left, frozen
        if left < _LAST_LIQUID or share <= 0:
            return
        liquid = _liquid_composition(found.phases, found.compositions)
    raise WorkError(f"the liquid does not freeze down to {temperature:g} K: {left:.2g} of it is left")


def _liquid_composition(
    phases: Mapping[str, float], compositions: Mapping[str, Mapping[str, float]]
) -> dict[str, float]:
    """The mean composition of all liquid, fractions with sum 1."""
    parts = [(share, compositions[name]) for name, share in phases.items() if lattice_of(name) == _LIQUID]
    total = math.fsum(share for share, _ in parts)
    mixed: dict[str, float] = {}
    for share, inside in parts:
        for symbol, fraction in inside.items():
            mixed[symbol] = mixed.get(symbol, 0.0) + share / total * fraction
    whole = math.fsum(mixed.values())
    return {symbol: fraction / whole for symbol, fraction in mixed.items() if fraction > 0}
