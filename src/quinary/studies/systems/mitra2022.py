"""Mitra et al. 2022: single phase or not, of diborides, by models that learned the rules of a structure plot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.composition import Composition
from quinary.descriptors.alloys import mixing_enthalpy, mixing_entropy
from quinary.learning.data import LearningTable, make_splits
from quinary.learning.judging import score_value
from quinary.reference.pairs import pair_matrix
from quinary.studies.boride_plots import METALS, boride_plot, equimolar_fives, plot_points, rule_labels
from quinary.studies.ceramic_data import ceramic_features, ceramic_table
from quinary.studies.reproductions import Reproduction, ReproductionSettings

__all__ = ["DATA", "MEASURED", "PAPER", "TITLE", "run"]

PAPER: Final = "Ceram. Int. 48 (2022) 16695"
TITLE: Final = "single phase or not, of diborides: models of the rules of a structure plot"
DATA: Final = ()

# Gild et al. 2016, 10.1038/srep37946: the seven that were made by milling and spark plasma sintering, six "virtually one
# solid-solution boride phase", the one with both Mo and W not. Three of the six were confirmed from other powders:
# 10.3390/ceramics4020010.
MEASURED: Final = (
    (("Hf", "Nb", "Ta", "Ti", "Zr"), True),
    (("Hf", "Mo", "Ta", "Ti", "Zr"), True),
    (("Hf", "Mo", "Nb", "Ti", "Zr"), True),
    (("Hf", "Mo", "Nb", "Ta", "Ti"), True),
    (("Mo", "Nb", "Ta", "Ti", "Zr"), True),
    (("Cr", "Hf", "Ta", "Ti", "Zr"), True),
    (("Hf", "Mo", "Ti", "W", "Zr"), False),
)
_N_SEEDS: Final = 50
_TEST_SHARE: Final = 0.25
_DESCRIPTORS: Final = ("atomic_size_mismatch", "electronegativity_difference", "valence_electron_concentration")


def run(settings: ReproductionSettings) -> Reproduction:
    """Accuracy on the labels of the rule (random quarter held out, elements and pairs held out), then on what was made."""
    plot = boride_plot()
    mixtures = equimolar_fives()
    labels = rule_labels(mixtures, plot)
    features = boride_features(mixtures)
    table = _table(mixtures, labels)
    n_seeds = settings.repeats(_N_SEEDS)
    ours: dict[str, float] = {}
    grouped: dict[str, float] = {}
    for number, (name, model) in enumerate(_models().items()):
        settings.progress(name, number, 3)
        ours[f"test_accuracy_{name}"] = _random_quarters(model, features, labels, n_seeds, settings.seed)
        for split in ("element", "pair"):
            score = _balanced_accuracy(model, features, table, split)
            grouped[f"balanced_accuracy_{name}_leave_{split}_out"] = score
    ours["test_accuracy"] = round(float(np.mean(list(ours.values()))), 4)
    measured, listed = _measured(mixtures, labels, features)
    return Reproduction(
        published={"test_accuracy": 0.94},
        ours=ours,
        grouped={**grouped, **measured},
        data={
            "rule_labels": len(mixtures),
            "rule_single": int(labels.sum()),
            "measured": len(MEASURED),
            "seeds": n_seeds,
        },
        stand_in=(
            "The paper's synthetic labels are not public: its way of making them is followed, with our own line in a plot of "
            "mean principal quantum number against electronegativity difference of 17 known diborides."
        ),
        notes=(
            "The labels are a rule, not experiments: accuracy on them says how well a model learns the rule, not how well it "
            "knows diborides. Entropy is the same for every equimolar mixture and stays as the paper's sixth feature.",
            "Without Mo or W no label is multi-phase: the models of those two elements (and of that pair) say single-phase.",
            "measured_*: the seven of Gild et al. 2016 (10.1038/srep37946), kept out of training. Only one of them is "
            "multi-phase, so that 'single-phase' is right for six of seven, and the rule was written by one who knew them: a "
            "check of consistency, no test.",
        ),
        listed=listed,
    )


def boride_features(mixtures: Sequence[tuple[str, ...]]) -> NDArray[np.float64]:
    """Size mismatch, spread of electronegativity, VEC, mixing entropy, mean quantum number and mixing enthalpy, (N, 6).

    The enthalpy is Miedema's of the metals: no table has pair enthalpies of diborides.
    """
    shares = _shares(mixtures)
    numbers = [plot_points(metals)[:, 0].mean() for metals in mixtures]
    enthalpy = mixing_enthalpy(shares, pair_matrix(METALS))
    described = ceramic_features([_diboride(metals) for metals in mixtures], _DESCRIPTORS)
    return np.column_stack([described, mixing_entropy(shares), numbers, enthalpy])


def _shares(mixtures: Sequence[tuple[str, ...]]) -> NDArray[np.float64]:
    return np.array([[(metal in metals) / len(metals) for metal in METALS] for metals in mixtures])


def _diboride(metals: tuple[str, ...]) -> Composition:
    return Composition.ceramic(dict.fromkeys(metals, 1.0), {"B": 2.0})


def _table(mixtures: Sequence[tuple[str, ...]], labels: NDArray[np.bool_]) -> LearningTable:
    words = ["single" if label else "multi" for label in labels]
    return ceramic_table("phases", "", zip(map(_diboride, mixtures), words, strict=True))


def _models() -> dict[str, Any]:
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import GaussianNB
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    models = {
        "nearest_neighbours": KNeighborsClassifier(5),
        "logistic_regression": LogisticRegression(C=10.0),
        "naive_bayes": GaussianNB(),
    }
    return {name: make_pipeline(StandardScaler(), model) for name, model in models.items()}


def _random_quarters(
    model: Any, features: NDArray[np.float64], labels: NDArray[np.bool_], n_seeds: int, seed: int
) -> float:
    """Mean accuracy on a quarter of the rows that was held out, drawn anew for each seed with the classes in proportion."""
    from sklearn.base import clone
    from sklearn.model_selection import train_test_split

    hits = []
    for number in range(seed, seed + n_seeds):
        seen, asked, known, truth = train_test_split(
            features, labels, test_size=_TEST_SHARE, stratify=labels, random_state=number
        )
        hits.append(float((clone(model).fit(seen, known).predict(asked) == truth).mean()))
    return round(float(np.mean(hits)), 4)


def _balanced_accuracy(model: Any, features: NDArray[np.float64], table: LearningTable, split: str) -> float:
    """Over all held-out rows; where one class is left to learn (no multi-phase label without Mo or W), that one is said."""
    from sklearn.base import clone

    rows, said = [], []
    for part in make_splits(split, table):
        known = table.target[part.train]
        rows += part.test.tolist()
        if len(set(known.tolist())) == 1:
            said += [known[0]] * len(part.test)
        else:
            said += clone(model).fit(features[part.train], known).predict(features[part.test]).tolist()
    held = np.array(rows)
    return round(score_value("balanced_accuracy", table.target[held], np.array(said), held).value, 4)


def _measured(
    mixtures: list[tuple[str, ...]], labels: NDArray[np.bool_], features: NDArray[np.float64]
) -> tuple[dict[str, float], tuple[dict[str, Any], ...]]:
    """How many of the measured diborides the rule and each model (trained without them) get right, and one row each."""
    from sklearn.base import clone

    place = {frozenset(metals): number for number, metals in enumerate(mixtures)}
    asked = np.array([place[frozenset(metals)] for metals, _ in MEASURED])
    truth = np.array([is_single for _, is_single in MEASURED])
    seen = np.setdiff1d(np.arange(len(mixtures)), asked)
    found = {"rule": labels[asked]}
    for name, model in _models().items():
        found[name] = clone(model).fit(features[seen], labels[seen]).predict(features[asked])
    rows = tuple(
        {"formula": _diboride(metals).formula, "measured": truth[i], **{name: found[name][i] for name in found}}
        for i, (metals, _) in enumerate(MEASURED)
    )
    words = {True: "single", False: "multi"}
    listed = tuple({k: v if k == "formula" else words[bool(v)] for k, v in row.items()} for row in rows)
    return {f"measured_right_{name}": int((value == truth).sum()) for name, value in found.items()}, listed
