"""Known answers of ceramics: Zhang 2022 (all rows), Lu et al. (all rows), VEC of the landmarks."""

import csv
import itertools
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from quinary.chemistry.composition import Composition
from quinary.chemistry.matrix import CompositionMatrix, as_matrix
from quinary.constants import GAS_CONSTANT
from quinary.descriptors.ceramics.formulas import CERAMIC_DESCRIPTORS, ceramic_descriptors, describe_ceramics
from quinary.descriptors.ceramics.matrix import CeramicMatrix
from quinary.errors import InputError
from quinary.units import convert

METALS = ("Cr", "Hf", "Mo", "Nb", "Ta", "Ti", "V", "W", "Zr")
# In the order of COLUMNS; the density is printed in amu/A^3.
ZHANG = {
    "Hf6Nb6Ta6Ti7Zr7": (23.3048, 0.090911, 127.2581, 0.413675, 5.41603, 0.399807, 8.375, 0.0578057, 4.00281, 0.0293692),
    "HfNbTaTiZr": (23.30956, 0.08823, 130.3039, 0.40437, 5.5472, 0.3912, 8.4, 0.05832, 4.004, 0.02953),
    "MoNbTaVW": (20.97594, 0.0791707, 132.92816, 0.3962097, 6.244804, 0.3650183, 9.4, 0.0521168, 4.4, 0.0780443),
}
HALF_DIGITS = {
    "Hf6Nb6Ta6Ti7Zr7": (5e-5, 5e-7, 5e-5, 5e-7, 5e-6, 5e-7, 5e-4, 5e-8, 5e-6, 5e-8),
    "HfNbTaTiZr": (5e-6, 5e-6, 5e-5, 5e-6, 5e-5, 5e-5, 1e-9, 5e-6, 1e-9, 5e-6),
    "MoNbTaVW": (5e-6, 5e-8, 5e-6, 5e-8, 5e-7, 5e-8, 1e-9, 5e-8, 1e-9, 5e-8),
}
COLUMNS = {
    "average_V": "mean_precursor_volume",
    "sigma_V": "precursor_volume_deviation",
    "average_m": "mean_precursor_mass",
    "sigma_m": "precursor_mass_deviation",
    "average_rho": "mean_precursor_density",
    "sigma_rho": "precursor_density_deviation",
    "average_VEC": "valence_electron_concentration",
    "sigma_VEC": "valence_electron_deviation",
    "average_chi": "mean_precursor_electronegativity",
    "sigma_chi": "precursor_electronegativity_deviation",
}
# Mixing enthalpy in kJ/mol and lattice mismatch in %, equimolar.
LU = {
    "HfNbTaTiZr": (1.711, 3.012),
    "MoNbTaVW": (7.752, 3.083),
    "HfNbTaTiV": (5.873, 3.730),
    "HfMoVWZr": (19.464, 5.254),
    "HfMoTiWZr": (12.008, 4.555),
    "HfTaTiWZr": (7.770, 4.101),
    "NbTaTiVW": (3.388, 3.013),
}


def carbide(metals):
    return {name: values[0] for name, values in ceramic_descriptors(CeramicMatrix.of(as_matrix([metals]), C=1)).items()}


def describe(*formulas):
    return describe_ceramics([Composition.of(formula) for formula in formulas])


def sheet(path):
    """Heading -> column of the first sheet of a workbook."""
    heading, *rows = load_workbook(path).active.iter_rows(values_only=True)
    return {name.strip(): [row[index] for row in rows] for index, name in enumerate(heading) if name}


def as_printed(found):
    """The ten numbers in the units of the source."""
    values = {column: found[name] for column, name in COLUMNS.items()}
    return {**values, "average_rho": convert(values["average_rho"], "g/cm^3", "amu/A^3")}


@pytest.mark.physics
@pytest.mark.parametrize("metals", ZHANG)
def test_zhang_to_all_printed_digits(metals):
    """Zhang et al. 2022, 10.1038/s41524-021-00678-3; the supercell of the first has 32 metals, the others are equimolar."""
    found = as_printed(carbide(metals))
    for value, expected, tolerance in zip(found.values(), ZHANG[metals], HALF_DIGITS[metals], strict=True):
        assert value == pytest.approx(expected, abs=tolerance * 1.001, rel=0)


