"""The optional rung after the potential: stacking-fault and surface energy, and with them Rice's toughness and D."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from quinary.chemistry.composition import Composition
from quinary.constants import RAW_RICE_TO_MPA_SQRT_M
from quinary.errors import InputError
from quinary.requests import Verdict

if TYPE_CHECKING:
    from quinary.plugins import ValidationSettings
    from quinary.requests import FoundProperty
    from quinary.simulation.faults import FaultEnergies
    from quinary.simulation.potentials import Potential, PotentialCard
    from quinary.simulation.solid_solution import SolidSolution

__all__ = ["PLUGIN", "FaultRung"]

_LATTICES: Final = ("bcc", "fcc")
_SECONDS_AN_ATOM: Final = 0.008
_EVALUATIONS: Final = 120
_PURE_ATOMS, _MIXED_ATOMS = 8, 32


class FaultRung:
    """Unstable stacking-fault and surface energy of the slip plane at 0 K, K_Rice and D of a bcc or fcc alloy.

    K = sqrt(2 G gamma_usf / (1 - nu)) and D = gamma_surface / gamma_usf with all of G, nu and gamma from the potential,
    instead of averages of elemental values. Uncertain: a relaxation did not converge, or the lattice is unstable. Of
    several potentials the first is asked.

    Source: Rice 1992, 10.1016/S0022-5096(05)80012-2; faults: Vitek 1968, 10.1080/14786436808227500.
    """

    name = "faults"
    version = "2"
    source = "10.1016/S0022-5096(05)80012-2"
    order = 35

    def seconds_for(self, composition: Composition, settings: ValidationSettings) -> float:  # noqa: ARG002 - protocol
        """About how long one candidate takes on one idle core, s."""
        n_atoms = _PURE_ATOMS if len(composition.elements) == 1 else _MIXED_ATOMS
        return _SECONDS_AN_ATOM * n_atoms * _EVALUATIONS

    def validate(self, composition: Composition, settings: ValidationSettings) -> Verdict:
        """Compute slabs at the relaxed lattice parameter; skipped for ceramics and other lattices than bcc and fcc.

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
            lambda: _computed(composition, potential, settings.n_atoms),
            lambda found: _verdict(*found, potential, composition),
        )


def _verdict(solution: SolidSolution, found: FaultEnergies, potential: Potential, composition: Composition) -> Verdict:
    is_sure = found.is_converged and solution.elasticity.is_stable
    return Verdict(
        composition.formula,
        PLUGIN.name,
        "passed" if is_sure else "uncertain",
        _reason(found, is_stable=solution.elasticity.is_stable),
        _values(found, potential.label),
        properties=_properties(solution, found, potential.card, composition),
    )


def _computed(
    composition: Composition, potential: Potential, n_atoms: tuple[int, int]
) -> tuple[SolidSolution, FaultEnergies]:
    from quinary.simulation.faults import fault_energies
    from quinary.simulation.solid_solution import recent_solution

    if composition.is_ceramic:
        raise InputError("stacking faults are computed for alloys, not for ceramics")
    solution = recent_solution(composition, potential.name, n_atoms)
    lattice = solution.sqs.prototype
    if lattice not in _LATTICES:
        raise InputError(f"stacking faults are computed for {' and '.join(_LATTICES)}, and this is {lattice}")
    return solution, fault_energies(composition, potential, lattice, solution.edges[0])


def _reason(found: FaultEnergies, *, is_stable: bool) -> str:
    plane = "{110}<111>" if found.lattice == "bcc" else "{111}<112>"
    parts = [f"{found.lattice} {plane}: D = {found.d_parameter:.2f} ({found.n_atoms} atoms in the slab)"]
    parts += [] if found.is_converged else ["a relaxation stopped unconverged"]
    parts += [] if is_stable else ["the lattice is mechanically unstable: no toughness"]
    return "; ".join(parts)


def _values(found: FaultEnergies, potential: str) -> dict[str, Any]:
    """J/m^2 and angstrom."""
    return {
        "lattice": found.lattice,
        "lattice_parameter": found.edge,
        "unstable_stacking_fault_energy": found.unstable,
        "surface_energy": found.surface,
        "unstable_spread": found.unstable_spread,
        "surface_spread": found.surface_spread,
        "n_atoms": found.n_atoms,
        "is_converged": found.is_converged,
        "potential": potential,
    }


def _properties(
    solution: SolidSolution, found: FaultEnergies, card: PotentialCard, composition: Composition
) -> dict[str, FoundProperty]:
    """With the errors of the card and of the arrangements, taken as independent."""
    from quinary.simulation.rungs import found_properties

    elements, constants = composition.elements, solution.elasticity
    fault = math.hypot(card.error("unstable_stacking_fault_energy", elements), found.unstable_spread / found.unstable)
    surface = math.hypot(card.error("surface_energy", elements), found.surface_spread / found.surface)
    entries = {
        "unstable_stacking_fault_energy": (found.unstable, fault * found.unstable),
        "surface_energy": (found.surface, surface * found.surface),
        "d_parameter": (found.d_parameter, math.hypot(fault, surface) * found.d_parameter),
    }
    if constants.is_stable:
        stiffness = constants.shear_modulus / (1 - constants.poisson_ratio)
        toughness = math.sqrt(2 * stiffness * found.unstable) * RAW_RICE_TO_MPA_SQRT_M
        # nu follows from G and B; to first order in the error of G alone d ln(1 - nu) is small beside d ln G
        relative = math.hypot(card.error("shear_modulus", elements), fault) / 2
        entries["fracture_toughness_rice"] = toughness, relative * toughness
    return found_properties(entries)


PLUGIN: Final = FaultRung()
