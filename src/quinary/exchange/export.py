"""All points as a file for other programs: a table (CSV, Parquet, JSON lines), ULTERA documents, OPTIMADE JSON lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from sqlalchemy import select
from sqlalchemy.engine import Connection

from quinary.curation.decisions import curated_points
from quinary.errors import InputError, unknown_name
from quinary.exchange.optimade_export import write_optimade
from quinary.exchange.release import SourceShare, licence_counts, licence_of, released_sources
from quinary.exchange.tables import TABLE_WRITERS, TableWriter
from quinary.exchange.ultera_export import write_bson, write_ultera_lines
from quinary.files import write_whole, written_whole
from quinary.loops.views import CELL_COLUMNS, view_points, view_rows
from quinary.materials.views import View
from quinary.points.point import DataPoint, Origin
from quinary.points.point_json import status_of
from quinary.points.property import Property
from quinary.points.property_definitions import definitions_toml
from quinary.progress import Progress, silent
from quinary.readers.parsing import definitions_beside
from quinary.store.database import Database
from quinary.store.own_properties import used_own_properties
from quinary.store.queries import all_points
from quinary.store.schema import point
from quinary.store.studies import study_kinds
from quinary.store.view_points import Selection

__all__ = ["EXPORT_COLUMNS", "Exported", "Portion", "default_name", "export_points", "export_view"]

EXPORT_COLUMNS: Final = (
    "formula", "structure", "processing", "property", "value", "low", "high", "unit", "uncertainty", "conditions", "method",
    "origin", "source", "doi", "licence", "licence_class", "detail",
    "status", "refused_by", "why",
)  # fmt: skip

# points with the ids of their materials, material by material, and their sources -> number of points written
_Writer: TypeAlias = Callable[[Path, Iterator[tuple[DataPoint, int]], "_Sources"], int]


@dataclass(frozen=True, slots=True)
class _Sources:
    """What a writer may want to know of the sources: their licences, and DOI -> kind of study; and `own` properties."""

    shares: Sequence[SourceShare]
    kinds: Mapping[str, str]
    own: Sequence[Property]


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: where, in which format, how many points (rows of a view) under which licences.

    `is_private` is true where some may not be passed on. `definitions` is the file beside it that defines the properties
    which are not built in, where there are any and the format has no room for them.
    """

    path: Path
    file_format: str
    n_points: int
    licences: list[dict[str, Any]]
    is_private: bool
    definitions: Path | None = None

    def as_dict(self) -> dict[str, Any]:
        """The report as the command line prints it."""
        return {
            "file": str(self.path),
            "format": self.file_format,
            "points": self.n_points,
            "licences": self.licences,
            "private": self.is_private,
            **({"definitions": str(self.definitions)} if self.definitions else {}),
        }


@dataclass(frozen=True, slots=True)
class Portion:
    """What is written: a view, and of it one origin or all (None)."""

    view: View = View.ALL
    origin: str | None = None

    def check(self, file_format: str) -> None:
        """See whether it can be written in a format.

        Raises:
            InputError: the origin is unknown, or the format has no place for what the view puts together.
        """
        if self.origin is not None and self.origin not in set(Origin):
            raise unknown_name("origin", self.origin, Origin)
        if self.view.has_cells and file_format not in _TABLES:
            raise InputError(
                f"the view {self.view} puts values together and is written as a table: {', '.join(_TABLES)}", _TABLES
            )


def export_points(
    database: Database,
    out: Path,
    *,
    file_format: str = "auto",
    origin: str | None = None,
    is_private: bool = False,
    progress: Progress = silent,
) -> Exported:
    """Write every point that still counts: the view `all` of `export_view`, which says the rest."""
    portion = Portion(origin=origin)
    return export_view(database, out, portion, file_format=file_format, is_private=is_private, progress=progress)


def export_view(
    database: Database,
    out: Path,
    portion: Portion,
    *,
    file_format: str = "auto",
    is_private: bool = False,
    progress: Progress = silent,
) -> Exported:
    """Write the points of a view to `out`; the file appears whole or not at all.

    The format `auto` is a table: .csv, .parquet or .jsonl. `ultera` writes .jsonl, .json or .bson, `optimade` .jsonl. Views
    that put values together are tables, with one row a property, conditions and origin of each group.

    Raises:
        InputError: the format, the ending of the file or the origin is unknown, or the view does not fit the format; or
            points may not be passed on, and nobody said that the file is private.
        WorkError: the file cannot be written.
    """
    name, write = _writer(out, file_format)
    portion.check(name)
    if not out.parent.is_dir():
        raise InputError(f"cannot write {out}: there is no folder {out.parent}")
    with written_whole(out) as partial:
        with database.read() as connection:
            shares = released_sources(connection, origin=portion.origin, is_private=is_private)
            own = used_own_properties(connection)
            if portion.view.has_cells:
                rows = view_rows(connection, portion.view, Selection(origin=portion.origin or ""))
                n_points = TABLE_WRITERS[name](partial, CELL_COLUMNS, map(_with_text, rows))
            else:
                by_material = name == "optimade"
                points = _shown(_points(connection, portion, by_material=by_material), progress)
                n_points = write(
                    partial, points, _Sources(shares, _study_kinds(connection) if by_material else {}, own)
                )
        definitions = (
            write_whole(definitions_beside(out), definitions_toml(own)) if own and name != "optimade" else None
        )
    withheld = any(not share.licence.may_be_passed_on for share in shares)
    return Exported(out, name, n_points, licence_counts(shares), withheld, definitions)


def _study_kinds(connection: Connection) -> dict[str, str]:
    """DOI -> original, review or compilation, of all points; empty where nobody looked it up."""
    return study_kinds(connection, connection.execute(select(point.c.doi).distinct()).scalars())


def _with_text(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its value as text: a column of a file cannot hold numbers and phases."""
    return row if row["value"] is None else {**row, "value": str(row["value"])}


def _points(connection: Connection, portion: Portion, *, by_material: bool) -> Iterator[tuple[DataPoint, int]]:
    """The points of a view that lists them, with the ids of their materials, in the order of entry or by material."""
    if portion.view is View.ALL:
        return all_points(connection, origin=portion.origin, by_material=by_material)
    if by_material:
        return view_points(connection, portion.view, Selection(origin=portion.origin or ""))
    return curated_points(connection, origin=portion.origin)


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
        **status_of(point),
    }


# -- all formats -------------------------------------------------------------------------------------------------------


def _of_rows(write: TableWriter) -> _Writer:
    return lambda path, points, _sources: write(path, EXPORT_COLUMNS, (_row(point) for point, _ in points))


def _of_points(write: Callable[[Path, Iterable[DataPoint]], int]) -> _Writer:
    return lambda path, points, _sources: write(path, (point for point, _ in points))


def _write_optimade(path: Path, points: Iterator[tuple[DataPoint, int]], sources: _Sources) -> int:
    return write_optimade(path, points, sources.shares, sources.kinds, sources.own)


# Format -> ending -> writer; the first ending is that of a file without a name
_WRITERS: Final[dict[str, dict[str, _Writer]]] = {
    **{name: {f".{name}": _of_rows(write)} for name, write in TABLE_WRITERS.items()},
    "ultera": {
        ".jsonl": _of_points(write_ultera_lines),
        ".json": _of_points(write_ultera_lines),
        ".bson": _of_points(write_bson),
    },
    "optimade": {".jsonl": _write_optimade},
}
_TABLES: Final = tuple(TABLE_WRITERS)
