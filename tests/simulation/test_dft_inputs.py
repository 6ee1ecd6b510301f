"""Inputs for density-functional calculations."""

import json

import ase.io
import pytest

from quinary.errors import InputError
from quinary.simulation.dft_inputs import SIDECAR, InputSettings, candidate_structures, write_inputs
from quinary.simulation.solid_solution import SolutionSettings

SMALL = SolutionSettings(n_atoms=(8, 8))


def test_a_candidate_has_its_solution_and_references():
    names = [(entry.name, entry.role, len(entry.atoms)) for entry in candidate_structures("MoNbTaW", SMALL)]
    assert names[0] == ("solution-bcc", "solution", 8)
    assert {name for name, role, _ in names[1:] if role == "reference"} == {
        f"reference-{s}" for s in ("Mo", "Nb", "Ta", "W")
    }
    assert [entry.name for entry in candidate_structures("(TiZr)C", SMALL)] == [
        "solution-rock-salt", "reference-TiC", "reference-ZrC",
    ]  # fmt: skip
    assert [entry.name for entry in candidate_structures("Mo", SMALL)] == ["solution-bcc"]


@pytest.mark.parametrize("functional", ["pbe", "r2scan"])
def test_vasp_inputs_are_whole_but_for_the_potentials(tmp_path, functional):
    from pymatgen.io.vasp.inputs import Incar, Poscar

    places = write_inputs("MoNb", tmp_path, InputSettings("vasp", functional, solution=SMALL))
    for place in places:
        files = {entry.name for entry in place.iterdir()}
        assert {"INCAR", "POSCAR", "POTCAR.spec", "README", SIDECAR} <= files
        assert "POTCAR" not in files
        assert ("KPOINTS" in files) or "KSPACING" in (place / "INCAR").read_text()
        structure = Poscar.from_file(place / "POSCAR", check_for_potcar=False)
        assert structure.site_symbols == [name.split("_")[0] for name in (place / "POTCAR.spec").read_text().split()]
    incar = Incar.from_file(places[0] / "INCAR")
    assert ("METAGGA" in incar) == (functional == "r2scan")
    told = json.loads((places[0] / SIDECAR).read_text())
    assert (told["formula"], told["structure"], told["role"]) == ("MoNb", "bcc", "solution")


def test_espresso_inputs_are_read_back(tmp_path):
    (place,) = write_inputs("Mo", tmp_path, InputSettings("espresso"))
    atoms = ase.io.read(place / "pw.in", format="espresso-in")
    assert atoms.get_chemical_formula() == "Mo"
    text = (place / "pw.in").read_text()
    assert "vc-relax" in text
    assert "Mo.upf" in text


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"code": "vsap"}, "did you mean vasp"), ({"functional": "lda"}, "known: pbe"), ({"k_spacing": 0.0}, "positive")],
)
def test_unknown_settings_are_refused(settings, message):
    with pytest.raises(InputError, match=message):
        InputSettings(**settings)
