"""Zuo et al. 2021: bulk and shear moduli of compounds without a calculation of the compound itself."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from quinary.learning.feature_sets import composition_features
from quinary.learning.table import Measurement, table_of_rows
from quinary.studies.ceramic_data import data_file, split_score
from quinary.studies.reproductions import Reproduction, ReproductionSettings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from quinary.chemistry.matrix import CompositionMatrix

__all__ = ["DATA", "PAPER", "TITLE", "run"]

PAPER: Final = "10.1016/j.mattod.2021.08.012"
TITLE: Final = "moduli of compounds by system"
DATA: Final = ("mp_binary_elasticity",)

_TABLE: Final = "benchmark_data/mp-binary-pbe-elasticity-2025.1.json.gz"
_FLOOR: Final = 1.0  # GPa; logarithms of less are noise of the calculation
_TARGETS: Final = {"bulk_modulus": "bulk_modulus_vrh", "shear_modulus": "shear_modulus_vrh"}
_N_TREES: Final = 200


def run(settings: ReproductionSettings) -> Reproduction:
    """Mean |log10 error| of extra trees on composition and cell, whole chemical systems held out in five folds.

    Raises:
        InputError: the data set is not on this machine.
    """
    with gzip.open(data_file("mp_binary_elasticity", _TABLE), "rt", encoding="utf-8") as stream:
        entries = json.load(stream)
    entries = entries[:: max(1, round(1.0 / settings.effort))]
    cells = np.array([_cell(entry["structure"]) for entry in entries])
    grouped: dict[str, float] = {}
    ours: dict[str, float] = {}
    for number, (name, key) in enumerate(_TARGETS.items()):
        settings.progress(name, number, len(_TARGETS))
        chosen = [i for i, entry in enumerate(entries) if entry[key] is not None and entry[key] >= _FLOOR]
        table = table_of_rows(name, [_measurement(entries[i], key) for i in chosen])
        features = np.hstack([composition_features(table.matrix, ["elements", "families"]).values, cells[chosen]])
        features = np.column_stack([features, _packing(table.matrix, cells[chosen])])
        model = _model(settings)
        ours[f"log10_mae_{name}"] = split_score(model, features, table, "random", "mae")
        grouped[f"log10_mae_{name}_by_system"] = split_score(model, features, table, "system", "mae")
    return Reproduction(
        published={"log10_mae": 0.17},
        ours=ours,
        grouped=grouped,
        data={"mp_binary_elasticity": len(entries)},
        stand_in=(
            "The cells are those relaxed by density-functional theory; cells from a potential or from Bayesian optimisation, "
            "which the paper is about, have not been put in their place."
        ),
        notes=(
            "log10 of GPa; moduli below 1 GPa are left out; the published figure is the larger of the two moduli's.",
        ),
    )


def _measurement(entry: Mapping[str, Any], key: str) -> Measurement:
    from quinary.chemistry.composition import Composition

    return Measurement(Composition.of(entry["formula"]).atomic_fractions, float(np.log10(entry[key])), "log10(GPa)")


def _model(settings: ReproductionSettings) -> Any:
    from sklearn.ensemble import ExtraTreesRegressor

    return ExtraTreesRegressor(settings.repeats(_N_TREES), max_features=0.3, random_state=settings.seed)


def _cell(structure: Mapping[str, Any]) -> NDArray[np.float64]:
    """Volume per atom, atoms, lengths and angles of the cell in order, shortest distances: shape (16,), angstrom."""
    lattice, sites = structure["lattice"], structure["sites"]
    lengths = np.sort([lattice["a"], lattice["b"], lattice["c"]])
    angles = np.sort([lattice["alpha"], lattice["beta"], lattice["gamma"]])
    volume = lattice["volume"] / len(sites)
    return np.array(
        [volume, len(sites), *(lengths / lengths[0])[1:], *angles, *_distances(structure) / np.cbrt(volume)]
    )


def _distances(structure: Mapping[str, Any]) -> NDArray[np.float64]:
    """Distances around the atoms, in angstrom, and a share, shape (9,).

    Means of the 1st, 4th, 6th, 8th, 12th and 16th shortest distance and of the shortest to an unlike atom, the deviation of
    the first, and the share of unlike atoms among the nearest eight.
    """
    matrix = np.asarray(structure["lattice"]["matrix"])
    places = np.asarray([site["abc"] for site in structure["sites"]])
    kinds = np.asarray([site["species"][0]["element"] for site in structure["sites"]])
    shifts = np.stack(np.meshgrid(*[np.arange(-2, 3)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    steps = (places[None, :, None, :] - places[:, None, None, :] + shifts) @ matrix
    far = np.linalg.norm(steps, axis=-1)
    far[far < 1e-3] = np.inf  # the atom itself
    is_unlike = np.broadcast_to((kinds[:, None] != kinds[None, :])[:, :, None], far.shape)
    flat, unlike = far.reshape(len(places), -1), is_unlike.reshape(len(places), -1)
    order = np.argsort(flat, axis=1)[:, :16]
    nearest = np.take_along_axis(flat, order, axis=1)
    mixed = np.where(unlike, flat, np.inf).min(axis=1)
    share = np.take_along_axis(unlike, order[:, :8], axis=1).mean()
    ranks: Sequence[int] = (0, 3, 5, 7, 11, 15)
    return np.array([*nearest[:, ranks].mean(axis=0), mixed.mean(), nearest[:, 0].std(), share])


def _packing(matrix: CompositionMatrix, cells: NDArray[np.float64]) -> NDArray[np.float64]:
    """Volume per atom over the mean volume of the elements' atoms, shape (N,)."""
    from quinary.reference.elements import column

    volumes = column("molar_volume", matrix.elements)
    mean = matrix.fractions @ np.where(np.isnan(volumes), np.nanmedian(volumes), volumes)
    return np.asarray(cells[:, 0] / mean)
