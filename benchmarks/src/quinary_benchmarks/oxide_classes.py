"""The structure class of multi-component oxides from their cations and the charges these have, without the oxygen count.

The oxygen count gives most classes away (O4 on three cations is a spinel), so it shows nothing about a model; here only the
fractions of the cations, their common charges and radii are used. A synthesis yields the count with the structure: whoever
designs an oxide does not know it before.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.composition import Composition
from quinary.chemistry.identity import composition_key
from quinary.learning.data import LearningTable, make_splits
from quinary.learning.judging import held_out, score_value
from quinary.progress import Progress, silent
from quinary.reference.elements import element_column
from quinary.reference.radii import ionic_radii, oxide_charges
from quinary.studies.ceramic_data import ceramic_table, data_points

__all__ = ["cation_features", "oxide_figures", "oxide_table"]

_TABLE: Final = "Dataset/Input_Total.xlsx"
_SIX: Final = 6
_COMMON_CHARGE: Final = 3
_N_LEAVES: Final = 12
_UNKNOWN_NEGATIVITY: Final = 1.2  # that of the lanthanides, which is not tabulated for all
_MIXED: Final = "mixed"
_LARGE: Final = 0.9  # angstrom: what sits on the larger site of perovskites and pyrochlores
_RARE_EARTHS: Final = frozenset(
    {"Sc", "Y", "La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu"}
)
_MAGNETIC: Final = frozenset({"Cr", "Mn", "Fe", "Co", "Ni"})
_N_TREES: Final = 300
_N_SEEDS: Final = 3


def oxide_table() -> tuple[LearningTable, list[Composition]]:
    """The oxides of the set `heo_phase`, over their cations, with classes, and their compositions.

    Raises:
        InputError: the data set is not on this machine.
    """
    points = [point for point in data_points("heo_phase", _TABLE) if point.property == "phases"]
    rows = [
        (point.material.composition, point.value.categories[0] if len(point.value.categories) == 1 else _MIXED)
        for point in points
    ]
    return ceramic_table("phases", "", rows), [composition for composition, _ in rows]


def oxide_figures(
    seed: int = 0, progress: Progress = silent, n_seeds: int = _N_SEEDS, n_trees: int = _N_TREES
) -> dict[str, float]:
    """Balanced accuracies with whole chemical systems held out, means of `n_seeds` draws of five folds.

    Of all six classes, and of the five structures without what came out mixed (the set calls the same oxide rock salt in
    one row and mixed in another, as it depends on the firing); beside them the same for a tree that sees the oxygen atoms
    a cation and nothing else.

    `recall_of_mixed` is the share of the mixed ones that are recognised. `ceiling_six_classes` is what labels that
    contradict each other leave to any function of the cations' fractions: each composition given the class of most weight.
    `_lowest_of_draws` is the lowest score of those draws, not the end of an interval.

    Raises:
        InputError: the data set is not on this machine.
    """
    table, compositions = oxide_table()
    oxygen = np.array([[math.fsum(composition.anions.values())] for composition in compositions])
    choices = {
        "": (_model(seed, n_trees), cation_features(compositions)),
        "_oxygen_count": (_oxygen_tree(seed), oxygen),
    }
    single = np.flatnonzero(table.target != _MIXED)
    figures: dict[str, float] = {}
    for number, (rows, kind) in enumerate(((np.arange(len(table)), "six_classes"), (single, "five_structures"))):
        progress("oxide classes", number, 2)
        for suffix, (model, features) in choices.items():
            scores, recall = _scores(model, features[rows], table.rows(rows), range(seed, seed + n_seeds))
            if kind == "six_classes":
                figures[f"recall_of_mixed{suffix}"] = recall
            figures[f"balanced_accuracy_{kind}{suffix}"] = round(float(np.mean(scores)), 4)
            figures[f"balanced_accuracy_{kind}{suffix}_lowest_of_draws"] = round(min(scores), 4)
    return {**figures, "ceiling_six_classes": _ceiling(table, compositions)}


def _scores(model: Any, features: NDArray[np.float64], table: LearningTable, seeds: range) -> tuple[list[float], float]:
    """The balanced accuracy of each draw, and the share of the mixed oxides that are recognised over all draws."""
    folds = [make_splits("system", table, seed=seed) for seed in seeds]
    found = [held_out(model, features, table, splits) for splits in folds]
    right = [one.predicted[table.target[one.rows] == _MIXED] == _MIXED for one in found]
    recall = round(float(np.concatenate(right).mean()), 4) if np.concatenate(right).size else 0.0
    return [_balanced(table.target[one.rows], one.predicted) for one in found], recall


def _ceiling(table: LearningTable, compositions: Sequence[Composition]) -> float:
    """The highest balanced accuracy of a function of the cations: sum of each composition's largest share of a class."""
    n_of_class = Counter(table.target.tolist())
    labels: dict[str, Counter[str]] = {}
    for composition, label in zip(compositions, table.target.tolist(), strict=True):
        key = composition_key(Composition.alloy(composition.cations))
        labels.setdefault(key, Counter())[label] += 1
    best = [max(count / n_of_class[label] for label, count in found.items()) for found in labels.values()]
    return round(math.fsum(best) / len(n_of_class), 4)


