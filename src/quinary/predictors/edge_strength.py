"""Yield strength of single-phase bcc and fcc alloys from Curtin's edge-dislocation models."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.constants import CUBIC_ANGSTROM_PER_MOLAR, ROOM_TEMPERATURE
from quinary.descriptors.alloys import (
    EDGE_LATTICES,
    EDGE_MISFIT_PERCENT,
    average,
    combine,
    edge_barrier,
    element_combination,
    lattice_weights,
    misfit_percent,
    poisson_ratio,
    yield_stress,
)
from quinary.errors import InputError
from quinary.plugins import Predictor, combination_details, estimate
from quinary.points.conditions import Conditions
from quinary.points.point import Method
from quinary.reference.elements import column, element_column
from quinary.reference.lattices import LATTICES, elements_with
from quinary.reference.metals import measured_moduli, metals_with_measured_moduli

if TYPE_CHECKING:
    from quinary.plugins import Anions, Estimate, PredictionTask

__all__ = ["PLUGIN", "EdgeStrength"]

_CALCULATED: Final = ("shear_modulus", "poisson_ratio")
_NAMES: Final = {"bcc": "Maresca-Curtin 2020", "fcc": "Varvenne-Curtin 2016"}
_DEFAULT_STRAIN_RATE: Final = 1e-3  # 1/s, what most tests use
_MELTING_SHARE: Final = 0.6  # above this share of the melting temperature diffusion takes over

# One standard deviation, set so that 68 % of the measured yield strengths of the single-phase rows of Borg et al. 2020
# (10.1038/s41597-020-00768-9) lie within it. In the domain: 210 MPa and 20 % of the value in quadrature (232 values of 77
# bcc alloys, 4 to 1473 K; median predicted over measured 1.03). Outside it a fixed spread: bcc 140 values, median
# 0.56; fcc 184 values, median 0.43, because most of them are wrought and fine-grained.
_FLOOR_IN_DOMAIN: Final = 210.0  # MPa
_RELATIVE_IN_DOMAIN: Final = 0.20
_SPREAD_OUTSIDE: Final = {"bcc": 445.0, "fcc": 360.0}  # MPa


class EdgeStrength(Predictor):
    """Yield strength (MPa) of a random solid solution against the glide of edge dislocations.

    Conditions: `temperature` in K, else 298.15; `strain_rate` in 1/s, else 0.001.

    Moduli of bcc alloys: means of those measured on the elements at room temperature, as in the papers; density-functional
    values, which are far too soft in shear for V and Nb, do as well in the domain (mean error 276 instead of 281 MPa) and
    worse outside it (405 instead of 387 MPa), and give MoNbTaW 863 MPa at 298 K where the published inputs give 931 and
    these 914. Fcc: linear combination, because the measured moduli of Mn are those of a structure of its own.
    Volumes: molar volumes of the metals at room temperature, not the calculated ones of the lattice, which are those of
    non-magnetic Cr, Mn, Fe and Co. Grain-size strengthening, cold work, second phases and short-range order are not
    included, so a pure metal gets 0.

    Domain: bcc, no reported phase but BCC, misfit above 3.5 % (below it screw dislocations take over), at most 0.6 of the
    mean melting temperature. There the mean error is 281 MPa, that of the mean of the 232 measured values 382 MPa, and that
    of a straight line in temperature 278 MPa: the model follows temperature, and at room temperature alone it ranks alloys
    (correlation 0.49) without beating their mean (350 against 303 MPa). Fcc is always outside: against 184 measured values
    it errs by 328 MPa and their mean by 266 MPa; it is the part that the solid solution contributes.

    Source: bcc 10.1016/j.actamat.2019.10.015; fcc 10.1016/j.actamat.2016.07.040.
    """

    name = "curtin_edge"
    version = "3"
    source = "10.1016/j.actamat.2019.10.015, 10.1016/j.actamat.2016.07.040"
    properties = ("yield_strength",)
    uses_conditions: tuple[str, ...] = ("temperature", "strain_rate")
    is_row_exact = True

    def elements(self, name: str, anions: Anions = ()) -> frozenset[str]:  # noqa: ARG002 - one property, alloys
        """The elements with calculated and measured moduli, a molar volume and a melting temperature."""
        tabulated = (frozenset(element_column(entry)) for entry in ("molar_volume", "melting_temperature"))
        return elements_with(*_CALCULATED).intersection(metals_with_measured_moduli(), *tabulated)

    def predict(self, name: str, task: PredictionTask) -> Estimate:  # noqa: ARG002 - one property
        """The yield strength of every row; NaN where the lattice is not one cubic lattice.

        Raises:
            InputError: unknown lattice, or table where the alloy is fcc, a temperature that is not positive, a strain rate
                outside 0 to 1e4 1/s.
        """
        temperature = _number(task.conditions, "temperature", ROOM_TEMPERATURE)
        rate = _number(task.conditions, "strain_rate", _DEFAULT_STRAIN_RATE)
        is_one_lattice = lattice_weights(task.structures, len(task.matrix), task.lattice) == 1.0
        rows = {lattice: is_one_lattice[:, LATTICES.index(lattice)] for lattice in EDGE_LATTICES}
        values = np.full(len(task.matrix), np.nan)
        spreads = values.copy()
        is_in_domain = rows["bcc"] & _is_edge_controlled(task, temperature)
        replacement = np.zeros(len(task.matrix))
        for lattice, chosen in rows.items():
            if chosen.any():
                shear, poisson, replaced = _moduli(lattice, task)
                barrier = edge_barrier(lattice, task.matrix.fractions, _volumes(task.matrix.elements), shear, poisson)
                values[chosen] = yield_stress(barrier, lattice, temperature, rate)[chosen]
                spreads[chosen] = _SPREAD_OUTSIDE[lattice]
                replacement[chosen] = replaced[chosen]
        calibrated = np.hypot(_FLOOR_IN_DOMAIN, _RELATIVE_IN_DOMAIN * values)
        details = _details(task, rows, replacement, f"{temperature:g} K, {rate:g} 1/s")
        found = estimate(
            task, values, np.where(is_in_domain, calibrated, spreads), is_in_domain, Method.EMPIRICAL, details
        )
        return _with_lattice_reasons(found, rows["bcc"] | rows["fcc"])


def _number(conditions: Conditions, name: str, default: float) -> float:
    value = conditions.get(name)
    if isinstance(value, str):
        raise InputError(f"condition {name}={value!r} is not a number")
    return default if value is None else value


def _volumes(elements: tuple[str, ...]) -> NDArray[np.float64]:
    return column("molar_volume", elements) * CUBIC_ANGSTROM_PER_MOLAR


def _moduli(lattice: str, task: PredictionTask) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """(shear modulus in GPa, Poisson's ratio, replacement level) of the alloys in one lattice, each of shape (N,)."""
    if lattice == "bcc":
        bulk, shear = measured_moduli(task.matrix.elements)
        fractions = task.matrix.fractions
        poisson = average(fractions, poisson_ratio(bulk, shear))
        return average(fractions, shear), poisson, np.zeros(len(task.matrix))
    calculated = [combine(wanted, task) for wanted in _CALCULATED]
    return calculated[0].values, calculated[1].values, calculated[0].replacement


def _is_edge_controlled(task: PredictionTask, temperature: float) -> NDArray[np.bool_]:
    """True for rows of enough misfit, cold enough, in which nothing but BCC is reported; shape (N,)."""
    misfit = misfit_percent(task.matrix.fractions, _volumes(task.matrix.elements))
    melting = element_combination("melting_temperature", task)
    is_single = np.ones(len(task.matrix), dtype=bool)
    for row, phases in enumerate(task.structures):
        is_single[row] = set(phases) <= {"BCC"}
    return is_single & (misfit > EDGE_MISFIT_PERCENT) & (temperature <= _MELTING_SHARE * melting)


def _details(
    task: PredictionTask, rows: dict[str, NDArray[np.bool_]], replacement: NDArray[np.float64], test: str
) -> tuple[str, ...]:
    """One line a row: the model, the test, the misfit, what is missing, and how the moduli were obtained."""
    misfit = misfit_percent(task.matrix.fractions, _volumes(task.matrix.elements))
    lines = []
    for row, averaged in enumerate(combination_details(task, replacement)):
        names = [_NAMES[lattice] for lattice, chosen in rows.items() if chosen[row]]
        model = names[0] if names else "no"
        inputs = "means of measured moduli, bcc" if rows["bcc"][row] else averaged
        lines.append(
            f"{model} edge model at {test}, misfit {misfit[row]:.1f} %, no grain-size strengthening, on {inputs}"
        )
    return tuple(lines)


def _with_lattice_reasons(found: Estimate, is_one_cubic: NDArray[np.bool_]) -> Estimate:
    """The reason for rows that are not one cubic lattice."""
    reasons = tuple(
        reason if covered else "the edge models are for one lattice, bcc or fcc"
        for reason, covered in zip(found.reasons, is_one_cubic, strict=True)
    )
    return replace(found, reasons=reasons)


PLUGIN: Final = EdgeStrength()
