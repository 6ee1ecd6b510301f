"""Known answers: the published descriptor table, and parity with the package it was computed with."""

import math

import numpy as np
import pytest

from quinary.chemistry.composition import Composition
from quinary.chemistry.matrix import CompositionMatrix, as_matrix
from quinary.constants import GAS_CONSTANT
from quinary.descriptors.alloy import PLUGIN
from quinary.descriptors.alloys.formulas import alloy_descriptors
from quinary.plugins.sockets import DescriptorPlugin
from quinary.points.properties import find_property, property_named
from quinary.units import unit_named

# Name, tolerance of the printed figure (half its last digit), whether it contains the gas constant.
COLUMNS = [
    ("mixing_entropy", 5e-5, True),
    ("atomic_size_mismatch", 5e-5, False),
    ("valence_electron_concentration", 5e-3, False),
    ("mean_melting_temperature", 5e-2, False),
    ("mixing_enthalpy", 5e-3, False),
    ("omega", 5e-4, True),
    ("electronegativity_difference", 5e-5, False),
    ("lambda_parameter", 5e-5, True),
    ("gamma_parameter", 5e-5, False),
    ("ye_phi", 5e-3, True),
    ("mixture_density", 5e-4, False),
]
TABLE = {
    "CoCrFeMnNi": (13.3809, 3.1641, 8.00, 1801.2, -4.16, 5.7937, 0.1384, 1.3366, 1.0932, 34.822, 8.018),
    "CoCrFeNi": (11.5257, 1.2985, 8.25, 1871.75, -3.75, 5.7528, 0.0967, 6.8356, 1.0346, 179.6, 8.163),
    "AlCoCrFeNi": (13.3809, 5.2921, 7.20, 1684.1, -12.32, 1.8291, 0.1206, 0.4778, 1.1581, 6.720, 6.711),
    "MoNbTaW": (11.5257, 2.4883, 5.50, 3157.75, -6.50, 5.5993, 0.3637, 1.8615, 1.0620, 49.15, 13.627),
    "MoNbTaVW": (13.3809, 3.2897, 5.40, 2962.8, -4.64, 8.5441, 0.3434, 1.2365, 1.0958, 35.17, 12.341),
    "HfNbTaTiZr": (13.3809, 4.0341, 4.40, 2523.0, 2.72, 12.412, 0.1183, 0.8222, 1.0960, 24.11, 9.905),
    "AlMo0.5NbTa0.5TiZr": (14.5334, 4.3997, 4.30, 2169.1, -16.84, 1.8720, 0.2176, 0.7508, 1.1642, 11.02, 7.154),
}
HEA_BENCH_GAS_CONSTANT = 8.314


@pytest.mark.physics
@pytest.mark.parametrize("formula", TABLE)
def test_published_table(formula):
    """hea-bench 2.9.0 (MIT), which uses R = 8.314; Omega of CoCrFeMnNi is 5.77 and dH -4.16 in the literature."""
    found = PLUGIN.describe([Composition.of(formula)])
    for (name, half_digit, has_gas_constant), expected in zip(COLUMNS, TABLE[formula], strict=True):
        tolerance = 1e-3 if has_gas_constant else 1e-4
        assert found[name][0] == pytest.approx(expected, rel=tolerance, abs=half_digit), name


def random_compositions(n_rows):
    from hea_bench.descriptors.data import elemental, pair_enthalpies

    elements = tuple(sorted(elemental.covered_elements() & pair_enthalpies.covered_elements()))
    random = np.random.default_rng(20231)
    fractions = np.zeros((n_rows, len(elements)))
    for row in fractions:
        chosen = random.choice(len(elements), size=random.integers(2, 8), replace=False)
        row[chosen] = random.dirichlet(np.full(len(chosen), 2.0))
    return CompositionMatrix(elements, fractions)


def value_or_nan(function, alloy):
    """That package says None or raises where a table has no value (such as the pair Th-U); here that is NaN."""
    try:
        value = function(alloy)
    except ValueError:
        return math.nan
    return math.nan if value is None else value


@pytest.mark.physics
def test_parity_with_hea_bench():
    """hea-bench 2.9.0 on 200 random alloys of its elements, entropies scaled to its R = 8.314.

    King's Phi is left out: that package takes the most negative equiatomic pair enthalpy alone (see `king_phi`).
    """
    import hea_bench.descriptors as theirs
    from hea_bench.properties.tier_a import cost_per_kg, density

    matrix = random_compositions(200)
    ours = alloy_descriptors(matrix)
    scale = HEA_BENCH_GAS_CONSTANT / GAS_CONSTANT
    entropy, excess = scale * ours["mixing_entropy"], scale * np.abs(ours["excess_entropy"])
    hindrance = 1000.0 * np.abs(ours["mixing_enthalpy"]) / ours["mean_melting_temperature"]
    pairs = [
        (entropy, theirs.smix),
        (ours["mixing_enthalpy"], theirs.mixing_enthalpy),
        (ours["mean_melting_temperature"], theirs.melting_temperature),
        (ours["atomic_size_mismatch"], theirs.delta),
        (ours["valence_electron_concentration"], theirs.vec),
        (ours["electronegativity_difference"], theirs.delta_chi),
        (scale * ours["omega"], theirs.omega),
        (scale * ours["lambda_parameter"], theirs.singh_lambda),
        (ours["gamma_parameter"], theirs.wang_gamma),
        (excess, lambda alloy: abs(theirs.s_excess(alloy))),
        ((entropy - hindrance) / excess, theirs.phi_ye),
        (ours["elastic_strain_energy"], theirs.h_elastic),
        (ours["mixture_density"], density),
        (ours["mixture_price"], cost_per_kg),
    ]
    alloys = [{s: x for s, x in zip(matrix.elements, row, strict=True) if x > 0} for row in matrix.fractions.tolist()]
    for values, function in pairs:
        np.testing.assert_allclose(values, [value_or_nan(function, alloy) for alloy in alloys], rtol=1e-9)


@pytest.mark.physics
def test_senkov_miracle_margin_equals_hea_bench_for_equimolar_alloys():
    """hea-bench 2.9.0, Gibbs energies of solution and intermetallic; equal where the strongest pair is 1:1."""
    from hea_bench.rules.senkov_kappa import predict

    for formula in ("CoCrFeMnNi", "AlCoCrFeNi", "MoNbTaW", "CuZr"):
        theirs = predict(Composition.of(formula).atomic_fractions)
        ours = float(alloy_descriptors(as_matrix([formula]), ["senkov_miracle_margin"])["senkov_miracle_margin"][0])
        assert ours == pytest.approx(theirs.g_im_kj - theirs.g_ss_kj, abs=1e-3)


def test_plugin_fills_the_socket_and_speaks_the_vocabulary():
    assert isinstance(PLUGIN, DescriptorPlugin)
    assert tuple(PLUGIN.describe([Composition.of("MoNbTaW")])) == PLUGIN.properties
    for name in PLUGIN.properties:
        entry = property_named(name)
        assert entry.is_derived
        unit_named(entry.unit)
        for alias in entry.aliases:
            assert find_property(alias) is entry
