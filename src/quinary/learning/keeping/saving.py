"""Trained models as bytes: the content of a safetensors file, whose header holds the steps, the settings and the card as JSON.

Nothing is pickled: numbers and text, never code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.border import json_in, restoring
from quinary.chemistry.matrix import CompositionMatrix
from quinary.errors import InputError
from quinary.learning.data import composition_features
from quinary.learning.keeping.card import ModelCard, card_from
from quinary.learning.keeping.portable import Step, answers, spread, steady_answers
from quinary.learning.models.trees import rounded_down
from quinary.learning.uncertainty import ClassSets, Domain, Intervals, nearest_distance
from quinary.reference.elements import atomic_numbers

__all__ = ["SavedModel", "card_of", "model_bytes", "model_from"]

_FORMAT: Final = "quinary-model-2"


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
        return steady_answers(self.step, features)

    def is_in_domain(self, matrix: CompositionMatrix, spreads: NDArray[np.float64]) -> NDArray[np.bool_]:
        """True inside the comfort zone, shape (N,); false everywhere if none is known."""
        if self.domain is None:
            return np.zeros(len(matrix), dtype=bool)
        return self.domain.contains(spreads, nearest_distance(self._over_own_elements(matrix).fractions, self.known))

    def _over_own_elements(self, matrix: CompositionMatrix) -> CompositionMatrix:
        return matrix if matrix.elements == self.elements else matrix.over(self.elements)


def model_bytes(model: SavedModel) -> bytes:
    """The model as the content of a safetensors file; equal models give equal bytes."""
    from safetensors.numpy import save

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
    content: bytes = save(dict(sorted(arrays.items())), metadata={"quinary": json.dumps(header, sort_keys=True)})
    return content


def _described(step: Step, name: str, arrays: dict[str, NDArray[Any]]) -> dict[str, Any]:
    """The step as JSON; its arrays are added to `arrays` under names that begin with `name`."""
    for key, values in step.arrays.items():
        arrays[f"{name}.{key}"] = np.ascontiguousarray(_shortened(step, key, values))
    parts = [_described(part, f"{name}.{number}", arrays) for number, part in enumerate(step.parts)]
    return {"kind": step.kind, "settings": dict(step.settings), "arrays": sorted(step.arrays), "parts": parts}


def _shortened(step: Step, key: str, values: NDArray[Any]) -> NDArray[Any]:
    """Arrays of a forest of single precision in half the bytes: thresholds as it asks for them, answers to seven digits."""
    if step.kind != "forest" or not step.settings.get("is_single_precision"):
        return values
    if key == "threshold":
        return rounded_down(values)
    return values.astype({"feature": np.int16, "value": np.float32}.get(key, values.dtype))


def _calibration_header(calibration: Intervals | ClassSets | None, arrays: dict[str, NDArray[Any]]) -> Any:
    if calibration is None:
        return None
    arrays["calibration"] = np.ascontiguousarray(calibration.scores)
    return {"floor": calibration.floor} if isinstance(calibration, Intervals) else {}


def model_from(content: bytes, name: str) -> SavedModel:
    """The model of a content that `model_bytes` made; `name` is what an error calls it.

    Raises:
        InputError: it is damaged, of a newer version, or no model.
    """
    header, arrays = _read(content, name)
    with restoring(f"the model {name}"):
        model = _model_of(header, arrays)
        _try_out(model)
    return model


def _try_out(model: SavedModel) -> None:
    """Ask the model about a material of all its elements: what it lacks shows now, and not in the middle of other work."""
    n_elements = len(model.elements)
    matrix = CompositionMatrix(model.elements, np.full((1, n_elements), 1.0 / n_elements))
    if model.known.ndim != 2 or model.known.shape[1] != n_elements:
        raise ValueError("the rows that it was trained on are of other elements")
    strange = [symbol for symbol in model.elements if symbol not in atomic_numbers()]
    if strange:
        raise ValueError(f"{strange[0]!r} is no element")
    if not all(isinstance(name, str) for name in (*model.columns, *model.feature_sets)):
        raise ValueError("a column has no name")
    columns = {name: np.array([300.0]) for name in model.columns}
    found, spreads = model.answers_and_spread(model.features(matrix, columns))
    if found.shape != (1, max(1, len(model.classes))):
        raise ValueError("it answers something else than it says")
    model.is_in_domain(matrix, spreads)


def _model_of(header: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> SavedModel:
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


def card_of(content: bytes, name: str) -> ModelCard:
    """The card of a content that `model_bytes` made.

    Raises:
        InputError: it is damaged, of a newer version, or no model.
    """
    with restoring(f"the model {name}"):
        return card_from(_header(content, name)["card"])


def _header(content: bytes, name: str) -> dict[str, Any]:
    """The JSON header, without the arrays."""
    with restoring(f"the model {name}"):
        size = int.from_bytes(content[:8], "little")
        found = json_in(json_in(content[8 : 8 + size]).get("__metadata__", {}).get("quinary", "{}"))
    if not isinstance(found, dict):
        raise InputError(f"the model {name} is damaged: its header is no mapping")
    _check_format(found, name)
    return found


def _check_format(header: Mapping[str, Any], name: str) -> None:
    """Refuse what this version cannot read.

    Raises:
        InputError: no model, or one of a newer version.
    """
    stem, _, number = str(header.get("format", "")).rpartition("-")
    if stem != "quinary-model" or not (number.isdecimal() and len(number) < 9):
        raise InputError(f"{name} is not a model of Quinary ({_FORMAT})")
    if header["format"] != _FORMAT:
        age = "a newer" if int(number) > int(_FORMAT.rpartition("-")[2]) else "an older"
        raise InputError(
            f"the model {name} is of {age} version of Quinary ({header['format']}; this one reads {_FORMAT})"
        )


def _read(content: bytes, name: str) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    from safetensors.numpy import load

    header = _header(content, name)
    with restoring(f"the model {name}"):
        return header, load(content)


def _restored(described: Mapping[str, Any], name: str, arrays: Mapping[str, NDArray[Any]]) -> Step:
    parts: Sequence[Mapping[str, Any]] = described["parts"]
    return Step(
        described["kind"],
        described["settings"],
        {key: _widened(described["kind"], key, arrays[f"{name}.{key}"]) for key in described["arrays"]},
        tuple(_restored(part, f"{name}.{number}", arrays) for number, part in enumerate(parts)),
    )


def _widened(kind: str, key: str, values: NDArray[Any]) -> NDArray[Any]:
    return values.astype(np.float64) if kind == "forest" and key == "value" else values
