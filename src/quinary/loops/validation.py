"""The validation loop: generated materials -> the ladder of validators -> verdicts and points."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy.engine import Connection

from quinary.chemistry.composition import Composition, CompositionLike
from quinary.errors import InputError, WorkError, unknown_name
from quinary.inverse.candidate import Verdict
from quinary.loops.report import LoopReport
from quinary.loops.work import DEFAULT_RUNGS, CycleSettings, Tally, priority_of
from quinary.loops.worker import run_alone
from quinary.materials.policy import Policy
from quinary.plugins.registry import plugins
from quinary.plugins.sockets import ValidationSettings, ValidatorPlugin
from quinary.points.conditions import Conditions
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Origin, Source, Value
from quinary.progress import Progress, silent
from quinary.store.bookkeeping import add_failures
from quinary.store.candidates import add_verdicts, generated_ids, judged_rungs
from quinary.store.claims import Item
from quinary.store.database import Database
from quinary.store.queries import StoredMaterial, materials_by_id
from quinary.store.writing import PointWriter

__all__ = ["ValidationWork", "ladder", "validate_candidates", "validate_compositions"]

_TASK: Final = "validation"
_METHOD: Final = {
    "rules": Method.EMPIRICAL,
    "calphad": Method.CALPHAD,
    "potential": Method.POTENTIAL,
    "dft": Method.DFT,
}


def ladder(names: Iterable[str] = DEFAULT_RUNGS) -> list[ValidatorPlugin]:
    """The validators of these names, cheap ones first.

    Raises:
        InputError: there is no such rung, or no rung is named.
    """
    known = plugins("validators")
    wanted = list(dict.fromkeys(names))
    if not wanted:
        raise InputError(f"no rung named; known: {', '.join(known)}", known)
    for name in wanted:
        if name not in known:
            raise unknown_name("rung", name, known)
    return sorted((known[name] for name in wanted), key=lambda rung: rung.order)


def validate_compositions(
    sources: Iterable[CompositionLike],
    rungs: Sequence[ValidatorPlugin],
    settings: ValidationSettings,
    progress: Progress = silent,
) -> list[Verdict]:
    """Take each composition up the ladder; a rung that fails to work gives a verdict `error` and the ladder goes on.

    Raises:
        InputError: a formula cannot be read, or the settings do not suit it.
    """
    compositions = [Composition.of(source) for source in sources]
    verdicts = []
    for number, composition in enumerate(compositions, 1):
        for rung in rungs:
            progress(f"validating {composition.formula} ({rung.name})", number, len(compositions))
            if len(compositions) == 1:
                verdicts.append(_verdict(rung, composition, settings))
            else:  # one alloy that a database does not cover must not cost the others their verdicts
                verdicts += [verdict for _, verdict in _verdicts_or_skips([rung], composition, settings)]
    return verdicts


def _verdict(rung: ValidatorPlugin, composition: Composition, settings: ValidationSettings) -> Verdict:
    started = time.perf_counter()
    try:
        return rung.validate(composition, settings)
    except WorkError as error:
        seconds = time.perf_counter() - started
        return Verdict(composition.formula, rung.name, "error", error.message, seconds=seconds)


def validate_candidates(
    database: Database,
    policy: Policy,
    *,
    settings: ValidationSettings | None = None,
    rungs: Sequence[str] = DEFAULT_RUNGS,
    progress: Progress = silent,
) -> LoopReport:
    """Validate generated materials that no rung of this version has judged yet; one transaction a material.

    A database named by the user that does not cover a candidate counts as a failure of that candidate, not of the pass.

    Raises:
        InputError: unknown rung, or the database named by the user does not exist.
        WorkError: the store cannot be written; what was committed before stays.
    """
    told = CycleSettings(policy, settings or ValidationSettings(), tuple(rungs))
    return run_alone(database, ValidationWork(told), progress)


class ValidationWork:
    """The validation loop as work: one generated material a piece."""

    name = _TASK

    def __init__(self, settings: CycleSettings) -> None:
        self.policy, self.settings = settings.policy, settings.validation
        self.rungs = ladder(settings.rungs)

    def version(self) -> str:
        """The policy, the rungs, the temperature and the thermodynamic database."""
        names = ",".join(f"{rung.name}={rung.version}" for rung in self.rungs)
        return f"policy={self.policy.version};{names}{_settings_text(self.settings)}"

    def check(self) -> None:
        """See whether the database named by the user is there.

        Raises:
            InputError: it is not.
        """
        tdb = self.settings.tdb
        if tdb is not None and not tdb.is_file():
            raise InputError(f"the thermodynamic database {tdb} does not exist")

    def items(self, connection: Connection, since: int, *, is_redo: bool) -> Iterator[Item]:  # noqa: ARG002 - the rungs say it
        """The candidates that lack the verdict of a rung."""
        wanted = {(rung.name, _versioned(rung, self.settings)) for rung in self.rungs}
        priority = priority_of(self.policy, Origin.VALIDATION)
        for identifier in generated_ids(connection, since=since):
            if not wanted <= judged_rungs(connection, identifier):
                yield Item(f"{since + 1}-{identifier:09d}", {"material": identifier}, 1, priority)

    def load(self, connection: Connection, body: Mapping[str, Any]) -> tuple[StoredMaterial, list[ValidatorPlugin]]:
        """The material, and the rungs that have not judged it."""
        identifier = body["material"]
        judged = judged_rungs(connection, identifier)
        missing = [rung for rung in self.rungs if (rung.name, _versioned(rung, self.settings)) not in judged]
        return materials_by_id(connection, [identifier])[identifier], missing

    def compute(self, loaded: tuple[StoredMaterial, list[ValidatorPlugin]]) -> _Judged:
        """The verdicts of the missing rungs, and the points they make."""
        stored, missing = loaded
        verdicts = list(_verdicts_or_skips(missing, stored.material.composition, self.settings))
        points = [point for rung, verdict in verdicts for point in _points(stored.material, rung, verdict)]
        return _Judged(stored.id, verdicts, points)

    def save(self, connection: Connection, computed: _Judged) -> Tally:
        """Add verdicts, points and failures."""
        writer = PointWriter(connection)
        added = writer.add(computed.points)
        versioned = ((verdict, _versioned(rung, self.settings)) for rung, verdict in computed.verdicts)
        add_verdicts(connection, computed.material_id, versioned, writer.change)
        failed = _failures(computed, writer.change)
        add_failures(connection, failed)
        return Tally(1, added.n_added, len(failed))


@dataclass(frozen=True, slots=True)
class _Judged:
    """What came of one candidate."""

    material_id: int
    verdicts: list[tuple[ValidatorPlugin, Verdict]]
    points: list[DataPoint]


def _failures(judged: _Judged, change: int) -> list[dict[str, Any]]:
    return [
        {
            "loop": _TASK,
            "plugin": rung.name,
            "version": rung.version,
            "material_id": judged.material_id,
            "property": "phases",
            "reason": verdict.reason,
            "change": change,
        }
        for rung, verdict in judged.verdicts
        if verdict.outcome in {"error", "skipped"}
    ]


def _settings_text(settings: ValidationSettings) -> str:
    name = _tdb_text(settings.tdb)
    return f";temperature={settings.temperature:g};tdb={name}"


def _tdb_text(tdb: Path | None) -> str:
    return tdb.name if tdb else "auto"


def _versioned(rung: ValidatorPlugin, settings: ValidationSettings) -> str:
    """The version under which a verdict is kept: another temperature or database is another question."""
    return f"{rung.version}{_settings_text(settings)}" if rung.name == "calphad" else rung.version


def _verdicts_or_skips(
    rungs: Sequence[ValidatorPlugin], composition: Composition, settings: ValidationSettings
) -> Iterator[tuple[ValidatorPlugin, Verdict]]:
    for rung in rungs:
        try:
            yield rung, _verdict(rung, composition, settings)
        except InputError as error:
            yield rung, Verdict(composition.formula, rung.name, "skipped", error.message)


def _points(material: Material, rung: ValidatorPlugin, verdict: Verdict) -> Iterator[DataPoint]:
    """The phases that a rung found, as a validation point; an uncertain verdict is no evidence."""
    if verdict.phases and verdict.outcome in {"passed", "failed"}:
        yield DataPoint(
            material=material,
            property="phases",
            value=Value.category(*verdict.phases),
            method=_METHOD[rung.name],
            origin=Origin.VALIDATION,
            source=Source(rung.name, "computed", citation=rung.source),
            conditions=Conditions.of(dict(verdict.conditions)),
            detail=verdict.reason,
            lineage={
                "plugin": rung.name,
                "version": rung.version,
                "outcome": verdict.outcome,
                "database": str(verdict.values.get("database", "")),
            },
        )
