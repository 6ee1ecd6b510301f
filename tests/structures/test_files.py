"""Structures to and from other programs."""

import json

import ase.io
import numpy as np
import pytest

from quinary.errors import InputError
from quinary.structures.files import FORMATS, as_pymatgen, structure_text, write_structure
from quinary.structures.prototypes import prototype_named


@pytest.fixture
def titanium_carbide():
    return prototype_named("rock-salt").atoms(is_primitive=False)


@pytest.mark.parametrize("name", ["POSCAR", "a.vasp", "a.cif", "a.xyz"])
def test_what_is_written_is_read_by_others(titanium_carbide, tmp_path, name):
    path = write_structure(titanium_carbide, tmp_path / name)
    found = ase.io.read(path)
    assert found.get_chemical_formula() == "C4Ti4"
    np.testing.assert_allclose(found.cell.array, titanium_carbide.cell.array, atol=1e-6)
    assert [entry.name for entry in tmp_path.iterdir()] == [name]


def test_pymatgen_keeps_the_sublattices(titanium_carbide):
    from pymatgen.core import Structure

    direct = as_pymatgen(titanium_carbide)
    written = Structure.from_dict(json.loads(structure_text(titanium_carbide, "json")))
    assert direct.site_properties["sublattice"] == written.site_properties["sublattice"] == [0] * 4 + [-1] * 4


def test_unknown_formats_are_refused(titanium_carbide, tmp_path):
    with pytest.raises(InputError, match="cannot tell the format"):
        write_structure(titanium_carbide, tmp_path / "a.dat")
    with pytest.raises(InputError, match="did you mean poscar"):
        structure_text(titanium_carbide, "poscr")
    assert "extxyz" in FORMATS
