"""Elemental values by lattice, replacement of missing lattices, and the two tables."""

import numpy as np
import pytest

from quinary.errors import InputError
from quinary.reference.lattices import LATTICES, REPLACEMENT_ORDER, elemental_values, revision_column

USFE = "unstable_stacking_fault_energy"


def value(name, symbol, lattice="bcc", table="chong2021"):
    return float(elemental_values(name, (symbol,), lattice, table).values[0])


@pytest.mark.physics
def test_values_of_the_2021_table():
    """Chong et al. 2021, 10.1088/1361-648X/ac0195, in the lattice each element has at room temperature."""
    assert [value("shear_modulus", symbol) for symbol in ("V", "Nb", "Mo", "W")] == [30.42, 25.01, 117.49, 146.60]
    assert value("shear_modulus", "Ru", "hcp") == 189.04
    assert value("bulk_modulus", "Ir", "fcc") == 348.24


@pytest.mark.physics
def test_the_2023_revision_changes_the_fault_energy_of_nine_elements():
    """Published linear combinations behind 10.1557/s43578-023-01122-6 hold only with the revised values."""
    revised = revision_column(USFE)
    assert set(revised) == {"Cr", "Hf", "Mo", "Nb", "Ta", "Ti", "V", "W", "Zr"}
    assert {symbol: value(USFE, symbol, table="ultera2023") for symbol in revised} == revised
    old = {
        "Cr": 1.599,
        "Hf": 0.437,
        "Mo": 1.368,
        "Nb": 0.598,
        "Ta": 0.661,
        "Ti": 0.410,
        "V": 0.608,
        "W": 1.629,
        "Zr": 0.280,
    }
    assert {symbol: value(USFE, symbol) for symbol in revised} == old
    assert value(USFE, "Re", "hcp", "ultera2023") == value(USFE, "Re", "hcp") == 0.641
    for name in ("shear_modulus", "surface_energy"):
        assert value(name, "Mo", table="ultera2023") == value(name, "Mo")


@pytest.mark.physics
def test_replacement_reproduces_published_averages():
    """HfMoNbVZr as the ULTERA documents store it: bcc C12 117.67 and fcc 123.278 GPa, replaced 0.4 and 0.6."""
    elements = ("Hf", "Mo", "Nb", "V", "Zr")
    for lattice, c12, surface, level in (("bcc", 117.67, 2.202, 0.4), ("fcc", 123.278, 2.116, 0.6)):
        found = elemental_values("c12", elements, lattice, "chong2021")
        assert found.values.mean() == pytest.approx(c12, abs=5e-3)
        assert found.is_replaced.mean() == pytest.approx(level)
        assert elemental_values("surface_energy", elements, lattice).values.mean() == pytest.approx(surface, abs=5e-4)


def test_the_first_replacement_lattice_with_a_value_is_used():
    for symbol in ("Ti", "Zr", "V", "Mo", "Al", "Co", "Mn"):
        for lattice in LATTICES:
            found = elemental_values("shear_modulus", (symbol,), lattice, "chong2021")
            own = {other: elemental_values("shear_modulus", (symbol,), other, "chong2021") for other in LATTICES}
            having = [other for other in (lattice, *REPLACEMENT_ORDER[lattice]) if not own[other].is_replaced[0]]
            assert found.values[0] == own[having[0]].values[0]
            assert bool(found.is_replaced[0]) == (having[0] != lattice)


def test_hexagonal_before_cubic_for_a_bcc_alloy():
    assert REPLACEMENT_ORDER == {"bcc": ("hcp", "fcc"), "fcc": ("bcc", "hcp"), "hcp": ("bcc", "fcc")}
    assert value("shear_modulus", "Ti", "bcc") == value("shear_modulus", "Ti", "hcp") == 44.31
    assert value("shear_modulus", "Ti", "fcc") == 36.63


def test_an_element_without_values_is_nan_and_not_replaced():
    found = elemental_values("shear_modulus", ("He", "W"), "bcc")
    assert list(np.isnan(found.values)) == [True, False]
    assert not found.is_replaced.any()


def test_unknown_names():
    with pytest.raises(InputError, match="did you mean shear_modulus"):
        elemental_values("shear_moduli", ("W",))
    with pytest.raises(InputError, match="known: bcc, fcc, hcp"):
        elemental_values("shear_modulus", ("W",), "diamond")
    with pytest.raises(InputError, match="known: chong2021, ultera2023"):
        elemental_values("shear_modulus", ("W",), table="1999")
    with pytest.raises(InputError, match="revision column"):
        revision_column("colour")
