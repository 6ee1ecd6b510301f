"""Inputs for density-functional calculations of a candidate: VASP through pymatgen's sets, Quantum ESPRESSO through ASE.

Pseudopotentials are never written: VASP's belong to its licence holders, and a file says which ones the set expects.
"""

from __future__ import annotations

import io
import json
import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from quinary.chemistry.composition import Composition, CompositionLike
from quinary.errors import InputError, unknown_name
from quinary.files import write_whole
from quinary.reference.lattices import stable_lattice
from quinary.simulation.solid_solution import SolutionSettings, starting_structure
from quinary.structures.files import as_pymatgen
from quinary.structures.solutions import likely_structures

if TYPE_CHECKING:
    from pathlib import Path

    from ase import Atoms

__all__ = [
    "CODES",
    "FUNCTIONALS",
    "SIDECAR",
    "CandidateStructure",
    "InputSettings",
    "candidate_structures",
    "write_inputs",
]

CODES: Final = ("vasp", "espresso")
FUNCTIONALS: Final = ("pbe", "r2scan")
SIDECAR: Final = "quinary.json"  # beside the inputs: what the calculation is of, for the reader of its results
_TYPICAL_CUTOFF: Final = 60.0  # Ry, and eight times that for the density: what hard ultrasoft metals need
_SMEARING: Final = 0.02  # Ry


@dataclass(frozen=True, slots=True)
class CandidateStructure:
    """A structure to compute: a solid solution or a reference (element, binary ceramic) for its formation energy."""

    name: str
    formula: str
    prototype: str
    n_cells: int
    role: str
    atoms: Atoms


@dataclass(frozen=True, slots=True)
class InputSettings:
    """How to compute: code, functional, spacing of k-points in 2 pi/angstrom (Quantum ESPRESSO), size of the cells."""

    code: str = "vasp"
    functional: str = "pbe"
    k_spacing: float = 0.03
    solution: SolutionSettings = field(default_factory=SolutionSettings)

    def __post_init__(self) -> None:
        """Raise InputError for a code or functional that is not known."""
        if self.code not in CODES:
            raise unknown_name("code", self.code, CODES)
        if self.functional not in FUNCTIONALS:
            raise unknown_name("functional", self.functional, FUNCTIONALS)
        if not self.k_spacing > 0:
            raise InputError(f"the spacing of k-points must be positive, not {self.k_spacing}")


def candidate_structures(source: CompositionLike, settings: SolutionSettings | None = None) -> list[CandidateStructure]:
    """The quasirandom structure in each likely lattice, then the references that a formation or mixing energy needs.

    Raises:
        InputError: no structure is known for the composition, or no cell of this size can hold it.
    """
    composition = Composition.of(source)
    names = likely_structures(composition)
    wanted = [_structure(f"solution-{name}", composition, name, "solution", settings) for name in names]
    references = []
    if composition.is_ceramic and names[0] in {"rock-salt", "AlB2"} and len(composition.anions) == 1:
        binaries = [Composition.ceramic({metal: 1.0}, composition.anions) for metal in composition.cations]
        references = [(f"reference-{binary.formula}", binary, names[0]) for binary in binaries]
    elif not composition.is_ceramic:
        lattices = {symbol: stable_lattice(symbol) for symbol in composition.elements}
        references = [
            (f"reference-{symbol}", Composition.alloy({symbol: 1.0}), lattice)
            for symbol, lattice in lattices.items()
            if lattice is not None
        ]
    if {len(sublattice.elements) for sublattice in composition.sublattices} == {1}:
        references = []  # a pure element or binary is its own reference
    return [*wanted, *(_structure(name, pure, lattice, "reference", settings) for name, pure, lattice in references)]


def _structure(
    name: str, composition: Composition, prototype: str, role: str, settings: SolutionSettings | None
) -> CandidateStructure:
    sqs, _ = starting_structure(composition, prototype, settings)
    return CandidateStructure(name, composition.formula, prototype, sqs.n_cells, role, sqs.atoms)


