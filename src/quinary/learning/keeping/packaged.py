"""Models of the embedded tables that come with the package, as files of data: those that the release was judged with.

`make models` makes these files again from the embedded tables (`quinary.studies.packaged_models`).
"""

from __future__ import annotations

import functools
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from quinary.errors import InputError
from quinary.learning.keeping.kept_models import KeptModel, digest_of
from quinary.learning.keeping.saving import card_of

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["PACKAGE", "packaged_models"]

PACKAGE: Final = "package"
_ENDING: Final = ".safetensors"


@functools.cache
def packaged_models() -> tuple[KeptModel, ...]:
    """The models that come with the package, by name."""
    folder = files("quinary.learning.keeping") / "packaged_models"
    found = [entry for entry in folder.iterdir() if entry.name.endswith(_ENDING)] if folder.is_dir() else []
    return tuple(_model(entry) for entry in sorted(found, key=lambda entry: entry.name))


def _model(entry: Traversable) -> KeptModel:
    content = entry.read_bytes()
    name = entry.name.removesuffix(_ENDING)
    try:
        card = card_of(content, name)
    except InputError as error:
        raise InputError(f"the installation is damaged: {error.message}; install Quinary again") from error
    return KeptModel(name, card, digest_of(content), PACKAGE, entry.read_bytes)
