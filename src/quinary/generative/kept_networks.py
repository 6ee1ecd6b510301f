"""Trained generators on disk and in the cache: safetensors for the numbers, JSON for the rest, named by what they learned."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from quinary.border import missed_if_broken
from quinary.cachekeys import digest_of, made_by, processor
from quinary.errors import InputError
from quinary.files import told_if_not_kept, write_whole

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from quinary.plugins import GenerationTask

__all__ = ["LEAST_ROWS", "KeptNetwork", "Lesson", "kept_stem", "network_for"]

_LOG: Final = logging.getLogger(__name__)
_FORMAT: Final = "quinary-generator-1"
Settings = TypeVar("Settings", bound="DataclassInstance")
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

    def save(self, stem: Path, key: str = "") -> None:
        """Write `<stem>.safetensors` and `<stem>.json`, each in one step; `key` says what the cache keeps it for.

        Raises:
            WorkError: the folder cannot be written.
        """
        from safetensors.numpy import save

        content = save({name: np.ascontiguousarray(array) for name, array in self.arrays.items()})
        card = {
            "format": _FORMAT,
            "key": key,
            "kind": self.kind,
            "sha256": hashlib.sha256(content).hexdigest(),
            "settings": dict(self.settings),
            "condition_names": self.condition_names,
            "columns": self.columns,
        }
        write_whole(stem.with_suffix(".safetensors"), content)
        write_whole(stem.with_suffix(".json"), json.dumps(card, indent=1))

    @classmethod
    def load(cls, stem: Path, key: str = "") -> KeptNetwork:
        """Read what `save` wrote.

        Raises:
            InputError: a file is missing or damaged, the two do not belong together, or it was kept for another key.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load

        try:
            card = json.loads(stem.with_suffix(".json").read_bytes())
            content = stem.with_suffix(".safetensors").read_bytes()
            if card["format"] != _FORMAT or card["sha256"] != hashlib.sha256(content).hexdigest():
                raise InputError(f"the trained generator {stem} is damaged or its two files do not belong together")
            if key and card["key"] != key:
                raise InputError(f"the trained generator {stem} was kept for another task")
            names, columns = tuple(card["condition_names"]), tuple(card["columns"])
            return cls(card["kind"], card["settings"], names, columns, load(content))
        except InputError:
            raise
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
                f"training needs at least {LEAST_ROWS} known materials, got {n_rows}; random and grid need none"
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
    settings: Settings,
    train: Callable[[Lesson, Settings], Mapping[str, NDArray[Any]]],
) -> KeptNetwork:
    """The network for the data of a task, from its cache or trained now; `train` gives the weights by name.

    `settings`, a dataclass, holds all that changes what is learned beside the data. A cache that cannot be read or written
    costs the time of a training and nothing else.

    Raises:
        InputError: nothing can be learned from the data (see `Lesson.of`).
    """
    lesson = Lesson.of(task)
    stem = kept_stem(task, kind, settings, train)
    if stem is not None:
        with missed_if_broken(stem):
            found = KeptNetwork.load(stem, stem.name)
            _LOG.info("%s was kept as %s", kind, stem)
            return found
    _LOG.info("%s is trained on %d materials", kind, len(task.known))
    arrays = {**train(lesson, settings), "centre": lesson.centre, "spread": lesson.spread}
    network = KeptNetwork(kind, asdict(settings), tuple(sorted(task.values)), task.known.elements, arrays)
    if stem is not None:
        with told_if_not_kept(stem.parent):
            network.save(stem, stem.name)
    return network


def kept_stem(task: GenerationTask, kind: str, settings: DataclassInstance, train: Callable[..., Any]) -> Path | None:
    """Where the cache of a task keeps its network; None without a cache.

    The name is made of the data and the settings, the code of `train` and of all that its module imports, the versions of
    numpy and torch, and the processor: whatever changes the weights changes the name.
    """
    if task.cache is None:
        return None
    key = digest_of(
        made_by(train.__module__, __name__, libraries=("numpy", "torch")),
        processor(),
        sorted(asdict(settings).items()),
        sorted(task.values),
        task.known.elements,
        task.known.fractions,
        *(np.asarray(task.values[name], dtype=float) for name in sorted(task.values)),
    )
    return task.cache / f"{kind}-{key}"
