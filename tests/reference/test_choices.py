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
def test_density_functional_theory_and_miedema_mostly_agree():
    """Chen et al. 2023, 10.1038/s41467-023-38423-7: their correlation over 780 pairs is high, individual signs differ."""
    from quinary.reference.pairs import mixing_enthalpies

    miedema = mixing_enthalpies()
    for lattice in ("bcc", "fcc", "hcp"):
        theirs = mixing_enthalpies(f"dft_{lattice}")
        assert len(theirs) == 780
        pairs = [pair for pair in theirs if pair in miedema]
        assert np.corrcoef([theirs[p] for p in pairs], [miedema[p] for p in pairs])[0, 1] > 0.85
    assert mixing_enthalpies("dft_bcc")[frozenset({"Cr", "Fe"})] > 0 > miedema[frozenset({"Cr", "Fe"})]


def test_unknown_tables_are_named():
    with pytest.raises(InputError, match=r"covalent.*volume"):
        TableChoice(radius="ionic")
    with pytest.raises(InputError, match="dft_bcc"):
        TableChoice(enthalpy="aflow")
    assert DEFAULT_CHOICE.radius_column == "metallic_radius"
