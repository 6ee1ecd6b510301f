"""The validation loop: generated materials -> the ladder of validators -> verdicts and points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy.engine import Connection

from quinary.loops.validation.ladder import Climb, climbed, is_ruled_out, ladder, validate_compositions
from quinary.loops.validation.thermodynamics import equipped
from quinary.loops.work import DEFAULT_RUNGS, CycleSettings, LoopReport, Tally, priority_of, process_name, run_alone
from quinary.materials.policy import Policy
from quinary.plugins import ValidationSettings, ValidatorPlugin, file_at
from quinary.points.conditions import Conditions
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Origin, Source, Value
from quinary.progress import Progress, silent
from quinary.requests import Verdict
from quinary.store.database import Database
from quinary.store.kept import add_verdicts, generated_ids, judged_outcomes, judged_rungs
from quinary.store.queries import StoredMaterial, materials_by_id
from quinary.store.work import Item, add_failures, log_event, log_trace
from quinary.store.writing import PointWriter

__all__ = ["ValidationWork", "ladder", "validate_candidates", "validate_compositions"]

_TASK: Final = "validation"
_DIGITS: Final = 8
_WITH_POTENTIAL: Final = frozenset({"potential", "faults", "phonons"})
_METHOD: Final = {
    "rules": Method.EMPIRICAL,
    "calphad": Method.CALPHAD,
    "potential": Method.POTENTIAL,
    "dft": Method.DFT,
}


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
    told = CycleSettings(policy, equipped(settings or ValidationSettings(), database), tuple(rungs))
    return run_alone(database, ValidationWork(told), progress)


class ValidationWork:
    """The validation loop as work: one generated material a piece."""

    name = _TASK

    def __init__(self, settings: CycleSettings) -> None:
        self.policy, self.settings = settings.policy, settings.validation
        self.rungs = ladder(settings.rungs)

    def version(self) -> str:
        """The policy, the rungs, the temperature, the thermodynamic database, and what a potential is told."""
        names = ",".join(f"{rung.name}={rung.version}" for rung in self.rungs)
        told = "".join(_potential_text(self.settings) for rung in self.rungs if rung.name == "potential")
        return f"policy={self.policy.version};{names}{_settings_text(self.settings)}{told}"

    def check(self) -> None:
        """See whether the database named by the user is there.

        Raises:
            InputError: it is not.
        """
        if isinstance(self.settings.tdb, Path):
            file_at(self.settings.tdb)

    def items(self, connection: Connection, since: int, *, is_redo: bool) -> Iterator[Item]:  # noqa: ARG002 - the rungs say it
        """The candidates that lack the verdict of a rung."""
        wanted = {(rung.name, _versioned(rung, self.settings)) for rung in self.rungs}
        priority = priority_of(self.policy, Origin.VALIDATION)
        for identifier in generated_ids(connection, since=since):
            if not wanted <= judged_rungs(connection, identifier):
                yield Item(f"{since + 1}-{identifier:09d}", {"material": identifier}, 1, priority)

    def load(self, connection: Connection, body: Mapping[str, Any]) -> _Waiting:
        """The material, the rungs that have not judged it, and those that have ruled it out."""
        identifier = body["material"]
        outcomes = judged_outcomes(connection, identifier)
        versions = {rung.name: _versioned(rung, self.settings) for rung in self.rungs}
        missing = [rung for rung in self.rungs if (rung.name, versions[rung.name]) not in outcomes]
        against = {name for name, version in versions.items() if outcomes.get((name, version)) == "failed"}
        return _Waiting(materials_by_id(connection, [identifier])[identifier], missing, frozenset(against))

    def compute(self, loaded: _Waiting) -> _Judged:
        """The verdicts of the missing rungs, and the points they make."""
        material = loaded.stored.material
        climb = Climb(ruled_out_by=loaded.ruled_out_by)
        verdicts = list(climbed(loaded.missing, material.composition, self.settings, climb))
        points = [point for rung, verdict in verdicts for point in _points(material, rung, verdict)]
        return _Judged(loaded.stored.id, verdicts, points)

    def save(self, connection: Connection, computed: _Judged) -> Tally:
        """Add verdicts and points, and the reasons where a rung has no answer."""
        writer = PointWriter(connection)
        added = writer.add(computed.points)
        versioned = ((verdict, _versioned(rung, self.settings)) for rung, verdict in computed.verdicts)
        add_verdicts(connection, computed.material_id, versioned, writer.change)
        add_failures(connection, _failures(computed, writer.change))
        without_answer = [verdict for _, verdict in computed.verdicts if not is_ruled_out(verdict)]
        errors = [verdict for verdict in without_answer if verdict.outcome == "error"]
        for verdict in errors:
            text = f"{verdict.rung} of {verdict.formula}: {verdict.reason}; not tried again with these versions"
            line = log_event(connection, process_name(), "failed", text)
            if verdict.trace:
                log_trace(connection, line, verdict.trace, is_bug=False)
        n_skipped = sum(verdict.outcome == "skipped" for verdict in without_answer)
        return Tally(1, added.n_added, len(errors), n_skipped)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A candidate, the rungs that it has yet to climb, and those that have ruled it out."""

    stored: StoredMaterial
    missing: list[ValidatorPlugin]
    ruled_out_by: frozenset[str]


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
        if verdict.outcome in {"error", "skipped"} and not is_ruled_out(verdict)
    ]


