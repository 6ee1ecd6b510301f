"""Moduli and hardness of multi-component carbides (the successor of the tenth system's data), by metal held out."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.composition import Composition
from quinary.descriptors.alloys import tian_hardness
from quinary.descriptors.ceramics import CeramicMatrix, cell_misfit, ceramic_descriptors, group_6_share, mixed_moduli
from quinary.learning.data import LearningTable
from quinary.points.point import DataPoint
from quinary.studies.ceramic_data import ceramic_table, data_points, split_score
from quinary.studies.reproductions import Reproduction, ReproductionSettings

__all__ = [
    "CARBIDES",
    "DATA",
    "PAPER",
    "TARGETS",
    "TITLE",
    "carbide_table",
    "cause_features",
    "cause_terms",
    "mixture",
    "run",
]

PAPER: Final = "10.1038/s41524-024-01351-1"
TITLE: Final = "moduli and hardness of multi-component carbides: Gaussian process"
DATA: Final = ("zhang_mtmc_carbides",)

CARBIDES: Final = "examples/visualize_input_space/MTMC_properties.CSV"  # the file of the data set
TARGETS: Final = ("bulk_modulus", "shear_modulus", "hardness_vickers")
_DESCRIPTORS: Final = (
    "lattice_mismatch", "mixing_enthalpy", "mixing_entropy", "valence_electron_concentration",
    "valence_electron_deviation", "mean_precursor_volume", "precursor_electronegativity_deviation",
)  # fmt: skip


def run(settings: ReproductionSettings) -> Reproduction:
    """Mean errors (GPa) of a process on mixtures, misfit and descriptors, beside the mean and the rule of mixtures.

    Raises:
        InputError: the data set is not on this machine.
    """
    from sklearn.dummy import DummyRegressor

    from quinary.learning.models.gaussian_process import CompositionProcess

    points = data_points("zhang_mtmc_carbides", CARBIDES)
    ours: dict[str, float] = {}
    grouped: dict[str, float] = {}
    n_rows = 0
    for number, name in enumerate(TARGETS):
        settings.progress(name, number, len(TARGETS))
        table, compositions = carbide_table(points, name)
        n_rows = len(table)
        features = cause_features(compositions)
        mixed = mixture(compositions)[name]
        ours[f"mae_{name}"] = split_score(CompositionProcess(), features, table, "random", "mae", seed=settings.seed)
        ours[f"mean_predictor_mae_{name}"] = split_score(DummyRegressor(), features, table, "random", "mae")
        ours[f"rule_of_mixtures_mae_{name}"] = round(float(np.abs(mixed - table.target).mean()), 4)
        grouped[f"mae_{name}_leave_element_out"] = split_score(CompositionProcess(), features, table, "element", "mae")
        if settings.effort >= 1:
            grouped[f"mae_{name}_leave_pair_out"] = split_score(CompositionProcess(), features, table, "pair", "mae")
    return Reproduction(
        published={"validation_mae": 8.0},
        ours=ours,
        grouped=grouped,
        data={"zhang_mtmc_carbides": n_rows},
        notes=(
            "Five folds; GPa; the published figure is a mean over its labels. Hardness is Tian's, from calculated moduli. "
            "The whole file has 370 rows: fewer here means that a part of it was at hand.",
        ),
    )


def carbide_table(points: list[DataPoint], name: str) -> tuple[LearningTable, list[Composition]]:
    """The rows of one property (GPa), over the metals, and their compositions."""
    chosen = [point for point in points if point.property == name]
    rows = [(point.material.composition, point.value.nominal) for point in chosen]
    return ceramic_table(name, "GPa", rows), [composition for composition, _ in rows]


def cause_features(compositions: list[Composition]) -> NDArray[np.float64]:
    """What softens a mixture (misfit of the cells, share of group 6), the mixtures and descriptors: no metal by its name."""
    return cause_terms(_matrix(compositions))


def cause_terms(matrix: CeramicMatrix) -> NDArray[np.float64]:
    """The same of a matrix of carbides, shape (N, n_features)."""
    misfit, share = cell_misfit(matrix), group_6_share(matrix)
    mixed, described = _mixed(matrix), ceramic_descriptors(matrix, _DESCRIPTORS)
    causes = [misfit, misfit**2, share, share**2, share * misfit]
    return np.column_stack([*causes, *(mixed[name] for name in TARGETS), *(described[name] for name in _DESCRIPTORS)])


def _matrix(compositions: list[Composition]) -> CeramicMatrix:
    from quinary.chemistry.matrix import as_matrix

    return CeramicMatrix.of(as_matrix(compositions), C=1.0)


def mixture(compositions: list[Composition]) -> dict[str, Any]:
    """The plain rule of mixtures of each target, shape (N,)."""
    return _mixed(_matrix(compositions))


def _mixed(matrix: CeramicMatrix) -> dict[str, Any]:
    moduli = mixed_moduli(matrix)
    hardness = tian_hardness(moduli.bulk, moduli.shear)
    return dict(zip(TARGETS, (moduli.bulk, moduli.shear, hardness), strict=True))
