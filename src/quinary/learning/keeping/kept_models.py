"""Trained models that are kept: where they lie is a shelf's own affair, a store's, the package's or a process's."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from quinary.errors import InputError, unknown_name
from quinary.learning.keeping.card import ModelCard
from quinary.learning.keeping.saving import SavedModel, model_bytes, model_from

__all__ = ["FROM_STORE", "KeptModel", "MemoryShelf", "Shelf", "digest_of", "find_kept", "model_name"]

FROM_STORE: Final = "store"  # `ModelCard.store` of a model that learned from the points of the store which keeps it
_MOST_LOADED: Final = 16


@dataclass(frozen=True, slots=True)
class KeptModel:
    """A trained model that can be read when it is asked.

    Attributes:
        digest: twelve hexadecimal digits of the content; they change whenever it does.
        place: where it is kept, in words: the store, or `package`.
        read: gives the content.
    """

    name: str
    card: ModelCard
    digest: str
    place: str
    read: Callable[[], bytes] = field(repr=False, compare=False)

    def load(self) -> SavedModel:
        """The model; kept in memory once it was read.

        Raises:
            InputError: the content is damaged, or of another version.
        """
        return _loaded(self)

    def document(self) -> dict[str, Any]:
        """What a list of models says of it; `value` is the score of the choice where the card has it (`is_of_choice`)."""
        card = self.card
        score = card.honest_score
        return {
            "name": self.name, "property": card.property, "kind": card.kind, "unit": card.unit, "model": card.model,
            "conditions": dict(card.conditions), "ranges": {k: list(v) for k, v in card.ranges.items()},
            "store": card.store, "data_counter": card.data_counter,
            "rows": card.n_rows, "split": card.split, "score": card.main_score, "value": score["value"],
            "interval": [score["low"], score["high"]], "is_of_choice": bool(card.choice),
            "scores": {k: dict(v) for k, v in card.scores.items()},
            "baselines": dict(card.baselines), "gap": card.gap, "coverage": card.coverage, "width": card.width,
            "domain": dict(card.domain), "data": dict(card.data), "licences": list(card.licences),
            "doubt": card.doubt or card.lag, "version": self.digest, "place": self.place,
        }  # fmt: skip


@functools.lru_cache(maxsize=_MOST_LOADED)
def _read_model(digest: str, source: _Once) -> SavedModel:  # noqa: ARG001 - the digest is the key
    return source.load()


@dataclass(frozen=True, slots=True)
class _Once:
    """A model to read: equal to every other, so that its digest alone is what the memory goes by."""

    kept: KeptModel = field(compare=False)

    def load(self) -> SavedModel:
        """Read it, and see that it is what was kept."""
        content = self.kept.read()
        if digest_of(content) != self.kept.digest:
            raise InputError(f"the model {self.kept.name} of {self.kept.place} is damaged: its digest is another")
        return model_from(content, self.kept.name)


def _loaded(kept: KeptModel) -> SavedModel:
    return _read_model(kept.digest, _Once(kept))


class Shelf(Protocol):
    """A place where models are kept."""

    place: str

    def models(self) -> list[KeptModel]:
        """Every model of the shelf, by name."""
        ...

    def keep(self, model: SavedModel) -> KeptModel:
        """Keep a model under its name, in the place of an older one of that name."""
        ...


class MemoryShelf:
    """Models of this process alone: for those who learn without a store."""

    place = "memory"

    def __init__(self) -> None:
        self._models: dict[str, KeptModel] = {}

    def models(self) -> list[KeptModel]:
        """Every model, by name."""
        return [self._models[name] for name in sorted(self._models)]

    def keep(self, model: SavedModel) -> KeptModel:
        """Keep it as long as the process lives."""
        content = model_bytes(model)
        kept = KeptModel(model_name(model.card), model.card, digest_of(content), self.place, lambda: content)
        self._models[kept.name] = kept
        return kept


def digest_of(content: bytes) -> str:
    """Twelve hexadecimal digits of the content of a model."""
    return hashlib.sha256(content).hexdigest()[:12]


def model_name(card: ModelCard) -> str:
    """Property, anion, conditions and source: `yield_strength;temperature=1273`, `hardness_vickers-C@store`.

    A model of the embedded tables has no source in its name; one of a file has the name of the file.
    """
    kind = "" if card.kind == "alloy" else f"-{card.kind}"
    at = "".join(f";{name}={_text(value)}" for name, value in sorted(card.conditions.items()))
    source = f"@{card.store.removeprefix('file ')}" if card.store else ""
    return re.sub(r"[^\w.;=@+-]", "_", f"{card.property}{kind}{at}{source}")


def _text(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def find_kept(name: str, models: list[KeptModel]) -> KeptModel:
    """The model of this name.

    Raises:
        InputError: there is none; the message names those there are.
    """
    found = {kept.name: kept for kept in reversed(models)}
    if name not in found:
        if not found:
            raise InputError(f"there is no model {name!r}: none has been trained yet; see `quinary learn`")
        raise unknown_name("learned model", name, found)
    return found[name]
