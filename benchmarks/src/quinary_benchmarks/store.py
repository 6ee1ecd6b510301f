"""How fast the store is: import, voids, views, show, a cycle after a change; at a million points by default."""

from __future__ import annotations

import functools
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from quinary.chemistry.composition import Composition
from quinary.errors import WorkError
from quinary.loops.cycle import Cycle, works
from quinary.loops.literature import import_source
from quinary.loops.views import view_groups, view_rows
from quinary.loops.work import CycleSettings
from quinary.materials.needs import Need
from quinary.materials.policy import default_policy
from quinary.materials.views import Group, View
from quinary.points.conditions import Conditions
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Origin, Source, Value
from quinary.points.properties import property_named
from quinary.progress import Progress
from quinary.store.cells import rebuild_cells
from quinary.store.database import Database, open_database
from quinary.store.needs import ranked_needs
from quinary.store.queries import StoredMaterial, find_materials, points_of, void_rows
from quinary.store.schema import cell, change_counter, material
from quinary.store.survey import survey
from quinary.store.view_points import Selection
from quinary.store.work import set_progress
from quinary.store.writing import PointWriter, batches
from quinary.studies.benches import BenchSettings, place_of_its_own

__all__ = ["run", "synthetic_points"]

_Found = TypeVar("_Found")

_POINTS: Final = 1_000_000
_ELEMENTS: Final = ("Ti", "Zr", "Hf", "V", "Nb", "Ta", "Cr", "Mo", "W", "Re")
_PROPERTIES: Final = ("hardness_vickers", "yield_strength", "density", "elongation", "youngs_modulus")
_POINTS_PER_MATERIAL: Final = 10  # a hundred thousand materials at a million points
_AT_ONCE: Final = 50_000
_N_LOOKS: Final = 50
_KEYS: Final = (
    "import_points_per_second", "voids_after_change_seconds", "voids_seconds", "show_milliseconds",
    "table_points_per_second", "incremental_cycle_seconds", "aggregated_view_milliseconds", "reaggregation_seconds",
    "full_view_seconds", "peak_memory_gigabytes",
)  # fmt: skip
_N_NEW: Final = 25  # materials that a hundred new points are of
_TEMPERATURES: Final = (None, 873.15, 1273.15)


