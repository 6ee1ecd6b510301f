"""What potentials are judged on: crystals with known cells and moduli, alloys and carbides beside simpler estimates."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from quinary.chemistry.composition import Composition
from quinary.errors import InputError
from quinary.plugins import ReadOptions, find_plugin
from quinary.points.point import DataPoint, Method
from quinary.readers.embedded import EMBEDDED
from quinary.reference.lattices import elemental_values
from quinary.simulation.bowsr import BowsrSettings, bowsr_relaxed
from quinary.simulation.elastic import Elasticity, elasticity
from quinary.simulation.energies import energy
from quinary.simulation.solid_solution import SolutionSettings, solid_solution
from quinary.structures.prototypes import ANION_SITE, Prototype, prototype_named
from quinary.studies.ceramic_data import data_points
from quinary_benchmarks.crystals import binary_crystals

if TYPE_CHECKING:
    from ase import Atoms

    from quinary.simulation.potentials import Potential

__all__ = ["Comparison", "Crystal", "alloys", "carbides", "computed_crystal", "computed_mixture", "crystals"]

# Metals of other structures than these judgements were first made on: no groups 4 to 6, no Re, no Ru.
_FCC: Final = ("Al", "Ca", "Ni", "Cu", "Rh", "Pd", "Ag", "Ir", "Pt", "Au")
_HCP: Final = ("Be", "Mg", "Sc", "Y", "Os")
_ZINCBLENDE: Final = Prototype(
    "zincblende", 216, ((0, (0.0, 0.0, 0.0)), (ANION_SITE, (0.25, 0.25, 0.25))), ("Zn", "S"), 5.41
)
_ELEMENTS_DOI: Final = "10.1088/1361-648X/ac0195"
_COMPOUNDS_DOI: Final = "10.1038/sdata.2015.9"
_RELAXATION: Final = BowsrSettings(n_evaluations=40, strain=0.08)

# Equal shares, one lattice, (formula, lattice). Of a solution that was reported several times the first row counts. Left
# out are series whose Young's moduli scatter from 36 to 213 GPa between neighbours, as slopes of compression tests do.
_ALLOYS: Final = (
    ("HfNbTiZr", "bcc"),
    ("CoCrFeMnNi", "fcc"),
    ("CoCrNi", "fcc"),
    ("NbTiZr", "bcc"),
    ("FeMnNi", "fcc"),
    ("CoFeNi", "fcc"),
    ("NbTaTiZr", "bcc"),
    ("CoMnNi", "fcc"),
)
_CARBIDES: Final = ("zhang_mtmc_carbides", "examples/visualize_input_space/MTMC_properties.CSV")
_CARBIDES_DOI: Final = "10.1038/s41524-024-01351-1"
_ALLOY_ATOMS: Final = (12, 20)
_CARBIDE_ATOMS: Final = (16, 24)


@dataclass(frozen=True, slots=True)
class Crystal:
    """A crystal to compute: a start 3 % larger than the reference, whose volume (A^3/atom) and moduli (GPa) follow."""

    name: str
    structure: str
    start: Atoms
    volume: float
    bulk_modulus: float
    shear_modulus: float
    doi: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A mixture with a known modulus, GPa: what a linear combination and the mean of the others say of it."""

    formula: str
    property: str
    reference: float
    combination: float
    mean: float
    doi: str


def crystals() -> list[Crystal]:
    """Fifteen elements and twenty-three compounds, kinds mixed so that any first part is a fair choice."""
    elements = [_element(symbol, lattice) for lattice, group in (("fcc", _FCC), ("hcp", _HCP)) for symbol in group]
    compounds = [
        Crystal(
            known.formula,
            known.structure,
            _start(_structure(known.structure), known.symbols, known.volume),
            known.volume,
            known.bulk_modulus,
            known.shear_modulus,
            _COMPOUNDS_DOI,
        )
        for known in binary_crystals()
    ]
    every = [*elements, *compounds]
    return sorted(every, key=lambda crystal: _spread_place(every, crystal))


def _spread_place(every: Sequence[Crystal], crystal: Crystal) -> tuple[float, str]:
    """The place of a crystal within its structure type, 0 to 1, so that sorting by it mixes the types."""
    alike = [other.name for other in every if other.structure == crystal.structure]
    return (alike.index(crystal.name) + 0.5) / len(alike), crystal.structure


