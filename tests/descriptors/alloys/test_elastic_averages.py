"""Averages and bounds of cubic crystals."""

import csv
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.descriptors.alloys import elastic_averages
from quinary.descriptors.alloys.hardness_models import tian_hardness

cubic = st.tuples(st.floats(50.0, 700.0), st.floats(-0.4, 0.95), st.floats(5.0, 400.0)).map(
    lambda c: tuple(np.array([value]) for value in (c[0], c[1] * c[0], c[2]))
)


@pytest.mark.physics
def test_copper():
    """Hashin, Shtrikman 1962, 10.1016/0022-5096(62)90005-4: their printed form, for C_ij 169.1, 122.2, 75.4 GPa."""
    c11, c12, c44 = (np.array([value]) for value in (169.1, 122.2, 75.4))
    bounds = elastic_averages.shear_bounds(c11, c12, c44)
    assert elastic_averages.bulk_modulus(c11, c12)[0] == pytest.approx(137.83, abs=0.01)
    assert bounds.voigt[0] == pytest.approx((169.1 - 122.2 + 3 * 75.4) / 5)
    assert bounds.reuss[0] == pytest.approx(5 * 75.4 * 46.9 / (4 * 75.4 + 3 * 46.9))
    bulk, soft, stiff = 413.5 / 3, 23.45, 75.4
    beta = [-3 * (bulk + 2 * g) / (5 * g * (3 * bulk + 4 * g)) for g in (soft, stiff)]
    lower = soft + 3 / (5 / (stiff - soft) - 4 * beta[0])
    upper = stiff + 2 / (5 / (soft - stiff) - 6 * beta[1])
    assert bounds.hashin_shtrikman_lower[0] == pytest.approx(lower)
    assert bounds.hashin_shtrikman_upper[0] == pytest.approx(upper)
    assert elastic_averages.zener_ratio(c11, c12, c44)[0] == pytest.approx(3.215, abs=1e-3)
    assert elastic_averages.slip_shear_modulus(c11, c12, c44)[0] == pytest.approx((75.4 * 23.45) ** 0.5)


@pytest.mark.physics
def test_published_carbides(mirror):
    """MTMC table of Zhang et al.: B, G, E and Tian's hardness of the binary carbides follow from C11, C12, C44."""
    path = mirror / "zhang_mtmc_carbides_part/examples/visualize_input_space/MTMC_precursors.csv"
    with path.open() as lines:
        rows = [{k: float(row[k]) for k in ("C11", "C12", "C44", "B", "G", "E", "Hv")} for row in csv.DictReader(lines)]
    table = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    bulk = elastic_averages.bulk_modulus(table["C11"], table["C12"])
    shear = elastic_averages.shear_bounds(table["C11"], table["C12"], table["C44"]).hill
    assert len(rows) >= 8
    np.testing.assert_allclose(bulk, table["B"], rtol=1e-5)
    np.testing.assert_allclose(shear, table["G"], rtol=1e-5)
    np.testing.assert_allclose(elastic_averages.youngs_modulus(bulk, shear), table["E"], rtol=1e-5)
    np.testing.assert_allclose(tian_hardness(bulk, shear), table["Hv"], rtol=1e-4)


@given(cubic)
def test_bounds_are_in_order(constants):
    c11, c12, c44 = constants
    if not elastic_averages.is_stable_cubic(c11, c12, c44)[0]:
        return
    bounds = elastic_averages.shear_bounds(c11, c12, c44)
    ladder = (bounds.reuss, bounds.hashin_shtrikman_lower, bounds.hashin_shtrikman_upper, bounds.voigt)
    for low, high in itertools.pairwise(ladder):
        assert low[0] <= high[0] * (1 + 1e-9)
    assert bounds.reuss[0] <= bounds.hill[0] * (1 + 1e-9)
    assert -1e-9 <= elastic_averages.percent_anisotropy(bounds)[0] < 1
    assert elastic_averages.universal_anisotropy(bounds)[0] >= -1e-9


@given(st.floats(20.0, 500.0), st.floats(10.0, 300.0))
def test_an_isotropic_crystal_has_one_shear_modulus(bulk, shear):
    c11, c12, c44 = (np.array([value]) for value in (bulk + 4 * shear / 3, bulk - 2 * shear / 3, shear))
    bounds = elastic_averages.shear_bounds(c11, c12, c44)
    for bound in (
        bounds.reuss,
        bounds.hashin_shtrikman_lower,
        bounds.hashin_shtrikman_upper,
        bounds.voigt,
        bounds.hill,
    ):
        assert bound[0] == pytest.approx(shear)
    assert elastic_averages.zener_ratio(c11, c12, c44)[0] == pytest.approx(1)
    young, poisson = (
        function(np.array([bulk]), np.array([shear]))[0]
        for function in (elastic_averages.youngs_modulus, elastic_averages.poisson_ratio)
    )
    assert young == pytest.approx(2 * shear * (1 + poisson))
    assert young == pytest.approx(3 * bulk * (1 - 2 * poisson), rel=1e-6, abs=1e-6)


def test_stability():
    c11, c12, c44 = (
        np.array([200.0, 100.0, 200.0, 200.0]),
        np.array([100.0, 120.0, -110.0, 100.0]),
        np.array([50.0, 50.0, 50.0, -1.0]),
    )
    assert elastic_averages.is_stable_cubic(c11, c12, c44).tolist() == [True, False, False, False]
