"""The cycle: one pass of the loops over what changed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quinary.loops.literature import write_wanted_sheet
from quinary.loops.prediction import fill_predictions
from quinary.loops.report import LoopReport
from quinary.loops.validation import DEFAULT_RUNGS, validate_candidates
from quinary.materials.policy import Policy, default_policy
from quinary.plugins.sockets import ValidationSettings
from quinary.points.point import Origin
from quinary.progress import Progress, silent
from quinary.reference.lattices import DEFAULT_TABLE
from quinary.store.bookkeeping import progress_of
from quinary.store.candidates import generated_ids
from quinary.store.database import Database
from quinary.store.queries import count_voids, material_ids_with_voids

__all__ = ["Cycle", "CycleReport"]


@dataclass(frozen=True, slots=True)
class CycleReport:
    """What one cycle did, loop by loop, and what still waits for people."""

    loops: tuple[LoopReport, ...]
    n_literature_voids: int
    sheet: str

    @property
    def did_nothing(self) -> bool:
        """True if there was nothing to do."""
        return all(loop.n_materials == 0 for loop in self.loops)

    def as_dict(self) -> dict[str, Any]:
        """The report as the command line prints it."""
        return {
            "did_nothing": self.did_nothing,
            "loops": [loop.as_dict() for loop in self.loops],
            "literature_voids": self.n_literature_voids,
            "sheet": self.sheet,
        }


class Cycle:
    """Runs the loops on what changed in a database: predictions first, then the validation of candidates.

    The literature loop waits for people: `sheet` names a file in which the wanted values are listed for them.
    """

    def __init__(
        self,
        database: Database,
        policy: Policy | None = None,
        *,
        settings: ValidationSettings | None = None,
        rungs: tuple[str, ...] = DEFAULT_RUNGS,
        lattice: str = "bcc",
        table: str = DEFAULT_TABLE,
    ) -> None:
        self.database = database
        self.policy = policy or default_policy()
        self.settings = settings or ValidationSettings()
        self.rungs = rungs
        self.lattice = lattice
        self.table = table

    def once(self, *, sheet: Path | None = None, progress: Progress = silent) -> CycleReport:
        """One pass. A second pass without a change in between does nothing.

        Raises:
            WorkError: the database or the sheet cannot be written; what was committed before stays.
        """
        predicted = fill_predictions(
            self.database, self.policy, lattice=self.lattice, table=self.table, progress=progress
        )
        validated = validate_candidates(
            self.database, self.policy, settings=self.settings, rungs=self.rungs, progress=progress
        )
        if sheet is not None:
            write_wanted_sheet(self.database, self.policy, sheet)
        return CycleReport((predicted, validated), self._literature_voids(), str(sheet) if sheet else "")

    def status(self) -> dict[str, Any]:
        """The change counter, how many materials wait for each loop, and the voids by loop and property."""
        with self.database.read() as connection:
            done = {task: progress_of(connection, task)[0] for task in ("prediction", "validation")}
            waiting = material_ids_with_voids(
                connection, self.policy, since=done["prediction"], origin=Origin.PREDICTION
            )
            return {
                "counter": self.database.counter(),
                "waiting": {
                    "prediction": len(waiting),
                    "validation": len(generated_ids(connection, since=done["validation"])),
                },
                "voids": count_voids(connection, self.policy),
            }

    def _literature_voids(self) -> int:
        with self.database.read() as connection:
            return sum(count_voids(connection, self.policy).get("literature", {}).values())