def _structure(name: str) -> Prototype:
    return _ZINCBLENDE if name == _ZINCBLENDE.name else prototype_named(name)


def _element(symbol: str, lattice: str) -> Crystal:
    volume, bulk, shear = (
        float(elemental_values(name, (symbol,), lattice).values[0])
        for name in ("volume", "bulk_modulus", "shear_modulus")
    )
    start = _start(prototype_named(lattice), (symbol,), volume)
    return Crystal(symbol, lattice, start, volume, bulk, shear, _ELEMENTS_DOI)


def _start(kind: Prototype, symbols: tuple[str, ...], volume: float) -> Atoms:
    atoms = kind.atoms(symbols)
    atoms.set_cell(atoms.cell * (1.03**3 * volume * len(atoms) / atoms.get_volume()) ** (1 / 3), scale_atoms=True)
    return atoms


def computed_crystal(crystal: Crystal, potential: Potential) -> tuple[float, Elasticity]:
    """(volume, A^3/atom; elasticity with atoms that move) of the crystal relaxed within its symmetry.

    By energies alone, since the forces of some potentials do not vanish where symmetry says so.

    Raises:
        WorkError: the calculation fails.
    """
    found = bowsr_relaxed(crystal.start, functools.partial(energy, potential=potential), _RELAXATION)
    return found.atoms.get_volume() / len(found.atoms), elasticity(found.atoms, potential, are_atoms_relaxed=True)


def alloys(n_wanted: int) -> list[Comparison]:
    """Young's moduli that were measured, from the embedded table of Borg et al.; the combination is of DFT values.

    Raises:
        WorkError: the embedded table is missing.
    """
    known = _measured_moduli()
    total = math.fsum(value for value, _ in known.values())
    return [
        Comparison(
            formula,
            "youngs_modulus",
            known[formula][0],
            _combination(formula, lattice),
            (total - known[formula][0]) / (len(known) - 1),
            known[formula][1],
        )
        for formula, lattice in _ALLOYS[:n_wanted]
    ]


def _measured_moduli() -> dict[str, tuple[float, str]]:
    """Formula -> (Young's modulus, GPa; DOI) of the alloys judged."""
    table = EMBEDDED["borg2020_mpea"]
    wanted = {formula for formula, _ in _ALLOYS}
    found: dict[str, tuple[float, str]] = {}
    for item in find_plugin("readers", table.reader).read(table.find(), ReadOptions()):
        if not isinstance(item, DataPoint) or item.property != "youngs_modulus" or item.method != Method.MEASURED:
            continue
        formula = item.material.composition.formula
        if formula in wanted:
            found.setdefault(formula, (item.value.nominal, item.doi))
    return found


def _combination(formula: str, lattice: str) -> float:
    fractions = Composition.of(formula).atomic_fractions
    values = elemental_values("youngs_modulus", tuple(fractions), lattice).values
    return math.fsum(share * float(value) for share, value in zip(fractions.values(), values, strict=True))


def carbides(n_wanted: int) -> list[Comparison]:
    """Bulk and shear moduli of carbides of five metals from DFT, evenly spread over the table; rule of mixtures.

    Raises:
        InputError: the data set is not on this machine.
    """
    from quinary.studies.systems.zhang2024 import carbide_table, mixture

    points = data_points(*_CARBIDES)
    found = []
    for name in ("bulk_modulus", "shear_modulus"):
        table, compositions = carbide_table(points, name)
        mixed, truth = mixture(compositions)[name], table.target
        for place in range(n_wanted):
            row = place * len(truth) // n_wanted
            mean = (truth.sum() - truth[row]) / (len(truth) - 1)
            formula = compositions[row].formula
            found.append(Comparison(formula, name, float(truth[row]), float(mixed[row]), float(mean), _CARBIDES_DOI))
    return found


def computed_mixture(formula: str, potential: Potential) -> Elasticity:
    """The elasticity of a small quasirandom structure (12 to 24 atoms), atoms held in the strained cells.

    Raises:
        InputError: no such structure, or an element that the potential lacks.
        WorkError: the calculation failed.
    """
    composition = Composition.of(formula)
    sizes = _CARBIDE_ATOMS if composition.is_ceramic else _ALLOY_ATOMS
    try:
        return solid_solution(composition, potential, SolutionSettings(n_atoms=sizes, tolerance=0.04)).elasticity
    except InputError as error:
        raise InputError(f"{formula} cannot be computed: {error.message}") from error
