"""Maps of a composition space, groups in it, and its empty places: what to measure when nothing is known of a property.

Every composition is described by features, these are scaled to unit variance and reduced to the principal components that
hold 90 % of it; groups are found there, and drawn on the first two (or on a UMAP, McInnes et al. 2018, 10.21105/joss.00861,
whose distances must not be read as such). The number of groups has the largest silhouette (Rousseeuw 1987,
10.1016/0377-0427(87)90125-7), k-means and HDBSCAN (Campello et al. 2013, 10.1007/978-3-642-37456-2_14) alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.matrix import CompositionMatrix
from quinary.errors import InputError, unknown_name
from quinary.learning.data import composition_features
from quinary.learning.uncertainty import nearest_distance

__all__ = ["MAPS", "ClusterMap", "Group", "MapVoid", "cluster_map"]

MAPS: Final = ("pca", "umap")
_FEWEST_ROWS: Final = 20
_VARIANCE: Final = 0.9
_MOST_GROUPS: Final = 10
_NO_GROUPS: Final = 0.15  # silhouette below which groups are an arbitrary cut through a cloud
_SILHOUETTE_ROWS: Final = 2000
_N_MIXTURES: Final = 2000
_SMALL_FRACTION: Final = 0.02  # of an element in a proposed composition: left out, nobody weighs that in on purpose


@dataclass(frozen=True, slots=True)
class Group:
    """A group of compositions.

    Attributes:
        size: how many rows; `elements`: with their mean fraction in the group, the largest first.
        centre: fractions of the mean composition, shape (n_elements,), without traces: a proposal for measuring.
        nearest_row: the row that is nearest to the centre in the space of features.
        distance: share of atoms by which the centre differs from the nearest known composition.
    """

    size: int
    elements: tuple[tuple[str, float], ...]
    centre: NDArray[np.float64]
    nearest_row: int
    distance: float


@dataclass(frozen=True, slots=True)
class MapVoid:
    """An empty place inside the hull of the map.

    Attributes:
        place: coordinates on the map, shape (2,). `radius`: distance to the nearest row on it.
        fractions: a mixture of known compositions that falls there, shape (n_elements,).
        distance: share of atoms by which it differs from the nearest known composition.
    """

    place: NDArray[np.float64]
    radius: float
    fractions: NDArray[np.float64]
    distance: float


@dataclass(frozen=True, slots=True)
class ClusterMap:
    """A map with groups and voids.

    Attributes:
        coordinates: of the rows, shape (N, 2). `labels`: number of the group, -1 for rows in none, shape (N,).
        axes: of each axis of a PCA, its share of the variance and the features that weigh most; empty for UMAP.
        algorithm: `k_means` or `hdbscan`; `silhouettes`: by algorithm and number of groups.
        is_grouped: the silhouette says that there are groups at all.
    """

    method: str
    coordinates: NDArray[np.float64]
    labels: NDArray[np.int64]
    axes: tuple[tuple[float, tuple[str, ...]], ...]
    algorithm: str
    silhouette: float
    silhouettes: dict[str, float]
    is_grouped: bool
    groups: tuple[Group, ...]
    voids: tuple[MapVoid, ...]


def cluster_map(
    matrix: CompositionMatrix,
    feature_sets: Sequence[str] = ("alloy", "elements"),
    method: str = "pca",
    n_voids: int = 5,
    seed: int = 0,
) -> ClusterMap:
    """Map, group and search the gaps of N different compositions.

    Raises:
        InputError: fewer than 20 different compositions, an unknown map or feature set, or UMAP is not installed.
    """
    if method not in MAPS:
        raise unknown_name("map", method, MAPS)
    if len(np.unique(matrix.fractions.round(4), axis=0)) < _FEWEST_ROWS:
        raise InputError(f"a map needs at least {_FEWEST_ROWS} different compositions, not {len(matrix)}")
    space = _Space.of(matrix, feature_sets, method, seed)
    reduced = space.components(matrix)
    labels, algorithm, silhouettes = _grouped(reduced, seed)
    best = max(silhouettes.values())
    coordinates = space.coordinates(matrix)
    return ClusterMap(
        method, coordinates, labels, space.axes, algorithm, best, silhouettes, best >= _NO_GROUPS,
        tuple(_groups(matrix, reduced, labels)), tuple(_voids(matrix, space, coordinates, n_voids, seed)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Space:
    """How compositions become components (for groups) and coordinates (for the map)."""

    feature_sets: tuple[str, ...]
    steps: Any
    to_map: Callable[[NDArray[np.float64]], NDArray[np.float64]]
    axes: tuple[tuple[float, tuple[str, ...]], ...]

    @classmethod
    def of(cls, matrix: CompositionMatrix, feature_sets: Sequence[str], method: str, seed: int) -> _Space:
        from sklearn.decomposition import PCA
        from sklearn.feature_selection import VarianceThreshold
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        sets = tuple(feature_sets)
        features = composition_features(matrix, sets)
        steps = make_pipeline(VarianceThreshold(1e-12), StandardScaler(), PCA(_VARIANCE, random_state=seed))
        reduced = steps.fit_transform(features.values)
        if reduced.shape[1] < 2:
            steps = make_pipeline(VarianceThreshold(1e-12), StandardScaler(), PCA(2, random_state=seed))
            reduced = steps.fit_transform(features.values)
        if method == "umap":
            return cls(sets, steps, _umap(reduced, seed), ())
        kept = np.array(features.names)[steps[0].get_support()]
        pairs = zip(steps[2].explained_variance_ratio_[:2], steps[2].components_[:2], strict=True)
        axes = tuple((float(share), tuple(kept[np.argsort(-np.abs(weights))[:3]].tolist())) for share, weights in pairs)
        return cls(sets, steps, lambda components: components[:, :2], axes)

    def components(self, matrix: CompositionMatrix) -> NDArray[np.float64]:
        """Shape (N, n_components)."""
        return np.asarray(self.steps.transform(composition_features(matrix, self.feature_sets).values))

    def coordinates(self, matrix: CompositionMatrix) -> NDArray[np.float64]:
        """Shape (N, 2)."""
        return self.to_map(self.components(matrix))


def _umap(reduced: NDArray[np.float64], seed: int) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    from umap import UMAP

    fitted = UMAP(random_state=seed, n_jobs=1).fit(reduced)
    return lambda components: np.asarray(fitted.transform(components), dtype=np.float64)


def _grouped(reduced: NDArray[np.float64], seed: int) -> tuple[NDArray[np.int64], str, dict[str, float]]:
    """Labels of the best grouping, its algorithm, and the silhouettes of all that were tried."""
    from sklearn.cluster import HDBSCAN, KMeans

    tried: dict[str, NDArray[np.int64]] = {}
    for n_groups in range(2, min(_MOST_GROUPS, len(reduced) // 5) + 1):
        tried[f"k_means {n_groups}"] = KMeans(n_groups, n_init=5, random_state=seed).fit_predict(reduced)
    found = HDBSCAN(min_cluster_size=max(5, len(reduced) // 30), copy=True).fit_predict(reduced)
    if len(set(found.tolist()) - {-1}) > 1 and (found >= 0).mean() > 0.5:
        tried[f"hdbscan {len(set(found.tolist()) - {-1})}"] = found
    silhouettes = {name: _silhouette(reduced, labels, seed) for name, labels in tried.items()}
    best = max(silhouettes, key=lambda name: silhouettes[name])
    return tried[best].astype(np.int64), best.partition(" ")[0], silhouettes


def _silhouette(reduced: NDArray[np.float64], labels: NDArray[np.int64], seed: int) -> float:
    """Mean silhouette; rows that HDBSCAN leaves out count as zero, so that leaving many out does not pay."""
    from sklearn.metrics import silhouette_score

    inside = labels >= 0
    n_sampled = min(_SILHOUETTE_ROWS, int(inside.sum()))
    return float(
        inside.mean() * silhouette_score(reduced[inside], labels[inside], sample_size=n_sampled, random_state=seed)
    )


def _groups(matrix: CompositionMatrix, reduced: NDArray[np.float64], labels: NDArray[np.int64]) -> list[Group]:
    found = []
    for label in sorted(set(labels.tolist()) - {-1}):
        rows = np.flatnonzero(labels == label)
        centre = _without_traces(matrix.fractions[rows].mean(axis=0))
        middle = reduced[rows].mean(axis=0)
        nearest = int(rows[np.argmin(((reduced[rows] - middle) ** 2).sum(axis=1))])
        order = np.argsort(-centre)
        elements = tuple((matrix.elements[n], float(centre[n])) for n in order if centre[n] > 0)
        distance = float(nearest_distance(centre[None], matrix.fractions)[0])
        found.append(Group(len(rows), elements, centre, nearest, distance))
    return sorted(found, key=lambda group: -group.size)


def _without_traces(fractions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Without elements that nobody would weigh in, to one atomic percent; the largest takes up the rounding."""
    kept = np.where(fractions >= max(_SMALL_FRACTION, float(np.sort(fractions)[::-1][:8].min())), fractions, 0.0)
    rounded = np.round(kept / kept.sum(), 2)
    rounded[rounded.argmax()] += 1.0 - rounded.sum()
    return np.asarray(rounded)


