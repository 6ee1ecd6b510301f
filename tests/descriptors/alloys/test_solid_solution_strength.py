"""Edge-dislocation strength: worked numbers of two refractory alloys and what must hold for any alloy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.descriptors.alloys.solid_solution_strength import (
    EDGE_LATTICES,
    EdgeBarrier,
    burgers_vector,
    edge_barrier,
    misfit_percent,
    yield_stress,
)
from quinary.errors import InputError

# lattice parameter (angstrom), shear modulus (GPa), Poisson's ratio
ELEMENTS = {
    "Nb": (3.3004, 37.6, 0.397), "Mo": (3.1472, 124.5, 0.294), "Ta": (3.3013, 69.0, 0.34),
    "W": (3.1652, 160.6, 0.28), "V": (3.0399, 47.0, 0.365),
}  # fmt: skip


def equimolar(*symbols):
    parameters, shear, poisson = np.array([ELEMENTS[symbol] for symbol in symbols]).T
    fractions = np.full((1, len(symbols)), 1 / len(symbols))
    return fractions, parameters**3 / 2, fractions @ shear, fractions @ poisson


@pytest.mark.physics
@pytest.mark.parametrize(
    ("symbols", "stress", "energy", "strengths"),
    [
        (("Mo", "Nb", "Ta", "W"), 429.5, 2.558, {298: 931, 1273: 359, 1873: 208}),
        (("Mo", "Nb", "Ta", "V", "W"), 604.3, 2.776, {298: 1344, 1273: 555, 1873: 334}),
    ],
)
def test_two_refractory_alloys(symbols, stress, energy, strengths):
    """Maresca, Curtin 2020 (10.1016/j.actamat.2019.10.015) worked by hand: tau0 MPa, barrier eV, sigma_y MPa at K."""
    barrier = edge_barrier("bcc", *equimolar(*symbols))
    assert barrier.stress[0] == pytest.approx(stress, abs=0.06)
    assert barrier.energy[0] == pytest.approx(energy, abs=6e-4)
    for temperature, strength in strengths.items():
        assert yield_stress(barrier, "bcc", temperature)[0] == pytest.approx(strength, abs=0.6)


@pytest.mark.physics
@pytest.mark.parametrize(
    ("symbols", "measured"), [(("Mo", "Nb", "Ta", "W"), 1058), (("Mo", "Nb", "Ta", "V", "W"), 1246)]
)
def test_near_the_measured_strength_at_room_temperature(symbols, measured):
    """Senkov et al. 2011, 10.1016/j.intermet.2011.01.004: compressive yield strength at 296 K, within 30 %."""
    barrier = edge_barrier("bcc", *equimolar(*symbols))
    assert yield_stress(barrier, "bcc", 296.0)[0] == pytest.approx(measured, rel=0.3)


@pytest.mark.physics
def test_cantor_alloy():
    """Volumes of Varvenne et al. 2016 (10.1016/j.actamat.2016.07.040), mu 81 GPa, nu 0.25: the sum written out."""
    volumes, fractions = np.array([10.94, 11.12, 12.27, 12.09, 12.60]), np.full((1, 5), 0.2)
    barrier = edge_barrier("fcc", fractions, volumes, np.array([81.0]), np.array([0.25]))
    burgers = (4 * volumes.mean()) ** (1 / 3) / 2**0.5
    spread, factor = volumes.var() / burgers**6, 1.25 / 0.75
    assert burgers == pytest.approx(2.556, abs=1e-3)
    assert barrier.stress[0] == pytest.approx(17.85 * 0.123 ** (-1 / 3) * 81 * factor ** (4 / 3) * spread ** (2 / 3))
    assert barrier.energy[0] * 160.2176634 == pytest.approx(
        1.5618 * 0.123 ** (1 / 3) * 81 * burgers**3 * factor ** (2 / 3) * spread ** (1 / 3)
    )
    assert 80 < yield_stress(barrier, "fcc", 293.0)[0] < 140


@pytest.mark.parametrize(
    ("lattice", "volume", "length"), [("bcc", 3.1652**3 / 2, 2.7411), ("fcc", 3.6149**3 / 4, 2.5561)]
)
def test_burgers_vectors_of_tungsten_and_copper(lattice, volume, length):
    assert burgers_vector(np.array([volume]), lattice)[0] == pytest.approx(length, abs=1e-4)


alloys = st.lists(
    st.tuples(st.floats(0.02, 1.0), st.floats(9.0, 25.0), st.floats(20.0, 200.0), st.floats(0.15, 0.45)),
    min_size=2,
    max_size=6,
)
lattices = st.sampled_from(EDGE_LATTICES)


def barrier_of(lattice, alloy):
    amounts, volumes, shear, poisson = np.array(alloy).T
    fractions = amounts[None, :] / amounts.sum()
    return edge_barrier(lattice, fractions, volumes, fractions @ shear, fractions @ poisson)


@given(lattices, alloys)
def test_without_misfit_there_is_no_strength(lattice, alloy):
    barrier = barrier_of(lattice, [(amount, 15.0, shear, poisson) for amount, _, shear, poisson in alloy])
    assert barrier.stress[0] == barrier.energy[0] == 0
    assert yield_stress(barrier, lattice)[0] == 0
    assert misfit_percent(np.array([[0.5, 0.5]]), np.array([15.0, 15.0]))[0] == 0


@given(lattices, alloys, st.floats(10.0, 2500.0), st.floats(1.01, 3.0))
def test_strength_falls_with_temperature_and_rises_with_rate(lattice, alloy, temperature, factor):
    barrier = barrier_of(lattice, alloy)
    cold, hot = (yield_stress(barrier, lattice, kelvin)[0] for kelvin in (temperature, factor * temperature))
    assert hot <= cold
    assert yield_stress(barrier, lattice, temperature, 1e-2)[0] >= cold


@given(lattices, alloys, st.randoms(use_true_random=False))
def test_the_order_of_the_elements_changes_nothing(lattice, alloy, random):
    shuffled = random.sample(alloy, len(alloy))
    first, second = (yield_stress(barrier_of(lattice, entries), lattice) for entries in (alloy, shuffled))
    np.testing.assert_allclose(first, second, rtol=1e-9, atol=1e-9)


def test_what_is_refused():
    barrier = EdgeBarrier(np.array([100.0]), np.array([1.0]))
    with pytest.raises(InputError, match="known: bcc, fcc"):
        yield_stress(barrier, "hcp")
    with pytest.raises(InputError, match="temperature is 0 K"):
        yield_stress(barrier, "bcc", 0.0)
    for rate in (0.0, 1e4, float("nan")):
        with pytest.raises(InputError, match="strain_rate"):
            yield_stress(barrier, "bcc", 300.0, rate)
