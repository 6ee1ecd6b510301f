"""The table that the commands `learn`, `explain` and `clusters` work on."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from quinary.interfaces.cli.session import Session
    from quinary.loops.learning_data import Gathered, Question

__all__ = ["gathered_table", "without_physics"]


def gathered_table(session: Session, question: Question, file: Path | None, together: Sequence[str] = ()) -> Gathered:
    """The table of a question: of the file, else of the store if there is one, else of the embedded data.

    Raises:
        InputError: nothing answers the question.
    """
    from quinary.loops.learned import gather, place_named

    with ExitStack() as opened:
        has_store = file is None and (session.db is not None or bool(place_named(None)))
        database = opened.enter_context(session.open(must_exist=True)) if has_store else None
        return gather(question, database, file, together)


def without_physics(found: Gathered) -> Gathered:
    """The same without the column that another predictor computes: it explains nothing."""
    from quinary.learning.predictor import PHYSICS_COLUMN

    columns = {name: values for name, values in found.table.columns.items() if name != PHYSICS_COLUMN}
    return replace(found, table=replace(found.table, columns=columns))
