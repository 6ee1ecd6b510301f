"""The element table and the description of every reference column."""

import csv
import math
import tomllib
from importlib.resources import files

import pytest

from quinary.errors import InputError
from quinary.reference.elements import atomic_numbers, column, describe_column, element_column, symbols

DATA = files("quinary.reference") / "data"
FILES = {
    "elements": ("elements.csv", {"symbol"}),
    "lattice": ("lattice_chong2021.csv", {"lattice", "symbol"}),
    "revision": ("revision_ultera2023.csv", {"symbol"}),
    "pairs": ("pair_enthalpies.csv", {"symbol", "partner"}),
    "alloyed_pairs": ("alloyed_pairs.csv", {"symbol", "partner"}),
    "pairs_carbides": ("pair_enthalpies_carbides.csv", {"cation", "partner"}),
    "precursors_borides": ("precursors_borides.csv", {"cation"}),
    "precursors_carbides": ("precursors_carbides.csv", {"cation"}),
    "precursors_nitrides": ("precursors_nitrides.csv", {"cation"}),
    "precursors_oxides": ("precursors_oxides.csv", {"cation"}),
    "radii": ("ionic_radii.csv", {"symbol", "charge", "coordination", "spin"}),
    "pairs_dft": ("pair_enthalpies_dft.csv", {"symbol", "partner"}),
    "charges": ("oxide_charges.csv", {"symbol"}),
    "measured_moduli": ("measured_moduli.csv", {"symbol"}),
    "measured_oxides": ("measured_oxides.csv", {"cation"}),
    "scale_oxides": ("scale_oxides.csv", {"symbol"}),
    "entropy_forming_abilities": ("entropy_forming_abilities.csv", {"formula", "source", "phases_source"}),
    "energy_spreads_carbides": ("energy_spreads_carbides.csv", {"formula", "potential", "version"}),
    "vacancy_energies_carbides": (
        "vacancy_energies_carbides.csv",
        {"formula", "metals", "site", "potential", "version"},
    ),
    "carbide_phases": ("carbide_phases.csv", {"formula", "source"}),
    "alloy_names": ("alloy_names.csv", set()),
    "disordered_enthalpy_entropy_carbides": ("disordered_enthalpy_entropy_carbides.csv", {"formula", "source"}),
}


def described():
    return tomllib.loads((DATA / "columns.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("table", FILES)
def test_every_column_is_described_and_every_description_has_a_column(table):
    name, keys = FILES[table]
    with (DATA / name).open(encoding="utf-8", newline="") as handle:
        heading = set(csv.DictReader(handle).fieldnames)
    assert heading - keys == set(described()[table])
    for entry in described()[table].values():
        assert set(entry) == {"unit", "meaning", "source"}
        assert entry["meaning"]
        assert entry["source"]


def test_no_table_without_description():
    assert set(described()) == set(FILES)


def test_elements_in_order_of_atomic_number():
    assert list(atomic_numbers().values()) == list(range(1, len(symbols()) + 1))
    assert symbols()[72] == "Ta"


def test_column_is_nan_where_nothing_is_tabulated():
    radius, missing = column("metallic_radius", ("Mo", "He"))
    assert radius == 139.0
    assert math.isnan(missing)


@pytest.mark.physics
def test_values_of_tungsten():
    """IUPAC atomic weight 183.84; melting point 3695 K (CRC Handbook); B 323.3 GPa (de Boer et al. 1988)."""
    expected = {"mass": 183.84, "melting_temperature": 3695.0, "valence_electrons": 6.0, "bulk_modulus_metal": 323.3}
    assert {name: element_column(name)["W"] for name in expected} == expected


def test_values_lie_where_metals_lie():
    for name, low, high in (("metallic_radius", 100, 230), ("bulk_modulus_metal", 1, 600), ("molar_volume", 1, 80)):
        assert all(low < value < high for value in element_column(name).values()), name


def test_unknown_names():
    with pytest.raises(InputError, match="did you mean metallic_radius"):
        element_column("metalic_radius")
    with pytest.raises(InputError, match="reference table"):
        describe_column("atoms", "mass")
    with pytest.raises(InputError, match="elements column"):
        column("colour", ("W",))
