"""Trained models on disk: a safetensors file of arrays whose header holds the steps, the settings and the card as JSON.

Nothing is pickled: a file can hold numbers and text, never code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from quinary.chemistry.matrix import CompositionMatrix
from quinary.errors import InputError
from quinary.files import written_whole
from quinary.learning.card import ModelCard, card_from
from quinary.learning.conformal import ClassSets, Intervals
from quinary.learning.domain import Domain, nearest_distance
from quinary.learning.feature_sets import composition_features
from quinary.learning.portable import Step, answers, answers_and_spread, spread

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SavedModel", "load_card", "load_model", "save_model"]

_FORMAT: Final = "quinary-model-1"


@dataclass(frozen=True, slots=True)
class SavedModel:
    """A model that can answer for compositions, on its own.

    Attributes:
        step: the fitted model.
        elements: the palette that it was trained on, in the order of the columns.
        columns: names of conditions and other numbers that come before the features of the composition.
        feature_sets: what it is told of a composition.
        classes: names of classes, shape (n_classes,); empty for numbers.
        calibration: intervals of numbers, sets of classes; None if not calibrated.
        domain: the comfort zone; None if not known.
        known: fractions of the training rows, shape (M, n_elements), for the distance.
    """

    step: Step
    elements: tuple[str, ...]
    columns: tuple[str, ...]
    feature_sets: tuple[str, ...]
    classes: NDArray[Any]
    known: NDArray[np.float64]
    card: ModelCard
    calibration: Intervals | ClassSets | None = None
    domain: Domain | None = None

    def features(self, matrix: CompositionMatrix, columns: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
        """What the model is shown, shape (N, n_features).

        Raises:
            InputError: an element outside the palette, or a column that is missing.
        """
        missing = [name for name in self.columns if name not in columns]
        if missing:
            raise InputError(f"the model of {self.card.property} needs {', '.join(missing)}", self.columns)
        found = composition_features(self._over_own_elements(matrix), self.feature_sets).values
        given = [columns[name] for name in sorted(self.columns)]
        return np.column_stack([*given, found]) if given else found

    def answers(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values, shape (N, 1), or probabilities, shape (N, n_classes)."""
        return answers(self.step, features)

    def spread(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Disagreement of the ensemble, shape (N,)."""
        return spread(self.step, features)

    def answers_and_spread(self, features: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """`answers` and `spread` at the price of one."""
        return answers_and_spread(self.step, features)

    def is_in_domain(self, matrix: CompositionMatrix, spreads: NDArray[np.float64]) -> NDArray[np.bool_]:
        """True inside the comfort zone, shape (N,); false everywhere if none is known."""
        if self.domain is None:
            return np.zeros(len(matrix), dtype=bool)
        return self.domain.contains(spreads, nearest_distance(self._over_own_elements(matrix).fractions, self.known))

    def _over_own_elements(self, matrix: CompositionMatrix) -> CompositionMatrix:
        return matrix if matrix.elements == self.elements else matrix.over(self.elements)


def save_model(model: SavedModel, path: Path) -> None:
    """Write the model, whole or not at all.

    Raises:
        WorkError: the file cannot be written.
    """
    from safetensors.numpy import save_file

    arrays: dict[str, NDArray[Any]] = {"known": np.ascontiguousarray(model.known)}
    header = {
        "format": _FORMAT,
        "steps": _described(model.step, "step", arrays),
        "elements": model.elements,
        "columns": model.columns,
        "feature_sets": model.feature_sets,
        "classes": model.classes.tolist(),
        "calibration": _calibration_header(model.calibration, arrays),
        "domain": None if model.domain is None else model.domain.threshold,
        "card": model.card.document(),
    }
    if model.domain is not None:
        arrays |= {"domain_spreads": model.domain.spreads, "domain_distances": model.domain.distances}
    with written_whole(path) as temporary:
        save_file(arrays, temporary, metadata={"quinary": json.dumps(header)})


def _described(step: Step, name: str, arrays: dict[str, NDArray[Any]]) -> dict[str, Any]:
    """The step as JSON; its arrays are added to `arrays` under names that begin with `name`."""
    for key, values in step.arrays.items():
        arrays[f"{name}.{key}"] = np.ascontiguousarray(values)
    parts = [_described(part, f"{name}.{number}", arrays) for number, part in enumerate(step.parts)]
    return {"kind": step.kind, "settings": dict(step.settings), "arrays": sorted(step.arrays), "parts": parts}


def _calibration_header(calibration: Intervals | ClassSets | None, arrays: dict[str, NDArray[Any]]) -> Any:
    if calibration is None:
        return None
    arrays["calibration"] = np.ascontiguousarray(calibration.scores)
    return {"floor": calibration.floor} if isinstance(calibration, Intervals) else {}


def load_model(path: Path) -> SavedModel:
    """Read a model that `save_model` wrote.

    Raises:
        InputError: there is no such file, or it is not a model of this format.
    """
    header, arrays = _read(path)
    classes = np.array(header["classes"])
    calibration: Intervals | ClassSets | None = None
    if header["calibration"] is not None:
        scores = arrays["calibration"]
        is_interval = "floor" in header["calibration"]
        calibration = Intervals(scores, header["calibration"]["floor"]) if is_interval else ClassSets(scores, classes)
    domain = None
    if header["domain"] is not None:
        domain = Domain(arrays["domain_spreads"], arrays["domain_distances"], header["domain"])
    elements, columns, feature_sets = (tuple(header[name]) for name in ("elements", "columns", "feature_sets"))
    return SavedModel(
        step=_restored(header["steps"], "step", arrays),
        elements=elements,
        columns=columns,
        feature_sets=feature_sets,
        classes=classes,
        known=arrays["known"],
        card=card_from(header["card"]),
        calibration=calibration,
        domain=domain,
    )


def load_card(path: Path) -> ModelCard:
    """The card of a model that `save_model` wrote, without its arrays.

    Raises:
        InputError: there is no such file, or it is not a model of this format.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            header = json.loads((file.metadata() or {}).get("quinary", "{}"))
    except (OSError, SafetensorError, json.JSONDecodeError) as error:
        raise InputError(f"{path} cannot be read as a model: {error}") from error
    _check_format(header, path)
    return card_from(header["card"])


def _check_format(header: Mapping[str, Any], path: Path) -> None:
    if header.get("format") != _FORMAT:
        raise InputError(f"{path} is not a model of Quinary ({_FORMAT})")


def _read(path: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            text = (file.metadata() or {}).get("quinary", "{}")
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
        header = json.loads(text)
    except (OSError, SafetensorError, json.JSONDecodeError) as error:
        raise InputError(f"{path} cannot be read as a model: {error}") from error
    _check_format(header, path)
    return header, arrays


def _restored(described: Mapping[str, Any], name: str, arrays: Mapping[str, NDArray[Any]]) -> Step:
    parts: Sequence[Mapping[str, Any]] = described["parts"]
    return Step(
        described["kind"],
        described["settings"],
        {key: arrays[f"{name}.{key}"] for key in described["arrays"]},
        tuple(_restored(part, f"{name}.{number}", arrays) for number, part in enumerate(parts)),
    )
