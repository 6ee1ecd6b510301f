"""Small fully connected networks as lists of tensors, trained on a CUDA device where there is one, else on one thread."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    import torch

    Tensors: TypeAlias = "dict[str, torch.Tensor]"

__all__ = ["Descent", "descended", "drawn_layers", "through", "training_device"]

_CLIP: Final = 5.0  # norm of a gradient: a rare batch may not throw away what was learned
_N_CHECKS: Final = 40  # so often the loss on what is held out is looked at


def training_device() -> torch.device:
    """The CUDA device if there is one, else the processor."""
    import torch

    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def drawn_layers(name: str, sizes: Sequence[int], random: torch.Generator) -> Tensors:
    """Matrices `name.0.matrix`, shape (n_in, n_out), and zero biases `name.0.bias` of a network with these layer sizes.

    The variance 2 / n_in keeps signals level through rectifiers: He 2015, arXiv:1502.01852, equation 10.
    """
    import torch

    found = {}
    for number, (n_in, n_out) in enumerate(itertools.pairwise(sizes)):
        found[f"{name}.{number}.matrix"] = torch.randn((n_in, n_out), generator=random) * (2.0 / n_in) ** 0.5
        found[f"{name}.{number}.bias"] = torch.zeros(n_out)
    return found


def through(weights: Tensors, name: str, inputs: torch.Tensor) -> torch.Tensor:
    """Outputs of the network `name`, shape (rows, n_out), with leaky rectifiers between its layers."""
    import torch

    n_layers = sum(1 for key in weights if key.startswith(f"{name}.") and key.endswith(".matrix"))
    hidden = inputs
    for number in range(n_layers):
        hidden = torch.addmm(weights[f"{name}.{number}.bias"], hidden, weights[f"{name}.{number}.matrix"])
        if number < n_layers - 1:
            hidden = torch.nn.functional.leaky_relu(hidden, 0.1)
    return hidden


@dataclass(frozen=True, slots=True)
class Descent:
    """How weights are led down a loss: AdamW with one rise and fall of the rate (Smith 2018, arXiv:1708.07120)."""

    n_updates: int
    rate: float
    decay: float
    progress: Callable[[int, int], None]


def descended(
    weights: Tensors,
    loss: Callable[[Tensors], torch.Tensor],
    held_out: Callable[[Tensors], torch.Tensor] | None,
    descent: Descent,
) -> Tensors:
    """The weights after training; those with the least loss on what is held out, if anything is.

    `loss` draws its own batch at each call.
    """
    import torch

    moving = {name: value.clone().requires_grad_() for name, value in weights.items()}
    parameters = list(moving.values())
    optimiser = torch.optim.AdamW(parameters, lr=descent.rate, weight_decay=descent.decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, descent.rate, total_steps=descent.n_updates)
    best, least = moving, float("inf")
    every = max(1, descent.n_updates // _N_CHECKS)
    for done in range(1, descent.n_updates + 1):
        optimiser.zero_grad()
        loss(moving).backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(parameters, _CLIP)
        optimiser.step()
        schedule.step()
        if done % every == 0 or done == descent.n_updates:
            descent.progress(done, descent.n_updates)
            with torch.no_grad():
                now = float(held_out(moving)) if held_out else -float(done)
            if now < least:
                best, least = {name: value.detach().clone() for name, value in moving.items()}, now
    return {name: value.detach() for name, value in best.items()}
