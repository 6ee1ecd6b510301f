"""The prediction loop: voids -> predictors -> points, for what changed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy.engine import Connection

from quinary.chemistry.matrix import as_matrix
from quinary.loops.report import LoopReport
from quinary.materials.policy import Policy
from quinary.plugins.registry import predictor_of, predictors
from quinary.plugins.sockets import Estimate, PredictionTask, PredictorPlugin
from quinary.points.point import DataPoint, Origin, Source, Value
from quinary.progress import Progress, silent
from quinary.reference.lattices import DEFAULT_TABLE
from quinary.store.bookkeeping import add_failures, progress_of, set_progress
from quinary.store.database import Database
from quinary.store.queries import StoredMaterial, material_ids_with_voids, materials_by_id
from quinary.store.writing import PointWriter, batches

__all__ = ["fill_predictions"]

_TASK: Final = "prediction"
_BATCH: Final = 2_000


def fill_predictions(
    database: Database,
    policy: Policy,
    *,
    lattice: str = "bcc",
    table: str = DEFAULT_TABLE,
    progress: Progress = silent,
) -> LoopReport:
    """Predict what the policy wants predicted, for materials changed since the last pass.

    A new version of the policy or of a predictor counts as a change of everything: predictions that come out differently
    then supersede the old ones. Each batch is one transaction, so an interrupted pass goes on where it stopped.
    """
    started = time.perf_counter()
    version = _version(policy, lattice, table)
    with database.read() as connection:
        done, old_version = progress_of(connection, _TASK)
        since = done if version == old_version else 0
        is_redo = bool(old_version) and version != old_version
        identifiers = _wanted(connection, policy, since, is_redo=is_redo)
    counter = database.counter()
    n_added = n_failed = n_done = 0
    for some in batches(identifiers, _BATCH):
        with database.write() as connection:
            stored = list(materials_by_id(connection, some).values())
            points, failed = _predict(stored, policy, lattice, table)
            writer = PointWriter(connection)
            n_added += writer.add(points, supersede=is_redo).n_added
            add_failures(connection, ({**row, "change": writer.change} for row in failed))
            n_failed += len(failed)
        n_done += len(some)
        progress("filling predictions", n_done, len(identifiers))
    if identifiers or version != old_version or counter != done:
        with database.write() as connection:
            set_progress(connection, _TASK, counter, version)
    return LoopReport(_TASK, len(identifiers), n_added, n_failed, time.perf_counter() - started)


def _version(policy: Policy, lattice: str, table: str) -> str:
    plugin_versions = ",".join(f"{name}={plugin.version}" for name, plugin in predictors().items())
    return f"policy={policy.version};{plugin_versions};lattice={lattice};table={table}"


def _wanted(connection: Connection, policy: Policy, since: int, *, is_redo: bool) -> list[int]:
    from sqlalchemy import select

    from quinary.store.schema import material

    if is_redo:
        return list(connection.execute(select(material.c.id).order_by(material.c.id)).scalars())
    return material_ids_with_voids(connection, policy, since=since, origin=Origin.PREDICTION)


def _predict(
    stored: Sequence[StoredMaterial], policy: Policy, lattice: str, table: str
) -> tuple[Iterator[DataPoint], list[dict[str, Any]]]:
    """Points for every wanted property of every material, and the failures."""
    alloys = [entry for entry in stored if not entry.material.composition.is_ceramic]
    points: list[DataPoint] = []
    failed: list[dict[str, Any]] = []
    if alloys:
        task = PredictionTask(
            as_matrix(entry.material.composition for entry in alloys),
            [entry.material.structure for entry in alloys],
            lattice,
            table,
        )
        names = dict.fromkeys(want.property for want in policy.wants if want.origin is Origin.PREDICTION)
        for name in names:
            plugin = predictor_of(name)
            estimate = plugin.predict(name, task)
            points += _points(name, plugin, alloys, estimate)
            failed += _failures(name, plugin, alloys, estimate)
    return iter(points), failed


def _points(
    name: str, plugin: PredictorPlugin, alloys: Sequence[StoredMaterial], estimate: Estimate
) -> Iterator[DataPoint]:
    source = Source(plugin.name, "computed", citation=plugin.source)
    for row, entry in enumerate(alloys):
        if not estimate.reasons[row]:
            yield DataPoint(
                material=entry.material,
                property=name,
                value=Value.number(float(estimate.values[row])),
                method=estimate.method,
                origin=Origin.PREDICTION,
                source=source,
                uncertainty=float(estimate.uncertainties[row]),
                detail=estimate.details[row],
                lineage={
                    "plugin": plugin.name,
                    "version": plugin.version,
                    "in_domain": int(estimate.is_in_domain[row]),
                },
            )


def _failures(
    name: str, plugin: PredictorPlugin, alloys: Sequence[StoredMaterial], estimate: Estimate
) -> list[dict[str, Any]]:
    return [
        {
            "loop": _TASK,
            "plugin": plugin.name,
            "version": plugin.version,
            "material_id": entry.id,
            "property": name,
            "reason": reason,
        }
        for entry, reason in zip(alloys, estimate.reasons, strict=True)
        if reason
    ]
