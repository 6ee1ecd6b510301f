"""Structure, charges and radii that a formula suggests."""

import pytest

from quinary.chemistry.composition import Composition
from quinary.descriptors.ceramics.oxide_sites import oxide_sites


@pytest.mark.parametrize(
    ("formula", "structure"),
    [
        ("(MgCoNiCuZn)O", "rock salt"),
        ("(CeZrNdYEr)O1.7", "fluorite"),
        ("(HfZrCeYGd)O2", "fluorite"),
        ("(GdYErDyHo)2O3", "bixbyite"),
        ("(CaSrBa)(TiZr)O3", "perovskite"),
        ("(CoMg)(CrFe)2O4", "spinel"),
        ("(SmEuTbDyLu)2(Zr)2O7", "pyrochlore"),
        ("SrTiO3", "perovskite"),
        ("La(CrMnFeCoNi)O3", "perovskite"),
        ("La0.7Sr0.3MnO3", "perovskite"),
        ("Gd2Zr2O7", "pyrochlore"),
        ("(MgCoNiCuZn)Al2O4", "spinel"),
        ("Al2MgO4", "spinel"),
    ],
)
def test_structure(formula, structure):
    name, sites = oxide_sites(Composition.of(formula))
    assert name == structure
    assert sum(site.sites for site in sites) == pytest.approx(1.0)
    assert all(len(site.radii) == len(site.charges) == len(site.fractions) for site in sites)


@pytest.mark.parametrize(
    "formula", ["(SrTi)2O3", "CaFe2O4", "(MgZn)O4", "(HfTa)C", "(HfTa)C0.5O0.5", "MoNb", "(AuPt)O", "(NbTa)O"]
)
def test_no_structure_or_no_charges(formula):
    assert oxide_sites(Composition.of(formula)) is None


def test_radius_of_a_mean_charge_lies_between():
    """Mn3+ (high spin) has 0.645 and Mn4+ 0.53 angstrom at coordination number 6."""
    _, (_, manganese) = oxide_sites(Composition.of("(La0.7Sr0.3)(Mn)O3"))
    assert manganese.radii == pytest.approx((0.7 * 0.645 + 0.3 * 0.53,))
    assert manganese.mean_charge == pytest.approx(3.3)


def test_one_coordination_number_for_all_cations_of_a_site():
    """La is tabulated at 12 and Y at 9 at most: both are taken at 9 (1.216 and 1.075 angstrom)."""
    _, (rare_earths, _) = oxide_sites(Composition.of("(LaY)(Al)O3"))
    assert rare_earths.radii == (1.216, 1.075)


@pytest.mark.parametrize("formula", ["(Ti)(Sr)O3", "(Zr)2(Gd)2O7"])
def test_the_larger_ions_are_on_the_first_site(formula):
    _, (a, b) = oxide_sites(Composition.of(formula))
    assert a.mean_radius > b.mean_radius
