"""How much generated alloys are like known ones, and how near they come to what was asked: the numbers of S1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "PRESENT", "REGIONS", "REGION_BORDERS", "RegionError", "agreement", "element_frequency",
    "frequent_elements", "is_present", "local_density",
    "order_by_trend", "presence_correlation", "region_errors", "shares_by_count", "smoothed_counts", "trend",
]  # fmt: skip

PRESENT: Final = 0.01  # an element counts as part of an alloy above 1 at.%
# Regions of the asked shear modulus in GPa, and where they meet: S1 finds a good fit between 40 and 100, a weak one above.
REGIONS: Final = ("below 40 GPa", "40 to 100 GPa", "above 100 GPa")
REGION_BORDERS: Final = (40.0, 100.0)


def is_present(fractions: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which elements are part of which alloy, shape of `fractions`."""
    found: NDArray[np.bool_] = fractions > PRESENT
    return found


def element_frequency(fractions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of the alloys that contain each element, shape (n_elements,); zeros if there is no alloy."""
    if not len(fractions):
        return np.zeros(fractions.shape[1])
    shares: NDArray[np.float64] = is_present(fractions).mean(axis=0)
    return shares


def frequent_elements(tables: Sequence[NDArray[np.float64]], least: float) -> NDArray[np.intp]:
    """The columns of elements that at least the share `least` of the alloys of one of the tables contain."""
    highest = np.max([element_frequency(table) for table in tables], axis=0)
    found: NDArray[np.intp] = np.flatnonzero((highest >= least) & (highest > 0))
    return found


def presence_correlation(fractions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Pearson correlation between the presence of two elements, shape (n_elements, n_elements).

    NaN on the diagonal, and where an element is in all alloys or in none. Source: S1, Fig. 4A, 10.20517/jmi.2021.05.
    """
    presence = is_present(fractions).astype(np.float64)
    centred = presence - presence.mean(axis=0) if len(presence) else presence
    spread = np.sqrt((centred**2).sum(axis=0))
    norm = np.outer(spread, spread)
    found: NDArray[np.float64] = np.full(norm.shape, np.nan)
    np.divide(centred.T @ centred, norm, out=found, where=norm > 1e-12)
    np.fill_diagonal(found, np.nan)
    return found


def agreement(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Pearson correlation between what is above the diagonals of two matrices; NaN below three common pairs."""
    upper = np.triu_indices(len(first), k=1)
    x, y = first[upper], second[upper]
    both = np.isfinite(x) & np.isfinite(y)
    if both.sum() < 3 or np.ptp(x[both]) == 0 or np.ptp(y[both]) == 0:
        return float("nan")
    return float(np.corrcoef(x[both], y[both])[0, 1])


def shares_by_count(fractions: NDArray[np.float64], most: int) -> NDArray[np.float64]:
    """Share of the alloys with 0, 1, ..., `most` elements above 1 at.%, shape (most + 1,); S1, Fig. 4B."""
    counts = np.bincount(is_present(fractions).sum(axis=1), minlength=most + 1)[: most + 1]
    shares: NDArray[np.float64] = counts / max(1, len(fractions))
    return shares


@dataclass(frozen=True, slots=True)
class RegionError:
    """Mean distances between what was asked and what was made, for asked shear moduli in one region.

    `errors` maps property -> mean absolute distance in its unit, `relative` the same over the mean asked value.
    """

    region: str
    n_samples: int
    errors: Mapping[str, float]
    relative: Mapping[str, float]


def region_errors(
    asked: Mapping[str, NDArray[np.float64]], made: Mapping[str, NDArray[np.float64]], names: Sequence[str]
) -> list[RegionError]:
    """Mean errors of `names` in the three regions of the asked shear modulus (S1, Fig. 5); NaN in an empty region."""
    low, high = REGION_BORDERS
    number = (asked["shear_modulus"] >= low).astype(int) + (asked["shear_modulus"] > high)
    return [_region_error(region, asked, made, names, number == index) for index, region in enumerate(REGIONS)]


def _region_error(
    region: str,
    asked: Mapping[str, NDArray[np.float64]],
    made: Mapping[str, NDArray[np.float64]],
    names: Sequence[str],
    inside: NDArray[np.bool_],
) -> RegionError:
    errors = {name: _mean(abs(made[name] - asked[name])[inside]) for name in names}
    relative = {name: errors[name] / (_mean(abs(asked[name])[inside]) or float("nan")) for name in names}
    return RegionError(region, int(inside.sum()), errors, relative)


def _mean(values: NDArray[np.float64]) -> float:
    return float(values.mean()) if len(values) else float("nan")


def order_by_trend(frequencies: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.intp]:
    """Columns of `frequencies` (n_targets, n_elements), from falling to rising with `wanted` (n_targets,)."""
    centred = wanted - wanted.mean()
    slopes = centred @ (frequencies - frequencies.mean(axis=0))
    # with a single target there is no trend: the most frequent element comes last instead
    order: NDArray[np.intp] = np.lexsort((frequencies.mean(axis=0), slopes))
    return order


def trend(values: Sequence[float], slack: float) -> str:
    """What values do along an axis: `rises`, `falls`, or `shows no clear trend`.

    They rise if the last lies more than `slack` above the first and no step goes back by more than `slack`.
    """
    steps = np.diff(np.asarray(values, dtype=float))
    if len(steps) and steps.sum() > slack and steps.min() >= -slack:
        return "rises"
    if len(steps) and steps.sum() < -slack and steps.max() <= slack:
        return "falls"
    return "shows no clear trend"


def smoothed_counts(
    x: NDArray[np.float64], y: NDArray[np.float64], n_bins: int = 48
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Centres of the bins in x and y, (n_bins,) each, and counts smoothed over 1.5 bins, (n_bins, n_bins)."""
    from scipy.ndimage import gaussian_filter

    ranges = [_padded(x), _padded(y)]
    counts, x_edges, y_edges = np.histogram2d(x, y, bins=n_bins, range=ranges)
    return (x_edges[:-1] + x_edges[1:]) / 2, (y_edges[:-1] + y_edges[1:]) / 2, gaussian_filter(counts, 1.5)


def _padded(values: NDArray[np.float64]) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    margin = 0.08 * (high - low) or max(abs(low), 1.0) * 0.05
    return low - margin, high + margin


def local_density(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """How crowded each point (x, y) is, from 0 to 1 for the most crowded: the square root of the smoothed counts."""
    if not len(x):
        return np.zeros(0)
    x_centres, y_centres, counts = smoothed_counts(x, y)
    rows = np.abs(x[:, None] - x_centres).argmin(axis=1)
    columns = np.abs(y[:, None] - y_centres).argmin(axis=1)
    found: NDArray[np.float64] = np.sqrt(counts[rows, columns])
    highest = float(found.max())
    return found / (highest or 1.0)
