"""How like the known alloys generated ones are, without being copies: what `quinary bench generate` reports.

All functions take fractions, shape (N, n_elements), over the same elements. Coverage is that of Xu et al. 2022
(arXiv:2110.06197, COV-R and COV-P) on fractions; authenticity that of Alaa et al. 2022 (arXiv:2102.08921); the classifier
test that of Lopez-Paz and Oquab 2017 (arXiv:1610.06545).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.figures.generator_measures import presence_correlation

if TYPE_CHECKING:
    Values = NDArray[np.float64]

__all__ = [
    "authenticity", "classifier_auc", "count_distance", "coverage", "pair_distance", "realism", "unique_and_new",
]  # fmt: skip

COVERAGE_RADIUS: Final = 0.1  # Euclidean, of fractions
COUNTED: Final = 0.005  # an element counts as one of an alloy's above this fraction
_N_TREES: Final = 60


def coverage(reference: Values, made: Values) -> tuple[float, float]:
    """Share of the reference with a made alloy within .1, and share of the made ones with a reference alloy within .1."""
    from scipy.spatial import cKDTree

    def share(of: Values, near: Values) -> float:
        distance, _ = cKDTree(near).query(of, distance_upper_bound=COVERAGE_RADIUS)
        return float(np.isfinite(distance).mean())

    return share(reference, made), share(made, reference)


def classifier_auc(reference: Values, made: Values, seed: int = 0) -> float:
    """Area under the curve of a forest that tells made from reference alloys it has not seen: .5 is indistinguishable."""
    from sklearn.ensemble import ExtraTreesClassifier
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    rows = np.concatenate([reference, made])
    label = np.repeat([0, 1], [len(reference), len(made)])
    forest = ExtraTreesClassifier(_N_TREES, min_samples_leaf=3, random_state=seed)
    folds = StratifiedKFold(3, shuffle=True, random_state=seed)
    score = cross_val_predict(forest, rows, label, cv=folds, method="predict_proba")[:, 1]
    return float(roc_auc_score(label, score))


def authenticity(known: Values, made: Values) -> float:
    """Share of the made alloys nearer (L1 / 2) to a training row than that row is to its nearest neighbour: .5 by chance."""
    from scipy.spatial import cKDTree

    different = np.unique(known.round(6), axis=0)
    tree = cKDTree(different)
    own = tree.query(different, k=2, p=1)[0][:, 1]
    distance, row = tree.query(made, p=1)
    return float((distance < own[row]).mean())


def count_distance(reference: Values, made: Values) -> float:
    """Wasserstein distance between the numbers of elements above .5 at.%."""
    from scipy.stats import wasserstein_distance

    return float(wasserstein_distance((reference > COUNTED).sum(axis=1), (made > COUNTED).sum(axis=1)))


def pair_distance(reference: Values, made: Values) -> float:
    """Root of the summed squared differences of the correlations of presence, over pairs that the reference knows.

    A pair that the made alloys cannot have, since they lack an element or all have it, counts as uncorrelated.
    """
    upper = np.triu_indices(reference.shape[1], k=1)
    real, own = presence_correlation(reference)[upper], presence_correlation(made)[upper]
    is_known = np.isfinite(real)
    return float(np.sqrt(((np.nan_to_num(own) - real)[is_known] ** 2).sum()))


def unique_and_new(known: Values, made: Values) -> tuple[float, float]:
    """Shares of different alloys among the made ones, and of made ones that are no known alloy, both at 1 at.%."""
    rounded = np.rint(made * 100).astype(np.int16)
    old = {row.tobytes() for row in np.rint(known * 100).astype(np.int16)}
    return len(np.unique(rounded, axis=0)) / len(rounded), float(np.mean([row.tobytes() not in old for row in rounded]))


def realism(known: Values, reference: Values, made: Values, seed: int = 0) -> dict[str, Any]:
    """All of the above: made alloys against a reference half that the generator has not seen, and against its own rows."""
    recall, precision = coverage(reference, made)
    unique, new = unique_and_new(known, made)
    return {
        "coverage_recall": recall,
        "coverage_precision": precision,
        "auc": classifier_auc(reference, made, seed),
        "nearer_than_own_neighbour": authenticity(known, made),
        "count_distance": count_distance(reference, made),
        "pair_distance": pair_distance(reference, made),
        "unique": unique,
        "new": new,
    }
