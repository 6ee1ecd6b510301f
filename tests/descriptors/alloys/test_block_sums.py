"""Descriptors from shared sums against the single functions, which are their definition."""

import numpy as np
import pytest

from quinary.chemistry.matrix import CompositionMatrix
from quinary.descriptors.alloys.block_sums import AVERAGES, PAIR_SUMS, BlockSums, SumTables, Workspace, missing_values
from quinary.descriptors.alloys.elasticity import cauchy_pressure, pugh_ratio
from quinary.descriptors.alloys.electronic import electronegativity_difference, valence_electron_concentration
from quinary.descriptors.alloys.entropy_enthalpy import mixing_enthalpy, mixing_entropy, relative_mixing_entropy
from quinary.descriptors.alloys.formulas import alloy_descriptors
from quinary.descriptors.alloys.linear_combination import average
from quinary.descriptors.alloys.mixtures import mixture_density, mixture_price
from quinary.descriptors.alloys.size import (
    elastic_strain_energy,
    excess_entropy,
    gamma_parameter,
    largest_radius_deviation,
    size_mismatch,
)
from quinary.descriptors.alloys.sums import pair_sum
from quinary.reference.choices import DEFAULT_CHOICE, TableChoice
from quinary.reference.elements import column
from quinary.reference.pairs import pair_matrix

# The last four lack some values.
ELEMENTS = ("Al", "Co", "Cr", "Fe", "Hf", "Mo", "Nb", "Ni", "Ta", "Ti", "W", "Zr", "C", "He", "Pu", "Xe")


def fractions(n_rows=1500, seed=7):
    random = np.random.default_rng(seed)
    found = np.zeros((n_rows, len(ELEMENTS)))
    for row in found:
        n_known = len(ELEMENTS) - (0 if random.random() < 0.2 else 4)
        chosen = random.choice(n_known, size=random.integers(1, 7), replace=False)
        row[chosen] = random.dirichlet(np.ones(len(chosen)))
    return found


def single_functions(c):
    radii, volumes, masses = (column(name, ELEMENTS) for name in ("metallic_radius", "molar_volume", "mass"))
    pairs = pair_matrix(ELEMENTS)
    return {
        "mixing_entropy": mixing_entropy(c),
        "relative_mixing_entropy": relative_mixing_entropy(c),
        "mixing_enthalpy": mixing_enthalpy(c, pairs),
        "mean_melting_temperature": average(c, column("melting_temperature", ELEMENTS)),
        "atomic_size_mismatch": size_mismatch(c, radii),
        "valence_electron_concentration": valence_electron_concentration(c, column("valence_electrons", ELEMENTS)),
        "electronegativity_difference": electronegativity_difference(c, column("electronegativity", ELEMENTS)),
        "gamma_parameter": gamma_parameter(c, radii),
        "largest_radius_deviation": largest_radius_deviation(c, radii),
        "excess_entropy": excess_entropy(c, radii),
        "elastic_strain_energy": elastic_strain_energy(c, column("bulk_modulus_metal", ELEMENTS), volumes),
        "mixture_density": mixture_density(c, masses, volumes),
        "mixture_price": mixture_price(c, masses, column("price", ELEMENTS)),
        "pugh_ratio_hcp": pugh_ratio(c, ELEMENTS, "hcp"),
        "cauchy_pressure_fcc": cauchy_pressure(c, ELEMENTS, "fcc"),
    }


@pytest.mark.parametrize("gas_constant_factor", [1.0, 0.5])
def test_equal_to_the_single_functions(gas_constant_factor):
    from quinary.constants import GAS_CONSTANT

    c = fractions()
    expected = single_functions(c)
    found = alloy_descriptors(CompositionMatrix(ELEMENTS, c), expected, gas_constant_factor * GAS_CONSTANT)
    for name, values in expected.items():
        factor = gas_constant_factor if name in ("mixing_entropy", "excess_entropy") else 1.0
        # Means that differ (C12 - C44) or cancel (enthalpies of both signs) are compared on the scale of their terms.
        np.testing.assert_allclose(found[name], factor * values, rtol=1e-12, atol=1e-12, err_msg=name)
        assert np.isnan(values).any() or name in ("mixing_entropy", "relative_mixing_entropy"), name


@pytest.mark.parametrize("n_threads", [1, 2])
def test_threads_and_blocks_change_nothing(n_threads):
    matrix = CompositionMatrix(ELEMENTS, fractions(5000))
    for name, values in alloy_descriptors(matrix, n_threads=n_threads).items():
        alone = [
            alloy_descriptors(CompositionMatrix(ELEMENTS, matrix.fractions[i : i + 1]), [name])[name] for i in (0, 4999)
        ]
        np.testing.assert_allclose(values[[0, 4999]], np.ravel(alone), rtol=1e-12, atol=1e-12, err_msg=name)


def test_sums_know_what_is_missing():
    c = fractions(400, seed=8)
    sums = BlockSums(c, Workspace(SumTables.of(ELEMENTS, tuple(AVERAGES), tuple(PAIR_SUMS)), len(c)))
    for name, values in AVERAGES.items():
        np.testing.assert_allclose(
            sums.averages[name], average(c, values(ELEMENTS, DEFAULT_CHOICE)), rtol=1e-12, atol=1e-12
        )
    for name, values in PAIR_SUMS.items():
        np.testing.assert_allclose(
            sums.pairs[name], pair_sum(c, values(ELEMENTS, DEFAULT_CHOICE)), rtol=1e-12, atol=1e-12
        )
    assert np.array_equal(sums.n_present(), np.count_nonzero(c, axis=1))
    assert missing_values("radius", ("Mo", "Xe")) == {"metallic radius": ["Xe"]}
    assert missing_values("pair_enthalpy", ("Mo", "W", "He")) == {"mixing enthalpy": ["Mo-He", "W-He"]}
    assert missing_values("strain", ("Mo", "W")) == {}
    assert missing_values("radius", ("Mo", "H"), TableChoice(radius="covalent")) == {}
    assert missing_values("pair_enthalpy", ("Mo", "La"), TableChoice(enthalpy="dft_bcc")) == {
        "mixing enthalpy": ["Mo-La"]
    }


def test_other_tables_give_other_sums_and_touch_nothing_else():
    c, choice = fractions(300, seed=5), TableChoice("covalent", "dft_bcc")
    matrix = CompositionMatrix(ELEMENTS, c)
    found, usual = alloy_descriptors(matrix, choice=choice), alloy_descriptors(matrix)
    np.testing.assert_allclose(found["atomic_size_mismatch"], size_mismatch(c, choice.radii(ELEMENTS)), rtol=1e-12)
    np.testing.assert_allclose(
        found["mixing_enthalpy"], mixing_enthalpy(c, choice.pair_enthalpies(ELEMENTS)), rtol=1e-12, atol=1e-12
    )
    changed = {name for name in found if not np.allclose(found[name], usual[name], equal_nan=True)}
    assert changed == {
        "atomic_size_mismatch", "mixing_enthalpy", "omega", "lambda_parameter", "gamma_parameter", "ye_phi", "king_phi",
        "largest_radius_deviation", "excess_entropy", "senkov_miracle_margin",
    }  # fmt: skip
