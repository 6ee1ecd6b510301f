"""Tang et al. 2021: elastic moduli of rock-salt ceramics from bond parameters by a Gaussian process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.composition import Composition
from quinary.learning.data import LearningTable, Measurement, table_of_rows
from quinary.readers.ceramic_tables import rock_salt_of
from quinary.studies.ceramic_data import data_file, split_score
from quinary.studies.reproductions import Reproduction, ReproductionSettings

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DATA", "PAPER", "TITLE", "mixed_bonds", "run"]

PAPER: Final = "10.1016/j.xcrp.2021.100640"
TITLE: Final = "moduli of rock-salt ceramics from bond parameters: Gaussian process"
DATA: Final = ("tang2021_moduli",)

_TABLE: Final = "examples/rock-salt ceramcis/DFT datasets_rs.csv"
_BONDS: Final = ("SBO", "NETM", "BL")
_MODULI: Final = {"B": "bulk_modulus", "G": "shear_modulus", "E": "youngs_modulus"}


def run(settings: ReproductionSettings) -> Reproduction:
    """Mean absolute errors (GPa) of the three moduli: the paper's process, and ours with the composition beside the bonds.

    Raises:
        InputError: the data set is not on this machine.
    """
    import pandas as pd

    frame = pd.read_csv(data_file("tang2021_moduli", _TABLE))
    ceramics = [rock_salt_of(name) for name in frame.iloc[:, 0]]
    bonds = frame[list(_BONDS)].to_numpy(dtype=np.float64)
    n_folds = 10 if settings.effort >= 1 else 3
    ours: dict[str, float] = {}
    grouped: dict[str, float] = {}
    for number, (heading, name) in enumerate(_MODULI.items()):
        settings.progress(name, number, len(_MODULI))
        table = _table(name, ceramics, frame[heading])
        ours[f"paper_method_mae_{name}"] = split_score(_paper_process(), bonds, table, "random", "mae", n_folds=n_folds)
        features = np.hstack([bonds, table.matrix.fractions, _element_means(table)])
        ours[f"mae_{name}"] = split_score(_our_process(), features, table, "random", "mae", n_folds=n_folds)
        for split, words in (("system", "by_system"), ("element", "leave_element_out")):
            if settings.effort >= 1 or split == "system":
                grouped[f"mae_{name}_{words}"] = split_score(_our_process(), features, table, split, "mae")
    for prefix in ("mae", "paper_method_mae"):
        ours[prefix] = round(float(np.mean([ours[f"{prefix}_{name}"] for name in _MODULI.values()])), 3)
    return Reproduction(
        published={"mae": 20.0},
        ours={**ours, "computed_bond_length_error": _bond_error(frame, ceramics)},
        grouped=grouped,
        data={"tang2021_moduli": len(frame), "folds": n_folds},
        notes=(
            "paper_method_mae: exponential kernel on bond order, charge and bond length; mae: smooth and linear kernel on "
            "these, the fractions and means of elemental values. Means over B, G and E, GPa.",
            "The paper counts 325 rows, its file 438. Bond parameters of mixtures are the means of those of their binaries; "
            "computed_bond_length_error is the mean error (angstrom) of computing them so from the binaries of the file.",
        ),
    )


def _table(name: str, ceramics: list[Composition], values: pd.Series) -> LearningTable:
    """Rows over all elements, anions included: what is held out may be a metal or an anion."""
    rows = [Measurement(c.atomic_fractions, float(v), "GPa") for c, v in zip(ceramics, values, strict=True)]
    return table_of_rows(name, rows)


def _element_means(table: LearningTable) -> NDArray[np.float64]:
    from quinary.learning.data import composition_features

    return composition_features(table.matrix, ["elements"]).values


def _paper_process() -> Any:
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    kernel = ConstantKernel(1.0) * Matern(length_scale=1.0, nu=0.5) + WhiteKernel(0.05)
    return make_pipeline(StandardScaler(), GaussianProcessRegressor(kernel, normalize_y=True))


def _our_process() -> Any:
    from quinary.learning.models.gaussian_process import CompositionProcess

    return CompositionProcess()


def mixed_bonds(ceramic: Composition, binaries: dict[tuple[str, str], NDArray[np.float64]]) -> NDArray[np.float64]:
    """Bond parameters of a ceramic, shape (3,), as the mean of those of its binaries (metal, anion), NaN where one lacks."""
    unknown = np.full(len(_BONDS), np.nan)
    n_anions = sum(ceramic.anions.values())
    parts = [
        x * amount / n_anions * binaries.get((metal, anion), unknown)
        for metal, x in ceramic.cations.items()
        for anion, amount in ceramic.anions.items()
    ]
    return np.asarray(np.sum(parts, axis=0))


def _bond_error(frame: pd.DataFrame, ceramics: list[Composition]) -> float:
    """Mean |computed - given| of the bond length of the ceramics that are no binaries, angstrom."""
    values = frame[list(_BONDS)].to_numpy(dtype=np.float64)
    is_binary = [len(c.cations) + len(c.anions) == 2 for c in ceramics]
    binaries = {
        (next(iter(c.cations)), next(iter(c.anions))): row
        for c, row, alone in zip(ceramics, values, is_binary, strict=True)
        if alone
    }
    errors = [
        abs(mixed_bonds(c, binaries)[2] - row[2])
        for c, row, alone in zip(ceramics, values, is_binary, strict=True)
        if not alone
    ]
    return round(float(np.nanmean(errors)), 5)
