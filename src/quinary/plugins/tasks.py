"""From any mixture of materials to tasks for predictors: alloys in one, ceramics with the same anions in one each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from quinary.chemistry.composition import Composition
from quinary.chemistry.matrix import as_matrix
from quinary.plugins.sockets import Anions, PredictionTask

__all__ = ["TaskRows", "prediction_tasks", "refusal"]


@dataclass(frozen=True, slots=True)
class TaskRows:
    """A task and, for each of its rows, the position of the material in the list that the task was made of."""

    task: PredictionTask
    positions: tuple[int, ...]


def refusal(composition: Composition) -> str:
    """Why no predictor can be asked about a material; empty where one can.

    A task names one set of fractions. A ceramic with several cation sublattices has one for each, and to merge them would
    take a perovskite for a rock salt.
    """
    n_cation_sublattices = len(composition.sublattices) - 1
    if composition.is_ceramic and n_cation_sublattices > 1:
        return f"it has {n_cation_sublattices} cation sublattices, and the predictors of ceramics are for one"
    return ""


def prediction_tasks(
    compositions: Sequence[Composition], structures: Sequence[tuple[str, ...]] = (), **settings: Any
) -> list[TaskRows]:
    """Tasks that together hold every material once, in the order in which their kinds appear.

    `structures` are the reported phases of each material, or empty; `settings` are the other fields of `PredictionTask`.
    Materials that `refusal` names are in no task.
    """
    groups: dict[Anions, list[int]] = {}
    for position, composition in enumerate(compositions):
        if not refusal(composition):
            groups.setdefault(tuple(composition.anions.items()), []).append(position)
    return [
        TaskRows(
            PredictionTask(
                as_matrix(compositions[position] for position in positions),
                [structures[position] for position in positions] if structures else (),
                anions=anions,
                **settings,
            ),
            tuple(positions),
        )
        for anions, positions in groups.items()
    ]
