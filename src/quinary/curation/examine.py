"""All detectors over a data set, and their evidence put together into findings."""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import quinary.curation.detectors
from quinary.curation.dataset import Dataset
from quinary.curation.finding import Detector, Finding, Severity, Suspicion, strongest
from quinary.curation.fusion import REPORT_FROM, evidence_of, fused
from quinary.points.point import DataPoint
from quinary.progress import Progress, silent

__all__ = ["detectors", "examine", "rejected_rows"]


def detectors() -> list[Detector]:
    """Every detector, alphabetical: each file of the folder `detectors` has one, named `DETECTOR`."""
    package = quinary.curation.detectors
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    return [importlib.import_module(f"{package.__name__}.{name}").DETECTOR for name in names]


def examine(points: Iterable[DataPoint], progress: Progress = silent) -> list[Finding]:
    """What is doubtful among the points, the most doubtful first; notices included.

    Every detector runs over all points; the suspicions against one value, or one composition, are weighed together.
    """
    data = Dataset.of(points)
    known = detectors()
    found: list[tuple[Detector, Suspicion]] = []
    for number, detector in enumerate(known):
        progress(f"looking for errors: {detector.name}", number, len(known))
        found += [(detector, suspicion) for suspicion in detector.suspicions(data)]
    return strongest(_findings(found, _occurrences(data)))


def _occurrences(data: Dataset) -> list[int]:
    """For each entry, how many before it say the same of the same paper: what tells repeated lines apart when lines move."""
    seen: Counter[tuple[str, str, str]] = Counter()
    numbers = []
    for entry in data.entries:
        what = entry.source, entry.paper, entry.formula
        numbers.append(seen[what])
        seen[what] += 1
    return numbers


def _findings(found: Sequence[tuple[Detector, Suspicion]], occurrences: Sequence[int]) -> list[Finding]:
    """One finding a detector and subject, with the score of all the evidence on that subject."""
    scores = fused((detector.name, suspicion) for detector, suspicion in found)
    best: dict[tuple[str, int, int | None], tuple[Detector, Suspicion]] = {}
    for detector, suspicion in found:
        place = detector.name, suspicion.entry.index, suspicion.point
        if place not in best or suspicion.strength > best[place][1].strength:
            best[place] = detector, suspicion
    findings = []
    for detector, suspicion in best.values():
        score = scores[suspicion.entry.index, suspicion.point]
        subject = f"{_subject(suspicion)}\x1f{occurrences[suspicion.entry.index]}"
        findings.append(_finding(detector, suspicion, score, subject))
    return findings


def _subject(suspicion: Suspicion) -> str:
    """What is doubted, without the line, which changes when a file is edited."""
    entry = suspicion.entry
    parts = [entry.source, entry.paper, entry.formula, suspicion.property]
    if suspicion.point is not None:
        point = entry.points[suspicion.point]
        parts += [str(point.value), point.conditions.key, point.method.value]
    return "\x1f".join(parts)


def _finding(detector: Detector, suspicion: Suspicion, score: float, subject: str) -> Finding:
    entry = suspicion.entry
    point = None if suspicion.point is None else entry.points[suspicion.point]
    is_reported = score >= REPORT_FROM and evidence_of(detector.name, suspicion.strength) > 0
    severity = Severity.WARNING if is_reported else Severity.NOTICE
    return Finding(
        detector=detector.name, version=detector.version,
        severity=Severity.ERROR if suspicion.is_impossible else severity,
        source=entry.source, line=entry.line, evidence=suspicion.evidence, repair=suspicion.repair, score=score,
        subject=subject, formula=entry.formula, material_key=entry.points[0].material.key,
        property=suspicion.property, content_hash=None if point is None else point.content_hash,
    )  # fmt: skip


def rejected_rows(source: str, rejected: Iterable[Mapping[str, object]]) -> list[Finding]:
    """The rows that a reader refused, as findings: `rejected` holds line and reason of each."""
    seen: dict[str, int] = defaultdict(int)
    findings = []
    for row in rejected:
        reason = str(row["reason"])
        seen[reason] += 1
        findings.append(
            Finding(
                detector="reader", version="1", severity=Severity.ERROR, source=source, line=int(str(row["line"])),
                evidence=reason, repair=None, score=REPORT_FROM, subject=f"{source}\x1f{reason}\x1f{seen[reason]}",
            )
        )  # fmt: skip
    return findings
