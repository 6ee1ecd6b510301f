"""How fast the store is: import, voids after a change, show; at a million points by default."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from quinary.chemistry.composition import Composition
from quinary.errors import WorkError
from quinary.loops.cycle import Cycle
from quinary.loops.kinds import works
from quinary.loops.literature import import_source
from quinary.loops.work import CycleSettings
from quinary.materials.aggregate import best_points
from quinary.materials.policy import default_policy
from quinary.points.conditions import Conditions
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Origin, Source, Value
from quinary.points.properties import property_named
from quinary.progress import Progress
from quinary.store.bookkeeping import set_progress
from quinary.store.cells import rebuild_cells
from quinary.store.database import Database, open_database
from quinary.store.queries import StoredMaterial, find_materials, points_of, void_rows
from quinary.store.schema import cell, change_counter, material
from quinary.store.writing import PointWriter, batches
from quinary.studies.benches import BenchSettings

__all__ = ["run", "synthetic_points"]

_POINTS: Final = 1_000_000
_ELEMENTS: Final = ("Ti", "Zr", "Hf", "V", "Nb", "Ta", "Cr", "Mo", "W", "Re")
_PROPERTIES: Final = ("hardness_vickers", "yield_strength", "density", "elongation", "youngs_modulus")
_POINTS_PER_MATERIAL: Final = 4
_AT_ONCE: Final = 50_000
_N_LOOKS: Final = 50
_KEYS: Final = (
    "import_points_per_second", "voids_after_change_seconds", "show_milliseconds", "table_points_per_second",
    "incremental_cycle_seconds", "aggregated_view_milliseconds", "reaggregation_seconds", "peak_memory_gigabytes",
)  # fmt: skip
_TEMPERATURES: Final = (None, 873.15, 1273.15)


def synthetic_points(n_points: int, seed: int = 0) -> Iterator[DataPoint]:
    """Points as a literature store has them: four a material, quaternary alloys, three temperatures, twenty to a paper."""
    import numpy as np

    generator = np.random.default_rng(seed)
    source = Source("synthetic", "compilation", "CC0-1.0")
    conditions = [Conditions.of({"temperature": t}) for t in _TEMPERATURES]
    n_materials = -(-n_points // _POINTS_PER_MATERIAL)
    chosen = generator.random((n_materials, len(_ELEMENTS))).argsort(axis=1)[:, :4].tolist()
    amounts = generator.gamma(5.0, size=(n_materials, 4)).tolist()  # normalised, these are Dirichlet(5)
    values = generator.uniform(1.0, 20.0, n_points).tolist()
    for number in range(n_points):
        row, place = divmod(number, _POINTS_PER_MATERIAL)
        if place == 0:
            named = zip((_ELEMENTS[i] for i in chosen[row]), amounts[row], strict=True)
            material = Material(Composition.alloy(dict(named)), ("BCC",), ("AC",))
        yield DataPoint(
            material=material,
            property=_PROPERTIES[number % len(_PROPERTIES)],
            value=Value.number(values[number]),
            method=Method.MEASURED,
            origin=Origin.LITERATURE,
            source=source,
            conditions=conditions[number % len(conditions)],
            doi=f"10.0000/{seed}.{number // 20}",
        )


def run(settings: BenchSettings) -> dict[str, Any]:
    """Fill a new database with `size` synthetic points and measure. Without a URL it lives in a temporary folder.

    Returns the figures with their goals: import >= 10,000 points/s, voids after a 100-point change <= 1 s, show and the
    aggregated view of one material <= 50 ms, a cycle after 100 new points <= 5 s, all cells from scratch <= 2 min, memory
    < 2 GB.
    """
    n_points = settings.size or _POINTS
    with tempfile.TemporaryDirectory(prefix="quinary-bench-") as folder:
        with open_database(settings.db or f"sqlite:///{Path(folder) / 'bench.db'}") as database:
            rows = _measure(database, n_points, settings.progress)
        name = database.engine.dialect.name
    return {
        "database": name,
        "points": n_points,
        "rows": rows,
        **{key: row["value"] for key, row in zip(_KEYS, rows, strict=True)},
    }


def _measure(database: Database, n_points: int, progress: Progress) -> list[dict[str, Any]]:
    seconds = _fill(database, n_points, progress)
    policy = default_policy()
    since = database.counter()
    with database.write() as connection:
        PointWriter(connection).add(synthetic_points(100, seed=1))
    started = time.perf_counter()
    with database.read() as connection:
        n_voids = sum(1 for _ in void_rows(connection, policy, since=since))
    void_seconds = time.perf_counter() - started
    return [
        _row("import of points, one transaction", n_points / seconds, "points/s", ">= 10000"),
        _row(f"voids after a 100-point change ({n_voids} found)", void_seconds, "s", "<= 1"),
        _row("show, median of 50", _show_milliseconds(database), "ms", "<= 50"),
        _row("import of a CSV table into the filled store", _table_speed(database, n_points // 10), "points/s", ""),
        _row("cycle after 100 new points, everything included", _cycle_seconds(database), "s", "<= 5"),
        _row("aggregated view of one material, median of 50", _view_milliseconds(database), "ms", "<= 50"),
        _row("all cells from scratch", _reaggregation_seconds(database), "s", "<= 120"),
        _row("peak memory of this process", _peak_memory(), "GB", "< 2"),
    ]


def _cycle_seconds(database: Database) -> float:
    """One cycle after 100 new points, in a store in which all earlier changes count as worked on and a cycle has ended."""
    with database.write() as connection:
        change = int(connection.execute(select(change_counter.c.value)).scalar_one())
        for work in works(CycleSettings()):
            set_progress(connection, work.name, change, work.version())
    Cycle(database).once()
    with database.write() as connection:
        PointWriter(connection).add(synthetic_points(100, seed=3))
    started = time.perf_counter()
    report = Cycle(database).once()
    seconds = time.perf_counter() - started
    if report.loops[0].n_materials != 100 // _POINTS_PER_MATERIAL:
        raise WorkError(f"the cycle looked at {report.loops[0].n_materials} materials, not at the 25 that are new")
    return seconds


def _view_milliseconds(database: Database) -> float:
    """Median time to choose the best value of each cell of a composition from all its points."""
    return _milliseconds(database, lambda connection, stored: best_points(points_of(connection, stored)))


def _reaggregation_seconds(database: Database) -> float:
    """Seconds to find all cells from all points; as many as the table has must come out."""
    started = time.perf_counter()
    with database.read() as connection:
        n_found = sum(1 for _ in rebuild_cells(connection))
        seconds = time.perf_counter() - started
        n_kept = int(connection.execute(select(func.count()).select_from(cell)).scalar_one())
    if n_found != n_kept:
        raise WorkError(f"{n_found} cells from scratch, but the table has {n_kept}")
    return seconds


def _peak_memory() -> float:
    """The most memory that this process has used, GB."""
    import resource

    in_bytes = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * in_bytes / 1e9


def _fill(database: Database, n_points: int, progress: Progress) -> float:
    """Seconds to add all points in one transaction; making the synthetic points is not counted."""
    points = synthetic_points(n_points)
    seconds, n_done = 0.0, 0
    with ExitStack() as stack:
        started = time.perf_counter()
        writer = PointWriter(stack.enter_context(database.write()))
        seconds += time.perf_counter() - started
        for some in batches(points, _AT_ONCE):
            started = time.perf_counter()
            writer.add(some)
            seconds += time.perf_counter() - started
            n_done += len(some)
            progress("importing", n_done, n_points)
        started = time.perf_counter()
        stack.close()  # the commit counts
    return seconds + time.perf_counter() - started


def _table_speed(database: Database, n_points: int) -> float:
    """Points a second from a CSV file with five properties a row, through the reader, as `quinary import` does it."""
    rows: dict[str, dict[str, float]] = {}
    for point in synthetic_points(n_points, seed=2):
        rows.setdefault(point.material.composition.formula, {})[point.property] = point.value.nominal
    with tempfile.TemporaryDirectory(prefix="quinary-bench-") as folder:
        path = Path(folder) / "table.csv"
        headings = [f"{name} ({property_named(name).unit})" for name in _PROPERTIES]
        lines = [",".join(("formula", *headings))]
        lines += [
            ",".join((formula, *(str(row.get(name, "")) for name in _PROPERTIES))) for formula, row in rows.items()
        ]
        path.write_text("\n".join(lines), encoding="utf-8")
        started = time.perf_counter()
        report = import_source(database, str(path))[0]
        return report.n_read / (time.perf_counter() - started)


def _row(measure: str, value: float, unit: str, goal: str) -> dict[str, Any]:
    return {"measure": measure, "value": round(value, 4), "unit": unit, "goal": goal}


def _show_milliseconds(database: Database) -> float:
    """Median time to find a composition by key and read all its points, over fifty compositions spread over the store."""
    return _milliseconds(database, points_of)


def _milliseconds(database: Database, look: Callable[[Connection, StoredMaterial], object]) -> float:
    with database.read() as connection:
        last = int(connection.execute(select(func.max(material.c.id))).scalar_one())
        places = [1 + number * (last - 1) // (_N_LOOKS - 1) for number in range(_N_LOOKS)]
        keys = connection.execute(select(material.c.composition_key).where(material.c.id.in_(places))).scalars().all()
    times = []
    for key in keys:
        started = time.perf_counter()
        with database.read() as connection:
            for stored in find_materials(connection, composition_key=key):
                look(connection, stored)
        times.append(1000 * (time.perf_counter() - started))
    return sorted(times)[len(times) // 2]
