"""What a reader promises, checked on a sample file of its format."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from quinary.errors import InputError
from quinary.plugins import ReadOptions, Rejection
from quinary.points.point import DataPoint
from quinary.testing.common import check, check_members

if TYPE_CHECKING:
    from quinary.plugins import ReaderPlugin

__all__ = ["check_reader"]


def check_reader(plugin: ReaderPlugin, sample: str | Path) -> None:
    """See that a reader reads a small file of its format, twice alike, and refuses what is none.

    Raises:
        AssertionError: it does not recognise the sample, finds no point in it, gives something that is neither a point nor a
            rejection with a line and a reason, reads it differently the second time, or takes an empty or a random file.
    """
    check_members(plugin, "readers")
    path = Path(sample)
    check(plugin.recognises(path), plugin, f"it does not recognise {path.name}")
    items = _read(plugin, path)
    for item in items:
        check(
            isinstance(item, DataPoint | Rejection), plugin, f"it gives {type(item).__name__}: no point, no rejection"
        )
        if isinstance(item, Rejection):
            check(item.line >= 1 and bool(item.reason), plugin, "a rejection has no line or no reason")
    check(any(isinstance(item, DataPoint) for item in items), plugin, f"it finds no point in {path.name}")
    check(items == _read(plugin, path), plugin, f"it reads {path.name} differently the second time")
    with TemporaryDirectory() as folder:
        _check_refusals(plugin, Path(folder), path.suffix)


def _read(plugin: ReaderPlugin, path: Path) -> list[Any]:
    return list(plugin.read(path, ReadOptions()))


def _check_refusals(plugin: ReaderPlugin, folder: Path, ending: str) -> None:
    empty, rubbish, missing = (folder / f"{name}{ending}" for name in ("empty", "rubbish", "nowhere"))
    empty.touch()
    rubbish.write_bytes(np.random.default_rng(5).bytes(4096))
    for path in (empty, rubbish, missing):
        if path.exists():
            check(not plugin.recognises(path), plugin, f"it recognises {path.name}")
        try:
            _read(plugin, path)
        except InputError as error:
            check(
                path.name in error.message,
                plugin,
                f"its refusal of {path.name} does not name the file: {error.message}",
            )
        else:
            raise AssertionError(f"{plugin.name}: it reads {path.name} without an InputError")
