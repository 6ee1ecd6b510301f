"""The verbs that need atoms or equilibria: `efa`, `phases`, `dft`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from quinary.chemistry.composition import Composition, CompositionLike
from quinary.errors import InputError
from quinary.loops.validation import equipped
from quinary.plugins import ValidationSettings
from quinary.progress import Progress, silent
from quinary.services.arguments import Formulas, listed, path_in, whole_range
from quinary.services.stores import Store, store_if_named

__all__ = ["dft", "efa", "phases"]


def efa(
    formula: CompositionLike,
    *,
    full: bool = False,
    structures: int = 200,
    potential: str = "diep",
    seed: int = 0,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Entropy-forming ability from the energies of all ordered configurations, and the chance of a single phase.

    Args:
        formula: an equimolar ceramic of 3 to 9 metals, such as "(HfNbTaTiZr)C".
        full: relax every configuration: minutes instead of seconds.
        structures: draw so many configurations where there are more (six metals on).
        potential: interatomic potential.
        seed: of the draw.
        progress: told how far the work has come.

    Returns:
        `efa` ((eV/atom)^-1), `spectrum` (eV/atom), `degeneracies`, `single_phase_probability`, `seconds` and what else
        was found out.

    Raises:
        InputError: the formula is no such ceramic, or there is no such potential.
        WorkError: the energies cannot be computed.
    """
    from quinary.simulation.efa import EfaSettings, equimolar_ceramic
    from quinary.simulation.forming_ability import entropy_forming_ability
    from quinary.simulation.potentials import load_potential

    settings = EfaSettings(is_full=full, most_structures=structures, seed=seed)
    equimolar_ceramic(formula)  # bad input is told before a potential is loaded
    progress(f"loading {potential}", 0, 0)
    return entropy_forming_ability(formula, settings, load_potential(potential), progress).as_dict()


def phases(
    formula: CompositionLike,
    *,
    from_: float = 600.0,
    to: float = 2000.0,
    step: float = 50.0,
    scheil: bool = False,
    tdb: str | Path | None = None,
    db: Store = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Stable phases against temperature from a thermodynamic database, and on request how the alloy solidifies.

    Args:
        formula: an alloy.
        from_, to, step: lowest and highest temperature and the step between, K.
        scheil: also solidus, liquidus, and solidification without diffusion in the solid.
        tdb: a file of thermodynamic data; None: one that the store has registered and that covers the elements, else one
            that comes inside an installed package.
        db: the store whose thermodynamic data may be used; None: no store.
        progress: told how far the work has come.

    Returns:
        `formula`, `database`, `database_source`, `database_place`, `database_digest`,
        `outside_assessed_systems`, `phases` (each with `temperature` and phase -> molar fraction),
        `single_phase_ranges`; with `scheil` also `melting` and `scheil`.

    Raises:
        InputError: the formula or the temperatures cannot be used, or no database covers the elements.
        WorkError: the equilibria do not converge.
    """
    from quinary.simulation import solidification
    from quinary.simulation.calphad import EquilibriumCalculator
    from quinary.simulation.thermodynamic_databases import find_database, unassessed_binaries

    composition = Composition.of(formula)
    with store_if_named(db) as store:
        settings = equipped(ValidationSettings(tdb=path_in(tdb)), store)
    database = find_database(composition.elements, settings.tdb, settings.databases)
    if database is None:
        raise InputError(
            f"no database at hand covers {', '.join(composition.elements)} together; name one with --tdb, or register it "
            "with `quinary tdb add`"
        )
    calculator = EquilibriumCalculator(database, composition.elements)
    fractions = composition.atomic_fractions
    rows = solidification.phase_fractions(calculator, fractions, (from_, to, step), progress)
    document: dict[str, Any] = {
        "formula": composition.formula,
        "database": database.name,
        "database_source": database.source,
        "database_place": database.place,
        "database_digest": database.digest,
        "outside_assessed_systems": list(unassessed_binaries(database, composition.elements)),
        "phases": [row.as_dict() for row in rows],
        "single_phase_ranges": [list(entry) for entry in solidification.single_phase_ranges(rows)],
    }
    if scheil:
        document["melting"] = solidification.melting_range(calculator, fractions).as_dict()
        document["scheil"] = solidification.scheil_solidification(calculator, fractions, progress=progress).as_dict()
    return document


def dft(
    formulas: Formulas,
    *,
    out: str | Path,
    code: str = "vasp",
    functional: str = "pbe",
    atoms: tuple[int, int] | str = (32, 54),
) -> dict[str, Any]:
    """Write inputs for the solid solution of each formula and the references of its energy. No pseudopotentials.

    Args:
        formulas: one composition or several.
        out: folder; each formula gets one of its own below it.
        code: `vasp` or `espresso`.
        functional: `pbe` or `r2scan`.
        atoms: fewest and most atoms in a cell.

    Returns:
        `calculations`, each with `formula`, `folder`, `code` and `functional`.

    Raises:
        InputError: a formula or setting cannot be used.
        WorkError: the files cannot be written.
    """
    from quinary.simulation.dft_inputs import InputSettings, write_inputs
    from quinary.simulation.solid_solution import SolutionSettings

    settings = InputSettings(code, functional, solution=SolutionSettings(n_atoms=whole_range(atoms)))
    compositions = [Composition.of(formula) for formula in listed(formulas)]
    return {
        "calculations": [
            {"formula": found.formula, "folder": str(place), "code": code, "functional": functional}
            for found in compositions
            for place in write_inputs(found, Path(out) / found.formula, settings)
        ]
    }
