"""Charges that balance the oxygen of an oxide, and the sizes of ions."""

import pytest

from quinary.chemistry.oxide_charges import balanced_charges, cation_sizes


def test_charges():
    assert balanced_charges({"Mg": 0.5, "Mn": 0.5}, 1.0) == {"Mg": 2, "Mn": 2}
    assert balanced_charges({"Sr": 0.5, "Mn": 0.5}, 1.5) == {"Sr": 2, "Mn": 4}
    assert balanced_charges({"La": 0.35, "Sr": 0.15, "Mn": 0.5}, 1.5)["Mn"] == pytest.approx(3.3)
    assert balanced_charges({"Mg": 0.5, "Zn": 0.5}, 2.0) is None
    assert balanced_charges({"Au": 1.0}, 1.0) is None


def test_many_metals_take_no_time():
    metals = ["Ti", "V", "Mn", "Fe", "Co", "Ce", "Tb", "Pr", "Pb", "Cu", "U", "Sb", "Mo", "Cr", "Ni"]
    shares = dict.fromkeys(metals, 1 / len(metals))
    charges = balanced_charges(shares, 1.3)
    assert charges is None or sum(shares[s] * q for s, q in charges.items()) == pytest.approx(2.6)


def test_sizes_are_those_of_octahedral_sites_where_tabulated():
    """Shannon 1976, 10.1107/S0567739476001551: Sr2+ 1.18, Ti4+ 0.605, Mn3+ (high spin) 0.645 angstrom."""
    assert cation_sizes({"Sr": 2, "Ti": 4, "Mn": 3}) == {"Sr": 1.18, "Ti": 0.605, "Mn": 0.645}
    assert cation_sizes({"K": 1})["K"] == pytest.approx(1.38)
    assert cation_sizes({"He": 0}) is None
