"""The third rung: a quasirandom structure, relaxed and strained with an interatomic potential."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from quinary.chemistry.composition import Composition
from quinary.errors import InputError, WorkError
from quinary.inverse.candidate import FoundProperty, Verdict
from quinary.points.properties import property_named

if TYPE_CHECKING:
    from quinary.plugins.sockets import ValidationSettings
    from quinary.simulation.forming_ability import FormingAbility
    from quinary.simulation.potentials import Potential, PotentialCard
    from quinary.simulation.solid_solution import SolidSolution

__all__ = ["PLUGIN", "PotentialRung"]

_SINGLE_PHASE: Final = 0.5
_SEVERAL_PHASES: Final = 0.2
_CARD_QUANTITIES: Final = ("lattice_parameter", "bulk_modulus", "shear_modulus", "efa")
# One evaluation of energy, forces and stress: seconds an atom on one idle core (diep in double precision), and how many.
_SECONDS_AN_ATOM: Final = 0.012
_EVALUATIONS: Final = 60
_SECONDS_OF_ABILITY: Final = 12.0


class PotentialRung:
    """Lattice parameter, moduli, formation energy and lattice distortion of a random solid solution at 0 K.

    Failed: a strain lowers the energy (an eigenvalue of the elastic tensor is negative, Born), or a ceramic of 3 to 9
    equal shares of metals has, by its entropy-forming ability, a chance of one phase of at most 0.2. Uncertain: the
    relaxation did not converge, stability or the chance of one phase (below 0.5) lies within the error of the potential.
    Moduli are for atoms that move with the strain, as a rule a few per cent too high. Errors are those of the
    potential's card, wider for elements that are its weak spots.

    Source: Zunger et al. 1990, 10.1103/PhysRevLett.65.353; Sarker et al. 2018, 10.1038/s41467-018-07160-7.
    """

    name = "potential"
    version = "1"
    source = "10.1103/PhysRevLett.65.353; 10.1038/s41467-018-07160-7"
    order = 30

    def seconds_for(self, composition: Composition, settings: ValidationSettings) -> float:
        """About how long one candidate takes on one idle core, s."""
        is_pure = all(len(sublattice.elements) == 1 for sublattice in composition.sublattices)
        n_atoms = 2 if is_pure else sum(settings.n_atoms) / 2
        ability = _SECONDS_OF_ABILITY if composition.is_ceramic else 0.0
        return _SECONDS_AN_ATOM * n_atoms * _EVALUATIONS + ability

    def validate(self, composition: Composition, settings: ValidationSettings) -> Verdict:
        """Compute the solid solution; skipped where no structure is known for the composition, or the potential lacks one.

        An exploding relaxation gives the outcome `error`, with the last structure among the values.

        Raises:
            InputError: unknown potential.
            WorkError: the potential cannot be loaded, or the calculation failed.
        """
        from quinary.simulation.relax import RelaxationError

        started = time.perf_counter()
        potential = _potential(settings.potential)
        try:
            found = _computed(composition, settings)
            ability = _ability(composition, potential)
        except InputError as error:
            return Verdict(composition.formula, self.name, "skipped", error.message, seconds=_since(started))
        except NotImplementedError as error:  # what ASE's own potentials raise for an element they lack
            reason = f"the potential {potential.name} cannot compute it: {error}"
            return Verdict(composition.formula, self.name, "skipped", reason, seconds=_since(started))
        except RuntimeError as error:  # what torch and the calculators of ASE raise
            raise WorkError(f"the potential {potential.name} failed: {' '.join(str(error).split())[:200]}") from error
        except RelaxationError as error:
            values = {"potential": _label(potential), "last_structure": _as_text(error)}
            return Verdict(composition.formula, self.name, "error", error.message, values, seconds=_since(started))
        outcome, reason = _judgement(found, ability, potential, composition)
        return Verdict(
            formula=composition.formula,
            rung=self.name,
            outcome=outcome,
            reason=reason,
            values=_values(found, ability, potential),
            seconds=_since(started),
            properties=_properties(found, ability, potential.card, composition),
        )


def _potential(name: str) -> Potential:
    from quinary.simulation.solid_solution import references_with

    return references_with(name).potential


def _computed(composition: Composition, settings: ValidationSettings) -> SolidSolution:
    from quinary.simulation.solid_solution import recent_solution

    return recent_solution(composition, settings.potential, settings.n_atoms)


def _ability(composition: Composition, potential: Potential) -> FormingAbility | None:
    """The entropy-forming ability of a ceramic it is defined for; None for all else and where it cannot be computed."""
    from quinary.simulation.efa import equimolar_ceramic
    from quinary.simulation.forming_ability import entropy_forming_ability

    try:
        equimolar_ceramic(composition)
        return entropy_forming_ability(composition, potential=potential)
    except (InputError, WorkError):
        return None


def _since(started: float) -> float:
    return time.perf_counter() - started


def _label(potential: Potential) -> str:
    return f"{potential.name} {potential.version}".strip()


def _as_text(error: Any) -> str:
    from quinary.structures.files import structure_text

    return structure_text(error.atoms, "extxyz")


def _judgement(
    found: SolidSolution, ability: FormingAbility | None, potential: Potential, composition: Composition
) -> tuple[str, str]:
    """Outcome and reason: the worst of what structure, elasticity and forming ability say."""
    verdicts = [
        _stability(found, potential.card, composition),
        *_phase_chance(ability, potential.card, composition),
    ]
    if not found.relaxation.is_converged:
        verdicts.append(("uncertain", f"the relaxation stopped unconverged after {found.relaxation.n_steps} steps"))
    outcome = next(name for name in ("failed", "uncertain", "passed") if name in {entry for entry, _ in verdicts})
    remarks = potential.card.warnings(composition.elements, _quantities(ability))
    return outcome, "; ".join([*(reason for _, reason in verdicts), *remarks])


def _quantities(ability: FormingAbility | None) -> tuple[str, ...]:
    return _CARD_QUANTITIES if ability is not None else _CARD_QUANTITIES[:-1]


def _stability(found: SolidSolution, card: PotentialCard, composition: Composition) -> tuple[str, str]:
    """Whether every strain costs energy, by more than the error of the shear modulus."""
    import numpy as np

    constants = found.elasticity
    softest = float(np.linalg.eigvalsh(constants.tensor).min())
    what = "solid solution" if any(len(counts) > 1 for counts in found.sqs.counts) else "crystal"
    where = f"{found.sqs.prototype} {what} ({len(found.sqs.atoms)} atoms in the cell)"
    if softest <= 0:
        return "failed", f"mechanically unstable {where}: softest elastic constant {softest:.3g} GPa"
    error = card.error("shear_modulus", composition.elements) * constants.shear_modulus
    if softest <= error:
        return (
            "uncertain",
            f"{where}: its softest elastic constant, {softest:.3g} GPa, is within the error of {error:.2g}",
        )
    return "passed", f"mechanically stable {where}"


def _phase_chance(
    ability: FormingAbility | None, card: PotentialCard, composition: Composition
) -> Iterator[tuple[str, str]]:
    """What the entropy-forming ability says of one phase, where it is calibrated."""
    if ability is None or ability.single_phase_probability is None:
        return
    chance = ability.single_phase_probability
    words = f"probability of a single phase {chance:.2f} by entropy-forming ability"
    if "efa" in card.weak and set(card.weak["efa"]) & set(composition.elements):
        yield "uncertain", words
    elif chance <= _SEVERAL_PHASES:
        yield "failed", words
    else:
        yield ("passed" if chance >= _SINGLE_PHASE else "uncertain"), words


def _values(found: SolidSolution, ability: FormingAbility | None, potential: Potential) -> dict[str, Any]:
    """The numbers behind the outcome: GPa, angstrom, eV/atom."""
    constants, height = found.elasticity, found.edges[1]
    values: dict[str, Any] = {
        "structure": found.sqs.prototype,
        "n_atoms": len(found.sqs.atoms),
        "lattice_parameter": found.edges[0],
        **({} if height is None else {"lattice_parameter_c": height}),
        "bulk_modulus": constants.bulk_modulus,
        "shear_modulus": constants.shear_modulus,
        "youngs_modulus": constants.youngs_modulus,
        "poisson_ratio": constants.poisson_ratio,
        "elastic_tensor": constants.tensor.round(3).tolist(),
        "elastic_problems": list(constants.problems),
        "formation_energy": found.formation_energy,
        "mixing_energy": found.mixing_energy,
        "lattice_distortion": found.distortion,
        "energy": found.relaxation.energy,
        "composition": found.sqs.composition,
        "rounding_error": found.sqs.rounding_error,
        "correlation_error": found.sqs.correlation_error,
        "relaxation_steps": found.relaxation.n_steps,
        "is_converged": found.relaxation.is_converged,
        "potential": _label(potential),
        "potential_source": potential.card.source,
    }
    if ability is not None:
        values |= _ability_values(ability)
    return values


def _ability_values(ability: FormingAbility) -> dict[str, Any]:
    calibrated = ability.calibrated
    chance = ability.single_phase_probability
    return {
        "entropy_forming_ability": ability.spectrum.efa if calibrated is None else calibrated.value,
        "is_calibrated": calibrated is not None,
        "efa_calibration": ability.calibration,
        "single_phase_probability": chance,
        "is_single_phase": None if chance is None else chance >= _SINGLE_PHASE,
        "efa_warnings": list(ability.warnings),
    }


def _properties(
    found: SolidSolution, ability: FormingAbility | None, card: PotentialCard, composition: Composition
) -> dict[str, FoundProperty]:
    """The properties with their errors; those of an unstable structure mean nothing and are left out."""
    elements, constants = composition.elements, found.elasticity
    relative = {name: card.error(name, elements) for name in ("lattice_parameter", "bulk_modulus", "shear_modulus")}
    entries = {"lattice_parameter": (found.edges[0], relative["lattice_parameter"] * found.edges[0])}
    if constants.is_stable:
        bulk, shear = constants.bulk_modulus, constants.shear_modulus
        entries["bulk_modulus"] = bulk, relative["bulk_modulus"] * bulk
        entries["shear_modulus"] = shear, relative["shear_modulus"] * shear
        entries["youngs_modulus"] = constants.youngs_modulus, _youngs_error(bulk, shear, relative)
        entries["poisson_ratio"] = constants.poisson_ratio, _poisson_error(bulk, shear, relative)
    if found.formation_energy is not None:
        entries["formation_energy"] = found.formation_energy, card.error("energy", elements)
    if ability is not None and ability.calibrated is not None:
        low, high = ability.calibrated.interval  # 90 %, that is 1.645 standard deviations to each side
        entries["entropy_forming_ability"] = ability.calibrated.value, (high - low) / (2 * 1.645)
    return {
        name: FoundProperty(value, property_named(name).unit, error if math.isfinite(error) else None)
        for name, (value, error) in entries.items()
    }


def _youngs_error(bulk: float, shear: float, relative: dict[str, float]) -> float:
    """First order in E = 9BG / (3B + G): dE/E = sqrt((G dB/B)^2 + (3B dG/G)^2) / (3B + G)."""
    youngs = 9 * bulk * shear / (3 * bulk + shear)
    parts = math.hypot(shear * relative["bulk_modulus"], 3 * bulk * relative["shear_modulus"])
    return youngs * parts / (3 * bulk + shear)


def _poisson_error(bulk: float, shear: float, relative: dict[str, float]) -> float:
    """First order in nu = (3B - 2G) / (2 (3B + G)): d nu = 9BG / (2 (3B + G)^2) sqrt((dB/B)^2 + (dG/G)^2)."""
    factor = 4.5 * bulk * shear / (3 * bulk + shear) ** 2
    return factor * math.hypot(relative["bulk_modulus"], relative["shear_modulus"])


PLUGIN: Final = PotentialRung()
