"""Spectra, entropy-forming ability and DEED."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.errors import InputError
from quinary.simulation.efa import (
    EfaSettings,
    configuration_spectrum,
    deed,
    energy_spread,
    equimolar_ceramic,
    mixing_energy,
    synthesis_temperature,
    vegard_cell,
)
from quinary.simulation.potentials import load_potential
from quinary.simulation.relax import RelaxSettings
from quinary.structures.prototypes import prototype_named


@given(st.lists(st.tuples(st.floats(-10, 10), st.integers(1, 24)), min_size=2, max_size=30))
def test_degeneracies_are_repeated_energies(states):
    energies, degeneracies = (np.array(column) for column in zip(*states, strict=True))
    repeated = np.repeat(energies, degeneracies)
    mean, sigma = energy_spread(energies, degeneracies)
    assert mean == pytest.approx(repeated.mean(), abs=1e-9)
    assert sigma == pytest.approx(repeated.std(ddof=1), abs=1e-9)


@pytest.mark.physics
def test_deed_of_published_carbides():
    """10.1038/s41586-023-06786-y, table 1: HfNbTaTiZr sigma^-1 99, 36 meV, DEED 53, 220 K; MoNbTaVW 117, 171, 26, 443."""
    assert deed(1 / 99, 0.036) == pytest.approx(53, abs=0.6)
    assert synthesis_temperature(deed(1 / 99, 0.036)) == pytest.approx(220, abs=3)
    assert deed(1 / 117, 0.171) == pytest.approx(26, abs=0.6)
    assert synthesis_temperature(26.16) == pytest.approx(443, abs=3)


@pytest.mark.physics
def test_vegard_cells():
    """(HfNbTaTiZr)C: mean volume 23.3096 A^3, 10.1038/s41524-021-00678-3; measured a = 4.50 to 4.55 angstrom."""
    metals = ("Hf", "Nb", "Ta", "Ti", "Zr")
    cell = vegard_cell(metals, prototype_named("rock-salt"), "C")
    assert cell.get_volume() == pytest.approx(23.3096, abs=1e-3)
    assert 4.50 < (4 * cell.get_volume()) ** (1 / 3) < 4.55
    hexagonal = vegard_cell(metals, prototype_named("AlB2"), "B")
    assert hexagonal.cell.lengths()[2] / hexagonal.cell.lengths()[0] == pytest.approx(1.08, abs=0.03)


def test_spectrum_of_three_metals_quick_and_full():
    potential = load_potential()
    quick = configuration_spectrum("(HfNbTa)C", potential)
    assert quick.is_exact
    assert sorted(quick.degeneracies) == [6, 8, 12]
    assert quick.sampling_error == 0
    assert quick.efa == pytest.approx(1 / quick.sigma)
    settings = EfaSettings(is_full=True, relaxation=RelaxSettings(force=0.5, max_steps=2, optimizer="BFGS"))
    full = configuration_spectrum("(HfNbTa)C", potential, settings)
    assert (full.energies < quick.energies).all()
    assert full.n_unconverged <= 3
    assert -0.1 < mixing_energy(quick, potential, "C") < 0.2


def test_drawn_orbits_agree_with_all_within_their_error():
    potential = load_potential()
    every = configuration_spectrum("(NbTaTiZr)N", potential)
    drawn = configuration_spectrum("(NbTaTiZr)N", potential, EfaSettings(most_structures=12, seed=3))
    assert len(drawn.energies) == 12
    assert drawn.n_orbits == len(every.energies) == 19
    assert drawn.sampling_error > 0
    assert abs(drawn.efa - every.efa) < 4 * drawn.sampling_error


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("HfNbTaTi", "has no anion"),
        ("(HfNbTaTiZr)Si", "no structure is known for 1 Si per cation"),
        ("(HfNbTaTiZr)C2", "known: MC, MN, MO, MB2"),
        ("(HfNbTa)C0.5N0.5", "mixes the anions"),
        ("(Hf0.3Nb0.2Ta0.5)C", r"closest equimolar cell is \(HfNbTa\)C"),
        ("(HfNb)C", "3 to 9 metals"),
    ],
)
def test_bad_formulas(formula, message):
    with pytest.raises(InputError, match=message):
        equimolar_ceramic(formula)


def test_other_bad_input():
    with pytest.raises(InputError, match=r"no volume is tabulated for .* Ag"):
        vegard_cell(("Ag", "Hf", "Ti"), prototype_named("rock-salt"), "C")
    with pytest.raises(InputError, match="at least 10"):
        EfaSettings(most_structures=3)
    for bad in (0.0, -1.0, math.nan):
        with pytest.raises(InputError):
            deed(0.01, bad)
        with pytest.raises(InputError):
            synthesis_temperature(bad)
