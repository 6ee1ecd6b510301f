"""Networks of springs with known elasticity, and features that do not depend on how a cell is chosen."""

import numpy as np
import pytest

from quinary.studies.crystal_bonds import Bonds, Crystal, bonds_of, crystal_features, network_stiffness

EDGE = 4.2
CUBE = EDGE * np.eye(3)
FCC = EDGE / 2 * np.array([[0.0, 1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, 0.0]])
ROCK_SALT = Crystal(FCC, np.array([[0.0, 0.0, 0.0], [0.5, 0.5, 0.5]]), ("Mg", "O"))
FACES = np.array([[0.0, 0.0, 0.0], [0.0, 0.5, 0.5], [0.5, 0.0, 0.5], [0.5, 0.5, 0.0]])
ROCK_SALT_CUBE = Crystal(CUBE, np.vstack([FACES, FACES + np.array([0.5, 0.0, 0.0])]), ("Mg",) * 4 + ("O",) * 4)


def shortest(crystal):
    bonds = bonds_of(crystal)
    chosen = bonds.lengths < 1.01 * bonds.lengths.min()
    kept = (bonds.first, bonds.second, bonds.steps, bonds.lengths)
    return Bonds(*(values[chosen] for values in kept), np.ones(int(chosen.sum())))


@pytest.mark.physics
def test_central_springs_of_nearest_neighbours_in_fcc():
    """C11 = 2 C12 = 2 C44 (Cauchy); with spring constant k = 1 / d, C11 = 2 k / a (Born, Huang 1954)."""
    crystal = Crystal(FCC, np.zeros((1, 3)), ("Cu",))
    stiffness = network_stiffness(crystal, shortest(crystal), 0.0)
    expected = 2.0 * np.sqrt(2.0) / EDGE / EDGE
    assert np.diag(stiffness) == pytest.approx([expected] * 3 + [expected / 2] * 3)
    assert stiffness[0, 1] == pytest.approx(expected / 2)


@pytest.mark.physics
def test_nearest_springs_alone_do_not_hold_diamond():
    """Keating 1966 (10.1103/PhysRev.145.637): without transverse springs, C11 = C12 and C44 = 0 once the atoms relax."""
    crystal = Crystal(FCC, np.array([[0.0, 0.0, 0.0], [0.25, 0.25, 0.25]]), ("C", "C"))
    soft, held = (network_stiffness(crystal, shortest(crystal), transverse) for transverse in (0.0, 0.3))
    assert soft[0, 0] == pytest.approx(soft[0, 1])
    assert soft[3, 3] == pytest.approx(0.0, abs=1e-9)
    assert held[0, 0] > 1.1 * held[0, 1]
    assert held[3, 3] > 0.1 * held[0, 0]


def test_the_choice_of_the_cell_does_not_matter():
    values, names = crystal_features([ROCK_SALT, ROCK_SALT_CUBE])
    kept = [number for number, name in enumerate(names) if name != "n_atoms"]
    np.testing.assert_allclose(values[1, kept], values[0, kept], atol=1e-6)


@pytest.mark.parametrize("edges", [(1.0, 1.0, 1.0), (1.0, 1.0, 1.3), (0.9, 1.0, 1.2)])
def test_how_the_axes_are_turned_does_not_matter(edges):
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((3, 3)))[0]
    crystal = Crystal(FCC * edges, ROCK_SALT.places, ROCK_SALT.symbols)
    turned = Crystal(crystal.matrix @ turn, crystal.places + 0.3, crystal.symbols)
    values, _ = crystal_features([crystal, turned])
    np.testing.assert_allclose(values[1], values[0], atol=1e-5)


def test_elements_are_told_apart_by_electronegativity():
    values, names = crystal_features([ROCK_SALT, Crystal(FCC, ROCK_SALT.places, ("C", "Ti"))])
    found = dict(zip(names, values.T, strict=True))
    assert found["group_first"].tolist() == [2.0, 4.0]
    assert found["group_second"].tolist() == [16.0, 14.0]
    assert np.isnan(found["molar_volume_second"]).tolist() == [True, False]  # there is no solid oxygen in the table
    assert found["log_bulk_springs"][1] != found["log_bulk_springs"][0]
