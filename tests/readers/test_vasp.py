"""Finished VASP calculations, on the files that ASE carries for its own tests."""

import json
from pathlib import Path

import ase.test
import numpy as np
import pytest

from quinary.errors import InputError
from quinary.plugins.sockets import ReadOptions, Rejection
from quinary.points.point import DataPoint, Method, Origin
from quinary.readers.vasp import PLUGIN

FILES = Path(ase.test.__file__).parent / "testdata" / "vasp"
# Elastic constants of cubic diamond in kBar, in VASP's order XX YY ZZ XY YZ ZX
CONSTANTS = np.diag([10790.0, 10790.0, 10790.0, 5780.0, 5780.0, 5780.0])
CONSTANTS[:3, :3] += 1250.0 * (1 - np.eye(3))


def outcar():
    names = ["XX", "YY", "ZZ", "XY", "YZ", "ZX"]
    rows = [
        f" {name}  " + "  ".join(f"{value:12.4f}" for value in row) for name, row in zip(names, CONSTANTS, strict=True)
    ]
    head = (
        " TOTAL ELASTIC MODULI (kBar)\n Direction    XX          YY          ZZ          XY          YZ          ZX\n"
    )
    return head + " " + "-" * 88 + "\n" + "\n".join(rows) + "\n " + "-" * 88 + "\n"


@pytest.fixture
def diamond(tmp_path):
    """A folder with a real vasprun.xml of diamond."""
    if not FILES.is_dir():
        pytest.skip("this installation of ASE comes without its test files")
    content = (FILES / "vasprun_pstress.xml").read_text(encoding="utf-8")
    path = tmp_path / "vasprun.xml"
    path.write_text(content, encoding="utf-8")
    return path


def read(path):
    return list(PLUGIN.read(path, ReadOptions()))


def values(path):
    found = read(path)
    assert all(isinstance(entry, DataPoint) for entry in found), found
    return {entry.property: entry for entry in found}


def test_a_finished_calculation_gives_validation_points(diamond):
    assert PLUGIN.recognises(diamond)
    found = values(diamond)
    assert set(found) == {"total_energy", "atomic_volume", "lattice_parameter"}
    assert found["lattice_parameter"].value.nominal == pytest.approx(3.57, abs=0.01)
    for point in found.values():
        assert (point.method, point.origin) == (Method.DFT, Origin.VALIDATION)
        assert point.lineage["program"].startswith("VASP 6")
        assert "400 eV" in point.detail


@pytest.mark.physics
def test_an_elastic_tensor_beside_it_gives_moduli(diamond):
    """Diamond: C11 1079, C12 125, C44 578 GPa (McSkimin, Andreatch 1972, 10.1063/1.1661636): B = (C11 + 2 C12)/3 = 443."""
    diamond.with_name("OUTCAR").write_text("...\n" + outcar(), encoding="utf-8")
    found = values(diamond)
    assert found["bulk_modulus"].value.nominal == pytest.approx((1079 + 250) / 3)
    voigt = (1079 - 125 + 3 * 578) / 5
    reuss = 5 * (1079 - 125) * 578 / (4 * 578 + 3 * (1079 - 125))
    assert found["shear_modulus"].value.nominal == pytest.approx((voigt + reuss) / 2)


def test_what_quinary_wrote_beside_it_names_the_material(diamond):
    told = {"formula": "(HfNbTaTiZr)C", "structure": "rock-salt", "role": "solution"}
    diamond.with_name("quinary.json").write_text(json.dumps(told), encoding="utf-8")
    found = values(diamond)
    assert found["total_energy"].material.composition.formula == "(HfNbTaTiZr)C"
    volume = found["atomic_volume"].value.nominal
    assert found["lattice_parameter"].value.nominal == pytest.approx((8 * volume) ** (1 / 3))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_one_rejection(diamond, share):
    content = diamond.read_bytes()
    diamond.write_bytes(content[: int(share * len(content))])
    (only,) = read(diamond)
    assert isinstance(only, Rejection)
    assert "truncated" in only.reason


def test_a_calculation_that_did_not_converge_is_one_rejection(diamond):
    content = diamond.read_text(encoding="utf-8")
    assert '<i type="int" name="NELM">' in content
    import re

    n_steps = len(re.findall("<scstep>", content))
    diamond.write_text(re.sub(r'name="NELM">\s*\d+', f'name="NELM">     {n_steps}', content), encoding="utf-8")
    (only,) = read(diamond)
    assert isinstance(only, Rejection)
    assert "did not converge" in only.reason


def test_other_xml_is_refused(tmp_path):
    path = tmp_path / "vasprun.xml"
    path.write_text("<other/>", encoding="utf-8")
    assert not PLUGIN.recognises(path)
    with pytest.raises(InputError, match=r"not a vasprun\.xml"):
        read(path)
