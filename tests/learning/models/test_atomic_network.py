"""The small neural potential: forces are the slope of its energy, symmetries hold, and it learns a pair law."""

import numpy as np
import pytest

from quinary.errors import InputError
from quinary.learning.models.atomic_network import AtomicFrame, AtomicTraining, frame_errors, trained_potential

SMALL = AtomicTraining(cutoff=4.0, n_radial=6, n_channels=6, n_partners=2, width=12, n_updates=150, batch=6)


def cluster(positions, kinds):
    """All pairs within the cutoff of a cluster with the energy sum_(i<j) z_i z_j exp(-r), and its forces."""
    first, second = (index.ravel() for index in np.indices((len(positions), len(positions))))
    vectors = positions[second] - positions[first]
    lengths = np.linalg.norm(vectors, axis=1)
    chosen = (first != second) & (lengths < SMALL.cutoff)
    first, second, vectors, lengths = first[chosen], second[chosen], vectors[chosen], lengths[chosen]
    strengths = (kinds[first] + 1.0) * (kinds[second] + 1.0) * np.exp(-lengths)
    forces = np.zeros_like(positions)
    np.add.at(forces, first, -strengths[:, None] * vectors / lengths[:, None])
    return AtomicFrame(kinds, np.array([first, second]), vectors, 0.5 * strengths.sum(), forces)


def drawn(n, seed):
    random = np.random.default_rng(seed)
    grid = np.array(np.unravel_index(np.arange(8), (2, 2, 2))).T * 2.0
    return [cluster(grid + random.normal(0, 0.15, grid.shape), np.array([0, 1] * 4)) for _ in range(n)]


@pytest.fixture(scope="module")
def network():
    return trained_potential(drawn(30, 0), SMALL)


def test_it_learns_a_pair_law(network):
    """Over three seeds .14 to .19 of the spread of the forces and .07 to .12 of that of the energies."""
    errors = frame_errors(network, drawn(10, 1))
    assert errors["force_mae"] < 0.35 * errors["force_spread"]
    assert errors["energy_mae"] < errors["energy_spread"]


def test_forces_are_the_slope_of_the_energy(network):
    grid = np.array(np.unravel_index(np.arange(8), (2, 2, 2))).T * 2.0 + np.random.default_rng(2).normal(0, 0.1, (8, 3))
    kinds = np.array([0, 1] * 4)
    _, forces = network.energy_and_forces(cluster(grid, kinds))
    step = np.zeros_like(grid)
    step[3, 1] = 1e-4
    ends = [network.energy_and_forces(cluster(grid + sign * step, kinds))[0] for sign in (1, -1)]
    assert -(ends[0] - ends[1]) / 2e-4 == pytest.approx(forces[3, 1], abs=1e-5)
    np.testing.assert_allclose(forces.sum(axis=0), 0.0, atol=1e-9)


def test_turned_structures_have_the_same_energy(network):
    frame = drawn(1, 3)[0]
    turn = np.linalg.qr(np.random.default_rng(4).normal(size=(3, 3)))[0]
    turned = AtomicFrame(frame.kinds, frame.pairs, frame.vectors @ turn, frame.energy, frame.forces @ turn)
    energy, forces = network.energy_and_forces(frame)
    again, turned_forces = network.energy_and_forces(turned)
    assert again == pytest.approx(energy, abs=1e-9)
    np.testing.assert_allclose(turned_forces, forces @ turn, atol=1e-9)


def test_nothing_to_learn_from():
    with pytest.raises(InputError, match="structures"):
        trained_potential([])