def _settings_text(settings: ValidationSettings) -> str:
    asked = "auto" if settings.temperature is None else f"{settings.temperature:g}"
    return f";temperature={asked};tdb={_tdb_text(settings)}"


def _potential_text(settings: ValidationSettings) -> str:
    return f";potential={settings.potential};atoms={settings.n_atoms[0]}-{settings.n_atoms[1]}"


def _tdb_text(settings: ValidationSettings) -> str:
    """The file that was named, else all that are registered, by their content; `auto`: what comes inside packages."""
    named = settings.tdb
    if named is not None:
        file = file_at(named) if isinstance(named, Path) else named
        return f"{file.name}:{file.digest[:_DIGITS]}"
    registered = ":".join(sorted(file.digest[:_DIGITS] for file in settings.databases))
    return f"registered:{registered}" if registered else "auto"


def _versioned(rung: ValidatorPlugin, settings: ValidationSettings) -> str:
    """The version under which a verdict is kept: another temperature, database or potential is another question."""
    if rung.name == "calphad":
        return f"{rung.version}{_settings_text(settings)}"
    if rung.name in _WITH_POTENTIAL:
        return f"{rung.version}{_potential_text(settings)}"
    return rung.version


def _points(material: Material, rung: ValidatorPlugin, verdict: Verdict) -> Iterator[DataPoint]:
    """What a rung found, as validation points.

    Phases only of a rung that is certain; values of properties always, since each carries its own uncertainty.
    """
    if verdict.phases and verdict.outcome in {"passed", "failed"}:
        yield _point(material, rung, verdict, "phases", Value.category(*verdict.phases))
    for name, found in verdict.properties.items():
        yield _point(material, rung, verdict, name, Value.number(found.value), found.uncertainty)


def _point(
    material: Material,
    rung: ValidatorPlugin,
    verdict: Verdict,
    name: str,
    value: Value,
    uncertainty: float | None = None,
) -> DataPoint:
    means = {key: str(verdict.values[key]) for key in ("potential", "structure") if key in verdict.values}
    return DataPoint(
        material=material,
        property=name,
        value=value,
        method=_METHOD[rung.name],
        origin=Origin.VALIDATION,
        source=Source(rung.name, "computed", citation=rung.source),
        uncertainty=uncertainty,
        conditions=Conditions.of(dict(verdict.conditions)),
        detail=verdict.reason if name == "phases" else ", ".join(means.values()),
        lineage={
            "plugin": rung.name,
            "version": rung.version,
            "outcome": verdict.outcome,
            **{key: str(verdict.values.get(key, "")) for key in ("database", "database_place", "database_digest")},
            **means,
        },
    )
