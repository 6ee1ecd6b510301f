"""The entropy-forming ability of a ceramic with everything a person needs to judge it: calibration, phases, warnings."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from quinary.chemistry.composition import Composition, CompositionLike
from quinary.learning.carbides import (
    CalibratedEfa,
    Calibration,
    CalibrationRow,
    PhaseThreshold,
    fit_calibration,
    fit_threshold,
    held_out,
)
from quinary.progress import Progress, silent
from quinary.reference.forming_abilities import computed_spreads, published_abilities
from quinary.simulation.efa import EfaSettings, Spectrum, configuration_spectrum, equimolar_ceramic
from quinary.simulation.potentials import DEFAULT_POTENTIAL, Potential, load_potential

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "NOT_CALIBRATED",
    "FormingAbility",
    "calibration",
    "calibration_rows",
    "entropy_forming_ability",
    "phase_threshold",
]

NOT_CALIBRATED: Final = "not calibrated"
# The potential is off by up to 58 (eV/atom)^-1 for carbides with Cr: they teach the calibration nothing.
_NOT_CALIBRATED_ON: Final = "Cr"


@dataclass(frozen=True, slots=True)
class FormingAbility:
    """The answer for one ceramic.

    The calibrated ability and the probability of one phase are None where the published carbides say nothing about them;
    `calibration` says what they rest on, or begins with `not calibrated` and says why.
    """

    formula: str
    spectrum: Spectrum
    calibrated: CalibratedEfa | None
    single_phase_probability: float | None
    method: str
    warnings: tuple[str, ...]
    calibration: str = NOT_CALIBRATED

    def as_dict(self) -> dict[str, Any]:
        """For JSON; energies in eV/atom, abilities in (eV/atom)^-1, volume in A^3 per cation."""
        spectrum, calibrated = self.spectrum, self.calibrated
        return {
            "formula": self.formula,
            "efa": spectrum.efa,
            "sampling_error": spectrum.sampling_error,
            "calibrated_efa": None if calibrated is None else calibrated.value,
            "interval": None if calibrated is None else list(calibrated.interval),
            "calibration": self.calibration,
            "in_domain": calibrated is not None and calibrated.in_domain,
            "single_phase_probability": self.single_phase_probability,
            "unit": "(eV/atom)^-1",
            "method": self.method,
            "warnings": list(self.warnings),
            "seconds": spectrum.seconds,
            "orbits": spectrum.n_orbits,
            "mean": spectrum.mean,
            "sigma": spectrum.sigma,
            "volume": spectrum.volume,
            "spectrum": spectrum.energies.tolist(),
            "degeneracies": spectrum.degeneracies.tolist(),
        }


@functools.cache
def calibration_rows(potential: str, version: str, *, with_chromium: bool = False) -> tuple[CalibrationRow, ...]:
    """The published carbides that were computed with this potential; empty if none was."""
    spreads = computed_spreads(potential, version)
    return tuple(
        CalibrationRow(metals, spreads[known.formula].spread, known.value)
        for known in published_abilities()
        for metals in [Composition.of(known.formula).sublattices[0].elements]
        if known.formula in spreads and (with_chromium or _NOT_CALIBRATED_ON not in metals)
    )


@functools.cache
def calibration(potential: str, version: str) -> Calibration | None:
    """The calibration of a potential on the published carbides without Cr; None if they were not computed with it."""
    rows = calibration_rows(potential, version)
    return fit_calibration(rows) if rows else None


@functools.cache
def phase_threshold(potential: str, version: str) -> PhaseThreshold:
    """The border between one phase and several, on calibrated abilities that each carbide had no part in.

    It rests on 29 carbides of five metals with a known outcome, four of them of several phases: a rough guide, rougher
    still for other numbers of metals.

    Raises:
        InputError: the potential was not calibrated.
    """
    rows = calibration_rows(potential, version)
    phases = {
        Composition.of(known.formula).sublattices[0].elements: known.is_single_phase for known in published_abilities()
    }
    known = [
        (i, value) for i, value in held_out(rows, [[i] for i in range(len(rows))]) if phases[rows[i].metals] is not None
    ]
    return fit_threshold([value for _, value in known], [bool(phases[rows[i].metals]) for i, _ in known])


def entropy_forming_ability(
    source: CompositionLike,
    settings: EfaSettings | None = None,
    potential: Potential | None = None,
    progress: Progress = silent,
) -> FormingAbility:
    """Compute the spectrum of an equimolar ceramic of 3 to 9 metals, calibrate it where it can be, and judge it.

    Calibrated are carbides in quick mode with a potential that the published carbides were computed with.

    Raises:
        InputError: not such a ceramic, or an element that the potential or the table of precursors lacks.
        WorkError: the potential cannot be loaded or an energy cannot be computed.
    """
    chosen = settings or EfaSettings()
    metals, _, anion = equimolar_ceramic(source)
    used = potential or load_potential(DEFAULT_POTENTIAL)
    spectrum = configuration_spectrum(source, used, chosen, progress)
    model = None if chosen.is_full or anion != "C" else calibration(used.name, used.version)
    warnings = _warnings(metals, anion, spectrum, used, chosen)
    calibrated = probability = None
    if model is not None:
        calibrated = model.predict(metals, spectrum.sigma, _widening(used, metals))
        probability = phase_threshold(used.name, used.version).probability(calibrated.value)
    return FormingAbility(
        Composition.of(source).formula,
        spectrum,
        calibrated,
        probability,
        _method(used, chosen),
        tuple(warnings),
        _calibration_note(anion, used, chosen, model),
    )


def _widening(potential: Potential, metals: Sequence[str]) -> float:
    """How much wider the error is for these metals than for harmless ones, by the potential's card."""
    plain, real = potential.card.error("efa", ()), potential.card.error("efa", metals)
    return real / plain if plain > 0 else 1.0


def _method(potential: Potential, settings: EfaSettings) -> str:
    mode = "relaxed" if settings.is_full else "unrelaxed at Vegard volume"
    return f"{potential.name} {potential.version} ({potential.precision} precision), {mode}"


def _calibration_note(anion: str, potential: Potential, settings: EfaSettings, model: Calibration | None) -> str:
    """What calibrated value and probability rest on, or why there are none."""
    if model is not None:
        n_rows = len(calibration_rows(potential.name, potential.version))
        return f"calibrated on {n_rows} published carbides of five metals, unrelaxed"
    if anion != "C":
        return f"{NOT_CALIBRATED}: there are no published values with {anion}; the spread is the potential's own"
    if settings.is_full:
        return f"{NOT_CALIBRATED}: the published carbides were computed unrelaxed; leave --full out for a probability"
    return (
        f"{NOT_CALIBRATED}: the published carbides were not computed with {potential.name} {potential.version}".strip()
    )


def _warnings(
    metals: Sequence[str], anion: str, spectrum: Spectrum, potential: Potential, settings: EfaSettings
) -> list[str]:
    found = potential.card.warnings(metals, ["efa"])
    if anion == "C" and not settings.is_full and len(metals) != 5:
        found.append(f"calibrated on carbides of five metals, asked for {len(metals)}")
    if not spectrum.is_exact:
        found.append(
            f"{len(spectrum.energies)} of {spectrum.n_orbits} orbits drawn: EFA is uncertain by {spectrum.sampling_error:.2g}"
        )
    if spectrum.n_unconverged:
        found.append(f"{spectrum.n_unconverged} relaxations stopped before they converged")
    return found