def cation_features(compositions: Sequence[Composition]) -> NDArray[np.float64]:
    """Statistics of the cations' charges, radii and electronegativities, and shares of families, shape (N, n_features).

    A charge is the most common one of the metal in oxides, and the range over its charges; a radius that at coordination
    six; nothing here knows how much oxygen there is.
    """
    return np.array([_features(composition.cations) for composition in compositions])


def _features(cations: Mapping[str, float]) -> list[float]:
    symbols = tuple(cations)
    shares = np.array([cations[symbol] for symbol in symbols])
    charges = [oxide_charges().get(symbol, (_COMMON_CHARGE,)) for symbol in symbols]
    common = np.array([float(some[0]) for some in charges])
    radii = np.array([_radius(symbol, some[0]) for symbol, some in zip(symbols, charges, strict=True)])
    negativity = element_column("electronegativity")
    negativities = np.array([negativity.get(symbol, math.nan) for symbol in symbols])
    negativities = np.where(np.isnan(negativities), _UNKNOWN_NEGATIVITY, negativities)
    found = [float(len(symbols)), float(shares.max()), float(shares.std())]
    found += [float(shares @ [min(some) for some in charges]), float(shares @ [max(some) for some in charges])]
    for values in (common, radii, negativities):
        mean = float(shares @ values)
        found += [mean, float(np.sqrt(shares @ (values - mean) ** 2)), float(values.min()), float(values.max())]
    found += [float(shares[common == charge].sum()) for charge in (1, 2, 3, 4, 5)]
    is_large = radii > _LARGE
    found += [float(shares[is_large].sum()), float(shares @ np.where(is_large, radii, 0.0))]
    return [*found, *_family_shares(symbols, shares)]


def _family_shares(symbols: tuple[str, ...], shares: NDArray[np.float64]) -> list[float]:
    groups = element_column("group")
    of_group = np.array([groups.get(symbol, 0.0) for symbol in symbols])
    is_rare = np.array([symbol in _RARE_EARTHS for symbol in symbols])
    is_magnetic = np.array([symbol in _MAGNETIC for symbol in symbols])
    is_ceria = np.array([symbol == "Ce" for symbol in symbols])
    kinds = [is_rare, is_magnetic, is_ceria, *((of_group == number) & ~is_rare for number in (1, 2, 4, 5, 11, 12, 13))]
    return [float(shares[kind].sum()) for kind in kinds]


def _radius(symbol: str, charge: int) -> float:
    """At coordination six, else the nearest that is tabulated; 0.9 angstrom if none is."""
    known = {number: r for (name, q, number), r in ionic_radii().items() if name == symbol and q == charge}
    return known[min(known, key=lambda number: abs(number - _SIX))] if known else _LARGE


def _balanced(truth: NDArray[Any], said: NDArray[Any]) -> float:
    return float(score_value("balanced_accuracy", truth, said, np.arange(len(truth))).value)


def _model(seed: int, n_trees: int) -> Any:
    from sklearn.ensemble import ExtraTreesClassifier

    return ExtraTreesClassifier(n_trees, max_features=0.5, class_weight="balanced", random_state=seed)


def _oxygen_tree(seed: int) -> Any:
    from sklearn.tree import DecisionTreeClassifier

    return DecisionTreeClassifier(max_leaf_nodes=_N_LEAVES, class_weight="balanced", random_state=seed)
