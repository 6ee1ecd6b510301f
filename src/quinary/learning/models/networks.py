"""Deep ensembles of small perceptrons, all members trained together on one thread."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from quinary.learning.models.equations import network_outputs
from quinary.threads import one_torch_thread

if TYPE_CHECKING:
    import torch

__all__ = ["NetworkClassifier", "NetworkRegressor"]

_SMALLEST_VARIANCE: Final = 1e-3  # of the standardised target: no measurement of a material is better known
_CLIP: Final = 5.0


class _Networks(BaseEstimator):  # type: ignore[misc]
    """What regressor and classifier share: settings, scaling, training."""

    def __init__(
        self,
        n_members: int = 5,
        width: int = 48,
        n_steps: int = 300,
        rate: float = 0.01,
        decay: float = 0.02,
        seed: int = 0,
    ) -> None:
        self.n_members = n_members
        self.width = width
        self.n_steps = n_steps
        self.rate = rate
        self.decay = decay
        self.seed = seed

    def _scaled(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.clip((values - self.centre_) / self.scale_, -_CLIP, _CLIP))

    def _outputs(self, X: Any) -> NDArray[np.float64]:  # noqa: N803 - scikit-learn's name
        check_is_fitted(self)
        return network_outputs(self.layers_, self._scaled(validate_data(self, X, dtype=np.float64, reset=False)))

    def _train(self, values: NDArray[np.float64], n_out: int, loss: Any) -> None:
        """Adam with decay of weights and a cosine schedule; `loss(outputs, rows)` is summed over the members."""
        import torch

        self.centre_ = values.mean(axis=0)
        spread = values.std(axis=0)
        self.scale_ = np.where(spread > 1e-8 * np.maximum(1.0, np.abs(values).max(axis=0)), spread, 1.0)
        with one_torch_thread():
            inputs = torch.as_tensor(self._scaled(values), dtype=torch.float32)
            self.layers_ = _trained(self, inputs, n_out, loss)


def _trained(
    settings: _Networks, inputs: torch.Tensor, n_out: int, loss: Any
) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    import torch

    random = torch.Generator().manual_seed(settings.seed)
    sizes = (inputs.shape[1], settings.width, settings.width, n_out)
    parts = []
    for n_in, n_next in itertools.pairwise(sizes):
        matrix = torch.randn((settings.n_members, n_in, n_next), generator=random) * (1.0 / n_in) ** 0.5
        parts.append((matrix.requires_grad_(), torch.zeros((settings.n_members, 1, n_next)).requires_grad_()))
    optimiser = torch.optim.AdamW([p for pair in parts for p in pair], settings.rate, weight_decay=settings.decay)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, settings.n_steps)
    n_batch = min(256, len(inputs))
    for _ in range(settings.n_steps):
        rows = torch.randint(len(inputs), (settings.n_members, n_batch), generator=random)
        hidden = inputs[rows]
        for number, (matrix, bias) in enumerate(parts):
            hidden = torch.baddbmm(bias, hidden, matrix)
            if number < len(parts) - 1:
                hidden = torch.nn.functional.silu(hidden)
        optimiser.zero_grad()
        loss(hidden, rows).backward()
        optimiser.step()
        schedule.step()
    return [tuple(p.detach().numpy().astype(np.float64) for p in pair) for pair in parts]  # type: ignore[misc]


class NetworkRegressor(RegressorMixin, _Networks):  # type: ignore[misc]
    """Ensemble of perceptrons with two hidden layers, each of which states a mean and a variance.

    Loss: Gaussian negative log likelihood, weighted. Source: Lakshminarayanan et al. 2017, arXiv:1612.01474. One member
    is a plain perceptron.
    """

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> NetworkRegressor:  # noqa: N803 - scikit-learn's name
        """Train all members; each draws its own batches."""
        import torch

        values, target = validate_data(self, X, y, dtype=np.float64, y_numeric=True)
        weights = _check_sample_weight(sample_weight, values, dtype=np.float64)
        self.target_mean_ = float(target.mean())
        self.target_scale_ = float(target.std()) or 1.0
        wanted = torch.as_tensor((target - self.target_mean_) / self.target_scale_, dtype=torch.float32)
        weight = torch.as_tensor(weights / weights.mean(), dtype=torch.float32)

        def loss(outputs: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
            variance = torch.nn.functional.softplus(outputs[..., 1]) + _SMALLEST_VARIANCE
            error = (outputs[..., 0] - wanted[rows]) ** 2
            return (weight[rows] * 0.5 * (error / variance + variance.log())).mean(dim=1).sum()

        self._train(values, 2, loss)
        return self

    def predict(self, X: Any) -> NDArray[np.float64]:  # noqa: N803 - scikit-learn's name
        """Mean of the members, shape (N,)."""
        return np.asarray(self._outputs(X)[..., 0].mean(axis=0) * self.target_scale_ + self.target_mean_)

    def predict_spread(self, X: Any) -> NDArray[np.float64]:  # noqa: N803 - scikit-learn's name
        """Standard deviation between the means of the members, shape (N,)."""
        return np.asarray(self._outputs(X)[..., 0].std(axis=0) * self.target_scale_)


class NetworkClassifier(ClassifierMixin, _Networks):  # type: ignore[misc]
    """Ensemble of perceptrons with two hidden layers for classes; the probabilities of the members are averaged."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> NetworkClassifier:  # noqa: N803 - scikit-learn's name
        """Train all members on the cross-entropy."""
        import torch

        values, target = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(target)
        self.classes_, numbers = np.unique(target, return_inverse=True)
        weights = _check_sample_weight(sample_weight, values, dtype=np.float64)
        wanted = torch.as_tensor(numbers)
        weight = torch.as_tensor(weights / weights.mean(), dtype=torch.float32)

        def loss(outputs: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
            logs = torch.log_softmax(outputs, dim=-1).gather(-1, wanted[rows][..., None])[..., 0]
            return -(weight[rows] * logs).mean(dim=1).sum()

        self._train(values, len(self.classes_), loss)
        return self

    def predict_proba(self, X: Any) -> NDArray[np.float64]:  # noqa: N803 - scikit-learn's name
        """Probabilities of shape (N, n_classes)."""
        outputs = self._outputs(X)
        odds = np.exp(outputs - outputs.max(axis=-1, keepdims=True))
        return np.asarray((odds / odds.sum(axis=-1, keepdims=True)).mean(axis=0))

    def predict(self, X: Any) -> NDArray[Any]:  # noqa: N803 - scikit-learn's name
        """The most probable class, shape (N,)."""
        check_is_fitted(self)
        return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])
