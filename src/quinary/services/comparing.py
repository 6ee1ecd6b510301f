"""The verb `compare`: a table of one's own beside the literature."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from quinary.chemistry.identity import composition_key
from quinary.curation.comparison import Comparison, Published, compared
from quinary.curation.literature import published_values
from quinary.loops.literature import read_points
from quinary.plugins import Rejection
from quinary.points.point import DataPoint, Origin
from quinary.services.arguments import Pairs, file_ending
from quinary.services.importing import reading_options
from quinary.services.stores import Store, store_if_there
from quinary.store.queries import stored_points

__all__ = ["compare"]


def compare(
    file: str | Path,
    *,
    format: str = "auto",
    column: Pairs = None,
    unit: Pairs = None,
    method: str = "",
    sheet: str | int = "",
    encoding: str = "",
    delimiter: str = "",
    decimal: str = "",
    header: str | int = "",
    out: str | Path | None = None,
    db: Store = None,
) -> dict[str, Any]:
    """Set a table beside the literature: for each value the published median, range and number, and how far off it is.

    The file is read as `import` reads it, and not stored. The literature is that of the store, if one is named or lies in the
    working folder, and the embedded table of measured values. What a person refused is left out, and so is the file itself
    where the store has it. `quinary.curation.comparison` says what is the same material, what are like conditions, and
    how `z` is defined.

    Args:
        file: the table.
        format, column, unit, method: how to read the file, as in `import_file`; so are
        sheet, encoding, delimiter, decimal, header.
        out: a page with the figure, an .html file.
        db: the store.

    Returns:
        `rows`, one a value, in the order of the file: `line`, `formula`, `property`, `conditions`, `mine`, `unit`; of the same
        material `median`, `low`, `high`, `n`, `z`, `sources`; where it is not published, `n` is 0 and `nearest` has
        `formula`, `distance` (share of atoms), `median`, `low`, `high`, `n`, `sources`. `rejected` has the rows that could
        not be read, `out` the page.

    Raises:
        InputError: there is no such file or store, it cannot be read, or the page is not named as one.
        WorkError: the page cannot be written.
    """
    if out is not None:
        file_ending(Path(out), ".html", "--out is a page with the figure")
    options = reading_options(
        column, unit, method=method, sheet=sheet, encoding=encoding, delimiter=delimiter, decimal=decimal, header=header
    )
    own, rejected = [], []
    for item in read_points(Path(file), format, options):
        if isinstance(item, Rejection):
            rejected.append({"line": item.line, "reason": item.reason})
        else:
            own.append(item)
    rows = [_row(found) for found in compared(own, _literature(own, Path(file).name, db))]
    if out is not None:
        from quinary.figures.comparison_page import comparison_page
        from quinary.files import write_whole

        write_whole(Path(out), comparison_page(rows, f"{Path(file).name} beside the literature"))
    return {"rows": rows, "rejected": rejected, "out": None if out is None else str(out)}


def _literature(own: Sequence[DataPoint], file_name: str, db: Store) -> list[DataPoint]:
    """The published values of the properties of `own`, without what is from that file."""
    names = sorted({point.property for point in own})
    found = [point for point in published_values() if point.property in names]
    with store_if_there(db) as database:
        if database is not None:
            with database.read() as connection:
                found += _stored(connection, names)
    mine = {_said(point) for point in own}
    return [
        point
        for point in found
        if point.lineage.get("file", point.source.name) != file_name and (point.doi or _said(point) not in mine)
    ]


def _said(point: DataPoint) -> tuple[object, ...]:
    """What a point says, whatever file it is in: the same numbers without a study in another file are the same sheet."""
    value = point.value.categories or (point.value.low, point.value.high)
    return (composition_key(point.material.composition), point.property, value, point.conditions.key)


def _stored(connection: Connection, names: Iterable[str]) -> list[DataPoint]:
    return [point for name in names for point in stored_points(connection, name) if point.origin is Origin.LITERATURE]


def _row(found: Comparison) -> dict[str, Any]:
    point, same, nearest = found.point, found.same, found.nearest
    value = point.value
    return {
        "line": point.lineage.get("line"),
        "formula": point.lineage.get("formula") or point.material.composition.formula,
        "property": point.property,
        "conditions": point.conditions.key,
        "mine": "+".join(value.categories) if value.categories else float(value.nominal),
        "unit": point.unit,
        "median": None if same is None else same.median,
        "low": None if same is None else same.low,
        "high": None if same is None else same.high,
        "n": 0 if same is None else same.n,
        "z": found.z,
        "sources": [] if same is None else list(same.sources),
        "nearest": None if nearest is None else _document(nearest),
    }


def _document(published: Published) -> dict[str, Any]:
    return {
        "formula": published.formula, "distance": published.distance, "median": published.median, "low": published.low,
        "high": published.high, "n": published.n, "sources": list(published.sources),
    }  # fmt: skip
