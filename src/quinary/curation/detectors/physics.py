"""What cannot be, or hardly: values of one line, or of one alloy at several temperatures, that contradict each other."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from quinary.constants import ROOM_TEMPERATURE
from quinary.curation.dataset import Dataset, Entry
from quinary.curation.finding import Suspicion
from quinary.points.point import DataPoint, Method
from quinary.reference.elements import element_column

__all__ = ["DETECTOR", "mixture_density"]

_TABOR: Final = 3.0  # hardness over flow stress of a metal
_NOTCH: Final = 1.02  # rounding
_MOST_STRAIN: Final = 100.0  # %, at room temperature


class Physics:
    """Strength: |ln(ratio)| of the two values that should agree, in units of the scatter that is usual for the pair.

    Yield over ultimate strength and plastic over total elongation beyond 1 are impossible. Hardness over three times the
    yield strength scatters by a factor of 1.5 in the middle, measured over mixed density by 5 %, measured over calculated
    modulus by 25 %; a strength that rises with temperature by more than 30 % is unusual.
    """

    name = "physics"
    version = "1"
    source = "definition of strengths; Tabor; rule of mixtures; thermal softening"

    def suspicions(self, data: Dataset) -> Iterator[Suspicion]:
        """Contradictions within a line, then along the temperature."""
        for entry in data.entries:
            yield from _within_line(entry)
        for paper in data.papers.values():
            yield from _along_temperature(paper)


def mixture_density(entry: Entry) -> float | None:
    """Density (g/cm^3) of the elements by volume: sum(c M) / sum(c V); None where an element has no molar volume."""
    masses, volumes = element_column("mass"), element_column("molar_volume")
    if any(symbol not in volumes or symbol not in masses for symbol in entry.fractions):
        return None
    volume = math.fsum(c * volumes[symbol] for symbol, c in entry.fractions.items())
    return math.fsum(c * masses[symbol] for symbol, c in entry.fractions.items()) / volume


def _within_line(entry: Entry) -> Iterator[Suspicion]:
    numbers = {
        (point.property, point.method is Method.CALCULATED): (place, point)
        for place, point in enumerate(entry.points)
        if not point.value.categories and point.value.nominal > 0 and not point.value.is_bound
    }
    yield from _ordered(entry, numbers, "yield_strength", "ultimate_tensile_strength")
    yield from _ordered(entry, numbers, "plastic_elongation", "elongation")
    hardness, strength = numbers.get(("hardness_vickers", False)), numbers.get(("yield_strength", False))
    if hardness and strength and _is_ambient(strength[1]):
        ratio = 1000 * hardness[1].value.nominal / (_TABOR * strength[1].value.nominal)
        if (off := abs(math.log(ratio / 1.3)) / 0.4) > 2:
            text = (
                f"hardness {hardness[1].value.nominal:.3g} GPa and yield strength {strength[1].value.nominal:.4g} MPa:"
                f" hardness is usually three to four times the strength, here {_TABOR * ratio:.3g} times"
            )
            yield Suspicion(entry, off, text, None, "hardness_vickers", hardness[0])
            yield Suspicion(entry, off, text, None, "yield_strength", strength[0])
    measured, mixed = numbers.get(("density", False)), mixture_density(entry)
    if measured and mixed:
        yield from _compared(entry, measured, mixed, 0.06, "the elements mix to")
    stiff, calculated = numbers.get(("youngs_modulus", False)), numbers.get(("youngs_modulus", True))
    if stiff and calculated:
        yield from _compared(entry, stiff, calculated[1].value.nominal, 0.3, "the calculated value of the line is")
    for name in ("elongation", "plastic_elongation"):
        found = numbers.get((name, False))
        if found and found[1].value.nominal > _MOST_STRAIN and _is_ambient(found[1]):
            text = (
                f"{name} {found[1].value.nominal:.4g} % at room temperature: over {_MOST_STRAIN:g} % is hardly possible"
            )
            yield Suspicion(entry, 4.0, text, None, name, found[0])


def _is_ambient(point: DataPoint) -> bool:
    return (point.conditions.temperature or ROOM_TEMPERATURE) < 400.0


def _ordered(
    entry: Entry, numbers: dict[tuple[str, bool], tuple[int, DataPoint]], small: str, large: str
) -> Iterator[Suspicion]:
    low, high = numbers.get((small, False)), numbers.get((large, False))
    if low is None or high is None or low[1].value.nominal <= _NOTCH * high[1].value.nominal:
        return
    text = f"{small} {low[1].value.nominal:.4g} is above {large} {high[1].value.nominal:.4g} {low[1].unit} in one line"
    for name, (place, _) in ((small, low), (large, high)):
        yield Suspicion(entry, 5.0, text, None, name, place, is_impossible=True)


def _compared(
    entry: Entry, stated: tuple[int, DataPoint], other: float, scatter: float, words: str
) -> Iterator[Suspicion]:
    place, point = stated
    off = abs(math.log(point.value.nominal / other)) / scatter
    if off > 2:
        text = f"{point.property} {point.value.nominal:.4g} {point.unit}, but {words} {other:.4g}"
        yield Suspicion(entry, min(off, 12.0), text, None, point.property, place)


def _along_temperature(paper: tuple[Entry, ...]) -> Iterator[Suspicion]:
    """Strengths of one material of a paper that rise by over 30 % with temperature, or fall more than eightfold."""
    curves: dict[tuple[str, str, object], list[tuple[float, Entry, int, DataPoint]]] = defaultdict(list)
    for entry in paper:
        for place, point in enumerate(entry.points):
            if point.property in {"yield_strength", "ultimate_tensile_strength"} and point.value.nominal > 0:
                temperature = point.conditions.temperature or ROOM_TEMPERATURE
                group = point.material.composition_key, point.property, point.conditions.get("test")
                curves[group].append((temperature, entry, place, point))
    for curve in curves.values():
        curve.sort(key=lambda item: item[0])
        for first, second in pairwise(curve):
            cold, hot = first[0], second[0]
            if hot - cold < 50:
                continue
            rise = math.log(second[3].value.nominal / first[3].value.nominal)
            off = (rise - math.log(1.3)) / 0.3 if rise > 0 else (-rise - math.log(8.0)) / 0.3
            if off > 0:
                text = (
                    f"{first[3].property} {first[3].value.nominal:.4g} MPa at {cold:.0f} K and"
                    f" {second[3].value.nominal:.4g} MPa at {hot:.0f} K of one alloy in one paper"
                )
                for _, entry, place, point in (first, second):
                    yield Suspicion(
                        entry, min(2 + off, 12.0), text, None, point.property, place,
                        contradiction=f"{entry.paper} {entry.formula}: {text}",
                    )  # fmt: skip


DETECTOR: Final = Physics()
