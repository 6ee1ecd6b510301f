"""Screening: every composition of a space predicted, the best and the Pareto front kept, interrupted work resumed."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from quinary.border import reading
from quinary.chemistry.anions import Anions, anions_named
from quinary.chemistry.composition import Composition
from quinary.chemistry.matrix import CompositionMatrix
from quinary.errors import InputError
from quinary.files import written_whole
from quinary.plugins import PredictionTask
from quinary.points.quantity import quantity_named
from quinary.prediction import PredictionService, interval_of, packaged_service
from quinary.progress import Progress, silent
from quinary.reference.elements import ANIONS
from quinary.spaces.grid import Grid
from quinary.spaces.limits import SpaceLimits
from quinary.spaces.pareto import pareto_front
from quinary.spaces.stream import stream

if TYPE_CHECKING:
    Values: TypeAlias = NDArray[np.float64]

__all__ = ["Screening", "predicted", "screen", "unknown_elements"]

_SECONDS_BETWEEN_SAVES: Final = 5.0


@dataclass(frozen=True, slots=True)
class Screening:
    """What to screen for.

    Attributes:
        objectives: property -> +1 (the higher the better) or -1; the first ranks, several make a Pareto front.
        ranges: property -> (lowest, highest) value that a composition must have to count.
        n_top: how many of the best are kept.
        anion: of a ceramic; empty for alloys.
        is_in_domain: only compositions for which every predictor is in its domain count.

    Raises:
        InputError: nothing to be kept, a range that holds nothing, or an anion among the metals of a ceramic.
    """

    limits: SpaceLimits
    objectives: Mapping[str, float]
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    n_top: int = 100
    anion: str = ""
    lattice: str = "bcc"
    is_in_domain: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "objectives", {quantity_named(name).key: sign for name, sign in self.objectives.items()}
        )
        object.__setattr__(self, "ranges", {quantity_named(name).key: pair for name, pair in self.ranges.items()})
        if self.n_top < 1:
            raise InputError(f"{self.n_top} of the best cannot be kept; keep 1 or more")
        for name, (low, high) in self.ranges.items():
            if not low <= high:
                raise InputError(f"the range {name}={low:g}:{high:g} contradicts itself: the lowest value stands first")
        if self.anion and (both := [symbol for symbol in self.limits.columns if symbol in ANIONS]):
            raise InputError(
                f"{', '.join(both)} cannot be among the metals of a ceramic; --anion {self.anion} names anions"
            )

    @property
    def names(self) -> tuple[str, ...]:
        """Every property that is needed, the objectives first."""
        return tuple(dict.fromkeys((*self.objectives, *self.ranges)))

    @property
    def anions(self) -> Anions:
        """Anion atoms per cation, as predictors take them."""
        return anions_named(self.anion) if self.anion else ()

    @property
    def digest(self) -> str:
        """Identifies the screening, so that only its own state is resumed."""
        text = json.dumps([asdict(self), self.names], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


class _Kept:
    """Rows worth keeping: fractions and, for each property, value, spread and domain flag; the best first."""

    def __init__(self, asked: Screening, state: Mapping[str, Values] | None = None) -> None:
        n_columns, n_names = len(asked.limits.columns), len(asked.names)
        self.asked = asked
        self.fractions = state["fractions"] if state else np.empty((0, n_columns))
        self.values = state["values"] if state else np.empty((0, n_names))
        self.spreads = state["spreads"] if state else np.empty((0, n_names))
        self.covered = state["covered"] if state else np.empty((0, n_names))

    def merge(self, fractions: Values, values: Values, spreads: Values, covered: Values) -> None:
        """Add rows; only the best and the front stay."""
        self.fractions = np.concatenate([self.fractions, fractions])
        self.values = np.concatenate([self.values, values])
        self.spreads = np.concatenate([self.spreads, spreads])
        self.covered = np.concatenate([self.covered, covered])
        rows = np.union1d(self.top(), self.front())
        self.fractions, self.values = self.fractions[rows], self.values[rows]
        self.spreads, self.covered = self.spreads[rows], self.covered[rows]

    def top(self) -> NDArray[np.int64]:
        """The best rows by the first objective, best first."""
        sign = next(iter(self.asked.objectives.values()))
        return np.argsort(-sign * self.values[:, 0], kind="stable")[: self.asked.n_top].astype(np.int64)

    def front(self) -> NDArray[np.int64]:
        """The rows that no other row beats in every objective."""
        signs = tuple(sign > 0 for sign in self.asked.objectives.values())
        return pareto_front(self.values[:, : len(signs)], signs)

    def arrays(self) -> dict[str, Values]:
        """What a state file holds."""
        return {
            "fractions": self.fractions,
            "values": self.values,
            "spreads": self.spreads,
            "covered": self.covered,
        }


def screen(
    asked: Screening,
    state: Path | None = None,
    progress: Progress = silent,
    service: PredictionService | None = None,
) -> dict[str, Any]:
    """Walk through the whole space; with a `state` file interrupted work goes on where it stopped.

    Returns the number of compositions looked at and of those that count, seconds, peak memory, the best and the front, and
    by property the elements whose compositions have no value (`without_value`).

    Raises:
        InputError: a property has no predictor for these materials, or more than three objectives are named.
        WorkError: the state cannot be written.
    """
    if not asked.objectives:
        raise InputError("name what to rank by, such as --rank hardness_vickers")
    started, who = time.monotonic(), service or packaged_service()
    without_value = {name: list(unknown) for name in asked.names if (unknown := unknown_elements(asked, name, who))}
    n_points = Grid(asked.limits).n_points
    models = {name: who.names_asked(quantity_named(name), asked.anions) for name in asked.names}
    digest = f"{asked.digest} {sorted(models.items())}"  # a model that answers otherwise begins anew
    start, n_counted, kept = _resumed(asked, state, digest)
    saved = time.monotonic()
    for places, fractions in stream(asked.limits, start, progress=_shifted(progress, start, n_points)):
        values, spreads, covered = predicted(asked, fractions, who)
        counts = _counts(asked, values, covered)
        n_counted += int(counts.sum())
        kept.merge(fractions[counts], values[counts], spreads[counts], covered[counts])
        if state is not None and time.monotonic() - saved > _SECONDS_BETWEEN_SAVES:
            _save(digest, state, int(places[-1]) + 1, n_counted, kept)
            saved = time.monotonic()
    if state is not None:
        state.unlink(missing_ok=True)
    return {
        "count": n_points,
        "matching": n_counted,
        "seconds": round(time.monotonic() - started, 3),
        "peak_memory_mb": _peak_memory(),
        "resumed_at": start,
        "without_value": without_value,
        "models": models,
        "best": _rows(asked, kept, kept.top()),
        "front": _rows(asked, kept, kept.front()) if len(asked.objectives) > 1 else [],
    }


def _shifted(progress: Progress, start: int, n_points: int) -> Progress:
    return lambda what, done, _total: progress(what, start + done, n_points)


def unknown_elements(asked: Screening, name: str, service: PredictionService) -> tuple[str, ...]:
    """The elements of the space of which nobody who is asked knows anything: compositions with them have no value.

    Raises:
        InputError: the property has no predictor for these materials, or none for any of the elements.
    """
    quantity = quantity_named(name)
    if quantity.is_derived:
        return ()
    known = service.elements(quantity, asked.anions)
    unknown = tuple(symbol for symbol in asked.limits.columns if symbol not in known)
    if len(unknown) == len(asked.limits.columns):
        beside = f" with {asked.anion}" if asked.anion else ""
        raise InputError(f"{name} is not known of {', '.join(unknown)}{beside}", sorted(known))
    return unknown


def predicted(asked: Screening, fractions: Values, service: PredictionService) -> tuple[Values, Values, Values]:
    """Values, spreads and domain flags of every property, each of shape (N, n_names)."""
    task = PredictionTask(
        CompositionMatrix(asked.limits.columns, fractions), lattice=asked.lattice, anions=asked.anions
    )
    table = np.empty((3, len(fractions), len(asked.names)))
    for column, name in enumerate(asked.names):
        found = service.estimate(quantity_named(name), task)
        table[:, :, column] = found.values, found.uncertainties, found.is_in_domain
    return table[0], table[1], table[2]


def _counts(asked: Screening, values: Values, covered: Values) -> NDArray[np.bool_]:
    is_counted: NDArray[np.bool_] = np.logical_and.reduce(np.isfinite(values), axis=1)
    for name, (low, high) in asked.ranges.items():
        column = values[:, asked.names.index(name)]
        is_counted &= (column >= low) & (column <= high)
    if asked.is_in_domain:
        is_counted &= np.logical_and.reduce(covered > 0, axis=1)
    return is_counted


def _rows(asked: Screening, kept: _Kept, rows: NDArray[np.int64]) -> list[dict[str, Any]]:
    found = []
    for row in rows.tolist():
        cations = {s: float(x) for s, x in zip(asked.limits.columns, kept.fractions[row], strict=True) if x > 0}
        composition = Composition.ceramic(cations, dict(asked.anions)) if asked.anion else Composition.alloy(cations)
        properties = {}
        for column, name in enumerate(asked.names):
            value, spread = float(kept.values[row, column]), float(kept.spreads[row, column])
            quantity = quantity_named(name)
            properties[name] = {
                "value": value,
                "unit": quantity.unit,
                "uncertainty": spread,
                "interval": list(interval_of(quantity, value, spread)),
                "in_domain": bool(kept.covered[row, column]),
            }
        found.append({"formula": composition.formula, "composition": cations, "properties": properties})
    return found


def _save(digest: str, state: Path, place: int, n_counted: int, kept: _Kept) -> None:
    with written_whole(state) as temporary, temporary.open("wb") as handle:
        header = np.array([place, n_counted])
        np.savez(handle, digest=np.array(digest), header=header, **kept.arrays())  # type: ignore[arg-type]


def _resumed(asked: Screening, state: Path | None, digest: str) -> tuple[int, int, _Kept]:
    """(place to go on from, compositions counted so far, what was kept); a state of another screening is left alone."""
    if state is None or not state.exists():
        return 0, 0, _Kept(asked)
    try:
        with reading(state), np.load(state, allow_pickle=False) as stored:
            if str(stored["digest"]) != digest:
                raise InputError(f"{state} is the state of another screening; name another file or remove it")
            place, n_counted = (int(number) for number in stored["header"].astype(np.int64).reshape(2))
            return place, n_counted, _Kept(asked, _arrays_of(asked, stored))
    except InputError as error:
        if error.__cause__ is None:
            raise
        raise InputError(f"{state} is not the state of a screening; name another file or remove it") from error


def _arrays_of(asked: Screening, stored: Mapping[str, Values]) -> dict[str, Values]:
    """The arrays of a state, which have the columns of this screening and the same number of rows."""
    empty = _Kept(asked).arrays()
    found = {name: stored[name] for name in empty}
    if any(found[name].dtype.kind not in "fb" or found[name].shape[1:] != empty[name].shape[1:] for name in empty):
        raise ValueError("it holds other columns")
    if len({len(values) for values in found.values()}) != 1:
        raise ValueError("its columns have different lengths")
    return found


def _peak_memory() -> float:
    """Peak memory of this process in MB."""
    import resource
    import sys

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024**2 if sys.platform == "darwin" else 1024), 1)
