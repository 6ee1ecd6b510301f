"""Structures to and from other programs: pymatgen, CIF, POSCAR, extended XYZ, pymatgen's JSON."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from quinary.errors import InputError, unknown_name
from quinary.files import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from ase import Atoms
    from pymatgen.core import Structure

__all__ = ["FORMATS", "as_pymatgen", "structure_text", "write_structure"]

FORMATS: Final = ("cif", "poscar", "extxyz", "json")
_BY_ENDING: Final = {
    ".cif": "cif",
    ".vasp": "poscar",
    ".poscar": "poscar",
    ".xyz": "extxyz",
    ".extxyz": "extxyz",
    ".json": "json",
}


def as_pymatgen(atoms: Atoms) -> Structure:
    """The same structure as pymatgen's `Structure`; arrays such as `sublattice` become site properties."""
    from pymatgen.io.ase import AseAtomsAdaptor

    return AseAtomsAdaptor.get_structure(_plain(atoms))


def structure_text(atoms: Atoms, file_format: str) -> str:
    """The text of a file in one of `FORMATS`; in a POSCAR the atoms are sorted by element.

    Raises:
        InputError: unknown format.
    """
    if file_format not in FORMATS:
        raise unknown_name("format of structures", file_format, FORMATS)
    if file_format == "json":
        import json

        return json.dumps(as_pymatgen(atoms).as_dict())
    return _ase_text(atoms, file_format)


def write_structure(atoms: Atoms, path: Path, file_format: str = "") -> Path:
    """Write a structure; the format is that of the ending (.cif, .vasp, .xyz, .json) or of the name POSCAR.

    Raises:
        InputError: the format is unknown or cannot be told from the name.
        WorkError: the file cannot be written.
    """
    chosen = file_format or _format_of(path)
    text = structure_text(atoms, chosen)
    write_whole(path, text)
    return path


def _format_of(path: Path) -> str:
    if path.name.upper() in {"POSCAR", "CONTCAR"}:
        return "poscar"
    if path.suffix.lower() not in _BY_ENDING:
        raise InputError(
            f"cannot tell the format from the name {path.name}: end it in {', '.join(_BY_ENDING)}, or call it POSCAR",
            tuple(_BY_ENDING),
        )
    return _BY_ENDING[path.suffix.lower()]


def _ase_text(atoms: Atoms, file_format: str) -> str:
    from ase.io import write

    plain = _plain(atoms)
    if file_format == "cif":
        stream = io.BytesIO()
        write(stream, plain, format="cif")
        return stream.getvalue().decode()
    text = io.StringIO()
    if file_format == "poscar":
        write(text, plain, format="vasp", direct=True, sort=True)
    else:
        write(text, plain, format="extxyz")
    return text.getvalue()


def _plain(atoms: Atoms) -> Atoms:
    """A copy without calculator and constraints."""
    copy = atoms.copy()
    copy.calc = None
    copy.set_constraint()
    return copy
