"""Conditional Wasserstein GAN for compositions: fractions on request from conditions, numpy in, numpy out.

The method of Debnath 2021 (doi:10.20517/jmi.2021.05): a generator and a critic of four fully connected layers, a
16-dimensional normal latent vector, z-scored conditions, the Wasserstein loss with weight clipping (Arjovsky 2017) and,
if wanted, an unrolled critic (Metz 2016). It knows nothing of elements or properties: columns and conditions are names.

    model = train_wgan(compositions, conditions, WganSettings(), ("shear_modulus",), ("Mo", "Nb", "W"))
    wanted = model.draw_conditions(1000, seed=1, fixed={"shear_modulus": 90.0})
    fractions = model.sample(wanted, seed=1)
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quinary.errors import InputError
from quinary.files import write_whole
from quinary.generative.gan.condition_sampler import draw_conditions
from quinary.generative.gan.perceptron import Shapes, layer_shapes, n_weights, outputs_of
from quinary.generative.gan.wgan_training import Progress, WganSettings, train_generator

__all__ = ["Progress", "TrainedWgan", "WganSettings", "train_wgan"]

_FORMAT: Final = "quinary-wgan-1"
_SUM_TOLERANCE: Final = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class TrainedWgan:
    """A trained generator, the conditions it was trained with, and how the training went.

    Attributes:
        settings: what it was trained with.
        condition_names: names of the p conditions, in the order of their columns.
        columns: names of the k components, in the order of their columns.
        weights: of the generator, flat (see `quinary.generative.gan.perceptron`).
        known_conditions: of the training rows, shape (rows, p), in the user's units.
        history: (updates done, the critic's distance estimate), about a hundred times.
    """

    settings: WganSettings
    condition_names: tuple[str, ...]
    columns: tuple[str, ...]
    weights: NDArray[np.float32]
    known_conditions: NDArray[np.float64]
    history: tuple[tuple[int, float], ...]

    def sample(self, conditions: ArrayLike, seed: int) -> NDArray[np.float64]:
        """Generate one composition for each condition vector; the same seed gives the same compositions.

        Softmax never gives zeros, so fractions below `settings.smallest_fraction` are set to exactly 0 (the largest
        one is always kept) and each row is divided by its sum.

        Args:
            conditions: shape (n, p), in the units of the training conditions.
            seed: of the latent vectors.

        Returns:
            Fractions, shape (n, k), each row summing to 1 within 1e-12.

        Raises:
            InputError: conditions of the wrong shape or not finite, or a negative seed.
        """
        wanted = _matrix("conditions", conditions, len(self.condition_names))
        if seed < 0:
            raise InputError(f"seed must not be negative, got {seed}")
        latent = np.random.default_rng(seed).standard_normal((len(wanted), self.settings.latent_size))
        centre, spread = _centre_and_spread(self.known_conditions)
        inputs = np.concatenate([latent, (wanted - centre) / spread], axis=1)
        scores = outputs_of(self.weights, self._shapes(), inputs)
        return _sparse_softmax(scores, self.settings.smallest_fraction)

    def draw_conditions(self, n: int, seed: int, fixed: Mapping[str, float] | None = None) -> NDArray[np.float64]:
        """Draw `n` condition vectors, shape (n, p): named ones fixed, the others as the data have them next to those.

        See `quinary.generative.gan.condition_sampler.draw_conditions`.

        Raises:
            InputError: an unknown condition name, a value that is not finite, or n < 1.
        """
        return draw_conditions(self.known_conditions, self.condition_names, fixed or {}, n, seed)

    def save(self, path_stem: Path, key: str = "") -> None:
        """Write `<path_stem>.safetensors` (arrays) and `<path_stem>.json` (the rest and the arrays' checksum).

        Each file is written beside its place and then moved there, so a reader never sees half a file. `key` says what a
        cache keeps it for.

        Raises:
            WorkError: the folder cannot be written.
        """
        from safetensors.numpy import save

        arrays = save({"weights": self.weights, "known_conditions": np.ascontiguousarray(self.known_conditions)})
        card = {
            "format": _FORMAT,
            "key": key,
            "sha256": hashlib.sha256(arrays).hexdigest(),
            "settings": asdict(self.settings),
            "condition_names": self.condition_names,
            "columns": self.columns,
            "history": self.history,
        }
        write_whole(_arrays_path(path_stem), arrays)
        write_whole(_card_path(path_stem), json.dumps(card, indent=1))

    @classmethod
    def load(cls, path_stem: Path, key: str = "") -> TrainedWgan:
        """Read what `save` wrote.

        Raises:
            InputError: a file is missing or damaged, the two do not belong together, or it was kept for another key.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load

        try:
            card = json.loads(_card_path(path_stem).read_bytes())
            content = _arrays_path(path_stem).read_bytes()
            if card["format"] != _FORMAT or card["sha256"] != hashlib.sha256(content).hexdigest():
                raise InputError(f"the trained model {path_stem} is damaged or its two files do not belong together")
            if key and card["key"] != key:
                raise InputError(f"the trained model {path_stem} was kept for another task")
            arrays = load(content)
            model = cls(
                settings=WganSettings(**card["settings"]),
                condition_names=tuple(card["condition_names"]),
                columns=tuple(card["columns"]),
                weights=arrays["weights"],
                known_conditions=arrays["known_conditions"],
                history=tuple((int(done), float(distance)) for done, distance in card["history"]),
            )
        except InputError:
            raise
        except OSError as error:
            raise InputError(f"the trained model {path_stem} cannot be read: {error.strerror}") from error
        except (ValueError, KeyError, TypeError, SafetensorError) as error:
            raise InputError(f"the trained model {path_stem} is damaged") from error
        model._check_sizes(path_stem)
        return model

    def _shapes(self) -> Shapes:
        return layer_shapes(
            self.settings.latent_size + len(self.condition_names), self.settings.width, len(self.columns)
        )

    def _check_sizes(self, path_stem: Path) -> None:
        p = len(self.condition_names)
        if self.weights.shape != (n_weights(self._shapes()),) or self.known_conditions.shape[1:] != (p,):
            raise InputError(f"the trained model {path_stem} is damaged: its arrays do not fit its settings")


def train_wgan(
    compositions: ArrayLike,
    conditions: ArrayLike,
    settings: WganSettings,
    condition_names: Sequence[str],
    columns: Sequence[str],
    progress: Progress | None = None,
) -> TrainedWgan:
    """Train on known compositions, shape (n, k), and their conditions, shape (n, p), in any units.

    Args:
        compositions: fractions, not negative, each row summing to 1 within 1e-6.
        conditions: one row for each composition.
        settings: see `WganSettings`.
        condition_names: p names.
        columns: k names of components.
        progress: called about a hundred times with updates done, their total, and named figures.

    Raises:
        InputError: shapes that do not fit, values that are not finite, rows that are no composition, repeated names,
            or a condition with the same value in every row.
    """
    names, components = tuple(condition_names), tuple(columns)
    for what, given in (("condition", names), ("column", components)):
        if not given or len(set(given)) < len(given):
            raise InputError(f"{what} names must be given and differ from each other, got {', '.join(given) or 'none'}")
    fractions = _checked_compositions(compositions, len(components))
    known = _matrix("conditions", conditions, len(names))
    if len(known) != len(fractions):
        raise InputError(f"{len(fractions)} compositions but {len(known)} rows of conditions")
    constant = np.flatnonzero(np.ptp(known, axis=0) == 0.0)
    if len(constant):
        raise InputError(f"the condition {names[constant[0]]} has the same value in every row: it teaches nothing")
    centre, spread = _centre_and_spread(known)
    weights, history = train_generator(fractions, (known - centre) / spread, settings, progress)
    return TrainedWgan(settings, names, components, weights, known, history)


def _checked_compositions(compositions: ArrayLike, k: int) -> NDArray[np.float64]:
    fractions = _matrix("compositions", compositions, k)
    if len(fractions) < 2:
        raise InputError(f"training needs at least 2 compositions, got {len(fractions)}")
    sums = fractions.sum(axis=1, keepdims=True)
    wrong = np.flatnonzero((fractions < 0.0).any(axis=1) | (np.abs(sums[:, 0] - 1.0) > _SUM_TOLERANCE))
    if len(wrong):
        raise InputError(f"row {wrong[0]} of the compositions has a negative fraction or does not sum to 1")
    return np.asarray(fractions / sums)


def _matrix(what: str, values: ArrayLike, n_columns: int) -> NDArray[np.float64]:
    """A finite two-dimensional array of our own, shape (rows, n_columns)."""
    try:
        matrix = np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"{what} must be a table of numbers") from error
    if matrix.ndim != 2 or matrix.shape[1] != n_columns:
        raise InputError(f"{what} must have {n_columns} columns, got an array of shape {matrix.shape}")
    if not np.isfinite(matrix).all():
        raise InputError(f"{what} must be finite numbers")
    return matrix


def _centre_and_spread(known: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and standard deviation of each condition: what z-scores them."""
    return known.mean(axis=0), known.std(axis=0)


def _sparse_softmax(scores: NDArray[np.float64], smallest: float) -> NDArray[np.float64]:
    """Softmax by rows, small fractions set to exactly zero, rows summing to 1."""
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    fractions = odds / odds.sum(axis=1, keepdims=True)
    bound = np.minimum(smallest, fractions.max(axis=1, keepdims=True))
    kept = np.where(fractions < bound, 0.0, fractions)
    return np.asarray(kept / kept.sum(axis=1, keepdims=True))


def _arrays_path(path_stem: Path) -> Path:
    return path_stem.with_name(path_stem.name + ".safetensors")


def _card_path(path_stem: Path) -> Path:
    return path_stem.with_name(path_stem.name + ".json")
