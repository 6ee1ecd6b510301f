"""How good the default potential is: crystals against references, alloys and carbides beside simpler estimates."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from quinary.errors import InputError, WorkError
from quinary.simulation.potentials import load_potential
from quinary.studies.benches import BenchSettings
from quinary_benchmarks.potential_cases import (
    Comparison,
    Crystal,
    alloys,
    carbides,
    computed_crystal,
    computed_mixture,
    crystals,
)

if TYPE_CHECKING:
    from quinary.simulation.potentials import Potential

__all__ = ["run"]

_CRYSTALS_PER_MIXTURE: Final = 10
_ESTIMATES: Final = ("potential", "combination", "mean")
_GOALS: Final = {"lattice": 0.01, "bulk_modulus": 0.12, "shear_modulus": 0.20}


def run(settings: BenchSettings) -> dict[str, Any]:
    """Compute the first `size` of 38 crystals, and a tenth as many alloys and carbides (one of each at least).

    `lattice`, `bulk_modulus` and `shear_modulus` are medians of the relative errors of the crystals, the lattice parameter
    being the cube root of the volume; `alloys` and `carbides` hold the mean absolute errors (GPa) of the potential, of the
    linear combination and of the mean of all others. What cannot be computed is listed under `failed`; carbides are left
    out, and `carbides_left_out` says why, where their table is not on this machine.

    Raises:
        InputError: a size below one.
        WorkError: the potential cannot be loaded.
    """
    every = crystals()
    n_crystals = len(every) if settings.size is None else min(settings.size, len(every))
    if n_crystals < 1:
        raise InputError(f"the bench of potentials takes a size of at least 1, not {settings.size}")
    n_mixtures = max(1, n_crystals // _CRYSTALS_PER_MIXTURE)
    potential = load_potential()
    started = time.process_time()
    failed: list[str] = []
    rows = _crystal_rows(every[:n_crystals], potential, settings, failed)
    of_alloys = _mixture_rows(alloys(n_mixtures), potential, settings, failed)
    of_carbides, left_out = _carbide_rows(n_mixtures, potential, settings, failed)
    figures = {name: statistics.median(abs(row[name]) for row in rows) for name in _GOALS} if rows else {}
    return {
        "potential": f"{potential.name} {potential.version} ({potential.precision} precision)",
        "n_crystals": len(rows),
        **figures,
        "goals": _GOALS,
        "alloys": _errors(of_alloys),
        "carbides": _errors(of_carbides),
        "carbides_left_out": left_out,
        "failed": failed,
        "cpu_seconds": time.process_time() - started,
        "crystals": rows,
        "mixtures": [*of_alloys, *of_carbides],
        "rows": [{"measure": name, "value": value, "goal": f"<= {_GOALS[name]:g}"} for name, value in figures.items()],
    }


def _crystal_rows(
    chosen: Sequence[Crystal], potential: Potential, settings: BenchSettings, failed: list[str]
) -> list[dict[str, Any]]:
    """Relative errors of each crystal, signed, beside what was computed and the reference."""
    rows = []
    for number, crystal in enumerate(chosen):
        settings.progress(f"computing {crystal.name}", number, len(chosen))
        try:
            volume, constants = computed_crystal(crystal, potential)
        except (InputError, WorkError) as error:
            failed.append(f"{crystal.name}: {error.message}")
            continue
        rows.append(
            {
                "formula": crystal.name,
                "structure": crystal.structure,
                "lattice": (volume / crystal.volume) ** (1 / 3) - 1,
                "bulk_modulus": constants.bulk_modulus / crystal.bulk_modulus - 1,
                "shear_modulus": constants.shear_modulus / crystal.shear_modulus - 1,
                "computed": [volume, constants.bulk_modulus, constants.shear_modulus],
                "reference": [crystal.volume, crystal.bulk_modulus, crystal.shear_modulus],
                "doi": crystal.doi,
            }
        )
    return rows


def _carbide_rows(
    n_wanted: int, potential: Potential, settings: BenchSettings, failed: list[str]
) -> tuple[list[dict[str, Any]], str]:
    """Rows of carbides, and why there are none."""
    try:
        cases = carbides(n_wanted)
    except InputError as error:
        return [], error.message
    return _mixture_rows(cases, potential, settings, failed), ""


def _mixture_rows(
    cases: Sequence[Comparison], potential: Potential, settings: BenchSettings, failed: list[str]
) -> list[dict[str, Any]]:
    """The modulus of each mixture by all estimates; a mixture of two moduli is computed once."""
    rows = []
    formulas = list(dict.fromkeys(case.formula for case in cases))
    for number, formula in enumerate(formulas):
        settings.progress(f"computing {formula}", number, len(formulas))
        try:
            constants = computed_mixture(formula, potential)
        except (InputError, WorkError) as error:
            failed.append(f"{formula}: {error.message}")
            continue
        rows += [
            {
                "formula": formula,
                "property": case.property,
                "reference": case.reference,
                "potential": float(getattr(constants, case.property)),
                "combination": case.combination,
                "mean": case.mean,
                "doi": case.doi,
            }
            for case in cases
            if case.formula == formula
        ]
    return rows


def _errors(rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Property -> mean absolute error of each estimate (GPa), which is least, and on how many mixtures."""
    found = {}
    for name in dict.fromkeys(row["property"] for row in rows):
        of_name = [row for row in rows if row["property"] == name]
        errors = {estimate: _mean(abs(row[estimate] - row["reference"]) for row in of_name) for estimate in _ESTIMATES}
        found[name] = {**errors, "best": min(errors, key=lambda estimate: errors[estimate]), "n": len(of_name)}
    return found


def _mean(values: Iterable[float]) -> float:
    return statistics.fmean(values)
