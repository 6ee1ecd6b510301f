"""Many small classifying networks trained at once, one a set of training rows: for protocols of repeated folds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch

__all__ = ["small_network_probabilities"]

_WIDTH: Final = 6
_BATCH: Final = 16
_RATE: Final = 1e-3


def small_network_probabilities(
    features: NDArray[np.float64],
    labels: NDArray[np.int64],
    training: Sequence[NDArray[np.int64]],
    n_epochs: int,
    seed: int = 0,
) -> NDArray[np.float64]:
    """Probability of label 1 of every row by each network, shape (n_networks, N).

    Two hidden layers of six rectified units and softmax; Adam at rate 0.001, batches of 16, `n_epochs` epochs. Each
    network sees the rows that `training` names for it. All are trained together by batched matrix products.
    """
    from quinary.threads import one_torch_thread

    with one_torch_thread():
        return _probabilities(features, labels, training, n_epochs, seed)


def _probabilities(
    features: NDArray[np.float64],
    labels: NDArray[np.int64],
    training: Sequence[NDArray[np.int64]],
    n_epochs: int,
    seed: int,
) -> NDArray[np.float64]:
    import torch

    generator = torch.Generator().manual_seed(seed)
    layers = _start(len(training), features.shape[1], generator)
    inputs = torch.as_tensor(features, dtype=torch.float32)
    truth = torch.as_tensor(labels)
    rows, weight = _padded(training)
    optimiser = torch.optim.Adam(layers, lr=_RATE)
    for _ in range(n_epochs):
        order = torch.rand(rows.shape, generator=generator).argsort(dim=1)
        for batch in torch.split(order, _BATCH, dim=1):
            chosen, shares = rows.gather(1, batch), weight.gather(1, batch)
            logs = torch.log_softmax(_outputs(layers, inputs[chosen]), dim=-1)
            losses = -logs.gather(-1, truth[chosen][..., None])[..., 0] * shares
            optimiser.zero_grad()
            torch.autograd.backward((losses.sum(dim=1) / shares.sum(dim=1).clamp(min=1.0)).sum())
            optimiser.step()
    with torch.no_grad():
        everything = inputs.expand(len(training), *inputs.shape)
        return np.asarray(torch.softmax(_outputs(layers, everything), dim=-1)[..., 1].numpy(), dtype=np.float64)


def _start(n_networks: int, n_features: int, generator: torch.Generator) -> list[torch.Tensor]:
    """Weights by Glorot's uniform rule and zero biases of three layers."""
    import torch

    layers = []
    for n_in, n_out in ((n_features, _WIDTH), (_WIDTH, _WIDTH), (_WIDTH, 2)):
        limit = (6.0 / (n_in + n_out)) ** 0.5
        weights = (2.0 * torch.rand(n_networks, n_in, n_out, generator=generator) - 1.0) * limit
        layers += [weights.requires_grad_(), torch.zeros(n_networks, 1, n_out, requires_grad=True)]
    return layers


def _outputs(layers: Sequence[torch.Tensor], inputs: torch.Tensor) -> torch.Tensor:
    import torch

    hidden = torch.relu(inputs @ layers[0] + layers[1])
    hidden = torch.relu(hidden @ layers[2] + layers[3])
    return hidden @ layers[4] + layers[5]


def _padded(training: Sequence[NDArray[np.int64]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Row numbers of every network, filled up to the longest with row 0 of weight zero."""
    import torch

    longest = max(len(rows) for rows in training)
    padded, weight = np.zeros((len(training), longest), dtype=np.int64), np.zeros((len(training), longest))
    for number, rows in enumerate(training):
        padded[number, : len(rows)], weight[number, : len(rows)] = rows, 1.0
    return torch.as_tensor(padded), torch.as_tensor(weight, dtype=torch.float32)
