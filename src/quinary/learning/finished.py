"""Evaluations that were finished are kept, so that work which was interrupted, or is asked for again, is not repeated."""

from __future__ import annotations

import hashlib
import logging
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from quinary.files import written_whole
from quinary.learning.evaluation import HeldOut
from quinary.learning.models.registry import MODELS, Setting, make_model
from quinary.learning.splits import Split

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from quinary.learning.table import LearningTable

__all__ = ["Finished", "evaluation_key"]

_LOG: Final = logging.getLogger(__name__)
# What NumPy raises for a file that was cut off, or is of somebody else
_DAMAGE: Final = (OSError, ValueError, KeyError, EOFError, NotImplementedError, zipfile.BadZipFile, zlib.error)


def evaluation_key(
    model: str,
    setting: Setting,
    features: NDArray[np.float64],
    table: LearningTable,
    splits: Sequence[Split],
    budget: int,
) -> str:
    """32 digits that are equal for the same model with the same settings on the same rows, features and splits."""
    digest = hashlib.sha256()
    asked = (repr(make_model(model, setting)), sorted(MODELS[model].search.items()), budget, setting)
    digest.update(repr(asked).encode())
    for values in (features, table.target, table.noise, table.groups["system"]):
        digest.update(repr((values.shape, values.dtype.str)).encode())
        digest.update(np.ascontiguousarray(values).tobytes())
    for split in splits:
        digest.update(split.label.encode() + split.train.tobytes() + split.test.tobytes())
    return digest.hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Finished:
    """Held-out predictions in a folder, one file an evaluation; without a folder nothing is kept."""

    folder: Path | None = None

    def get(self, key: str) -> HeldOut | None:
        """What was kept under a key; None if there is nothing, or the file is damaged."""
        if self.folder is None:
            return None
        try:
            with np.load(self._path(key), allow_pickle=False) as kept:
                parts: dict[str, NDArray[Any]] = {name: kept[name] for name in HeldOut.__slots__}
        except FileNotFoundError:
            _LOG.debug("no evaluation %s kept", key)
            return None
        except _DAMAGE as error:
            _LOG.warning("the kept evaluation %s cannot be read (%s); it is done again", self._path(key), error)
            return None
        _LOG.debug("evaluation %s was kept", key)
        return HeldOut(**parts)

    def keep(self, key: str, found: HeldOut) -> HeldOut:
        """Keep it, and return it.

        Raises:
            WorkError: the folder cannot be written.
        """
        if self.folder is not None:
            with written_whole(self._path(key)) as temporary, temporary.open("wb") as handle:
                np.savez_compressed(handle, **{name: getattr(found, name) for name in HeldOut.__slots__})
        return found

    def _path(self, key: str) -> Path:
        return (self.folder or Path()) / f"{key}.npz"
