"""The prediction loop: voids -> predictors, learned models among them -> points, for what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select
from sqlalchemy.engine import Connection

from quinary.errors import unknown_name
from quinary.loops.training import models_by_version, models_in_force, models_known
from quinary.loops.work import CycleSettings, LoopReport, Tally, priority_of, run_alone
from quinary.materials.policy import Policy
from quinary.plugins import prediction_tasks, predictors, predictors_of, refusal
from quinary.points.point import DataPoint, Method, Origin, Source, Value
from quinary.points.quantity import Quantity
from quinary.prediction import Answer, PredictionService
from quinary.progress import Progress, silent
from quinary.reference.lattices import DEFAULT_TABLE, LATTICES, TABLES
from quinary.store.database import Database
from quinary.store.queries import StoredMaterial, material_ids_with_voids, materials_by_id
from quinary.store.schema import material
from quinary.store.work import Item, add_failures
from quinary.store.writing import PointWriter, batches

if TYPE_CHECKING:
    from quinary.plugins import PredictorPlugin

__all__ = ["PredictionWork", "fill_predictions"]

_TASK: Final = "prediction"
_BATCH: Final = 500  # materials a piece: much smaller would cost speed, much larger would make other writers wait


def fill_predictions(
    database: Database,
    policy: Policy,
    *,
    lattice: str = "bcc",
    table: str = DEFAULT_TABLE,
    progress: Progress = silent,
) -> LoopReport:
    """Predict what the policy wants predicted, for materials changed since the last pass.

    First the models of what the policy wants predicted are brought up to date (`quinary.loops.training.retraining`). A new
    version of the policy, of a predictor or of a learned model counts as a change of everything: predictions that come out
    differently then supersede the old ones. Each batch is one transaction, so an interrupted pass goes on where it stopped.

    Raises:
        InputError: unknown lattice or table.
        WorkError: the store cannot be written; what was committed before stays.
    """
    models = models_in_force(database, policy, progress).versions
    settings = CycleSettings(policy, lattice=lattice, table=table, models=models)
    return run_alone(database, PredictionWork(settings), progress)


class PredictionWork:
    """The prediction loop as work: batches of materials that lack a predicted value."""

    name = _TASK

    def __init__(self, settings: CycleSettings) -> None:
        self.policy, self.lattice, self.table = settings.policy, settings.lattice, settings.table
        self.models = settings.models
        self._service: PredictionService | None = None

    def version(self) -> str:
        """The policy, every predictor, the assumed lattice, the elemental set and the learned models."""
        return _version(self.policy, self.lattice, self.table, self.models)

    def check(self) -> None:
        """See whether lattice and table exist.

        Raises:
            InputError: one does not.
        """
        if self.lattice not in LATTICES:
            raise unknown_name("lattice", self.lattice, LATTICES)
        if self.table not in TABLES:
            raise unknown_name("elemental table", self.table, TABLES)

    def items(self, connection: Connection, since: int, *, is_redo: bool) -> Iterator[Item]:
        """Batches of the materials that lack something, those first that lack what is wanted most; all of them in a redo."""
        number = 0
        for priority, identifiers in _wanted(connection, self.policy, since, is_redo=is_redo):
            for some in batches(identifiers, _BATCH):
                body = {"materials": some, "supersede": is_redo}
                yield Item(f"{since + 1}-{number:06d}", body, len(some), priority)
                number += 1

    def load(self, connection: Connection, body: Mapping[str, Any]) -> tuple[list[StoredMaterial], bool]:
        """The materials of a batch, and whether their predictions supersede older ones."""
        self._make_ready(connection)
        return list(materials_by_id(connection, body["materials"]).values()), bool(body["supersede"])

    def _make_ready(self, connection: Connection) -> None:
        """See that those who answer are there: the plug-ins, and the models of the store that were in force at planning."""
        if self._service is None:
            models = models_known(Database(connection.engine)) if self.models else []
            self._service = PredictionService(models_by_version(models, self.models))

    def compute(self, loaded: tuple[list[StoredMaterial], bool]) -> _Predicted:
        """The points of a batch, and what could not be predicted."""
        stored, is_redo = loaded
        task = _Task(self.policy, self.lattice, self.table, self._service or PredictionService())
        points, impossible = _predict(stored, task)
        return _Predicted(len(stored), list(points), impossible, is_redo)

    def save(self, connection: Connection, computed: _Predicted) -> Tally:
        """Add the points, and the reasons where none is possible."""
        writer = PointWriter(connection)
        added = writer.add(computed.points, supersede=computed.is_redo)
        add_failures(connection, ({**row, "change": writer.change} for row in computed.impossible))
        return Tally(computed.n_materials, added.n_added, n_impossible=len(computed.impossible))


@dataclass(frozen=True, slots=True)
class _Predicted:
    """What came of one batch."""

    n_materials: int
    points: list[DataPoint]
    impossible: list[dict[str, Any]]
    is_redo: bool


@dataclass(frozen=True, slots=True)
class _Task:
    """What is wanted, with which assumptions, and who answers."""

    policy: Policy
    lattice: str
    table: str
    service: PredictionService


def _version(policy: Policy, lattice: str, table: str, models: Sequence[str]) -> str:
    plugin_versions = ",".join((*(f"{name}={plugin.version}" for name, plugin in predictors().items()), *models))
    return f"policy={policy.version};{plugin_versions};lattice={lattice};table={table}"


def _wanted(connection: Connection, policy: Policy, since: int, *, is_redo: bool) -> Iterator[tuple[int, list[int]]]:
    """(priority, ids of materials), each material once, under the most wanted of what it lacks."""
    if is_redo:
        everything = select(material.c.id).order_by(material.c.id)
        yield priority_of(policy, Origin.PREDICTION), list(connection.execute(everything).scalars())
        return
    wants = [want for want in policy.wants if want.origin is Origin.PREDICTION]
    seen: set[int] = set()
    for priority in sorted({want.priority for want in wants}):
        part = Policy(tuple(want for want in wants if want.priority == priority), policy.version)
        found = material_ids_with_voids(connection, part, since=since, origin=Origin.PREDICTION)
        fresh = [identifier for identifier in found if identifier not in seen]
        seen.update(fresh)
        yield priority, fresh


def _predict(stored: Sequence[StoredMaterial], task: _Task) -> tuple[Iterator[DataPoint], list[dict[str, Any]]]:
    """Points for every wanted property of every material, and where there is none, why."""
    points: list[DataPoint] = []
    impossible: list[dict[str, Any]] = []
    groups = prediction_tasks(
        [entry.material.composition for entry in stored],
        [entry.material.structure for entry in stored],
        lattice=task.lattice,
        table=task.table,
    )
    for rows in groups:
        entries = [stored[position] for position in rows.positions]
        for name in _wanted_names(task.policy, is_ceramic=rows.task.is_ceramic):
            quantity = Quantity(name)
            if task.service.choice(quantity, rows.task.anions).asked and not quantity.entry.is_categorical:
                answer = task.service.estimate(quantity, rows.task)
                points += _points(entries, answer)
                impossible += _not_possible(entries, answer)
    impossible += _refused(stored, task.policy)
    return iter(points), impossible


def _wanted_names(policy: Policy, *, is_ceramic: bool) -> list[str]:
    kinds = ("all", "ceramic" if is_ceramic else "alloy")
    wants = [want for want in policy.wants if want.origin is Origin.PREDICTION and want.kind in kinds]
    return list(dict.fromkeys(want.property for want in wants))


def _points(entries: Sequence[StoredMaterial], answer: Answer) -> Iterator[DataPoint]:
    for row, entry in enumerate(entries):
        plugin = answer.predictor(row)
        if answer.reasons[row] or plugin is None:
            continue
        low, high = answer.interval(row)
        yield DataPoint(
            material=entry.material,
            property=answer.quantity.property,
            value=Value.number(float(answer.values[row])),
            method=Method(answer.methods[row]),
            origin=Origin.PREDICTION,
            source=Source(plugin.name, "computed", citation=plugin.source),
            uncertainty=float(answer.uncertainties[row]),
            detail=answer.details[row],
            lineage={
                "plugin": plugin.name,
                "version": plugin.version,
                "in_domain": int(answer.is_in_domain[row]),
                "low": low,
                "high": high,
            },
        )


def _not_possible(entries: Sequence[StoredMaterial], answer: Answer) -> Iterator[dict[str, Any]]:
    for row, entry in enumerate(entries):
        plugin = answer.predictor(row)
        if answer.reasons[row] and plugin is not None:
            reason = _why(answer.quantity.property, plugin, entry, answer.reasons[row])
            yield _failure(answer.quantity.property, plugin, entry, reason)


def _refused(stored: Sequence[StoredMaterial], policy: Policy) -> Iterator[dict[str, Any]]:
    """What nobody can be asked about at all: ceramics with several cation sublattices."""
    for entry in stored:
        if reason := refusal(entry.material.composition):
            for name in _wanted_names(policy, is_ceramic=True):
                for plugin in predictors_of(name, is_ceramic=True)[:1]:
                    yield _failure(name, plugin, entry, _why(name, plugin, entry, reason))


def _failure(name: str, plugin: PredictorPlugin, entry: StoredMaterial, reason: str) -> dict[str, Any]:
    return {
        "loop": _TASK,
        "plugin": plugin.name,
        "version": plugin.version,
        "material_id": entry.id,
        "property": name,
        "reason": reason,
    }


def _why(name: str, plugin: PredictorPlugin, entry: StoredMaterial, reason: str) -> str:
    """The reason that a predictor gives; where elements are what it lacks, only those: then few reasons cover a store."""
    composition = entry.material.composition
    lacking = () if composition.is_ceramic else sorted(set(composition.elements) - plugin.elements(name))
    return f"no elemental value for {', '.join(lacking)}" if lacking else reason
