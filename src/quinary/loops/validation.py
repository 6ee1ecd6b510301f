"""The validation loop: generated materials -> the ladder of validators -> verdicts and points."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from quinary.chemistry.composition import Composition, CompositionLike
from quinary.errors import InputError, WorkError, unknown_name
from quinary.inverse.candidate import Verdict
from quinary.loops.report import LoopReport
from quinary.materials.policy import Policy
from quinary.plugins.registry import plugins
from quinary.plugins.sockets import ValidationSettings, ValidatorPlugin
from quinary.points.conditions import Conditions
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Origin, Source, Value
from quinary.progress import Progress, silent
from quinary.store.bookkeeping import add_failures, progress_of, set_progress
from quinary.store.candidates import add_verdicts, generated_ids, judged_rungs
from quinary.store.database import Database
from quinary.store.queries import materials_by_id
from quinary.store.writing import PointWriter

__all__ = ["ladder", "validate_candidates", "validate_compositions"]

_TASK: Final = "validation"
DEFAULT_RUNGS: Final = ("rules", "calphad")
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
    """
    started = time.perf_counter()
    asked = settings or ValidationSettings()
    chosen = ladder(rungs)
    version = (
        f"policy={policy.version};" + ",".join(f"{rung.name}={rung.version}" for rung in chosen) + _settings_text(asked)
    )
    with database.read() as connection:
        done, old_version = progress_of(connection, _TASK)
        identifiers = generated_ids(connection, since=done if version == old_version else 0)
    counter = database.counter()
    n_added = n_failed = n_judged = 0
    for number, identifier in enumerate(identifiers, 1):
        with database.read() as connection:
            stored = materials_by_id(connection, [identifier])[identifier]
            judged = judged_rungs(connection, identifier)
        missing = [rung for rung in chosen if (rung.name, _versioned(rung, asked)) not in judged]
        progress(f"validating {stored.formula}", number, len(identifiers))
        if missing:
            n_judged += 1
            verdicts = list(_verdicts_or_skips(missing, stored.material.composition, asked))
            added, failed = _store(database, identifier, stored.material, verdicts, asked)
            n_added, n_failed = n_added + added, n_failed + failed
    if identifiers or version != old_version:
        with database.write() as connection:
            set_progress(connection, _TASK, counter, version)
    return LoopReport(_TASK, n_judged, n_added, n_failed, time.perf_counter() - started)


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


def _store(
    database: Database,
    identifier: int,
    material: Material,
    verdicts: Sequence[tuple[ValidatorPlugin, Verdict]],
    settings: ValidationSettings,
) -> tuple[int, int]:
    failed = [(rung, verdict) for rung, verdict in verdicts if verdict.outcome in {"error", "skipped"}]
    points = [point for rung, verdict in verdicts for point in _points(material, rung, verdict)]
    with database.write() as connection:
        writer = PointWriter(connection)
        added = writer.add(points)
        add_verdicts(
            connection, identifier, ((verdict, _versioned(rung, settings)) for rung, verdict in verdicts), writer.change
        )
        rows = [
            {
                "loop": _TASK,
                "plugin": rung.name,
                "version": rung.version,
                "material_id": identifier,
                "property": "phases",
                "reason": verdict.reason,
                "change": writer.change,
            }
            for rung, verdict in failed
        ]
        add_failures(connection, rows)
    return added.n_added, len(failed)


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
