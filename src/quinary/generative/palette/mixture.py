"""A generator that first chooses which elements, then how much of each: fractions of the others are exact zeros.

Both parts go through the elements one after the other, each choice knowing those before it (the neural autoregressive
distribution estimator, Larochelle and Murray 2011, AISTATS 15, 29). With c the conditions and m_j = 1 for a chosen element,

    P(m_i = 1 | m_<i, n, c) = sigmoid(v_i . f(h(c) + d_i + u_r + sum_{j<i} m_j w_j) + b_i)

where the number of elements n is drawn first and r = n - sum_{j<i} m_j of them are still to come: without that the numbers
of elements came out too narrow (Wasserstein distance .14 to those of the demo set, .04 with it).
A fraction is a share s_i = x_i / (1 - sum_{j<i} x_j) of what the elements before it left. Its density is a mixture of
normal distributions of log(s / (1 - s)), with the centre of the equal share as origin, and of two points: the equal share,
and the fraction of the element before. Measured alloys are full of equal amounts, which no smooth density has. Much of how
amounts are chosen is the same for all elements, so the network is told what counts of the fractions before whatever their
elements are (what is left, the latest and the largest of them against the equal share, the sum of their squares), and the
elements share one output matrix to which each adds its own (coverage of the demo set .30 against .28 without, halves .33).

Any subset of the conditions may be given: during training they are hidden at random, and what is not given is averaged
over instead of guessed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from quinary.generative.palette.systems import likely_systems
from quinary.learning.models.layers import Descent, descended, drawn_layers, through, training_device
from quinary.threads import one_torch_thread

if TYPE_CHECKING:
    import torch

    from quinary.generative.kept_networks import Lesson
    from quinary.learning.models.layers import Tensors

__all__ = ["PaletteSettings", "condition_inputs", "held_out_systems", "hidden_at_random", "train_palettes"]

N_POINTS: Final = 2  # shares with a probability of their own
SAME: Final = 1e-6  # two fractions nearer than this are equal
N_SO_FAR: Final = 4  # inputs that tell of the fractions before, whatever their elements
LEAST_SHARE: Final = 2e-3
SMALL: Final = 0.01  # fractions below it look alike in logarithms
SMALLEST_SCALE: Final = 0.02  # of log(s / (1 - s)): about half a per cent of an equal share
LARGEST_SCALE: Final = 3.0


@dataclass(frozen=True, slots=True)
class PaletteSettings:
    """How the network looks and is trained.

    Attributes:
        width: units of the hidden layers.
        n_parts: normal distributions in the mixture of a share.
        n_passes: how often each known alloy is seen, at most `most_updates` batches and at least 200 to 1,000.
        batch_size: alloys in one update.
        decay: of the weights, against learning the known alloys by heart.
        held_out: share of the chemical systems on which is judged when to stop. None by default: what is held out is
            missing from the palettes, which costs more than the little that is learned by heart in so few passes.
        jitter: standard deviation of noise on the conditions, in their own standard deviations.
        seed: of weights, batches and what is hidden.
    """

    width: int = 64
    n_parts: int = 6
    n_passes: int = 120
    most_updates: int = 5000
    batch_size: int = 128
    rate: float = 4e-3
    decay: float = 0.02
    held_out: float = 0.0
    jitter: float = 0.02
    seed: int = 0

    def n_updates(self, n_rows: int) -> int:
        """Number of updates for that many known alloys."""
        # Few alloys need more passes to learn which elements go together, but not more updates than 1,000.
        least = min(1000, max(200, 3 * n_rows))
        return int(min(self.most_updates, max(least, self.n_passes * n_rows // self.batch_size)))


def condition_inputs(values: torch.Tensor, is_given: torch.Tensor) -> torch.Tensor:
    """One, the conditions with zeros where they are hidden, and which are given: shape (rows, 1 + 2 p)."""
    import torch

    return torch.cat([torch.ones_like(values[:, :1]) if values.shape[1] else torch.ones((len(values), 1)).to(values),
                      values * is_given, is_given], dim=1)  # fmt: skip


def hidden_at_random(n_rows: int, n_conditions: int, random: torch.Generator) -> torch.Tensor:
    """Which conditions are given, shape (n_rows, n_conditions): all in 4 rows of 10, none in 2, else each in every second."""
    import torch

    kind = torch.rand((n_rows, 1), generator=random)
    each = torch.rand((n_rows, n_conditions), generator=random) < 0.5
    return ((kind < 0.4) | (each & (kind < 0.8))).float()


def held_out_systems(fractions: NDArray[np.float64], share: float, seed: int) -> NDArray[np.bool_]:
    """True for the rows of some chemical systems, about `share` of them; none where there are fewer than twenty systems."""
    systems = np.unique(fractions > 0, axis=0, return_inverse=True)[1].ravel()
    n_systems = int(systems.max()) + 1
    chosen = np.random.default_rng(seed).permutation(n_systems)[: int(share * n_systems) if n_systems >= 20 else 0]
    return np.isin(systems, chosen)


def train_palettes(lesson: Lesson, settings: PaletteSettings) -> dict[str, NDArray[Any]]:
    """Weights by name, led to the highest likelihood of the known alloys under their own conditions."""
    import torch

    device = training_device()
    with one_torch_thread():
        random = torch.Generator().manual_seed(settings.seed)
        weights = _drawn(lesson, settings, random)
        is_test = held_out_systems(lesson.fractions, settings.held_out, settings.seed)
        learned, kept_back = _Rows.of(lesson, ~is_test, device), _Rows.of(lesson, is_test, device)
        given = hidden_at_random(len(kept_back), lesson.conditions.shape[1], random).to(device)

        def loss(now: Tensors) -> torch.Tensor:
            rows = torch.randint(len(learned), (min(settings.batch_size, len(learned)),), generator=random)
            part = learned.some(rows.to(device))
            noise = settings.jitter * torch.randn(part.conditions.shape, generator=random)
            is_given = hidden_at_random(len(rows), part.conditions.shape[1], random)
            return -_log_density(now, part, condition_inputs(part.conditions + noise.to(device), is_given.to(device)))

        def held_out(now: Tensors) -> torch.Tensor:
            return -_log_density(now, kept_back, condition_inputs(kept_back.conditions, given))

        descent = Descent(settings.n_updates(len(learned)), settings.rate, settings.decay, lesson.progress)
        start = {name: value.to(device) for name, value in weights.items()}
        found = descended(start, loss, held_out if is_test.any() else None, descent)
    return {name: value.cpu().numpy() for name, value in found.items()} | likely_systems(
        lesson.fractions, settings.seed
    )


def _drawn(lesson: Lesson, settings: PaletteSettings, random: torch.Generator) -> Tensors:
    import torch

    k, p, width = lesson.fractions.shape[1], lesson.conditions.shape[1], settings.width
    n_out = N_POINTS + 3 * settings.n_parts
    small = 1.0 / width**0.5

    def normal(*shape: int) -> torch.Tensor:
        drawn: torch.Tensor = torch.randn(shape, generator=random) * small
        return drawn

    frequency = np.clip((lesson.fractions > 0).mean(axis=0), 1e-3, 1 - 1e-3)
    weights = {
        "palette.chosen": normal(k, width), "palette.place": normal(k, width), "palette.out": normal(k, width),
        "palette.left": normal(k + 1, width),
        "palette.bias": torch.from_numpy(np.log(frequency / (1 - frequency)).astype(np.float32)),
        "share.taken": normal(k, width), "share.place": normal(k, width), "share.so_far": normal(N_SO_FAR, width),
        "share.left": normal(k + 1, width),
        # Every element starts from what all have in common; what is its own has to be learned.
        "share.common": normal(width, n_out), "share.out": torch.zeros((k, width, n_out)),
        "share.bias": torch.zeros((k, n_out)),
    }  # fmt: skip
    weights["share.bias"][:, N_POINTS + settings.n_parts : N_POINTS + 2 * settings.n_parts] = torch.linspace(
        -1.5, 1.5, settings.n_parts
    )
    weights |= drawn_layers("palette.conditions", (1 + 2 * p, width, width), random)
    weights |= drawn_layers("count.conditions", (1 + 2 * p, width, k + 1), random)
    return weights | drawn_layers("share.conditions", (1 + 2 * p + k, width, width), random)


@dataclass(frozen=True, eq=False, slots=True)
class _Rows:
    """Known alloys as tensors, everything that does not change while training worked out once.

    `share` is log(s / (1 - s)) counted from the equal share; `is_equal`, `is_same` mark the two points; `is_free` the
    elements that have a choice (present, and not the last).
    """

    conditions: torch.Tensor
    present: torch.Tensor
    before: torch.Tensor
    n_left: torch.Tensor
    so_far: torch.Tensor
    share: torch.Tensor
    is_equal: torch.Tensor
    is_same: torch.Tensor
    is_free: torch.Tensor

    def __len__(self) -> int:
        return len(self.conditions)

    @classmethod
    def of(cls, lesson: Lesson, chosen: NDArray[np.bool_], device: torch.device) -> _Rows:
        """Some rows of a lesson."""
        import torch

        fractions = lesson.fractions[chosen]
        present = fractions > 0
        left = 1.0 - fractions.cumsum(axis=1) + fractions
        n_left = present[:, ::-1].cumsum(axis=1)[:, ::-1]
        is_free = present & (n_left > 1)
        share = np.where(is_free, fractions / np.maximum(left, 1e-12), 0.5).clip(LEAST_SHARE, 1 - LEAST_SHARE)
        latest, so_far = _so_far(fractions, left, n_left)
        arrays = (
            lesson.conditions[chosen],
            present,
            fractions,
            n_left,
            so_far,
            np.log(share / (1 - share)) + np.log(np.maximum(n_left - 1, 1)),
            np.abs(share * n_left - 1) < SAME * n_left,
            (latest > 0) & (np.abs(fractions - latest) < SAME),
            is_free,
        )
        return cls(*(torch.from_numpy(np.ascontiguousarray(entry).astype(np.float32)).to(device) for entry in arrays))

    def some(self, rows: torch.Tensor) -> _Rows:
        """A batch."""
        return _Rows(
            self.conditions[rows], self.present[rows], self.before[rows], self.n_left[rows], self.so_far[rows],
            self.share[rows],
            self.is_equal[rows], self.is_same[rows], self.is_free[rows],
        )  # fmt: skip


def so_far_inputs(left: Any, n_left: Any, latest: Any, largest: Any, squares: Any, log: Any) -> list[Any]:
    """What counts of the fractions before an element whatever their elements are, one entry each of the shape given."""
    level = log((left + SMALL) / (n_left + SMALL))
    has = latest > 0
    return [left, (log(latest + SMALL) - level) * has, (log(largest + SMALL) - level) * has, squares]


def _so_far(
    fractions: NDArray[np.float64], left: NDArray[np.float64], n_left: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The fraction of the present element before each column, 0 where there is none, and `so_far_inputs`, (N, k, 4)."""
    found, inputs = np.zeros_like(fractions), np.zeros((*fractions.shape, N_SO_FAR))
    latest = np.zeros(len(fractions))
    for column in range(fractions.shape[1]):
        found[:, column] = latest
        before = fractions[:, :column]
        largest, squares = before.max(axis=1, initial=0.0), (before**2).sum(axis=1)
        entries = so_far_inputs(left[:, column], n_left[:, column], latest, largest, squares, np.log)
        inputs[:, column] = np.stack(entries, axis=1)
        latest = np.where(fractions[:, column] > 0, fractions[:, column], latest)
    return found, inputs


