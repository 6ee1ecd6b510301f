"""Finding the benches: functions that installed packages name under the entry points `quinary.benches`.

Those of Quinary itself are the distribution `quinary-benchmarks`, in the folder `benchmarks` of the repository.
"""

from __future__ import annotations

import os
import platform
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, Final, Protocol

from quinary.errors import InputError, unknown_name
from quinary.progress import Progress, silent

__all__ = ["Bench", "BenchSettings", "bench_named", "bench_names", "machine", "place_of_its_own", "run_bench"]

_GROUP: Final = "quinary.benches"


@dataclass(frozen=True, slots=True)
class BenchSettings:
    """What a user may say about a bench; each bench has its own default for what is left open.

    `size` is the number of what is measured (points, compositions, repeats), `db` the URL of a database to measure on.
    """

    size: int | None = None
    db: str | None = None
    seed: int = 0
    progress: Progress = silent


class Bench(Protocol):
    """What `run` of each bench is."""

    def __call__(self, settings: BenchSettings) -> dict[str, Any]:
        """The document: `rows`, each a mapping column -> value, and the keys of its figures."""
        ...


def bench_names() -> list[str]:
    """The names of all benches that are installed, alphabetical."""
    return sorted(_installed())


def _installed() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=_GROUP)}


def bench_named(name: str) -> Bench:
    """The bench of this name.

    Raises:
        InputError: there is none, or none is installed.
    """
    known = _installed()
    if not known:
        raise InputError(
            "no benches are installed: they are a distribution of their own; `make install` in Quinary's repository, or "
            "`pip install ./benchmarks` there, brings them"
        )
    if name not in known:
        raise unknown_name("bench", name, sorted(known))
    bench: Bench = known[name].load()
    return bench


def run_bench(name: str, settings: BenchSettings) -> dict[str, Any]:
    """The document of a bench: `name`, `machine`, `rows` (each a mapping column -> value) and the keys of its figures.

    Raises:
        InputError: there is no such bench, or it cannot be run with these settings.
    """
    return {"name": name, "machine": machine(), **bench_named(name)(settings)}


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {"cpus": os.cpu_count(), "processor": platform.machine(), "python": platform.python_version()}


@contextmanager
def place_of_its_own() -> Iterator[Path]:
    """A temporary folder that is the cache, too: the models of a store that is gone tomorrow are of no use to anybody."""
    before = os.environ.get("QUINARY_CACHE")
    with tempfile.TemporaryDirectory(prefix="quinary-bench-") as folder:
        os.environ["QUINARY_CACHE"] = str(Path(folder) / "cache")
        try:
            yield Path(folder)
        finally:
            if before is None:
                del os.environ["QUINARY_CACHE"]
            else:
                os.environ["QUINARY_CACHE"] = before
