"""Mellor et al. 2021: the same forest asked about carbides of six to nine metals."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from quinary.readers.carbide_tables import carbide_of_masses
from quinary.reference.forming_abilities import published_abilities
from quinary.studies.ceramic_data import data_file
from quinary.studies.reproductions import Reproduction, ReproductionSettings
from quinary.studies.systems.kaufmann2020 import feature_table, selected_forest

__all__ = ["DATA", "PAPER", "TITLE", "pair_law", "run"]

PAPER: Final = "J. Eur. Ceram. Soc. 41 (2021) 5791"
TITLE: Final = "entropy-forming ability of carbides of six to nine metals: random forest"
DATA: Final = ("kaufmann2020_efa",)

_LABELLED: Final = "excel_inputs/62_EFA_alloys_wCalphad_SSOL6_labeled.xlsx"
_ASKED: Final = "excel_inputs/UHEC_6-9_cation_unlabeled.xlsx"
_PREDICTED: Final = "new_predictions/HEC_Multi-Cation_6-9_wCalphad_SSOL6_model_1_2019-11-08-11-53.csv"
_METALS: Final = ("Cr", "Hf", "Mo", "Nb", "Ta", "Ti", "V", "W", "Zr")
_PENALTY: Final = 0.3
_LARGEST: Final = 500.0  # (eV/atom)^-1


def run(settings: ReproductionSettings) -> Reproduction:
    """Rank correlation (Spearman) of our predictions with the published ones, which is all that can be compared.

    Raises:
        InputError: the data set is not on this machine.
    """
    from scipy.stats import spearmanr

    settings.progress("random forest", 0, 2)
    metals, theirs = _published()
    features, target = feature_table(_LABELLED)
    forest = selected_forest().fit(features, target).predict(_asked_features(metals))
    settings.progress("pair law", 1, 2)
    known = published_abilities()
    law = pair_law([_metals_of(row.formula) for row in known], [row.value for row in known])
    ours = law(metals)
    return Reproduction(
        published={},
        ours={
            "rank_correlation": round(float(spearmanr(ours, theirs).statistic), 3),
            "rank_correlation_forest": round(float(spearmanr(forest, theirs).statistic), 3),
            "mean_difference": round(float(np.abs(ours - theirs).mean()), 2),
        },
        grouped={f"rank_correlation_{n}_metals": _of_size(n, metals, ours, theirs) for n in (6, 7)},
        data={"kaufmann2020_efa": len(known), "asked": len(metals)},
        stand_in="No ability of these carbides has been computed: the published predictions stand in for the truth.",
        notes=(
            "ours: 1/EFA as a sum over pairs of metals; forest: the published method refitted on the same features.",
        ),
    )


def pair_law(metals: Sequence[tuple[str, ...]], abilities: Sequence[float]) -> _PairLaw:
    """1 / EFA = mean over the pairs of metals of w_ij, least squares with a penalty on the distance from the mean."""
    shares = _pair_shares(metals)
    spreads = 1000.0 / np.asarray(abilities)
    middle = float(spreads.mean())
    normal = shares.T @ shares + _PENALTY / len(metals) * np.eye(shares.shape[1])
    weights = np.linalg.solve(normal, shares.T @ (spreads - middle))
    return _PairLaw(np.asarray(weights, dtype=np.float64), middle)


class _PairLaw:
    """The fitted law: metals -> abilities."""

    def __init__(self, weights: NDArray[np.float64], middle: float) -> None:
        self.weights = weights
        self.middle = middle

    def __call__(self, metals: Sequence[tuple[str, ...]]) -> NDArray[np.float64]:
        spreads = self.middle + _pair_shares(metals) @ self.weights
        return np.asarray(1000.0 / np.maximum(spreads, 1000.0 / _LARGEST))


def _pair_shares(metals: Sequence[tuple[str, ...]]) -> NDArray[np.float64]:
    number = {pair: i for i, pair in enumerate(itertools.combinations(_METALS, 2))}
    shares = np.zeros((len(metals), len(number)))
    for row, present in zip(shares, metals, strict=True):
        pairs = list(itertools.combinations(sorted(present), 2))
        for pair in pairs:
            row[number[pair]] = 1.0 / len(pairs)
    return shares


def _metals_of(formula: str) -> tuple[str, ...]:
    from quinary.chemistry.composition import Composition

    return tuple(sorted(Composition.of(formula).cations))


def _published() -> tuple[list[tuple[str, ...]], NDArray[np.float64]]:
    with data_file("kaufmann2020_efa", _PREDICTED).open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    metals = [tuple(sorted(carbide_of_masses(row["Name"]).cations)) for row in rows]
    return metals, np.array([float(row["0"]) for row in rows])


def _asked_features(metals: Sequence[tuple[str, ...]]) -> NDArray[np.float64]:
    """The features of the asked carbides in the order of `metals`."""
    import pandas as pd

    names = pd.read_excel(data_file("kaufmann2020_efa", _ASKED), usecols=["Name"])["Name"]
    place = {tuple(sorted(carbide_of_masses(name).cations)): number for number, name in enumerate(names)}
    return feature_table(_ASKED)[0][[place[row] for row in metals]]


def _of_size(n: int, metals: list[tuple[str, ...]], ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> float:
    from scipy.stats import spearmanr

    chosen = np.array([len(row) == n for row in metals])
    return round(float(spearmanr(ours[chosen], theirs[chosen]).statistic), 3)
