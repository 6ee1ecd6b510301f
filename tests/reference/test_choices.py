"""Tables of radii and pair enthalpies by name."""

import math

import numpy as np
import pytest

from quinary.errors import InputError
from quinary.reference.choices import DEFAULT_CHOICE, ENTHALPY_TABLES, RADIUS_TABLES, TableChoice

METALS = ("Al", "Cr", "Fe", "Mo", "Nb", "Ta", "Ti", "W")


@pytest.mark.parametrize("name", RADIUS_TABLES)
def test_radii_of_metals_are_of_atomic_size(name):
    radii = TableChoice(radius=name).radii(METALS)
    assert ((radii > 110) & (radii < 180)).all()


@pytest.mark.physics
def test_radius_of_the_atomic_volume():
    """Tungsten, bcc, a = 3.165 angstrom: two atoms a cell, so 4/3 pi r^3 = a^3 / 2 (Wigner, Seitz 1933)."""
    expected = 316.5 * (3.0 / (8.0 * math.pi)) ** (1.0 / 3.0)
    assert TableChoice(radius="volume").radii(("W",))[0] == pytest.approx(expected, rel=3e-3)


@pytest.mark.parametrize("name", ENTHALPY_TABLES)
def test_enthalpies_are_symmetric_and_known_for_common_metals(name):
    values = TableChoice(enthalpy=name).pair_enthalpies(METALS)
    assert np.array_equal(values, values.T)
    assert not values.diagonal().any()
    assert np.isfinite(values).all()


@pytest.mark.physics
def test_density_functional_theory_and_miedema_have_one_scale():
    """Chen et al. 2023, 10.1038/s41467-023-38423-7: omega is four times the equiatomic enthalpy: slopes near 1."""
    from quinary.reference.pairs import mixing_enthalpies

    miedema = mixing_enthalpies()
    for lattice in ("bcc", "fcc", "hcp"):
        theirs = mixing_enthalpies(f"dft_{lattice}")
        pairs = [pair for pair in theirs if pair in miedema]
        x, y = (np.array([table[pair] for pair in pairs]) for table in (miedema, theirs))
        assert len(theirs) > 650
        assert 0.7 < (x * y).sum() / (x * x).sum() < 1.3


@pytest.mark.physics
@pytest.mark.parametrize(
    ("pair", "lattice", "omega"), [("Ag Al", "bcc", -0.16652), ("Ag Au", "bcc", -0.15359), ("Ag Cr", "bcc", 2.07280)]
)
def test_omegas_of_the_source(pair, lattice, omega):
    """Published omega in eV/atom, so that dH = omega c (1 - c): a quarter of it at c = 1/2; 10.1038/s41467-023-38423-7."""
    from quinary.reference.pairs import mixing_enthalpies

    assert mixing_enthalpies(f"dft_{lattice}")[frozenset(pair.split())] == pytest.approx(omega / 4 * 96.485, abs=0.006)


def test_values_of_cells_that_left_their_lattice_are_not_there():
    from quinary.reference.pairs import mixing_enthalpies

    assert frozenset({"Os", "Ru"}) not in mixing_enthalpies("dft_bcc")
    assert frozenset({"Os", "Ru"}) in mixing_enthalpies("dft_fcc")


def test_unknown_tables_are_named():
    with pytest.raises(InputError, match=r"covalent.*volume"):
        TableChoice(radius="ionic")
    with pytest.raises(InputError, match="dft_bcc"):
        TableChoice(enthalpy="aflow")
    assert DEFAULT_CHOICE.radius_column == "metallic_radius"