@pytest.mark.physics
def test_all_rows_of_zhang(mirror):
    """All 53 carbides of 10.1038/s41524-021-00678-3 in ten columns: 32 metals each, shared out as evenly as possible."""
    with (mirror / "zhang2022_hecc_phase" / "docs" / "Input data.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert len(rows) == 53
    for row in rows:
        metals = re.findall("[A-Z][a-z]?", row["Material"][1:-2])
        each, left = divmod(32, len(metals))
        shares = [
            {metal: each + (index in more) for index, metal in enumerate(metals)}
            for more in itertools.combinations(range(len(metals)), left)
        ]
        printed = np.array([float(row[name]) for name in COLUMNS])
        found = np.array([list(as_printed(carbide(share)).values()) for share in shares])
        assert np.isclose(found, printed, rtol=1e-7, atol=1e-9).all(axis=1).any(), row["Material"]


@pytest.mark.physics
@pytest.mark.parametrize("metals", LU)
def test_enthalpy_and_mismatch_of_lu(metals):
    """W. Lu et al. (data set HECs_phase_formation), equimolar carbides."""
    found = carbide(metals)
    assert found["mixing_enthalpy"] == pytest.approx(LU[metals][0], abs=5.01e-4)
    assert found["lattice_mismatch"] == pytest.approx(LU[metals][1], abs=5.01e-4)


@pytest.mark.physics
def test_lattice_parameter_of_lu():
    """W. Lu et al.: 4.5356 angstrom for (HfNbTaTiZr)C."""
    assert carbide("HfNbTaTiZr")["mean_precursor_lattice_parameter"] == pytest.approx(4.5356, abs=5e-5)


@pytest.mark.physics
def test_all_rows_of_lu(mirror):
    """The 382 carbides of W. Lu et al.: enthalpy, lattice, VEC, melting temperature (printed in degrees Celsius).

    Two with eight metals are not equimolar (Cr 0.447 to one of the others), so amounts come from the sheet of systems.
    """
    table = sheet(mirror / "lu_hecc_phase" / "middle" / "ml_dataset_17.xlsx")
    amounts = sheet(mirror / "lu_hecc_phase" / "382_HEC_systems.xlsx")
    metals = ("Ti", "Zr", "Hf", "V", "Nb", "Ta", "Cr", "Mo", "W")
    rows = zip(*(amounts[metal] for metal in metals), strict=True)
    found = describe_ceramics([Composition.ceramic(dict(zip(metals, row, strict=True)), {"C": 1.0}) for row in rows])
    assert amounts["formula"] == table["formula"]
    assert len(table["formula"]) == 382
    for column, name, tolerance, offset in (
        ("enthalpy", "mixing_enthalpy", 5e-4, 0.0),
        ("lattice_mean", "mean_precursor_lattice_parameter", 5e-4, 0.0),
        ("vec", "valence_electron_concentration", 5e-4, 0.0),
        ("tm_mean", "mean_precursor_melting_temperature", 5e-3, -273.15),
    ):
        np.testing.assert_allclose(found[name] + offset, table[column], rtol=0, atol=1.01 * tolerance, err_msg=column)
    np.testing.assert_allclose(found["lattice_mismatch"] / 100, table["lattice_distortion"], rtol=0, atol=5.01e-4)


@pytest.mark.physics
def test_valence_electrons():
    """Table 1 of Divilov et al. 2024, 10.1038/s41586-023-06786-y (carbonitride: half the anions are nitrogen)."""
    found = describe("(HfNbTaTiZr)C", "(MoNbTaVW)C", "(HfNbTaTiZr)C0.5N0.5")
    assert found["valence_electron_concentration"] == pytest.approx([8.4, 9.4, 8.9])


@pytest.mark.physics
def test_entropy_of_the_supercell_and_of_the_equimolar_carbide():
    """13.3575 J/mol/K in 10.1038/s41524-021-00678-3 (its R is 8.3145); R ln 5 per mole of cations, half per atom."""
    assert carbide("Hf6Nb6Ta6Ti7Zr7")["mixing_entropy"] * 8.3145 / GAS_CONSTANT == pytest.approx(13.3575, abs=1e-4)
    equimolar = carbide("HfNbTaTiZr")
    assert equimolar["mixing_entropy"] == pytest.approx(GAS_CONSTANT * np.log(5))
    assert equimolar["mixing_entropy_per_atom"] == pytest.approx(GAS_CONSTANT * np.log(5) / 2)


def test_diboride_has_two_anions_a_cation():
    found = describe("(TiZr)B2")
    assert found["valence_electron_concentration"][0] == pytest.approx(10.0)
    assert found["mixing_entropy_per_atom"][0] == pytest.approx(GAS_CONSTANT * np.log(2) / 3)
    assert found["mean_precursor_mass"][0] == pytest.approx((47.867 + 91.224) / 2 + 2 * 10.81)
    assert found["mean_precursor_lattice_parameter"][0] == pytest.approx((3.0351 + 3.1805) / 2)
    assert np.isnan(found["mixing_enthalpy"][0])


def test_what_has_another_structure_has_no_binaries():
    """Double carbides, fluorite and perovskite: no rock salt, so no volumes; electrons and bonds are known all the same."""
    found = describe("(TiZr)C2", "(CeZr)O2", "(LaSr)(MnCo)O3", "(TiZr)C0.9")
    assert np.isnan(found["mean_precursor_volume"]).tolist() == [True, True, True, False]
    assert np.isfinite(found["ionic_character"]).all()
    assert np.isfinite(found["valence_electron_concentration"]).all()
    # two half-filled sublattices of the three per formula: R ln 2 per cation
    assert found["mixing_entropy"][2] == pytest.approx(GAS_CONSTANT * np.log(2))


def test_carbides_are_covalent_and_oxides_ionic():
    found = describe("(WMo)C", "(HfZr)C", "(HfZr)N", "(MgCa)O")
    assert (np.diff(found["ionic_character"]) > 0).all()
    assert found["ionic_character"][-1] > 0.6


def test_unknown_binaries_make_nan_of_their_rows_only():
    found = describe("(CrTi)N", "(HfTi)N", "MoNb")
    assert np.isnan(found["mean_precursor_volume"]).tolist() == [True, False, True]
    assert np.isnan(found["mixing_entropy"]).tolist() == [False, False, True]


@given(st.lists(st.floats(0.0, 1.0), min_size=9, max_size=9).filter(lambda x: sum(x) > 0.1))
def test_invariants_of_carbides(amounts):
    fractions = np.array([amounts]) / sum(amounts)
    matrix = CompositionMatrix(METALS, fractions)
    found = ceramic_descriptors(CeramicMatrix.of(matrix, C=1))
    assert 8 - 1e-9 <= found["valence_electron_concentration"][0] <= 10 + 1e-9
    assert 0 <= found["ionic_character"][0] <= 1
    assert 0 <= found["mixing_entropy"][0] <= GAS_CONSTANT * np.log(9) + 1e-9
    assert 0 <= found["lattice_mismatch"][0] < 10
    reverse = CompositionMatrix(METALS[::-1], fractions[:, ::-1])
    for name, values in ceramic_descriptors(CeramicMatrix.of(reverse, C=1)).items():
        np.testing.assert_allclose(values, found[name], rtol=1e-9, atol=1e-9, err_msg=name)


def test_a_pure_binary_has_no_deviation():
    found = carbide("Ti")
    for name, value in found.items():
        if name.endswith(("deviation", "mismatch", "difference", "entropy", "enthalpy", "per_atom")):
            assert value == 0.0, name


def test_many_rows_are_done_in_blocks_and_only_what_was_asked():
    fractions = np.random.default_rng(4).dirichlet(np.ones(9), 5000)
    matrix = CeramicMatrix.of(CompositionMatrix(METALS, fractions), C=1)
    found = ceramic_descriptors(matrix, ["lattice_mismatch"])
    assert list(found) == ["lattice_mismatch"]
    last = ceramic_descriptors(matrix.rows(slice(4990, 5000)))["lattice_mismatch"]
    np.testing.assert_allclose(found["lattice_mismatch"][4990:], last, rtol=1e-12)
    with pytest.raises(InputError, match="did you mean lattice_mismatch"):
        ceramic_descriptors(matrix, ["lattice_mismach"])


def test_no_ceramics_at_all():
    assert {values.shape for values in describe_ceramics([]).values()} == {(0,)}
    assert tuple(describe_ceramics([])) == CERAMIC_DESCRIPTORS
