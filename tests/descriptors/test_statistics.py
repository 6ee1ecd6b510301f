"""Elemental statistics: definitions, missing values, speed, and the same definitions in matminer."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quinary.chemistry.matrix import CompositionMatrix, as_matrix
from quinary.descriptors.statistics import STATISTICS, STATISTICS_COLUMNS, elemental_statistics, statistics_names
from quinary.errors import InputError

ALLOYS = ["MoNbTaW", "CoCrFeMnNi", "Al0.3CoCrFeNi", "TiZrHfNbTa2", "W", "Nb3Sn"]
ELEMENTS = ("Al", "Cr", "Mo", "Nb", "Ta", "Ti", "W", "Zr")

# ours -> Magpie's column, where the elemental values are the same
SAME = {
    "atomic_number": "Number",
    "group": "Column",
    "period": "Row",
    "covalent_radius": "CovalentRadius",
}
MAGPIE = {
    "mean": "mean",
    "deviation": "avg_dev",
    "minimum": "minimum",
    "maximum": "maximum",
    "range": "range",
    "mode": "mode",
}


@pytest.mark.filterwarnings("ignore")
def test_definitions_are_those_of_magpie():
    composition = pytest.importorskip("matminer.featurizers.composition")
    from pymatgen.core import Composition

    featurizer = composition.ElementProperty.from_preset("magpie", impute_nan=False)
    labels = featurizer.feature_labels()
    found = elemental_statistics(as_matrix(ALLOYS), tuple(SAME))
    for row, formula in enumerate(ALLOYS):
        theirs = dict(zip(labels, featurizer.featurize(Composition(formula)), strict=True))
        for ours, name in SAME.items():
            for statistic, word in MAGPIE.items():
                expected = theirs[f"MagpieData {word} {name}"]
                assert found[f"{ours}_{statistic}"][row] == pytest.approx(expected, rel=1e-9, abs=1e-9), formula


@pytest.mark.physics
def test_by_hand_for_a_ternary():
    """Mo2NbW: Pauling electronegativities 2.16, 1.60 (and 2.36), weights 1/2, 1/4, 1/4 (10.1038/npjcompumats.2016.28)."""
    found = elemental_statistics(as_matrix(["Mo2NbW"]), ("electronegativity",))
    mean = 0.5 * 2.16 + 0.25 * 1.6 + 0.25 * 2.36
    deviation = 0.5 * abs(2.16 - mean) + 0.25 * abs(1.6 - mean) + 0.25 * abs(2.36 - mean)
    expected = [mean, deviation, 1.6, 2.36, 0.76, 2.16]
    assert [values[0] for values in found.values()] == pytest.approx(expected)


@given(st.lists(st.integers(0, 9), min_size=8, max_size=8).filter(any))
@settings(max_examples=50)
def test_order_of_statistics_and_invariance(amounts):
    fractions = np.array([amounts], dtype=float) / sum(amounts)
    found = elemental_statistics(CompositionMatrix(ELEMENTS, fractions))
    turned = elemental_statistics(CompositionMatrix(ELEMENTS[::-1], fractions[:, ::-1]))
    for name in STATISTICS_COLUMNS:
        low, mean, high = (found[f"{name}_{word}"][0] for word in ("minimum", "mean", "maximum"))
        assert low - 1e-9 <= mean <= high + 1e-9
        assert found[f"{name}_range"][0] == pytest.approx(high - low)
        assert 0 <= found[f"{name}_deviation"][0] <= high - low + 1e-9
        assert low <= found[f"{name}_mode"][0] <= high
    for name, values in found.items():
        np.testing.assert_allclose(values, turned[name], rtol=1e-12, atol=1e-12)


def test_a_missing_value_is_nan_only_where_the_element_is_present():
    found = elemental_statistics(as_matrix(["MoHe", "MoNb"]), ("metallic_radius", "period"))
    for statistic in STATISTICS:
        assert np.isnan(found[f"metallic_radius_{statistic}"]).tolist() == [True, False]
        assert np.isfinite(found[f"period_{statistic}"]).all()


def test_mode_of_equally_frequent_elements_is_the_smallest_value():
    assert elemental_statistics(as_matrix(["WTa"]), ("atomic_number",), ("mode",)) == {"atomic_number_mode": 73.0}


def test_names_and_unknown_names():
    assert statistics_names(("group",), ("mean", "mode")) == ("group_mean", "group_mode")
    assert len(statistics_names()) == len(STATISTICS) * len(STATISTICS_COLUMNS)
    with pytest.raises(InputError, match="did you mean melting_temperature"):
        statistics_names(("melting_temp",))
    with pytest.raises(InputError, match="unknown statistic 'median'"):
        statistics_names(statistics=("median",))


def test_many_rows_are_quick_and_blocks_do_not_show():
    fractions = np.random.default_rng(0).dirichlet(np.ones(8), 20_000)
    started = time.perf_counter()
    found = elemental_statistics(CompositionMatrix(ELEMENTS, fractions))
    assert time.perf_counter() - started < 2
    last = elemental_statistics(CompositionMatrix(ELEMENTS, fractions[-1:]))
    for name, values in found.items():
        assert values[-1] == pytest.approx(last[name][0], rel=1e-12)
