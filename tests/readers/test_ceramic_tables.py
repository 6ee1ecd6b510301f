"""Public tables of ceramics of all kinds."""

import gzip
import json

import pytest

from quinary.chemistry.composition import Composition
from quinary.errors import InputError
from quinary.readers.ceramic_tables import rock_salt_of
from quinary.readers.parsing.published_rows import bracket_problem


def test_one_anion_a_metal():
    assert rock_salt_of("Ta3CrC4") == Composition.of("(Ta0.75Cr0.25)C")
    assert rock_salt_of("ZrNbTaHfCN").anions == {"C": 0.5, "N": 0.5}
    with pytest.raises(InputError, match="one anion a metal"):
        rock_salt_of("W2C")


@pytest.mark.parametrize(
    ("formula", "is_sound"),
    [("(Mg0.2Co0.2Ni0.2Cu0.2Zn0.2)O", True), ("(HfZrCeY0.25)O2", True), ("(Mg0.18Co27Zn0.18)O", False)],
)
def test_fractions_of_a_bracket_sum_to_one(formula, is_sound):
    assert (bracket_problem(formula) == "") is is_sound


def test_hardness_has_its_load_and_impossible_carbides_are_named(read, tmp_path):
    path = tmp_path / "hardness.csv"
    path.write_text(
        "composition,hardness,load\nTiC,28.0,0.49\n(HfNb)C5,30,1\nTiN,20,\nVC\xa0,25,-1\n", encoding="utf-8"
    )
    points, rejected = read("jaafreh2022_hardness", path)
    assert [(p.value.nominal, p.unit, p.conditions.get("load")) for p in points] == [(28.0, "GPa", 0.49)]
    assert [line for line, _ in rejected] == [3, 4, 5]
    assert "carbon atoms a metal" in rejected[0][1]
    assert "must be positive" in rejected[2][1]


def test_unstable_structures_are_rejected(read, tmp_path):
    path = tmp_path / "moduli.csv"
    path.write_text(
        ",SBO,NETM,BL,B,G,E\nScC,5.3,1.4,2.4,110.6,-14.7,-46\nTiC,6.9,1.6,2.2,247.5,177.8,430\n", encoding="utf-8"
    )
    points, rejected = read("tang2021_moduli", path)
    assert len(points) == 3
    assert rejected == [(2, "a modulus is not positive: the structure is unstable")]


def test_polymorphs_are_different_materials(read, tmp_path):
    lattice = {"matrix": [[3.0, 0, 0], [0, 3.0, 0], [0, 0, 3.0]], "volume": 27.0}
    entry = {
        "mp_id": "mp-1", "formula": "TiC", "bulk_modulus_vrh": 250.0, "shear_modulus_vrh": 180.0,
        "structure": {"lattice": lattice, "sites": [{}, {}]},
    }  # fmt: skip
    path = tmp_path / "binaries.json.gz"
    with gzip.open(path, "wt", encoding="utf-8") as stream:
        json.dump(
            [{**entry, "x": 1}, {**entry, "mp_id": "mp-2", "bulk_modulus_vrh": None}, {**entry, "mp_id": "mp-3"}],
            stream,
        )
    points, rejected = read("mp_binary_elasticity", path)
    assert len({point.material.key for point in points}) == 2
    assert points[2].value.nominal == 13.5
    assert [line for line, _ in rejected] == [2]


def test_originals_are_read(read, mirror):
    points, rejected = read("heo_phase", mirror / "heo_phase" / "Dataset" / "Input_Total.xlsx")
    assert (len(points), len(rejected)) == (135, 2)
    points, rejected = read(
        "tang2021_moduli", mirror / "tang2021_moduli/examples/rock-salt ceramcis/DFT datasets_rs.csv"
    )
    assert (len(points), len(rejected)) == (3 * 438, 0)
