"""Rules of mixtures, and the published averages over atomic fractions."""

import csv

import numpy as np
import pytest

from quinary.chemistry.matrix import as_matrix
from quinary.constants import RAW_RICE_TO_MPA_SQRT_M
from quinary.plugins.registry import predictor_of
from quinary.plugins.sockets import PredictionTask


@pytest.fixture
def published(mirror):
    """The compositions and columns of the data set behind 10.1557/s43578-023-01122-6."""
    path = mirror / "ultera_cgan_demo/heagan/dataset/demo_dataset_true.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    columns = {name: np.array([float(row[name]) for row in rows]) for name in ("FT", "density", "price")}
    return as_matrix([row["Composition"] for row in rows]), columns


@pytest.mark.physics
@pytest.mark.parametrize(
    ("name", "column", "scale"),
    [
        ("fracture_toughness_rice", "FT", 1 / RAW_RICE_TO_MPA_SQRT_M),
        ("density", "density", 1.0),
        ("price", "price", 1.0),
    ],
)
def test_the_published_data_set_is_regenerated(published, name, column, scale):
    """All 7,434 rows of Debnath et al. 2023 (10.1557/s43578-023-01122-6) to 1e-6."""
    matrix, columns = published
    assert len(matrix) == 7434
    found = predictor_of(name).predict(name, PredictionTask(matrix, mixing="atomic"))
    np.testing.assert_allclose(found.values * scale, columns[column], rtol=1e-6)


@pytest.mark.physics
def test_physical_density_is_close_to_the_measured_one(value):
    """Senkov et al. 2010 (10.1016/j.intermet.2010.05.014): MoNbTaW 13.75, MoNbTaVW 12.36 g/cm^3."""
    assert value("density", "MoNbTaW") == pytest.approx(13.75, rel=0.02)
    assert value("density", "MoNbTaVW") == pytest.approx(12.36, rel=0.02)


def test_atomic_and_physical_mixing_differ_and_agree_for_an_element(value):
    assert value("price", "MoTa") != pytest.approx(value("price", "MoTa", mixing="atomic"), rel=0.05)
    assert value("price", "HfCr") > value("price", "HfCr", mixing="atomic")


@pytest.mark.physics
def test_mean_melting_temperatures(value):
    """Mean of the elements' melting points: MoNbTaW 3157.75 K, HfNbTaTiZr 2523.0 K (hea-bench 2.9.0)."""
    assert value("melting_temperature", "MoNbTaW") == pytest.approx(3157.75, rel=1e-4)
    assert value("melting_temperature", "HfNbTaTiZr") == pytest.approx(2523.0, rel=1e-4)
