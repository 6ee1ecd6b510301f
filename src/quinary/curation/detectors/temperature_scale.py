"""Kelvin typed as degrees Celsius, or the other way round: 298, 873 or 1073 degrees Celsius are nobody's test temperature."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from quinary.curation.dataset import Dataset
from quinary.curation.finding import Suspicion

__all__ = ["DETECTOR"]

_ZERO_CELSIUS: Final = 273.15  # K
_FAVOURITES: Final = (-196.0, 20.0, 22.0, 25.0)  # degrees Celsius: liquid nitrogen and room temperature
_STEP: Final = 50.0


class TemperatureScale:
    """Strength 3 where the temperature is no round number of its scale, but would be one if the scale were the other."""

    name = "temperature_scale"
    version = "1"
    source = "habits of testing temperatures"

    def suspicions(self, data: Dataset) -> Iterator[Suspicion]:
        """One for each value of a line with such a temperature."""
        for entry in data.entries:
            for place, point in enumerate(entry.points):
                kelvin = point.conditions.temperature
                if kelvin is None or not _is_kelvin_as_celsius(kelvin - _ZERO_CELSIUS):
                    continue
                typed = kelvin - _ZERO_CELSIUS
                evidence = f"tested at {typed:.4g} degrees Celsius? {typed:.4g} K is {typed - 273:.4g} degrees Celsius"
                repair = {"condition": "temperature", "value": round(typed, 2), "unit": "K"}
                yield Suspicion(entry, 3.0, evidence, repair, point.property, place)


def _is_kelvin_as_celsius(typed: float) -> bool:
    """True if a number given in degrees Celsius looks like kelvin."""
    if typed < 70 or abs(typed - _STEP / 2 * round(typed / (_STEP / 2))) < 0.5:
        return False
    for zero in (273.0, _ZERO_CELSIUS):
        celsius = typed - zero
        if any(abs(celsius - usual) < 0.01 for usual in _FAVOURITES):
            return True
        if celsius > 90 and abs(celsius - _STEP * round(celsius / _STEP)) < 0.01:
            return True
    return False


DETECTOR: Final = TemperatureScale()