def _log_density(weights: Tensors, rows: _Rows, inputs: torch.Tensor) -> torch.Tensor:
    """Mean log density of the palettes and of the shares."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits, relu

    def until(amounts: torch.Tensor, name: str, context: torch.Tensor) -> torch.Tensor:
        """Hidden units at each element, shape (rows, k, width): what the elements before it have added."""
        added = amounts[:, :, None] * weights[name]
        return added.cumsum(dim=1) - added + context[:, None, :]

    hidden = until(rows.present, "palette.chosen", through(weights, "palette.conditions", inputs))
    count = rows.present.sum(dim=1, keepdim=True)
    left = (count - rows.present.cumsum(dim=1) + rows.present).long()
    hidden = hidden + weights["palette.left"][left]
    logits = (relu(hidden + weights["palette.place"]) * weights["palette.out"]).sum(dim=2) + weights["palette.bias"]
    k = rows.present.shape[1]
    has_choice = (left > 0) & (left < k - torch.arange(k, device=left.device))
    palette = -(binary_cross_entropy_with_logits(logits, rows.present, reduction="none") * has_choice).sum(dim=1)
    counted = torch.log_softmax(through(weights, "count.conditions", inputs), dim=1)
    palette = palette + counted.gather(1, count.long())[:, 0]
    context = through(weights, "share.conditions", torch.cat([inputs, rows.present], dim=1))
    hidden = (
        until(rows.before, "share.taken", context) + weights["share.place"] + weights["share.left"][rows.n_left.long()]
    )
    hidden = relu(hidden + rows.so_far @ weights["share.so_far"])
    outputs = torch.einsum("nkw,kwo->nko", hidden, weights["share.common"] + weights["share.out"])
    outputs = outputs + weights["share.bias"]
    return (palette + (_share_density(outputs, rows) * rows.is_free).sum(dim=1)).mean()


def _share_density(outputs: torch.Tensor, rows: _Rows) -> torch.Tensor:
    """Log density of each share, shape (rows, k): the points count where the share lies on one, else the normal parts."""
    import torch

    logs, centres, scales = share_parts(outputs)
    normal = -0.5 * ((rows.share[:, :, None] - centres) / scales) ** 2 - scales.log() - 0.5 * math.log(2 * math.pi)
    on_point = torch.stack([rows.is_equal, rows.is_same], dim=2)
    points = torch.logsumexp(logs[:, :, :N_POINTS] + (on_point - 1.0) * 1e4, dim=2)
    smooth = torch.logsumexp(logs[:, :, N_POINTS:] + normal, dim=2)
    return torch.where(on_point.sum(dim=2) > 0, points, smooth)


def share_parts(outputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Logarithms of the weights of points and normal parts, centres and scales of the parts, along the last axis."""
    import torch

    n_parts = (outputs.shape[-1] - N_POINTS) // 3
    logs = torch.log_softmax(outputs[..., : N_POINTS + n_parts], dim=-1)
    centres = outputs[..., N_POINTS + n_parts : N_POINTS + 2 * n_parts]
    scales = torch.sigmoid(outputs[..., N_POINTS + 2 * n_parts :] - 1.0) * LARGEST_SCALE + SMALLEST_SCALE
    return logs, centres, scales
