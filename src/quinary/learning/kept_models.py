"""The folder of trained models: one safetensors file each, under a name made of what it predicts and what it learned from."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quinary.errors import InputError, WorkError, unknown_name
from quinary.files import cache_folder
from quinary.learning.card import ModelCard
from quinary.learning.saving import SavedModel, load_card, save_model

__all__ = ["KeptModel", "find_kept", "keep_model", "kept_models", "model_name", "models_folder", "remove_kept"]

_ENDING = ".safetensors"


@dataclass(frozen=True, slots=True)
class KeptModel:
    """A trained model on disk; `digest` changes whenever the file does."""

    name: str
    path: Path
    card: ModelCard
    digest: str

    def document(self) -> dict[str, Any]:
        """What a list of models says of it; `value` is the score of the choice where the card has it (`is_of_choice`)."""
        card = self.card
        score = card.honest_score
        return {
            "name": self.name, "property": card.property, "kind": card.kind, "unit": card.unit, "model": card.model,
            "conditions": dict(card.conditions), "store": card.store, "data_counter": card.data_counter,
            "rows": card.n_rows, "split": card.split, "score": card.main_score, "value": score["value"],
            "interval": [score["low"], score["high"]], "is_of_choice": bool(card.choice),
            "scores": {k: dict(v) for k, v in card.scores.items()},
            "baselines": dict(card.baselines), "gap": card.gap, "coverage": card.coverage, "width": card.width,
            "domain": dict(card.domain), "data": dict(card.data), "licences": list(card.licences),
            "doubt": card.doubt or card.lag, "version": self.digest, "path": str(self.path),
        }  # fmt: skip


def models_folder() -> Path:
    """Where models are kept."""
    return cache_folder("models")


def model_name(card: ModelCard) -> str:
    """Property, anion, conditions and store: `yield_strength;temperature=1273`, `hardness_vickers-C@1a2b3c`."""
    kind = "" if card.kind == "alloy" else f"-{card.kind}"
    at = "".join(f";{name}={_text(value)}" for name, value in sorted(card.conditions.items()))
    store = f"@{hashlib.sha256(card.store.encode()).hexdigest()[:6]}" if card.store else ""
    return re.sub(r"[^\w.;=@+-]", "_", f"{card.property}{kind}{at}{store}")


def _text(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def kept_models(folder: Path | None = None) -> list[KeptModel]:
    """Every model in the folder, by name; files that are not models of this version are passed over."""
    return list(_read_all(folder or models_folder()))


def _read_all(folder: Path) -> Iterator[KeptModel]:
    for path in sorted(folder.glob(f"*{_ENDING}")):
        if path.name.startswith("."):
            continue  # a file that is being written
        try:
            card = load_card(path)
            digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        except (InputError, OSError):
            continue
        yield KeptModel(path.name.removesuffix(_ENDING), path, card, digest)


def find_kept(name: str, folder: Path | None = None) -> KeptModel:
    """The model of this name.

    Raises:
        InputError: there is none; the message names those there are.
    """
    found = {kept.name: kept for kept in kept_models(folder)}
    if name not in found:
        if not found:
            raise InputError(f"there is no model {name!r}: none has been trained yet; see `quinary learn`")
        raise unknown_name("learned model", name, found)
    return found[name]


def keep_model(model: SavedModel, folder: Path | None = None) -> KeptModel:
    """Write the model under its name, in the place of an older one of that name.

    Raises:
        WorkError: the folder cannot be written.
    """
    place = folder or models_folder()
    name = model_name(model.card)
    save_model(model, place / f"{name}{_ENDING}")
    return find_kept(name, place)


def remove_kept(name: str, folder: Path | None = None) -> KeptModel:
    """Remove a model; returns what was removed.

    Raises:
        InputError: there is none of this name.
        WorkError: the file cannot be removed.
    """
    kept = find_kept(name, folder)
    try:
        kept.path.unlink()
    except OSError as error:
        raise WorkError(f"cannot remove {kept.path}: {(error.strerror or str(error)).lower()}") from error
    return kept
