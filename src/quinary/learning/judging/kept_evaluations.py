"""Evaluations that were finished are kept, so that work which was interrupted, or is asked for again, is not repeated."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.border import missed_if_broken
from quinary.cachekeys import digest_of, made_by, processor
from quinary.files import told_if_not_kept, written_whole
from quinary.learning.data import Split
from quinary.learning.judging.evaluation import HeldOut
from quinary.learning.models.registry import Setting, make_model

if TYPE_CHECKING:
    from quinary.learning.data import LearningTable

__all__ = ["Finished", "evaluation_key"]

_LOG: Final = logging.getLogger(__name__)
_LIBRARIES: Final = ("numpy", "scikit-learn", "scipy")
_NEEDS_TORCH: Final = frozenset({"quinary.learning.models.networks"})  # a test finds out whether others do
_GROUPS: Final = ("composition", "system")


def evaluation_key(
    model: str,
    setting: Setting,
    features: NDArray[np.float64],
    table: LearningTable,
    splits: Sequence[Split],
    budget: int,
) -> str:
    """32 digits that are equal for the same model with the same settings on the same rows, features and splits.

    They are others with another version of our code, of Python or of a library that the model computes with, and on another
    kind of processor, where sums are taken in another order.
    """
    libraries = (*_LIBRARIES, "torch") if _NEEDS_TORCH & _modules_in(make_model(model, setting)) else _LIBRARIES
    rows = (features, table.target, table.noise, table.n_replicates, *(table.groups[name] for name in _GROUPS))
    cuts = [part for split in splits for part in (split.label, split.train, split.test)]
    made = made_by("quinary.learning.judging.evaluation", libraries=libraries)
    return digest_of(made, processor(), model, setting, budget, *map(_as_bytes, (*rows, *cuts)))


def _as_bytes(part: Any) -> Any:
    """Names of any length as text of one: the bytes of an array of objects are only addresses."""
    if isinstance(part, np.ndarray) and part.dtype == object:
        return part.astype(str)
    return part


def _modules_in(part: Any) -> set[str]:
    """The modules of an estimator and of those inside it."""
    if isinstance(part, list | tuple):
        return set().union(*map(_modules_in, part))
    if not hasattr(part, "get_params") or isinstance(part, type):
        return set()
    return {type(part).__module__, *_modules_in(list(part.get_params(deep=False).values()))}


@dataclass(frozen=True, slots=True)
class Finished:
    """Held-out predictions in a folder, one file an evaluation; without a folder nothing is kept."""

    folder: Path | None = None

    def get(self, key: str) -> HeldOut | None:
        """What was kept under a key; None if there is nothing, or the file is damaged."""
        if self.folder is None:
            return None
        with missed_if_broken(self._path(key)):
            with np.load(self._path(key), allow_pickle=False) as kept:
                if str(kept["key"]) != key:
                    raise ValueError("it was kept for another evaluation")
                parts: dict[str, NDArray[Any]] = {name: kept[name] for name in HeldOut.__slots__}
            if len({len(part) for part in parts.values()}) != 1:
                raise ValueError("its parts have different lengths")
            _LOG.debug("evaluation %s was kept", key)
            return HeldOut(**parts)
        return None

    def keep(self, key: str, found: HeldOut) -> HeldOut:
        """Keep it if the folder can be written, and return it."""
        if self.folder is not None:
            parts = {name: getattr(found, name) for name in HeldOut.__slots__}
            with (
                told_if_not_kept(self.folder),
                written_whole(self._path(key)) as temporary,
                temporary.open("wb") as handle,
            ):
                np.savez_compressed(handle, key=np.array(key), **parts)
        return found

    def _path(self, key: str) -> Path:
        return (self.folder or Path()) / f"{key}.npz"
