"""Values that contradict what is known of such alloys and of the paper; and the unit or power of ten that explains them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from quinary.curation.dataset import Dataset
from quinary.curation.expectation import Deviation, deviations
from quinary.curation.finding import Suspicion
from quinary.wording import counted

__all__ = ["DETECTOR"]

_LEAST_Z: Final = 2.0
_ALIKE: Final = 0.25  # of |z|: 10 and 9.81 cannot be told apart by what they leave
_EXPLAINED: Final = 0.4  # a factor explains a deviation that it brings below this part
# What a value must be multiplied with to be right, and what then happened.
_FACTORS: Final[Mapping[str, tuple[tuple[float, str], ...]]] = {
    "hardness_vickers": (
        (101.971621, "GPa typed as HV"), (1 / 101.971621, "HV typed as GPa"), (9.80665, "kgf/mm^2 typed as MPa"),
        (1 / 9.80665, "MPa typed as HV"),
    ),
    "yield_strength": ((1000.0, "GPa typed as MPa"), (9.80665, "kgf/mm^2 typed as MPa"), (1e-6, "Pa typed as MPa")),
    "ultimate_tensile_strength": ((1000.0, "GPa typed as MPa"), (9.80665, "kgf/mm^2 typed as MPa"), (1e-6, "Pa typed as MPa")),
    "youngs_modulus": ((1e-3, "MPa typed as GPa"), (1e-9, "Pa typed as GPa")),
    "density": ((1e-3, "kg/m^3 typed as g/cm^3"),),
    "elongation": ((100.0, "a fraction typed as %"),),
    "plastic_elongation": ((100.0, "a fraction typed as %"),),
    "grain_size": ((1e-3, "nm typed as um"), (1e3, "mm typed as um")),
}  # fmt: skip
_TENS: Final = (
    (10.0, "a zero or the place of the decimal point"), (0.1, "a zero or the place of the decimal point"),
    (1000.0, "a prefix of the unit"), (1e-3, "a prefix of the unit"),
)  # fmt: skip


class UnitSlip:
    """Strength: robust standard deviations from what is expected (`quinary.curation.expectation`), at most 12."""

    name = "unit_slip"
    version = "1"
    source = "random forest and paper level, robust z; conversion factors"

    def suspicions(self, data: Dataset) -> Iterator[Suspicion]:
        """Every value more than two robust standard deviations off."""
        for found in deviations(data).values():
            for deviation in found:
                if abs(deviation.z) >= _LEAST_Z:
                    yield _suspicion(deviation)


def _suspicion(deviation: Deviation) -> Suspicion:
    point = deviation.point
    value, unit = point.value.nominal, point.unit
    others = f"; {counted(deviation.n_paper, 'other value')} of the paper considered" if deviation.n_paper else ""
    evidence = (
        f"{point.property} {value:.4g} {unit}, where {deviation.expected:.3g} is expected of such a material"
        f" (z = {abs(deviation.z):.1f}{others})"
    )
    repair: dict[str, Any] | None = None
    factor, why, left = _explanation(deviation)
    if left < _EXPLAINED * abs(deviation.z) and left < _LEAST_Z:
        evidence += f": a factor of {factor:.4g}, {why}, explains it"
        repair = {"property": point.property, "value": float(f"{value * factor:.6g}"), "unit": unit}
    return Suspicion(deviation.entry, min(abs(deviation.z), 12.0), evidence, repair, point.property, deviation.place)


def _explanation(deviation: Deviation) -> tuple[float, str, float]:
    """(factor, what then happened, |z| that is left) of the factor that explains most; of like ones a power of ten."""

    def left(explained: tuple[float, str]) -> float:
        return abs(_z_after(deviation, explained[0]))

    best_ten = min(_TENS, key=left)
    best = min(_FACTORS.get(deviation.point.property, ()), key=left, default=best_ten)
    chosen = best if left(best) < left(best_ten) - _ALIKE else best_ten
    return *chosen, left(chosen)


def _z_after(deviation: Deviation, factor: float) -> float:
    return deviation.z + math.log10(factor) / deviation.spread


DETECTOR: Final = UnitSlip()
