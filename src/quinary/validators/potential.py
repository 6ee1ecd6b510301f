"""The third rung: a quasirandom structure, relaxed and strained with an interatomic potential."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from quinary.chemistry.composition import Composition
from quinary.errors import InputError, WorkError
from quinary.requests import Verdict

if TYPE_CHECKING:
    from quinary.plugins import ValidationSettings
    from quinary.requests import FoundProperty
    from quinary.simulation.ensembles import Ensemble
    from quinary.simulation.forming_ability import FormingAbility
    from quinary.simulation.potentials import Potential, PotentialCard
    from quinary.simulation.solid_solution import ReferenceEnergies, SolidSolution

__all__ = ["PLUGIN", "PotentialRung"]

_SINGLE_PHASE: Final = 0.5
_SOFT_METAL: Final = (
    0.2  # G / B of the softest metals: a share of a modulus that is nearly lost would be no error at all
)
_SEVERAL_PHASES: Final = 0.2
_CARD_QUANTITIES: Final = ("lattice_parameter", "bulk_modulus", "shear_modulus", "efa")
# One evaluation of energy, forces and stress: seconds an atom on one idle core (diep in double precision), and how many.
_SECONDS_AN_ATOM: Final = 0.012
_EVALUATIONS: Final = 60
_SECONDS_OF_ABILITY: Final = 12.0


@dataclass(frozen=True, slots=True)
class _Found:
    """All that was computed of one composition; `ensemble` is None where one potential was asked."""

    solution: SolidSolution
    ability: FormingAbility | None
    ensemble: Ensemble | None


class PotentialRung:
    """Lattice parameter, moduli, formation energy and lattice distortion of a random solid solution at 0 K.

    Failed: a strain lowers the energy (an eigenvalue of the elastic tensor is negative, Born), or a ceramic of 3 to 9
    equal shares of metals has, by its entropy-forming ability, a chance of one phase of at most 0.2. Uncertain: the
    relaxation did not converge, stability or the chance of one phase (below 0.5) lies within the error of the potential.
    Moduli are for atoms that move with the strain, as a rule a few per cent too high. Errors are those of the
    potential's card, wider for elements that are its weak spots.

    Of several potentials, joined by commas, the first gives the values. The others compute the same arrangement of atoms,
    and a disagreement that the cards do not explain widens the errors (`quinary.simulation.ensembles`). Uncertain, too: it
    is more than three times what the cards allow, or another potential finds stable what the first does not.

    Source: Zunger et al. 1990, 10.1103/PhysRevLett.65.353; Sarker et al. 2018, 10.1038/s41467-018-07160-7.
    """

    name = "potential"
    version = "2"
    source = "10.1103/PhysRevLett.65.353; 10.1038/s41467-018-07160-7"
    order = 30

    def seconds_for(self, composition: Composition, settings: ValidationSettings) -> float:
        """About how long one candidate takes on one idle core, s."""
        is_pure = all(len(sublattice.elements) == 1 for sublattice in composition.sublattices)
        n_atoms = 2 if is_pure else sum(settings.n_atoms) / 2
        ability = _SECONDS_OF_ABILITY if composition.is_ceramic else 0.0
        n_potentials = settings.potential.count(",") + 1
        return _SECONDS_AN_ATOM * n_atoms * _EVALUATIONS * n_potentials + ability

    def validate(self, composition: Composition, settings: ValidationSettings) -> Verdict:
        """Compute the solid solution; skipped where no structure is known for the composition, or the potential lacks one.

        An exploding relaxation gives the outcome `error`, with the last structure among the values.

        Raises:
            InputError: unknown potential.
            WorkError: a potential cannot be loaded, or the calculation failed.
        """
        from quinary.simulation.potentials import names_of_ensemble
        from quinary.simulation.rungs import verdict_with
        from quinary.simulation.solid_solution import references_with

        asked = [references_with(name) for name in names_of_ensemble(settings.potential)]
        potential = asked[0].potential

        def compute() -> _Found:
            return _computed(composition, asked, settings.n_atoms)

        def judge(found: _Found) -> Verdict:
            return _verdict(found, potential, composition)

        return verdict_with(self.name, composition, potential, compute, judge)


def _computed(composition: Composition, asked: list[ReferenceEnergies], n_atoms: tuple[int, int]) -> _Found:
    from quinary.simulation.ensembles import compared
    from quinary.simulation.solid_solution import SolutionSettings, recent_solution

    first, *others = asked
    solution = recent_solution(composition, first.potential.name, n_atoms)
    ability = _ability(composition, first.potential)
    how = SolutionSettings(n_atoms=n_atoms)
    ensemble = compared(composition, (first.potential, solution), others, how) if others else None
    return _Found(solution, ability, ensemble)


def _ability(composition: Composition, potential: Potential) -> FormingAbility | None:
    """The entropy-forming ability of a ceramic it is defined for; None for all else and where it cannot be computed."""
    from quinary.simulation.efa import equimolar_ceramic
    from quinary.simulation.forming_ability import entropy_forming_ability

    try:
        equimolar_ceramic(composition)
        return entropy_forming_ability(composition, potential=potential)
    except (InputError, WorkError):
        return None


def _verdict(found: _Found, potential: Potential, composition: Composition) -> Verdict:
    outcome, reason = _judgement(found, potential.card, composition)
    values = _values(found.solution, found.ability, potential)
    if found.ensemble is not None:
        values |= _ensemble_values(found.ensemble, found.solution, potential)
    properties = _properties(found, potential.card, composition)
    return Verdict(composition.formula, PLUGIN.name, outcome, reason, values, properties=properties)


def _judgement(found: _Found, card: PotentialCard, composition: Composition) -> tuple[str, str]:
    """Outcome and reason: the worst of what structure, elasticity, forming ability and the other potentials say."""
    relaxation = found.solution.relaxation
    verdicts = [
        _stability(found, card, composition),
        *_phase_chance(found.ability, card, composition),
        *_disagreements(found.ensemble),
    ]
    if not relaxation.is_converged:
        verdicts.append(("uncertain", f"the relaxation stopped unconverged after {relaxation.n_steps} steps"))
    outcome = next(name for name in ("failed", "uncertain", "passed") if name in {entry for entry, _ in verdicts})
    remarks = card.warnings(composition.elements, _quantities(found.ability))
    return outcome, "; ".join([*(reason for _, reason in verdicts), *remarks])


def _disagreements(ensemble: Ensemble | None) -> Iterator[tuple[str, str]]:
    """What the other potentials say of the first."""
    from quinary.simulation.ensembles import FAR_BEYOND

    if ensemble is None:
        return
    for name, entry in ensemble.agreements.items():
        if entry.ratio > FAR_BEYOND:
            words = name.replace("_", " ")
            yield (
                "uncertain",
                f"the potentials disagree in {words} by {entry.ratio:.1f} times the errors of their cards",
            )
    for opinion in ensemble.opinions:
        if opinion.reason:
            yield "passed", f"{opinion.potential.label} does not count: {opinion.reason}"


def _quantities(ability: FormingAbility | None) -> tuple[str, ...]:
    return _CARD_QUANTITIES if ability is not None else _CARD_QUANTITIES[:-1]


def _stability(found: _Found, card: PotentialCard, composition: Composition) -> tuple[str, str]:
    """Whether every strain costs energy or one gains some, by more than the error of the shear modulus."""
    from quinary.simulation.ensembles import softest_constant

    solution = found.solution
    softest = softest_constant(solution)
    what = "solid solution" if any(len(counts) > 1 for counts in solution.sqs.counts) else "crystal"
    where = f"{solution.sqs.prototype} {what} ({len(solution.sqs.atoms)} atoms in the cell)"
    moduli = solution.elasticity
    stiffness = max(abs(moduli.shear_modulus), _SOFT_METAL * moduli.bulk_modulus)
    error = _relative_errors(found, card, composition)["shear_modulus"] * stiffness
    if abs(softest) <= error:
        within = f"its softest elastic constant, {softest:.3g} GPa, is within the error of {error:.2g}"
        return "uncertain", f"{where}: {within}"
    if softest < 0:
        unstable = f"mechanically unstable {where}: softest elastic constant {softest:.3g} GPa"
        others = found.ensemble.finds_it_stable if found.ensemble is not None else ()
        return ("uncertain", f"{unstable}; but stable with {', '.join(others)}") if others else ("failed", unstable)
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
        "potential": potential.label,
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


def _ensemble_values(ensemble: Ensemble, solution: SolidSolution, potential: Potential) -> dict[str, Any]:
    """The figures of each potential, and how far they are apart in units of what their cards allow."""
    from quinary.simulation.ensembles import figures

    every: dict[str, Any] = {potential.label: figures(solution)}
    for opinion in ensemble.opinions:
        of_member: dict[str, Any] = {} if opinion.solution is None else dict(figures(opinion.solution))
        every[opinion.potential.label] = of_member | ({"left_out": opinion.reason} if opinion.reason else {})
    ratios = {name: entry.ratio if math.isfinite(entry.ratio) else None for name, entry in ensemble.agreements.items()}
    return {"potentials": every, "disagreement": ratios}


def _relative_errors(found: _Found, card: PotentialCard, composition: Composition) -> dict[str, float]:
    """One standard deviation of lattice parameter and moduli, relative: of the card, or of card and ensemble together."""
    solution = found.solution
    values = {
        "lattice_parameter": solution.edges[0],
        "bulk_modulus": solution.elasticity.bulk_modulus,
        "shear_modulus": solution.elasticity.shear_modulus,
    }
    agreements = found.ensemble.agreements if found.ensemble is not None else {}
    return {
        name: agreements[name].error / abs(value) if name in agreements else card.error(name, composition.elements)
        for name, value in values.items()
    }


def _properties(found: _Found, card: PotentialCard, composition: Composition) -> dict[str, FoundProperty]:
    """The properties with their errors; those of an unstable structure mean nothing and are left out."""
    from quinary.simulation.rungs import found_properties

    solution, ability, constants = found.solution, found.ability, found.solution.elasticity
    relative = _relative_errors(found, card, composition)
    entries = {"lattice_parameter": (solution.edges[0], relative["lattice_parameter"] * solution.edges[0])}
    if constants.is_stable:
        bulk, shear = constants.bulk_modulus, constants.shear_modulus
        entries["bulk_modulus"] = bulk, relative["bulk_modulus"] * bulk
        entries["shear_modulus"] = shear, relative["shear_modulus"] * shear
        entries["youngs_modulus"] = constants.youngs_modulus, _youngs_error(bulk, shear, relative)
        entries["poisson_ratio"] = constants.poisson_ratio, _poisson_error(bulk, shear, relative)
    if solution.formation_energy is not None:
        joined = found.ensemble.agreements.get("formation_energy") if found.ensemble is not None else None
        error = card.error("energy", composition.elements) if joined is None else joined.error
        entries["formation_energy"] = solution.formation_energy, error
    if ability is not None and ability.calibrated is not None:
        low, high = ability.calibrated.interval  # 90 %, that is 1.645 standard deviations to each side
        entries["entropy_forming_ability"] = ability.calibrated.value, (high - low) / (2 * 1.645)
    return found_properties(entries)


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
