"""Binary ceramics: what the tables say, and that they agree with themselves."""

import math

import numpy as np
import pytest

from quinary.errors import InputError
from quinary.reference.elements import data_rows
from quinary.reference.precursors import carbide_pair_matrix, precursor_column, precursor_values


@pytest.mark.physics
def test_published_binaries():
    """TiC and WC: 10.1038/s41524-021-00678-3; TiN, CuO, ZrB2: Materials Project, 10.1063/1.4812323."""
    volumes = precursor_values("C", "volume", ("Ti", "W", "La"))
    assert volumes == pytest.approx([20.339, 21.060, 40.31], abs=5e-4)
    assert precursor_column("N", "lattice_parameter")["Ti"] == pytest.approx(4.2535, abs=5e-5)
    assert precursor_column("O", "lattice_parameter")["Cu"] == pytest.approx(4.2331, abs=5e-5)
    assert precursor_column("B", "lattice_parameter")["Zr"] == pytest.approx(3.1805, abs=5e-5)
    assert precursor_column("C", "melting_temperature")["Hf"] == pytest.approx(3928 + 273.15)


@pytest.mark.physics
def test_a_measured_oxide_stands_before_a_calculated_one():
    """Edges: NBS Circular 539 (10.6028/NBS.CIRC.539v1), of ZnO 10.1126/science.137.3534.993; moduli: 10.1029/RF002p0045."""
    edges = precursor_values("O", "lattice_parameter", ("Mg", "Co", "Ni", "Zn"))
    assert edges == pytest.approx([4.213, 4.260, 4.1769, 4.280])
    assert precursor_column("O", "bulk_modulus")["Mg"] == 160.0
    assert precursor_column("O", "shear_modulus")["Zn"] == 62.567, "calculated: none was measured"
    assert np.isnan(precursor_values("O", "shear_modulus", ("Ni",))).all(), "measured ones contradict each other"


def test_each_measured_number_names_where_it_was_published():
    for row in data_rows("measured_oxides.csv"):
        assert row["lattice_source"].startswith("10."), row["cation"]
        assert bool(row["moduli_source"]) == bool(row["bulk_modulus"] or row["shear_modulus"]), row["cation"]


@pytest.mark.parametrize("anion", ["N", "O"])
def test_volume_of_rock_salt_is_a_quarter_of_the_cube(anion):
    lengths, volumes = precursor_column(anion, "lattice_parameter"), precursor_column(anion, "volume")
    assert lengths.keys() == volumes.keys()
    for metal, length in lengths.items():
        assert volumes[metal] == pytest.approx(length**3 / 4, rel=1e-4)


def test_two_sources_of_carbides_agree_on_their_size_within_four_percent():
    """The largest difference is that of the unstable rock-salt WC and MoC."""
    volumes = precursor_column("C", "volume")
    for metal, length in precursor_column("C", "lattice_parameter").items():
        assert length == pytest.approx((4 * volumes[metal]) ** (1 / 3), rel=0.04)


def test_diborides_are_about_as_high_as_wide():
    volumes = precursor_column("B", "volume")
    for metal, length in precursor_column("B", "lattice_parameter").items():
        ratio = volumes[metal] / (math.sqrt(3) / 2 * length**3)
        assert 0.95 < ratio < 1.35, metal  # the ratio c/a of the AlB2 type


def test_missing_values_are_nan():
    assert np.isnan(precursor_values("N", "volume", ("Cr", "Ti"))).tolist() == [True, False]
    assert np.isnan(precursor_values("C", "lattice_parameter", ("La",))).all()


def test_interactions_are_symmetric_and_nan_for_unknown_metals():
    matrix = carbide_pair_matrix(("Zr", "V", "La"))
    assert matrix[0, 1] == matrix[1, 0] == 124.301
    assert matrix[0, 0] == matrix[1, 1] == 0.0
    assert np.isnan(matrix[2]).all()
    assert np.isnan(matrix[:, 2]).all()


def test_unknown_names():
    with pytest.raises(InputError, match="known: B, C, N, O"):
        precursor_column("S", "volume")
    with pytest.raises(InputError, match="column"):
        precursor_column("N", "mass")