def synthetic_points(n_points: int, seed: int = 0, *, per_material: int = 4) -> Iterator[DataPoint]:
    """Points as a literature store has them: quaternary alloys, five properties, three temperatures, twenty to a paper."""
    generator = np.random.default_rng(seed)
    source = Source("synthetic", "compilation", "CC0-1.0")
    conditions = [Conditions.of({"temperature": t}) for t in _TEMPERATURES]
    n_materials = -(-n_points // per_material)
    chosen = generator.random((n_materials, len(_ELEMENTS))).argsort(axis=1)[:, :4].tolist()
    amounts = generator.gamma(5.0, size=(n_materials, 4)).tolist()  # normalised, these are Dirichlet(5)
    values = generator.uniform(1.0, 20.0, n_points).tolist()
    for number in range(n_points):
        row, place = divmod(number, per_material)
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

    Returns the figures with their goals: import >= 10,000 points/s, voids after a 100-point change <= 1 s, what to measure
    next <= 3 s, show and the aggregated view of one material <= 50 ms, a cycle after 100 new points <= 5 s, all cells and the
    whole aggregated view from scratch <= 2 min, memory < 2 GB. `cpu` is the same by the processor time of this process: what
    a machine that does nothing else would show, the work of a database server left out.
    """
    n_points = settings.size or _POINTS
    with place_of_its_own() as folder:
        with open_database(settings.db or f"sqlite:///{folder / 'bench.db'}") as database:
            rows = _measure(database, n_points, settings.progress)
        name = database.engine.dialect.name
    return {
        "database": name,
        "points": n_points,
        "rows": rows,
        **{key: row["value"] for key, row in zip(_KEYS, rows, strict=True)},
    }


def _measure(database: Database, n_points: int, progress: Progress) -> list[dict[str, Any]]:
    filling = _fill(database, n_points, progress)
    since = database.counter()
    with database.write() as connection:
        PointWriter(connection).add(synthetic_points(100, seed=1))
    after_change, n_voids = _timed(lambda: _n_voids_since(database, since))
    voids, _ = _timed(lambda: _what_next(database))
    table, n_read = _timed_table(database, n_points // 10)
    cells, _ = _timed(lambda: _reaggregate(database))
    view, n_rows = _timed(lambda: _n_view_rows(database))
    return [
        _row("import of points, one transaction", filling.rate(n_points), "points/s", ">= 10000"),
        _row(f"voids after a 100-point change ({n_voids} found)", after_change, "s", "<= 1"),
        _row("all voids counted, the 50 most urgent named", voids, "s", "<= 3"),
        _row("show, median of 50", _milliseconds(database, points_of), "ms", "<= 50"),
        _row("import of a CSV table into the filled store", table.rate(n_read), "points/s", ""),
        _row("cycle after 100 new points, everything included", _cycle_time(database), "s", "<= 5"),
        _row("aggregated view of one composition, median of 50", _milliseconds(database, _view_of), "ms", "<= 50"),
        _row("all cells from scratch", cells, "s", "<= 120"),
        _row(f"the whole aggregated view ({n_rows} rows)", view, "s", "<= 120"),
        _row("peak memory of this process", _Time(_peak_memory()), "GB", "< 2"),
    ]


@dataclass(frozen=True, slots=True)
class _Time:
    """Seconds by the clock and by the processor; or any other figure, of which there is one only."""

    wall: float
    cpu: float | None = None

    def __add__(self, other: _Time) -> _Time:
        return _Time(self.wall + other.wall, (self.cpu or 0.0) + (other.cpu or 0.0))

    def rate(self, number: int) -> _Time:
        """So many a second."""
        return _Time(number / self.wall, number / self.cpu if self.cpu else None)


def _timed(work: Callable[[], _Found]) -> tuple[_Time, _Found]:
    started, begun = time.perf_counter(), time.process_time()
    found = work()
    return _Time(time.perf_counter() - started, time.process_time() - begun), found


def _n_voids_since(database: Database, since: int) -> int:
    with database.read() as connection:
        return sum(1 for _ in void_rows(connection, default_policy(), since=since))


def _what_next(database: Database) -> tuple[dict[str, dict[str, int]], list[Need]]:
    """What the command `voids` asks."""
    with database.read() as connection:
        found = survey(connection, default_policy())
        return found.counts(), ranked_needs(connection, found.policy, found=found)


def _n_view_rows(database: Database) -> int:
    """What `export --view aggregated` asks."""
    with database.read() as connection:
        return sum(1 for _ in view_rows(connection, View.AGGREGATED))


def _view_of(connection: Connection, stored: StoredMaterial) -> list[Group]:
    chosen = Selection(composition_key=stored.material.composition_key)
    return list(view_groups(connection, View.AGGREGATED, chosen))


def _cycle_time(database: Database) -> _Time:
    """One cycle after 100 new points, in a store in which all earlier changes count as worked on and a cycle has ended."""
    with database.write() as connection:
        change = int(connection.execute(select(change_counter.c.value)).scalar_one())
        for work in works(CycleSettings()):
            set_progress(connection, work.name, change, work.version())
    Cycle(database).once()
    with database.write() as connection:
        PointWriter(connection).add(synthetic_points(100, seed=3))
    seconds, report = _timed(Cycle(database).once)
    if report.loops[0].n_materials != _N_NEW:
        raise WorkError(
            f"the cycle looked at {report.loops[0].n_materials} materials, not at the {_N_NEW} that are new"
        )
    return seconds


def _reaggregate(database: Database) -> None:
    """Find all cells from all points; as many as the table has must come out."""
    with database.read() as connection:
        n_found = sum(1 for _ in rebuild_cells(connection))
        n_kept = int(connection.execute(select(func.count()).select_from(cell)).scalar_one())
    if n_found != n_kept:
        raise WorkError(f"{n_found} cells from scratch, but the table has {n_kept}")


def _peak_memory() -> float:
    """The most memory that this process has used, GB."""
    import resource

    in_bytes = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * in_bytes / 1e9


def _fill(database: Database, n_points: int, progress: Progress) -> _Time:
    """The time to add all points in one transaction; making the synthetic points is not counted."""
    points = synthetic_points(n_points, per_material=_POINTS_PER_MATERIAL)
    n_done = 0
    with ExitStack() as stack:
        spent, writer = _timed(lambda: PointWriter(stack.enter_context(database.write())))
        for some in batches(points, _AT_ONCE):
            of_batch, _ = _timed(functools.partial(writer.add, some))
            spent += of_batch
            n_done += len(some)
            progress("importing", n_done, n_points)
        of_commit, _ = _timed(stack.close)
    return spent + of_commit


def _timed_table(database: Database, n_points: int) -> tuple[_Time, int]:
    """The time to import a CSV file with five properties a row, as `quinary import` does it, and the number of points."""
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
        spent, reports = _timed(lambda: import_source(database, str(path)))
        return spent, reports[0].n_read


def _row(measure: str, value: _Time, unit: str, goal: str) -> dict[str, Any]:
    cpu = None if value.cpu is None else round(value.cpu, 4)
    return {"measure": measure, "value": round(value.wall, 4), "cpu": cpu, "unit": unit, "goal": goal}


def _milliseconds(database: Database, look: Callable[[Connection, StoredMaterial], object]) -> _Time:
    """Median time to find a composition by its key and look at it, over fifty spread over the store."""
    with database.read() as connection:
        last = int(connection.execute(select(func.max(material.c.id))).scalar_one())
        places = [1 + number * (last - 1) // (_N_LOOKS - 1) for number in range(_N_LOOKS)]
        keys = connection.execute(select(material.c.composition_key).where(material.c.id.in_(places))).scalars().all()
    times = [_timed(functools.partial(_look_at, database, key, look))[0] for key in keys]
    chosen = sorted(times, key=lambda entry: entry.wall)[len(times) // 2]
    return _Time(1000 * chosen.wall, 1000 * (chosen.cpu or 0.0))


def _look_at(database: Database, key: str, look: Callable[[Connection, StoredMaterial], object]) -> None:
    with database.read() as connection:
        for stored in find_materials(connection, composition_key=key):
            look(connection, stored)
