"""The optional rung after the potential: harmonic phonons, which tell whether a structure holds together at 0 K."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from quinary.chemistry.composition import Composition
from quinary.constants import ROOM_TEMPERATURE
from quinary.requests import Verdict

if TYPE_CHECKING:
    from quinary.plugins import ValidationSettings
    from quinary.simulation.phonons import Phonons
    from quinary.simulation.potentials import Potential
    from quinary.simulation.solid_solution import SolidSolution

__all__ = ["PLUGIN", "PhononRung"]

_SECONDS_AN_ATOM: Final = 0.012
_PURE_ATOMS, _PURE_EVALUATIONS = 60, 12


class PhononRung:
    """Softest mode, zero-point energy, heat capacity and vibrational free energy of the relaxed crystal, harmonic.

    Failed: a mode is imaginary by more than 0.3 THz, so that the atoms leave their sites at 0 K. Such a structure may still
    exist where it is hot, as bcc Ti does, and the reason says so. Uncertain: the relaxation did not converge. Wave vectors
    are those that fit into the supercell. Of several potentials the first is asked.

    Source: Togo et al. 2023, 10.7566/JPSJ.92.012001.
    """

    name = "phonons"
    version = "1"
    source = "10.7566/JPSJ.92.012001"
    order = 37

    def seconds_for(self, composition: Composition, settings: ValidationSettings) -> float:
        """About how long one candidate takes on one idle core after the rung `potential`, s."""
        from quinary.simulation.phonons import n_evaluations

        if all(len(sublattice.elements) == 1 for sublattice in composition.sublattices):
            return _SECONDS_AN_ATOM * _PURE_ATOMS * _PURE_EVALUATIONS
        n_atoms = sum(settings.n_atoms) // 2
        return _SECONDS_AN_ATOM * n_atoms * n_evaluations(n_atoms)

    def validate(self, composition: Composition, settings: ValidationSettings) -> Verdict:
        """Displace the atoms of the solid solution that the rung `potential` relaxes; skipped where there is no structure.

        Raises:
            InputError: unknown potential.
            WorkError: the potential cannot be loaded, or a calculation failed.
        """
        from quinary.simulation.rungs import first_potential, verdict_with

        potential = first_potential(settings.potential)
        return verdict_with(
            self.name,
            composition,
            potential,
            lambda: _computed(composition, potential, settings),
            lambda found: _verdict(*found, potential, composition),
        )


def _computed(
    composition: Composition, potential: Potential, settings: ValidationSettings
) -> tuple[SolidSolution, Phonons]:
    from quinary.simulation.phonons import PhononSettings, phonons
    from quinary.simulation.solid_solution import recent_solution

    solution = recent_solution(composition, potential.name, settings.n_atoms)
    asked = settings.temperature
    how = PhononSettings() if asked is None else PhononSettings(temperatures=tuple(sorted({ROOM_TEMPERATURE, asked})))
    return solution, phonons(solution.relaxation.atoms, potential, how)


def _verdict(solution: SolidSolution, found: Phonons, potential: Potential, composition: Composition) -> Verdict:
    outcome, reason = _judgement(solution, found)
    values = _values(solution, found, potential.label)
    return Verdict(composition.formula, PLUGIN.name, outcome, reason, values)


def _judgement(solution: SolidSolution, found: Phonons) -> tuple[str, str]:
    where = f"{solution.sqs.prototype} ({found.n_atoms} atoms in the supercell)"
    unconverged = not solution.relaxation.is_converged
    remark = f"; the relaxation stopped unconverged after {solution.relaxation.n_steps} steps" if unconverged else ""
    if found.is_stable:
        words = f"dynamically stable {where}: softest mode {found.lowest:.2f} THz"
        return ("uncertain" if unconverged else "passed"), words + remark
    words = (
        f"dynamically unstable at 0 K, {where}: {100 * found.unstable_share:.1f} % of the modes are imaginary, "
        f"down to {found.lowest:.2f} THz (noise: {-found.tolerance:g}); motion of the atoms may hold it when hot"
    )
    return ("uncertain" if unconverged else "failed"), words + remark


def _values(solution: SolidSolution, found: Phonons, potential: str) -> dict[str, Any]:
    """THz, eV/angstrom, eV/atom, J/(mol K) for one mole of atoms, K."""
    return {
        "structure": solution.sqs.prototype,
        "n_atoms": found.n_atoms,
        "n_displacements": found.n_displacements,
        "wave_vectors": list(found.wave_vectors),
        "lowest_frequency": found.lowest,
        "lowest_wave_vector": list(found.where),
        "highest_frequency": found.highest,
        "unstable_share": found.unstable_share,
        "tolerance": found.tolerance,
        "is_stable": found.is_stable,
        "largest_force_at_rest": found.largest_force,
        "zero_point_energy": found.zero_point_energy,
        "temperatures": list(found.temperatures),
        "heat_capacity": list(found.heat_capacities),
        "vibrational_free_energy": list(found.free_energies),
        "potential": potential,
    }


PLUGIN: Final = PhononRung()
