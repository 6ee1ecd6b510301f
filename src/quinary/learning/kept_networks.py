"""Trained generators on disk and in the cache: safetensors for the numbers, JSON for the rest, named by what they learned."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from quinary.errors import InputError
from quinary.files import make_cache_folder, written_whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from quinary.plugins.sockets import GenerationTask

__all__ = ["LEAST_ROWS", "KeptNetwork", "Lesson", "network_for"]

_FORMAT: Final = "quinary-generator-1"
LEAST_ROWS: Final = 20  # known materials that a network needs


@dataclass(frozen=True, eq=False, slots=True)
class KeptNetwork:
    """A trained generator: its weights by name, and what it was trained for.

    Attributes:
        kind: name of the generator.
        condition_names: of the p conditions, in the order of their columns.
        columns: names of the k components, in the order of their columns.
        arrays: weights, and `centre` and `spread` of the conditions, shape (p,).
    """

    kind: str
    settings: Mapping[str, Any]
    condition_names: tuple[str, ...]
    columns: tuple[str, ...]
    arrays: Mapping[str, NDArray[Any]]

    def scaled(self, wanted: Mapping[str, float]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The wanted conditions in standard deviations, 0 where nothing is wanted, and 1 where something is, both (p,)."""
        is_given = np.array([name in wanted for name in self.condition_names], dtype=np.float32)
        values = np.array([wanted.get(name, 0.0) for name in self.condition_names])
        return np.asarray(
            (values - self.arrays["centre"]) / self.arrays["spread"] * is_given, dtype=np.float32
        ), is_given

    def save(self, stem: Path) -> None:
        """Write `<stem>.safetensors` and `<stem>.json`, each in one step.

        Raises:
            WorkError: the folder cannot be written.
        """
        from safetensors.numpy import save

        content = save({name: np.ascontiguousarray(array) for name, array in self.arrays.items()})
        card = {
            "format": _FORMAT,
            "kind": self.kind,
            "sha256": hashlib.sha256(content).hexdigest(),
            "settings": dict(self.settings),
            "condition_names": self.condition_names,
            "columns": self.columns,
        }
        with written_whole(stem.with_suffix(".safetensors")) as part:
            part.write_bytes(content)
        with written_whole(stem.with_suffix(".json")) as part:
            part.write_text(json.dumps(card, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, stem: Path) -> KeptNetwork:
        """Read what `save` wrote.

        Raises:
            InputError: a file is missing or damaged, or the two do not belong together.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load

        try:
            card = json.loads(stem.with_suffix(".json").read_bytes())
            content = stem.with_suffix(".safetensors").read_bytes()
            if card["format"] != _FORMAT or card["sha256"] != hashlib.sha256(content).hexdigest():
                raise InputError(f"the trained generator {stem} is damaged or its two files do not belong together")
            names, columns = tuple(card["condition_names"]), tuple(card["columns"])
            return cls(card["kind"], card["settings"], names, columns, load(content))
        except OSError as error:
            raise InputError(f"the trained generator {stem} cannot be read: {error.strerror}") from error
        except (ValueError, KeyError, TypeError, SafetensorError) as error:
            raise InputError(f"the trained generator {stem} is damaged") from error


@dataclass(frozen=True, eq=False, slots=True)
class Lesson:
    """What a network learns from: fractions (N, k), conditions in standard deviations (N, p), and how they were scaled."""

    fractions: NDArray[np.float64]
    conditions: NDArray[np.float64]
    centre: NDArray[np.float64]
    spread: NDArray[np.float64]
    progress: Callable[[int, int], None]

    @classmethod
    def of(cls, task: GenerationTask) -> Lesson:
        """The known materials of a task and the properties of each, checked.

        Raises:
            InputError: fewer than twenty materials, a property that is not finite, or one with a single value.
        """
        n_rows = len(task.known)
        if n_rows < LEAST_ROWS:
            raise InputError(
                f"training needs at least {LEAST_ROWS} known materials, got {n_rows}; evolve and random need none"
            )
        names = sorted(task.values)
        conditions = np.array([task.values[name] for name in names], dtype=float).reshape(len(names), -1).T
        for name, column in zip(names, conditions.T, strict=True):
            n_wrong = int((~np.isfinite(column)).sum())
            if n_wrong:
                raise InputError(f"{name} is not a finite number in {n_wrong} of {n_rows} known materials")
            if np.ptp(column) == 0:
                raise InputError(f"{name} has the same value in all {n_rows} known materials: it teaches nothing")
        conditions = conditions if names else np.zeros((n_rows, 0))
        centre, spread = conditions.mean(axis=0), conditions.std(axis=0)
        fractions = task.known.fractions / task.known.fractions.sum(axis=1, keepdims=True)
        return cls(fractions, (conditions - centre) / spread, centre, spread, _shown(task))


def _shown(task: GenerationTask) -> Callable[[int, int], None]:
    def show(done: int, total: int) -> None:
        """Pass the progress of training on."""
        task.progress("training the generator", done, total)

    return show


def network_for(
    task: GenerationTask,
    kind: str,
    settings: Mapping[str, Any],
    train: Callable[[Lesson], Mapping[str, NDArray[Any]]],
) -> KeptNetwork:
    """The network for the data of a task, from its cache or trained now; `train` gives the weights by name.

    `settings` should hold all that changes what is learned, a version too: the name in the cache is made of it and the data.

    Raises:
        InputError: nothing can be learned from the data (see `Lesson.of`).
        WorkError: the folder of the cache cannot be made.
    """
    names = tuple(sorted(task.values))
    stem = task.cache / f"{kind}-{_digest(task, settings)}" if task.cache else None
    if stem is not None:
        make_cache_folder(stem.parent)
        with contextlib.suppress(InputError):  # not there, or damaged: a cache is no one's only copy, so train again
            return KeptNetwork.load(stem)
    lesson = Lesson.of(task)
    arrays = {**train(lesson), "centre": lesson.centre, "spread": lesson.spread}
    network = KeptNetwork(kind, dict(settings), names, task.known.elements, arrays)
    if stem is not None:
        network.save(stem)
    return network


def _digest(task: GenerationTask, settings: Mapping[str, Any]) -> str:
    text = repr((sorted(settings.items()), sorted(task.values), task.known.elements))
    found = hashlib.sha256(text.encode())
    found.update(np.ascontiguousarray(task.known.fractions).tobytes())
    for name in sorted(task.values):
        found.update(np.ascontiguousarray(task.values[name], dtype=float).tobytes())
    return found.hexdigest()[:16]
