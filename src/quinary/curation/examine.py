"""All detectors over a data set, and their evidence put together into findings."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import quinary.curation.detectors
from quinary.curation.confirmation import confirming_papers, weight_in_favour
from quinary.curation.dataset import Dataset
from quinary.curation.finding import READER, Detector, Evidence, Finding, Severity, Suspicion, strongest
from quinary.curation.fusion import CALCULATED, REPORT_FROM, Subject, evidence_of, fused
from quinary.points.point import DataPoint
from quinary.progress import Progress, silent

__all__ = ["detectors", "examine", "rejected_rows"]

# What a row contradicts by itself is no better for being repeated elsewhere
_OF_ITSELF: Final = frozenset({"composition_sum", "conflict", "formula", "physics"})
_LOOK_BESIDE: Final = frozenset({"extreme_value", "unit_slip"})  # what a value should be, others can say


def detectors() -> list[Detector]:
    """Every detector, alphabetical: each file of the folder `detectors` has one, named `DETECTOR`."""
    package = quinary.curation.detectors
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    return [importlib.import_module(f"{package.__name__}.{name}").DETECTOR for name in names]


def examine(
    points: Iterable[DataPoint], progress: Progress = silent, beside: Sequence[DataPoint] = ()
) -> list[Finding]:
    """What is doubtful among the points, the most doubtful first; notices included.

    Every detector runs over all points; the suspicions against one value, or one composition, are weighed together.
    `beside` are points of other files that values are compared with and that confirm compositions, and that nothing is
    found in; those of a file that is examined itself are left out.
    """
    data = Dataset.of(points)
    with_others = _with_others(data, beside)
    known = detectors()
    found: list[tuple[Detector, Suspicion]] = []
    for number, detector in enumerate(known):
        progress(f"looking for errors: {detector.name}", number, len(known))
        seen = with_others if detector.name in _LOOK_BESIDE else data
        found += [(detector, doubt) for doubt in detector.suspicions(seen) if doubt.entry.index < len(data.entries)]
    return strongest(_findings(found, with_others, _occurrences(data)))


def _with_others(data: Dataset, beside: Sequence[DataPoint]) -> Dataset:
    """The entries, then those of `beside` that are of other files."""
    own = {entry.source for entry in data.entries}
    others = [point for point in beside if str(point.lineage.get("file", point.source.name)) not in own]
    if not others:
        return data
    return Dataset.of([*(point for entry in data.entries for point in entry.points), *others])


def _occurrences(data: Dataset) -> list[int]:
    """For each entry, how many before it say the same of the same paper: what tells repeated lines apart when lines move."""
    seen: Counter[tuple[str, str, str]] = Counter()
    numbers = []
    for entry in data.entries:
        what = entry.source, entry.paper, entry.formula
        numbers.append(seen[what])
        seen[what] += 1
    return numbers


def _findings(found: Sequence[tuple[Detector, Suspicion]], data: Dataset, occurrences: Sequence[int]) -> list[Finding]:
    """One finding a value or composition, with the evidence and the score of all detectors that doubt it."""
    doubted = ((suspicion.entry.index, place) for _, suspicion in found for place in {suspicion.point, None})
    papers = confirming_papers(data, doubted)
    of_themselves = {(s.entry.index, s.point) for detector, s in found if detector.name in _OF_ITSELF}
    in_favour = {subject: weight_in_favour(n) for subject, n in papers.items() if subject not in of_themselves}
    scores = fused(((detector.name, suspicion) for detector, suspicion in found), in_favour)
    subjects: dict[Subject, dict[str, tuple[Detector, Suspicion]]] = defaultdict(dict)
    for detector, suspicion in found:
        said = subjects[suspicion.entry.index, suspicion.point]
        if detector.name not in said or suspicion.strength > said[detector.name][1].strength:
            said[detector.name] = detector, suspicion
    _join_calculated(subjects, scores)
    return [
        _finding(_heaviest_first(said.values()), scores[subject], papers.get(subject, 0), occurrences[subject[0]])
        for subject, said in subjects.items()
    ]


def _join_calculated(
    subjects: dict[Subject, dict[str, tuple[Detector, Suspicion]]], scores: Mapping[Subject, float]
) -> None:
    """Move contradicted calculated columns to the formula of their line where that is doubted: one mistake, not several."""
    for subject in [(index, place) for index, place in subjects if place is not None]:
        formula = subject[0], None
        if set(subjects[subject]) == {CALCULATED} and formula in subjects and scores[formula] >= REPORT_FROM:
            subjects[formula].setdefault(CALCULATED, subjects.pop(subject)[CALCULATED])


def _heaviest_first(said: Iterable[tuple[Detector, Suspicion]]) -> list[tuple[Detector, Suspicion]]:
    return sorted(said, key=lambda pair: (-evidence_of(pair[0].name, pair[1].strength), pair[0].name))


def _subject(suspicion: Suspicion) -> str:
    """What is doubted, without the line, which changes when a file is edited."""
    entry = suspicion.entry
    parts = [entry.source, entry.paper, entry.formula, suspicion.property]
    if suspicion.point is not None:
        point = entry.points[suspicion.point]
        parts += [str(point.value), point.conditions.key, point.method.value]
    return "\x1f".join(parts)


def _finding(said: Sequence[tuple[Detector, Suspicion]], score: float, n_confirming: int, occurrence: int) -> Finding:
    """The finding of one subject from what detectors say of it, the heaviest first.

    What other papers report as well may still be doubted, but no repair of it is suggested.
    """
    detector, suspicion = next((pair for pair in said if pair[1].point is None), said[0])
    entry = suspicion.entry
    point = None if suspicion.point is None else entry.points[suspicion.point]
    evidences = tuple(Evidence(d.name, s.evidence, evidence_of(d.name, s.strength), s.mistake) for d, s in said)
    is_reported = score >= REPORT_FROM and evidences[0].weight > 0
    severity = Severity.WARNING if is_reported else Severity.NOTICE
    return Finding(
        detector=detector.name, version=detector.version,
        severity=Severity.ERROR if any(s.is_impossible for _, s in said) else severity,
        source=entry.source, line=entry.line, evidence="; ".join(dict.fromkeys(e.text for e in evidences)),
        repair=None if n_confirming else next((s.repair for _, s in said if s.repair), None), score=score,
        subject=f"{_subject(suspicion)}\x1f{occurrence}", formula=entry.formula,
        material_key=entry.points[0].material.key, property=suspicion.property,
        content_hash=None if point is None else point.content_hash, evidences=evidences,
    )  # fmt: skip


_QUOTED = re.compile(r"composition '([^']+)'")


def _formula_in(reason: str) -> str:
    """The formula that a reader quotes when it refuses a row, or an empty text."""
    found = _QUOTED.search(reason)
    return found.group(1) if found else ""


def rejected_rows(source: str, rejected: Iterable[Mapping[str, object]]) -> list[Finding]:
    """The rows that a reader refused, as findings: `rejected` holds line and reason of each."""
    seen: dict[str, int] = defaultdict(int)
    findings = []
    for row in rejected:
        reason = str(row["reason"])
        seen[reason] += 1
        findings.append(
            Finding(
                detector=READER, version="1", severity=Severity.ERROR, source=source, line=int(str(row["line"])),
                evidence=reason, repair=None, score=REPORT_FROM, subject=f"{source}\x1f{reason}\x1f{seen[reason]}",
                formula=_formula_in(reason), evidences=(Evidence(READER, reason),),
            )
        )  # fmt: skip
    return findings
