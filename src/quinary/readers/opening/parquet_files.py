"""Parquet files as streams of rows, looked over by their footer before anything is unpacked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from quinary.errors import InputError
from quinary.readers.opening.budgets import (
    MOST_PARQUET_BATCH,
    MOST_PARQUET_FOOTER,
    MOST_ROWS_A_BYTE,
    check_width,
)

__all__ = ["PARQUET_MAGIC", "parquet_rows"]

PARQUET_MAGIC: Final = b"PAR1"
_BATCH_ROWS: Final = 4096


def parquet_rows(path: Path) -> Iterator[tuple[int, Sequence[Any]]]:
    """(row, cells) of a Parquet file: the headings first, as row 0, then its rows from 1.

    Raises:
        InputError: the file is no Parquet file, is damaged or encrypted, or would unpack to more than any table.
    """
    import pyarrow.parquet as pq

    try:
        _check_footer(path)
        with pq.ParquetFile(path, thrift_string_size_limit=MOST_PARQUET_FOOTER) as table:
            _check_metadata(path, table.metadata)
            yield 0, table.schema_arrow.names
            line = 0
            for batch in table.iter_batches(batch_size=_BATCH_ROWS, use_threads=False):
                for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    line += 1
                    yield line, cells
    except (InputError, MemoryError):
        raise
    except Exception as error:  # pyarrow and the conversion to Python raise nearly anything on damaged files
        told = " ".join(str(error).split())[:200]
        raise InputError(f"{path} is not a Parquet file, or is damaged: {told}") from error


def _check_footer(path: Path) -> None:
    """Refuse a file whose last bytes do not say how long its description is, or say too much.

    Raises:
        InputError: it is no Parquet file, or its footer is larger than that of any table.
    """
    n_bytes = path.stat().st_size
    with path.open("rb") as stream:
        stream.seek(max(n_bytes - 8, 0))
        end = stream.read(8)
    if n_bytes < 12 or not end.endswith(PARQUET_MAGIC):
        problem = "is encrypted" if end.endswith(b"PARE") else "is not a Parquet file, or is cut off"
        raise InputError(f"{path} {problem}")
    n_footer = int.from_bytes(end[:4], "little")
    if n_footer > min(n_bytes - 8, MOST_PARQUET_FOOTER):
        raise InputError(f"{path} is damaged: {n_footer:,} bytes are said to describe it")


def _check_metadata(path: Path, found: Any) -> None:
    check_width(path, found.num_columns)
    if found.num_rows > MOST_ROWS_A_BYTE * path.stat().st_size:
        raise InputError(f"{path} says that it has {found.num_rows:,} rows, which its size cannot hold")
    for group in range(found.num_row_groups):
        size = found.row_group(group).total_byte_size
        if not 0 <= size <= MOST_PARQUET_BATCH:
            raise InputError(f"{path} has a block that unpacks to {size:,} bytes; {MOST_PARQUET_BATCH:,} are the most")
