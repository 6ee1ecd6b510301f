"""Finished VASP calculations: `vasprun.xml`, and the elastic tensor of the OUTCAR beside it."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.border import json_in
from quinary.chemistry.composition import Composition
from quinary.errors import InputError, WorkError
from quinary.plugins import ReadOptions, Rejection
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Origin, Source, Value
from quinary.readers.parsing import check_file, text_start
from quinary.structures.prototypes import PROTOTYPES

if TYPE_CHECKING:
    from pymatgen.core import Structure
    from pymatgen.io.vasp import Vasprun

__all__ = ["PLUGIN", "VaspReader"]

_START: Final = "<modeling>"
_SIDECAR: Final = "quinary.json"
_SYMMETRY_TOLERANCE: Final = 0.1  # angstrom; relaxed cells are rarely exact
_TENSOR = re.compile(r"TOTAL ELASTIC MODULI \(kBar\)\s*\n.*\n\s*-+\s*\n((?:\s*[XYZ]{2}(?:\s+-?\d+\.\d+){6}\s*\n){6})")
_VOIGT_ORDER: Final = (0, 1, 2, 4, 5, 3)  # VASP writes XX YY ZZ XY YZ ZX
_GPA_PER_KBAR: Final = 0.1


class VaspReader:
    """Energy and volume an atom, lattice parameter (cubic) and, from an OUTCAR beside it, moduli of a calculation.

    One file is one calculation. A file that breaks off and a calculation that did not converge are rejected with the
    reason. Beside inputs that Quinary wrote, `quinary.json` names the material: a cell rounds its composition.
    """

    name = "vasp"
    version = "1"
    hears_options = False

    def recognises(self, path: Path) -> bool:
        """True for the XML that VASP writes."""
        return _START in text_start(path)[:500]

    def read(self, path: Path, options: ReadOptions) -> Iterator[DataPoint | Rejection]:
        """The points of one calculation, or why there are none.

        Raises:
            InputError: the file cannot be opened, or is not one of VASP's.
        """
        check_file(path)
        if not self.recognises(path):
            raise InputError(f"{path} is not a vasprun.xml of VASP")
        try:
            run = _parsed(path)  # SyntaxError is what both XML parsers raise
        except (SyntaxError, KeyError, IndexError, ValueError, AttributeError, TypeError) as error:
            yield Rejection(_last_line(path), f"{path.name} is truncated or damaged: {_one_line(error)}")
            return
        reason = _reason_to_refuse(run)
        if reason:
            yield Rejection(1, f"{path.name}: {reason}")
            return
        try:
            yield from _points(path, run, options)
        except InputError as error:
            yield Rejection(1, f"{path.name}: {error.message}")


def _parsed(path: Path) -> Vasprun:
    from pymatgen.io.vasp import Vasprun

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what matters of them is checked below
        return Vasprun(str(path), parse_dos=False, parse_eigen=False, parse_potcar_file=False)


def _last_line(path: Path) -> int:
    with path.open("rb") as stream:
        return max(1, sum(1 for _ in stream))


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:150] or type(error).__name__


def _reason_to_refuse(run: Vasprun) -> str:
    import math

    if not run.ionic_steps:
        return "the calculation wrote no ionic step"
    if not math.isfinite(float(run.final_energy)):
        return "the last energy is not a number"
    if not run.converged_electronic:
        return "the electrons did not converge in the last ionic step"
    if int(run.parameters.get("NSW", 0)) > 1 and not run.converged_ionic:
        return "the ions did not converge: go on from CONTCAR"
    return ""


def _points(path: Path, run: Vasprun, options: ReadOptions) -> Iterator[DataPoint]:
    told = _sidecar(path)
    structure = run.final_structure
    material = Material(Composition.of(told.get("formula") or structure.composition))
    values: dict[str, float] = {
        "total_energy": float(run.final_energy) / len(structure),
        "atomic_volume": float(structure.volume) / len(structure),
    }
    edge = _cubic_edge(structure, str(told.get("structure", "")))
    if edge is not None:
        values["lattice_parameter"] = edge
    values |= _moduli(path.with_name("OUTCAR"))
    how = _how(run)
    lineage: dict[str, str | int | float] = {
        "file": f"{path.parent.name}/{path.name}",
        "reader": f"{PLUGIN.name} {PLUGIN.version}",
        "cell": structure.composition.formula,
        "n_atoms": len(structure),
        "program": f"VASP {run.vasp_version}",
        **{name: str(told[name]) for name in ("structure", "role") if name in told},
    }
    for name, value in values.items():
        yield DataPoint(
            material=material,
            property=name,
            value=Value.number(value),
            method=Method.DFT,
            origin=Origin.VALIDATION,
            source=Source("vasp", "computed", options.licence),
            doi=options.doi,
            detail=how,
            lineage=lineage,
        )


def _how(run: Vasprun) -> str:
    """Functional, cutoff and k-points in words."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        functional = run.run_type
    cutoff = run.parameters.get("ENMAX") or run.incar.get("ENCUT")
    parts = [
        f"{functional}",
        *([] if cutoff is None else [f"{float(cutoff):.0f} eV"]),
        f"{len(run.actual_kpoints)} k-points",
    ]
    return ", ".join(parts)


def _sidecar(path: Path) -> dict[str, Any]:
    """What Quinary wrote beside its inputs; empty where it is not there or not ours."""
    try:
        found = json_in((path.parent / _SIDECAR).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _cubic_edge(structure: Structure, prototype: str) -> float | None:
    """Edge of the conventional cell, angstrom: of the named cubic structure, else of the symmetry; None if not cubic."""
    if prototype in PROTOTYPES and PROTOTYPES[prototype].ratio is None:
        n_conventional = len(PROTOTYPES[prototype].atoms(is_primitive=False))
        return float((structure.volume / len(structure) * n_conventional) ** (1 / 3))
    if prototype:
        return None
    from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

    analyzer = SpacegroupAnalyzer(structure, symprec=_SYMMETRY_TOLERANCE)
    if analyzer.get_crystal_system() != "cubic":
        return None
    return float(analyzer.get_conventional_standard_structure().lattice.a)


def _moduli(path: Path) -> dict[str, float]:
    """Moduli (GPa) from the elastic tensor of an OUTCAR; empty where there is none."""
    tensor = _elastic_tensor(path)
    if tensor is None:
        return {}
    from quinary.simulation.elastic import averages

    try:
        bulk, shear = (sum(pair) / 2 for pair in averages(tensor))
    except WorkError:
        return {}
    return {
        "bulk_modulus": bulk,
        "shear_modulus": shear,
        "youngs_modulus": 9 * bulk * shear / (3 * bulk + shear),
    }


def _elastic_tensor(path: Path) -> NDArray[np.float64] | None:
    """The last total elastic tensor of an OUTCAR in Voigt order and GPa, shape (6, 6)."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    found = _TENSOR.findall(text)
    if not found:
        return None
    rows = [[float(number) for number in line.split()[1:]] for line in found[-1].strip().splitlines()]
    tensor = np.array(rows)[np.ix_(_VOIGT_ORDER, _VOIGT_ORDER)] * _GPA_PER_KBAR
    symmetric: NDArray[np.float64] = (tensor + tensor.T) / 2
    return symmetric


PLUGIN: Final = VaspReader()
