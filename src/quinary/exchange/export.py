"""All points as a file for other programs: a table (CSV, Parquet, JSON lines), ULTERA documents, OPTIMADE JSON lines."""

from __future__ import annotations

import contextlib
import csv
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from quinary.errors import InputError, WorkError, unknown_name
from quinary.exchange.optimade_export import write_optimade
from quinary.exchange.release import SourceShare, licence_counts, licence_of, released_sources
from quinary.exchange.ultera_export import write_bson, write_ultera_lines
from quinary.points.point import DataPoint, Origin
from quinary.progress import Progress, silent
from quinary.store.database import Database
from quinary.store.queries import all_points
from quinary.store.writing import batches

__all__ = ["EXPORT_COLUMNS", "Exported", "default_name", "export_points"]

EXPORT_COLUMNS: Final = (
    "formula", "structure", "processing", "property", "value", "low", "high", "unit", "uncertainty", "conditions", "method",
    "origin", "source", "doi", "licence", "licence_class", "detail",
)  # fmt: skip

# points with the ids of their materials, material by material, and their sources -> number of points written
_Writer: TypeAlias = Callable[[Path, Iterator[tuple[DataPoint, int]], Sequence[SourceShare]], int]


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: where, in which format, how many points under which licences.

    `is_private` is true where some may not be passed on.
    """

    path: Path
    file_format: str
    n_points: int
    licences: list[dict[str, Any]]
    is_private: bool

    def as_dict(self) -> dict[str, Any]:
        """The report as the command line prints it."""
        return {
            "file": str(self.path),
            "format": self.file_format,
            "points": self.n_points,
            "licences": self.licences,
            "private": self.is_private,
        }


def export_points(
    database: Database,
    out: Path,
    *,
    file_format: str = "auto",
    origin: str | None = None,
    is_private: bool = False,
    progress: Progress = silent,
) -> Exported:
    """Write every point that still counts to `out`; the file appears whole or not at all.

    The format `auto` is a table: .csv, .parquet or .jsonl. `ultera` writes .jsonl, .json or .bson, `optimade` .jsonl.

    Raises:
        InputError: the format, the ending of the file or the origin is unknown; or points may not be passed on, and
            nobody said that the file is private.
        WorkError: the file cannot be written.
    """
    name, write = _writer(out, file_format)
    if origin is not None and origin not in set(Origin):
        raise unknown_name("origin", origin, Origin)
    if not out.parent.is_dir():
        raise InputError(f"cannot write {out}: there is no folder {out.parent}")
    partial = out.with_name(f".{out.name}.partial")
    try:
        with database.read() as connection:
            shares = released_sources(connection, origin=origin, is_private=is_private)
            points = all_points(connection, origin=origin, by_material=name == "optimade")
            n_points = write(partial, _shown(points, progress), shares)
        os.replace(partial, out)  # noqa: PTH105 - the only call that replaces atomically on every system
    except OSError as error:
        raise WorkError(f"cannot write {out}: {error.strerror}") from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
    withheld = any(not share.licence.may_be_passed_on for share in shares)
    return Exported(out, name, n_points, licence_counts(shares), withheld)


def default_name(file_format: str) -> Path:
    """The name of the file where the user gives none.

    Raises:
        InputError: the format is unknown.
    """
    name = _known(file_format)
    return Path(f"{'points' if name in _TABLES else name}{next(iter(_WRITERS[name]))}")


def _known(file_format: str) -> str:
    name = "csv" if file_format == "auto" else file_format
    if name not in _WRITERS:
        raise unknown_name("format", file_format, _WRITERS)
    return name


def _writer(out: Path, file_format: str) -> tuple[str, _Writer]:
    """Name of the format and what writes it, by name and ending."""
    ending = out.suffix.lower()
    if file_format == "auto":
        table = next((name for name in _TABLES if ending in _WRITERS[name]), None)
        if table is None:
            raise unknown_name("file ending", ending or out.name, (e for name in _TABLES for e in _WRITERS[name]))
        return table, _WRITERS[table][ending]
    endings = _WRITERS[_known(file_format)]
    if ending not in endings:
        raise InputError(f"{out.name} does not fit the format {file_format}, which is written to {', '.join(endings)}")
    return file_format, endings[ending]


def _shown(points: Iterator[tuple[DataPoint, int]], progress: Progress) -> Iterator[tuple[DataPoint, int]]:
    for number, entry in enumerate(points, 1):
        if number % 1000 == 0:
            progress("exporting", number, 0)
        yield entry


# -- tables ------------------------------------------------------------------------------------------------------------


def _row(point: DataPoint) -> dict[str, Any]:
    categories = "+".join(point.value.categories)
    licence = licence_of(point.source)
    return {
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
        "licence": licence.name,
        "licence_class": licence.kind.value,
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


# -- all formats -------------------------------------------------------------------------------------------------------


def _of_rows(write: Callable[[Path, Iterable[dict[str, Any]]], int]) -> _Writer:
    return lambda path, points, _shares: write(path, (_row(point) for point, _ in points))


def _of_points(write: Callable[[Path, Iterable[DataPoint]], int]) -> _Writer:
    return lambda path, points, _shares: write(path, (point for point, _ in points))


# Format -> ending -> writer; the first ending is that of a file without a name
_WRITERS: Final[dict[str, dict[str, _Writer]]] = {
    "csv": {".csv": _of_rows(_write_csv)},
    "parquet": {".parquet": _of_rows(_write_parquet)},
    "jsonl": {".jsonl": _of_rows(_write_json_lines)},
    "ultera": {
        ".jsonl": _of_points(write_ultera_lines),
        ".json": _of_points(write_ultera_lines),
        ".bson": _of_points(write_bson),
    },
    "optimade": {".jsonl": write_optimade},
}
_TABLES: Final = ("csv", "parquet", "jsonl")
