"""A small neural potential: the energy of each atom from its surroundings, forces as the slope of the sum.

For atom i with neighbours j at r_ij = r u, radial functions g_m(r) = sum_k W[z_i, z_j, k, m] b_k(r) make moments

    A0_m = sum_j g_m,   A1_m = sum_j g_m u,   A2_m = sum_j g_m u u^T

whose products A0_m, A1_m . A1_p and A2_m : A2_p are invariant under rotation, reflection and exchange of alike atoms; one
network a kind of atom turns them into an energy (Behler, Parrinello 2007, 10.1103/PhysRevLett.98.146401; contracted
moments as in Zhang et al. 2018, arXiv:1805.09003). It shows how such a potential is trained; it is no rival of large ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from quinary.errors import InputError
from quinary.learning.models.layers import drawn_layers, through
from quinary.progress import Progress, silent
from quinary.threads import one_torch_thread

if TYPE_CHECKING:
    import torch

    Tensors: TypeAlias = "dict[str, torch.Tensor]"

__all__ = ["AtomicFrame", "AtomicNetwork", "AtomicTraining", "frame_errors", "trained_potential"]

_FORCE_WEIGHT: Final = 1.0  # of (eV/angstrom)^2
_ENERGY_WEIGHT: Final = 20.0  # of (eV/atom)^2
_TINY: Final = 1e-6


@dataclass(frozen=True, slots=True)
class AtomicFrame:
    """One structure with its neighbours, and what it is to be learned from.

    Attributes:
        kinds: kind of each atom, numbered from 0, shape (n_atoms,).
        pairs: atoms i and j of each directed pair of neighbours, shape (2, n_pairs).
        vectors: from i to j, angstrom, shape (n_pairs, 3).
        energy: eV.
        forces: eV/angstrom, shape (n_atoms, 3).
    """

    kinds: NDArray[np.int64]
    pairs: NDArray[np.int64]
    vectors: NDArray[np.float64]
    energy: float
    forces: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class AtomicTraining:
    """Size of the potential and of its training."""

    cutoff: float = 5.0
    n_radial: int = 8
    n_channels: int = 12
    n_partners: int = 4
    width: int = 32
    n_updates: int = 800
    batch: int = 6
    rate: float = 5e-3
    seed: int = 0


@dataclass(frozen=True, slots=True)
class AtomicNetwork:
    """A trained potential: tensors by name, the settings, and the mean energy an atom that was taken off, eV."""

    weights: Tensors
    training: AtomicTraining
    n_kinds: int
    mean: float

    def energy_and_forces(self, frame: AtomicFrame) -> tuple[float, NDArray[np.float64]]:
        """Energy (eV) and forces (eV/angstrom, shape (n_atoms, 3)) of a structure; its own values are not looked at."""
        with one_torch_thread():
            energies, forces = _evaluate(self.weights, self.training, _Batch.of([frame], self.mean))
        return float(energies.detach()[0]) + self.mean * len(frame.kinds), np.asarray(forces.detach().numpy())


def trained_potential(
    frames: Sequence[AtomicFrame], training: AtomicTraining | None = None, progress: Progress = silent
) -> AtomicNetwork:
    """A potential fitted to energies and forces of structures.

    Loss: 20 (dE / n)^2 + |dF|^2 / 3n in eV and angstrom; Adam with a rate that falls to nothing along a cosine.

    Raises:
        InputError: there is no structure.
    """
    if not frames:
        raise InputError("a potential needs structures to learn from")
    chosen = training or AtomicTraining()
    n_kinds = 1 + max(int(frame.kinds.max()) for frame in frames)
    mean = float(np.mean([frame.energy / len(frame.kinds) for frame in frames]))
    with one_torch_thread():
        weights = _started(frames, chosen, n_kinds, mean)
        _descend(weights, frames, chosen, mean, progress)
    return AtomicNetwork({name: value.detach() for name, value in weights.items()}, chosen, n_kinds, mean)


def frame_errors(network: AtomicNetwork, frames: Sequence[AtomicFrame]) -> dict[str, float]:
    """Mean absolute errors `energy_mae` (meV/atom) and `force_mae` (meV/angstrom, of components), and those of the means.

    `energy_spread` and `force_spread` are the mean absolute deviations of what is predicted: errors of knowing nothing.
    """
    found = [network.energy_and_forces(frame) for frame in frames]
    energies = [(e - f.energy) / len(f.kinds) for (e, _), f in zip(found, frames, strict=True)]
    forces = np.concatenate([(v - f.forces).ravel() for (_, v), f in zip(found, frames, strict=True)])
    truth = np.array([f.energy / len(f.kinds) for f in frames])
    return {
        "energy_mae": 1000.0 * float(np.abs(energies).mean()),
        "force_mae": 1000.0 * float(np.abs(forces).mean()),
        "energy_spread": 1000.0 * float(np.abs(truth - truth.mean()).mean()),
        "force_spread": 1000.0 * float(np.abs(np.concatenate([f.forces.ravel() for f in frames])).mean()),
    }


@dataclass(frozen=True, slots=True)
class _Batch:
    """Several structures as one graph."""

    kinds: torch.Tensor
    pairs: torch.Tensor
    vectors: torch.Tensor
    owner: torch.Tensor
    energies: torch.Tensor
    forces: torch.Tensor
    sizes: torch.Tensor

    @classmethod
    def of(cls, frames: Sequence[AtomicFrame], mean: float) -> _Batch:
        """The structures of a batch, their energies less `mean` an atom."""
        import torch

        sizes = [len(frame.kinds) for frame in frames]
        starts = np.cumsum([0, *sizes[:-1]])
        return cls(
            torch.as_tensor(np.concatenate([frame.kinds for frame in frames])),
            torch.as_tensor(np.hstack([f.pairs + start for f, start in zip(frames, starts, strict=True)])),
            torch.as_tensor(np.concatenate([frame.vectors for frame in frames])),
            torch.as_tensor(np.repeat(np.arange(len(frames)), sizes)),
            torch.as_tensor([frame.energy - mean * len(frame.kinds) for frame in frames], dtype=torch.float64),
            torch.as_tensor(np.concatenate([frame.forces for frame in frames])),
            torch.as_tensor(sizes, dtype=torch.float64),
        )


def _started(frames: Sequence[AtomicFrame], chosen: AtomicTraining, n_kinds: int, mean: float) -> Tensors:
    """Drawn weights, and the mean and spread of each invariant over the training structures for each kind of atom."""
    import torch

    random = torch.Generator().manual_seed(chosen.seed)
    shape = (n_kinds, n_kinds, chosen.n_radial, chosen.n_channels)
    weights: Tensors = {"radial": torch.randn(shape, generator=random, dtype=torch.float64) / chosen.n_radial**0.5}
    n_invariants = chosen.n_channels * (1 + 2 * chosen.n_partners)
    for kind in range(n_kinds):
        drawn = drawn_layers(f"kind{kind}", (n_invariants, chosen.width, chosen.width, 1), random)
        weights |= {name: value.double() for name, value in drawn.items()}
        weights[f"kind{kind}.2.matrix"] *= 0.1  # so that the first energies are near the mean
    batch = _Batch.of(frames, mean)
    with torch.no_grad():
        invariants = _invariants(weights, chosen, batch, batch.vectors)
    for kind in range(n_kinds):
        rows = invariants[batch.kinds == kind]
        weights[f"centre{kind}"], weights[f"spread{kind}"] = rows.mean(dim=0), rows.std(dim=0) + _TINY
    return weights


def _descend(
    weights: Tensors, frames: Sequence[AtomicFrame], chosen: AtomicTraining, mean: float, progress: Progress
) -> None:
    """Change the weights in place."""
    import torch

    moving = [value for name, value in weights.items() if not name.startswith(("centre", "spread"))]
    for value in moving:
        value.requires_grad_()
    optimiser = torch.optim.Adam(moving, lr=chosen.rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, chosen.n_updates)
    random = np.random.default_rng(chosen.seed)
    for done in range(chosen.n_updates):
        rows = random.choice(len(frames), min(chosen.batch, len(frames)), replace=False)
        batch = _Batch.of([frames[row] for row in rows], mean)
        energies, forces = _evaluate(weights, chosen, batch, is_training=True)
        loss = _ENERGY_WEIGHT * (((energies - batch.energies) / batch.sizes) ** 2).mean()
        loss = loss + _FORCE_WEIGHT * ((forces - batch.forces) ** 2).mean()
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(moving, 10.0)
        optimiser.step()
        schedule.step()
        if done % 50 == 0:
            progress("training the potential", done, chosen.n_updates)


def _evaluate(
    weights: Tensors, chosen: AtomicTraining, batch: _Batch, is_training: bool = False
) -> tuple[torch.Tensor, torch.Tensor]:
    """Energies of the structures less their mean (eV) and forces on all atoms (eV/angstrom)."""
    import torch

    vectors = batch.vectors.clone().requires_grad_()
    invariants = _invariants(weights, chosen, batch, vectors)
    of_atoms = torch.zeros(len(batch.kinds), dtype=torch.float64)
    for kind in torch.unique(batch.kinds).tolist():
        rows = torch.nonzero(batch.kinds == kind)[:, 0]
        inputs = (invariants[rows] - weights[f"centre{kind}"]) / weights[f"spread{kind}"]
        of_atoms = of_atoms.index_add(0, rows, through(weights, f"kind{kind}", inputs)[:, 0])
    energies = torch.zeros(len(batch.sizes), dtype=torch.float64).index_add(0, batch.owner, of_atoms)
    slope = torch.autograd.grad(energies.sum(), vectors, create_graph=is_training)[0]
    forces = torch.zeros((len(batch.kinds), 3), dtype=torch.float64)
    return energies, forces.index_add(0, batch.pairs[0], slope).index_add(0, batch.pairs[1], -slope)


def _invariants(weights: Tensors, chosen: AtomicTraining, batch: _Batch, vectors: torch.Tensor) -> torch.Tensor:
    """A0, A1 . A1 and A2 : A2 of each atom, shape (n_atoms, n_channels (1 + 2 n_partners))."""
    import torch

    first, second = batch.pairs
    lengths = torch.linalg.vector_norm(vectors, dim=1)
    units = vectors / lengths[:, None]
    pair_weights = weights["radial"][batch.kinds[first], batch.kinds[second]]
    radial = torch.einsum("pk,pkm->pm", _radial_basis(lengths, chosen), pair_weights)
    products = (units[:, :, None] * units[:, None, :]).reshape(-1, 9)
    angular = torch.cat([torch.ones_like(lengths)[:, None], units, products], dim=1)
    moments = torch.zeros((len(batch.kinds), chosen.n_channels, 13), dtype=torch.float64)
    moments = moments.index_add(0, first, radial[:, :, None] * angular[:, None, :])
    found = [
        torch.einsum("ima,ipa->imp", part, part[:, : chosen.n_partners]).flatten(1)
        for part in (moments[:, :, 1:4], moments[:, :, 4:])
    ]
    return torch.cat([moments[:, :, 0], *found], dim=1)


def _radial_basis(lengths: torch.Tensor, chosen: AtomicTraining) -> torch.Tensor:
    """Gaussians on evenly spaced centres times the cutoff (1 + cos(pi r / R)) / 2, shape (n_pairs, n_radial)."""
    import torch

    centres = torch.linspace(1.5, chosen.cutoff, chosen.n_radial, dtype=torch.float64)
    width = float(centres[1] - centres[0])
    smooth = 0.5 * (1.0 + torch.cos(math.pi * torch.clamp(lengths / chosen.cutoff, max=1.0)))
    return torch.exp(-0.5 * ((lengths[:, None] - centres) / width) ** 2) * smooth[:, None]
