"""Rows as a table file: CSV, JSON lines or Parquet, streamed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

from quinary.sheets import csv_rows_to
from quinary.store.writing import batches

__all__ = ["TABLE_WRITERS", "TableWriter"]

# Path, columns, rows -> number of rows written
TableWriter: TypeAlias = Callable[[Path, Sequence[str], Iterable[dict[str, Any]]], int]
_NUMBERS: Final = frozenset({"low", "high", "uncertainty", "least", "greatest"})
_COUNTS: Final = frozenset({"n_values", "n_studies"})


def _write_csv(path: Path, columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> int:
    with path.open("w", encoding="utf-8", newline="") as handle:
        return csv_rows_to(handle, columns, rows)


def _write_json_lines(path: Path, columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> int:
    n_rows = 0
    with path.open("w", encoding="utf-8") as handle:
        for row in rows:
            handle.write(json.dumps({name: _finite(row[name]) for name in columns}) + "\n")
            n_rows += 1
    return n_rows


def _finite(value: Any) -> Any:
    """JSON has no infinity: the open side of a bound becomes null."""
    return None if isinstance(value, float) and value in {float("inf"), float("-inf")} else value


def _write_parquet(path: Path, columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    def type_of(name: str) -> Any:
        """Texts, but for the columns that hold nothing but numbers."""
        return pa.float64() if name in _NUMBERS else pa.int64() if name in _COUNTS else pa.string()

    schema = pa.schema([(name, type_of(name)) for name in columns])
    n_rows = 0
    with pq.ParquetWriter(path, schema) as writer:
        for some in batches(rows):
            writer.write_table(pa.Table.from_pylist(some, schema=schema))
            n_rows += len(some)
    return n_rows


# Format -> writer; each format has one ending, its own name
TABLE_WRITERS: Final[dict[str, TableWriter]] = {
    "csv": _write_csv,
    "parquet": _write_parquet,
    "jsonl": _write_json_lines,
}
