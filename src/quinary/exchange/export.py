"""All points as one table: CSV, Parquet or JSON lines."""

from __future__ import annotations

import contextlib
import csv
import json
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from quinary.errors import InputError, WorkError, unknown_name
from quinary.points.point import DataPoint, Origin
from quinary.progress import Progress, silent
from quinary.store.database import Database
from quinary.store.queries import all_points
from quinary.store.writing import batches

__all__ = ["EXPORT_COLUMNS", "export_points"]

EXPORT_COLUMNS: Final = (
    "formula", "structure", "processing", "property", "value", "low", "high", "unit", "uncertainty", "conditions", "method",
    "origin", "source", "doi", "licence", "detail",
)  # fmt: skip


def export_points(database: Database, out: Path, *, origin: str | None = None, progress: Progress = silent) -> int:
    """Write every point that still counts to `out` (.csv, .parquet, .jsonl); returns their number.

    The file appears whole or not at all.

    Raises:
        InputError: the ending of the file or the origin is unknown.
        WorkError: the file cannot be written.
    """
    writers: dict[str, Callable[[Path, Iterable[dict[str, Any]]], int]] = {
        ".csv": _write_csv,
        ".parquet": _write_parquet,
        ".jsonl": _write_json_lines,
    }
    if out.suffix not in writers:
        raise unknown_name("file ending", out.suffix or out.name, writers)
    if origin is not None and origin not in set(Origin):
        raise unknown_name("origin", origin, Origin)
    if not out.parent.is_dir():
        raise InputError(f"cannot write {out}: there is no folder {out.parent}")
    partial = out.with_name(f".{out.name}.partial")
    try:
        with database.read() as connection:
            n_rows = writers[out.suffix](partial, _rows(all_points(connection, origin=origin), progress))
        os.replace(partial, out)  # noqa: PTH105 - the only call that replaces atomically on every system
    except OSError as error:
        raise WorkError(f"cannot write {out}: {error.strerror}") from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
    return n_rows


def _rows(points: Iterator[tuple[DataPoint, int]], progress: Progress) -> Iterator[dict[str, Any]]:
    for number, (point, _) in enumerate(points, 1):
        if number % 1000 == 0:
            progress("exporting", number, 0)
        categories = "+".join(point.value.categories)
        yield {
            "formula": point.material.composition.formula,
            "structure": "+".join(point.material.structure),
            "processing": "+".join(point.material.processing),
            "property": point.property,
            "value": categories or str(point.value.nominal),
            "low": None if categories else point.value.low,
            "high": None if categories else point.value.high,
            "unit": point.unit,
            "uncertainty": point.uncertainty,
            "conditions": ";".join(f"{name}={value}" for name, value in point.conditions.items),
            "method": point.method.value,
            "origin": point.origin.value,
            "source": point.source.name,
            "doi": point.doi,
            "licence": point.source.licence,
            "detail": point.detail,
        }


def _write_csv(path: Path, rows: Iterable[dict[str, Any]]) -> int:
    n_rows = 0
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, EXPORT_COLUMNS)
        writer.writeheader()
        for row in rows:
            writer.writerow(row)
            n_rows += 1
    return n_rows


def _write_json_lines(path: Path, rows: Iterable[dict[str, Any]]) -> int:
    n_rows = 0
    with path.open("w", encoding="utf-8") as handle:
        for row in rows:
            handle.write(json.dumps({name: _finite(value) for name, value in row.items()}) + "\n")
            n_rows += 1
    return n_rows


def _finite(value: Any) -> Any:
    """JSON has no infinity: the open side of a bound becomes null."""
    return None if isinstance(value, float) and value in {float("inf"), float("-inf")} else value


def _write_parquet(path: Path, rows: Iterable[dict[str, Any]]) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    numbers = {"low", "high", "uncertainty"}
    schema = pa.schema([(name, pa.float64() if name in numbers else pa.string()) for name in EXPORT_COLUMNS])
    n_rows = 0
    with pq.ParquetWriter(path, schema) as writer:
        for some in batches(rows):
            writer.write_table(pa.Table.from_pylist(some, schema=schema))
            n_rows += len(some)
    return n_rows