def _voids(
    matrix: CompositionMatrix, space: _Space, coordinates: NDArray[np.float64], n_voids: int, seed: int
) -> list[MapVoid]:
    """Mixtures of two or three known compositions that fall inside the hull where no row is near, the loneliest first.

    Places are those of real mixtures: most of the plane inside the hull is no composition at all.
    """
    from scipy.spatial import Delaunay, cKDTree

    if n_voids < 1:
        return []
    mixtures = np.array([_without_traces(row) for row in _mixtures(matrix.fractions, seed)])
    places = space.coordinates(CompositionMatrix(matrix.elements, mixtures))
    is_inside = Delaunay(coordinates).find_simplex(places) >= 0
    mixtures, places = mixtures[is_inside], places[is_inside]
    radii = cKDTree(coordinates).query(places)[0]
    distances = nearest_distance(mixtures, matrix.fractions)
    found: list[MapVoid] = []
    for number in np.argsort(-radii):
        place, radius = places[number], float(radii[number])
        if any(np.linalg.norm(place - other.place) < max(radius, other.radius) for other in found):
            continue
        found.append(MapVoid(place, radius, mixtures[number], float(distances[number])))
        if len(found) == n_voids:
            break
    return found


def _mixtures(fractions: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """Random mixtures of two or three rows, shape (M, n_elements), with at most six elements."""
    random = np.random.default_rng(seed)
    chosen = random.integers(len(fractions), size=(_N_MIXTURES, 3))
    shares = random.dirichlet([1.0, 1.0, 1.0], _N_MIXTURES)
    shares[::2, 2] = 0.0
    mixed = np.einsum("ms,mse->me", shares, fractions[chosen])
    smallest = -np.sort(-mixed, axis=1)[:, min(5, mixed.shape[1] - 1)]
    mixed = np.where(mixed >= smallest[:, None], mixed, 0.0)
    return np.asarray(mixed / mixed.sum(axis=1, keepdims=True))
