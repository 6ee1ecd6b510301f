"""The verbs that show and measure Quinary: `demo`, `bench`, `reproduce`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from quinary.progress import Progress, silent

__all__ = ["bench", "demo", "reproduce", "reproduce_list"]


def demo(*, out: str | Path = "demo", seed: int = 0, progress: Progress = silent) -> dict[str, Any]:
    """The whole loop on published data: import, find voids, fill them, train, design, validate, report.

    Args:
        out: folder for the store and the report.
        seed: of the generator's samples.
        progress: told how far the work has come.

    Returns:
        `points`, `materials`, `voids` (counts), `training_seconds`, `training_alloys`, `targets`, `candidates` and `report`.

    Raises:
        WorkError: the folder cannot be written.
    """
    from quinary.studies.demo import run_demo

    return run_demo(Path(out), seed=seed, progress=progress).as_dict()


def bench(
    name: str,
    *,
    size: int | None = None,
    seed: int = 0,
    db: str | Path | None = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Measure speed and quality on this machine, side by side with what others offer.

    Args:
        name: which figures.
        size: how many points, compositions or repeats; each bench has a default.
        seed: of what is drawn.
        db: a store to measure on, for benches that can.
        progress: told how far the work has come.

    Returns:
        `name`, `machine`, `rows` (each a mapping column -> value) and the figures of the bench.

    Raises:
        InputError: there is no such bench, or it cannot be run with these settings.
    """
    from quinary.studies.benches import BenchSettings, run_bench

    return run_bench(name, BenchSettings(size, None if db is None else str(db), seed, progress))


def reproduce(
    name: str,
    *,
    effort: float = 1.0,
    seed: int = 0,
    db: str | Path | None = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Repeat a published system on open data: the paper's figure, ours by its protocol, and ours with groups held out.

    Args:
        name: the system; `reproduce_list` names them.
        effort: share of the repeats and trees of the full figures.
        seed: of all that is drawn.
        db: a store to take the data from, for systems that can; None: the data of the project.
        progress: told how far the work has come.

    Returns:
        `name`, `paper`, `published`, `ours`, `grouped`, `data` (flat figures), `stand_in`, `notes` and `listed`.

    Raises:
        InputError: there is no such system, or its data are not on this machine.
    """
    from quinary.studies.reproductions import ReproductionSettings
    from quinary.studies.reproductions import reproduce as run

    return run(name, ReproductionSettings(effort, seed, progress, None if db is None else str(db)))


def reproduce_list() -> dict[str, Any]:
    """List the published systems that can be repeated.

    Returns:
        `systems`, each with `name`, `title`, `paper` (DOI) and `data` (names of data sets).
    """
    from quinary.studies.reproductions import list_systems

    return {"systems": list_systems()}
