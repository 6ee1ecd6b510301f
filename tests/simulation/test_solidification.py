"""Melting and solidification, on Al-Zn: a simple eutectic at its zinc end."""

import pytest

from quinary.errors import InputError, WorkError
from quinary.simulation.calphad import EquilibriumCalculator
from quinary.simulation.solidification import (
    PhaseRow,
    melting_range,
    phase_fractions,
    scheil_solidification,
    single_phase_ranges,
)
from quinary.simulation.thermodynamic_databases import find_database

ALLOY = {"Al": 0.8, "Zn": 0.2}


@pytest.fixture(scope="module")
def calculator():
    return EquilibriumCalculator(find_database(ALLOY), ALLOY)


@pytest.fixture(scope="module")
def path(calculator):
    return scheil_solidification(calculator, ALLOY, step=10.0)


@pytest.mark.physics
def test_a_pure_element_melts_at_its_melting_temperature(calculator):
    """Aluminium melts at 933.47 K (ITS-90)."""
    found = melting_range(calculator, {"Al": 1.0})
    assert found.solidus == pytest.approx(933.47, abs=1.0)
    assert found.liquidus == pytest.approx(933.47, abs=1.0)


@pytest.mark.physics
def test_without_diffusion_solidification_ends_at_the_eutectic(calculator, path):
    """Al-Zn has its eutectic at 654 K (an Mey 1993), far below the equilibrium solidus of Al-20Zn, near 780 K."""
    assert path.end == pytest.approx(654, abs=11)
    equilibrium = melting_range(calculator, ALLOY)
    assert path.end < equilibrium.solidus - 50
    assert equilibrium.solidus < equilibrium.liquidus == pytest.approx(path.temperatures[0], abs=1e-6)
    assert path.phases["FCC_A1"] > 0.9
    assert path.phases["HCP_A3"] > 0.01


def test_solid_only_grows_and_all_of_it_is_accounted_for(path):
    assert list(path.solid) == sorted(path.solid)
    assert path.solid[0] == 0.0
    assert path.solid[-1] > 0.98
    assert sum(path.phases.values()) == pytest.approx(1.0)


def test_a_temperature_that_is_not_described_costs_only_itself(calculator):
    rows = phase_fractions(calculator, ALLOY, (650.0, 2050.0, 700.0))
    assert [bool(row.phases) for row in rows] == [True, True, False]
    assert "2050 K lies outside" in rows[2].problem
    with pytest.raises(WorkError, match="lies outside"):
        phase_fractions(calculator, ALLOY, (2500.0, 2600.0, 50.0))


@pytest.mark.parametrize(
    "temperatures", [(900.0, 800.0, 10.0), (0.0, 800.0, 10.0), (300.0, 800.0, 0.0), (1.0, 1e6, 1.0)]
)
def test_impossible_temperatures_are_refused(calculator, temperatures):
    with pytest.raises(InputError, match="low to high"):
        phase_fractions(calculator, ALLOY, temperatures)


def test_ranges_of_one_phase():
    rows = [
        PhaseRow(600, {"FCC_A1": 0.6, "HCP_A3": 0.4}),
        PhaseRow(700, {"FCC_A1": 0.999, "HCP_A3": 0.001}),
        PhaseRow(800, {"FCC_A1": 1.0}),
        PhaseRow(900, {}, "not converged"),
        PhaseRow(1000, {"LIQUID": 1.0}),
    ]
    assert single_phase_ranges(rows) == [("FCC_A1", 700, 800), ("LIQUID", 1000, 1000)]