def write_inputs(source: CompositionLike, folder: Path, settings: InputSettings | None = None) -> list[Path]:
    """Write one folder of inputs for each structure of a candidate, and return them.

    VASP: INCAR, KPOINTS (where the set has them), POSCAR and POTCAR.spec of the sets of the Materials Project
    (`MPMetalRelaxSet` for alloys, `MPRelaxSet` for ceramics, `MPScanRelaxSet` for r2SCAN). Quantum ESPRESSO: `pw.in`
    for a relaxation of cell and atoms with Marzari-Vanderbilt smearing. In each, `quinary.json` says what it is of.

    Raises:
        InputError: see `candidate_structures`.
        WorkError: a file cannot be written.
    """
    chosen = settings or InputSettings()
    written = []
    for structure in candidate_structures(source, chosen.solution):
        place = folder / structure.name
        texts = _vasp(structure, chosen) if chosen.code == "vasp" else _espresso(structure, chosen)
        texts[SIDECAR] = json.dumps(_sidecar(structure, chosen), indent=1)
        for name, text in texts.items():
            write_whole(place / name, text)
        written.append(place)
    return written


def _sidecar(structure: CandidateStructure, settings: InputSettings) -> dict[str, Any]:
    return {
        "formula": structure.formula,
        "structure": structure.prototype,
        "n_cells": structure.n_cells,
        "role": structure.role,
        "code": settings.code,
        "functional": settings.functional,
    }


def _vasp(structure: CandidateStructure, settings: InputSettings) -> dict[str, str]:
    from pymatgen.io.vasp import sets

    is_ceramic = Composition.of(structure.formula).is_ceramic
    plain = sets.MPRelaxSet if is_ceramic else sets.MPMetalRelaxSet
    kind = sets.MPScanRelaxSet if settings.functional == "r2scan" else plain
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that no POTCAR is at hand, which is meant
        made = kind(as_pymatgen(structure.atoms), sort_structure=True)
        texts = {"INCAR": str(made.incar), "POSCAR": made.poscar.get_str(significant_figures=12)}
        if made.kpoints is not None:
            texts["KPOINTS"] = str(made.kpoints)
        symbols = made.potcar_symbols
    texts["POTCAR.spec"] = "\n".join(symbols) + "\n"
    texts["README"] = _vasp_note(type(made).__name__, symbols)
    return texts


def _vasp_note(name: str, symbols: list[str]) -> str:
    return (
        f"Inputs of pymatgen's {name}. POTCAR is not included: join those of {', '.join(symbols)} in this order from your\n"
        "licensed set of potentials, run VASP here, then read the results with: quinary import FOLDER\n"
    )


def _espresso(structure: CandidateStructure, settings: InputSettings) -> dict[str, str]:
    from ase.io.espresso import write_espresso_in

    text = io.StringIO()
    symbols = sorted(set(structure.atoms.get_chemical_symbols()))
    write_espresso_in(
        text,
        _sorted(structure.atoms),
        input_data=_espresso_data(settings),
        pseudopotentials={symbol: f"{symbol}.upf" for symbol in symbols},
        kpts=_grid(structure.atoms, settings.k_spacing),
    )
    note = (
        f"Put pseudopotentials named {', '.join(f'{symbol}.upf' for symbol in symbols)} (for instance of the SSSP library)\n"
        f"into the folder pseudo, check the cutoffs against theirs, and run: pw.x -in pw.in > pw.out\n"
    )
    return {"pw.in": text.getvalue(), "README": note}


def _espresso_data(settings: InputSettings) -> dict[str, Mapping[str, Any]]:
    functional = {} if settings.functional == "pbe" else {"input_dft": "r2scan"}
    return {
        "control": {"calculation": "vc-relax", "pseudo_dir": "pseudo", "tprnfor": True, "tstress": True},
        "system": {
            "ecutwfc": _TYPICAL_CUTOFF,
            "ecutrho": 8 * _TYPICAL_CUTOFF,
            "occupations": "smearing",
            "smearing": "mv",
            "degauss": _SMEARING,
            **functional,
        },
        "electrons": {"conv_thr": 1e-8, "mixing_beta": 0.3},
        "ions": {"ion_dynamics": "bfgs"},
        "cell": {"cell_dynamics": "bfgs"},
    }


def _grid(atoms: Atoms, spacing: float) -> tuple[int, int, int]:
    """Divisions of the reciprocal vectors so that points are no farther apart than the spacing (2 pi/angstrom)."""
    lengths = np.linalg.norm(atoms.cell.reciprocal().array, axis=1)
    first, second, third = (max(1, math.ceil(float(length) / spacing - 1e-9)) for length in lengths)
    return first, second, third


def _sorted(atoms: Atoms) -> Atoms:
    from ase.build import sort

    return sort(atoms)
