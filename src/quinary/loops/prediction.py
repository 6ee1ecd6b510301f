"""The prediction loop: voids -> predictors, learned models among them -> points, for what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select
from sqlalchemy.engine import Connection

from quinary.errors import unknown_name
from quinary.loops.learned import choose_predictors
from quinary.loops.report import LoopReport
from quinary.loops.retraining import learned_by_version, models_in_force
from quinary.loops.work import CycleSettings, Tally, priority_of
from quinary.loops.worker import run_alone
from quinary.materials.policy import Policy
from quinary.plugins.registry import predictors, predictors_of
from quinary.plugins.sockets import Estimate, PredictionTask, PredictorPlugin
from quinary.plugins.tasks import prediction_tasks, refusal
from quinary.points.point import DataPoint, Origin, Source, Value
from quinary.progress import Progress, silent
from quinary.reference.lattices import DEFAULT_TABLE, LATTICES, TABLES
from quinary.store.bookkeeping import add_failures
from quinary.store.claims import Item
from quinary.store.database import Database
from quinary.store.queries import StoredMaterial, material_ids_with_voids, materials_by_id
from quinary.store.schema import material
from quinary.store.writing import PointWriter, batches

if TYPE_CHECKING:
    from quinary.learning.predictor import LearnedPredictor

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

    First the models of what the policy wants predicted are brought up to date (`quinary.loops.retraining`). A new version of
    the policy, of a predictor or of a learned model counts as a change of everything: predictions that come out
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
        return list(materials_by_id(connection, body["materials"]).values()), bool(body["supersede"])

    def compute(self, loaded: tuple[list[StoredMaterial], bool]) -> _Predicted:
        """The points of a batch, and what could not be predicted."""
        stored, is_redo = loaded
        task = _Task(self.policy, self.lattice, self.table, learned_by_version(self.models))
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
    """What is wanted, with which assumptions, and the learned models that may be asked."""

    policy: Policy
    lattice: str
    table: str
    learned: Sequence[LearnedPredictor]


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
        for name, plugins in _asked(task, rows.task):
            found, lacking = _answers(name, plugins, entries, rows.task)
            points += found
            impossible += lacking
    refused = [(entry, refusal(entry.material.composition)) for entry in stored]
    entries, reasons = [entry for entry, reason in refused if reason], [reason for _, reason in refused if reason]
    for name, plugin in _usual_of_ceramics(task.policy):
        impossible += _not_possible(name, plugin, entries, reasons)
    return iter(points), impossible


def _asked(task: _Task, rows: PredictionTask) -> Iterator[tuple[str, list[PredictorPlugin]]]:
    """The properties that the policy wants predicted for a kind of material, each once, with whom to ask in order."""
    for name in _wanted_names(task.policy, is_ceramic=rows.is_ceramic):
        if able := choose_predictors(name, rows, task.learned):
            yield name, able


def _wanted_names(policy: Policy, *, is_ceramic: bool) -> list[str]:
    kinds = ("all", "ceramic" if is_ceramic else "alloy")
    wants = [want for want in policy.wants if want.origin is Origin.PREDICTION and want.kind in kinds]
    return list(dict.fromkeys(want.property for want in wants))


def _usual_of_ceramics(policy: Policy) -> Iterator[tuple[str, PredictorPlugin]]:
    for name in _wanted_names(policy, is_ceramic=True):
        if able := predictors_of(name, is_ceramic=True):
            yield name, able[0]


def _answers(
    name: str, plugins: Sequence[PredictorPlugin], entries: Sequence[StoredMaterial], task: PredictionTask
) -> tuple[list[DataPoint], list[dict[str, Any]]]:
    """Points of every row that one of the predictors has an answer for, and the reason of the last where none has one."""
    points: list[DataPoint] = []
    is_open = [True] * len(entries)
    impossible: list[dict[str, Any]] = []
    for plugin in plugins:
        estimate = plugin.predict(name, task)
        points += _points(name, plugin, entries, estimate, is_open)
        impossible = _not_possible(
            name, plugin, entries, [r if o else "" for r, o in zip(estimate.reasons, is_open, strict=True)]
        )
        is_open = [still and bool(reason) for still, reason in zip(is_open, estimate.reasons, strict=True)]
        if not any(is_open):
            break
    return points, impossible


def _points(
    name: str, plugin: PredictorPlugin, entries: Sequence[StoredMaterial], estimate: Estimate, is_open: Sequence[bool]
) -> Iterator[DataPoint]:
    source = Source(plugin.name, "computed", citation=plugin.source)
    sigmas = getattr(plugin, "interval_sigmas", None)
    for row, entry in enumerate(entries):
        if is_open[row] and not estimate.reasons[row]:
            value, spread = float(estimate.values[row]), float(estimate.uncertainties[row])
            interval = {} if sigmas is None else {"low": value - sigmas * spread, "high": value + sigmas * spread}
            yield DataPoint(
                material=entry.material,
                property=name,
                value=Value.number(value),
                method=estimate.method,
                origin=Origin.PREDICTION,
                source=source,
                uncertainty=spread,
                detail=estimate.details[row],
                lineage={
                    "plugin": plugin.name,
                    "version": plugin.version,
                    "in_domain": int(estimate.is_in_domain[row]),
                    **interval,
                },
            )


def _not_possible(
    name: str, plugin: PredictorPlugin, entries: Sequence[StoredMaterial], reasons: Sequence[str]
) -> list[dict[str, Any]]:
    return [
        {
            "loop": _TASK,
            "plugin": plugin.name,
            "version": plugin.version,
            "material_id": entry.id,
            "property": name,
            "reason": _why(name, plugin, entry, reason),
        }
        for entry, reason in zip(entries, reasons, strict=True)
        if reason
    ]


def _why(name: str, plugin: PredictorPlugin, entry: StoredMaterial, reason: str) -> str:
    """The reason that a predictor gives; where elements are what it lacks, only those: then few reasons cover a store."""
    composition = entry.material.composition
    lacking = () if composition.is_ceramic else sorted(set(composition.elements) - plugin.elements(name))
    return f"no elemental value for {', '.join(lacking)}" if lacking else reason
