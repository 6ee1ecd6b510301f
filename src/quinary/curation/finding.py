"""What a detector says: which value of which line is doubted, how strongly, on what evidence, and a repair if there is one."""

from __future__ import annotations

import builtins
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from quinary.curation.dataset import Dataset, Entry

__all__ = [
    "Detector",
    "Evidence",
    "Finding",
    "Severity",
    "Suspicion",
    "by_mistake",
    "same_subject",
    "strongest",
]


class Severity(StrEnum):
    """How much a finding weighs.

    error: cannot be true, or a reader refused it. warning: all evidence on the row together says that it is probably wrong.
    notice: one detector finds it unusual; most such rows are right, so that they are shown only when asked for.
    """

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What one detector holds against one row, or one property of it, before the evidence is put together.

    `strength` is the detector's own measure (its docstring says of what); the fusion turns it into a log likelihood ratio.
    `property` is empty where the composition is doubted; `point` is the place of the doubted value among the entry's points.
    `contradiction` is the same text for all parties to one contradiction between lines (within a line, equal evidence is).
    """

    entry: Entry
    strength: float
    evidence: str
    repair: Mapping[str, Any] | None = None
    property: str = ""
    point: int | None = None
    is_impossible: bool = False
    contradiction: str = ""

    @builtins.property  # a field above has that name too
    def mistake(self) -> str:
        """What tells one mistake from another: equal for all that one contradiction speaks against."""
        return self.contradiction or f"{self.entry.index}\x1f{self.evidence}"


@runtime_checkable
class Detector(Protocol):
    """Looks through a whole data set for one kind of error. Reads only; knows nothing of other detectors."""

    name: str
    version: str
    source: str

    def suspicions(self, data: Dataset) -> Iterator[Suspicion]:
        """What this detector doubts, in the order of the entries."""
        ...


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one detector says in words, its weight (log10 of a likelihood ratio), and which contradiction it speaks of."""

    detector: str
    text: str
    weight: float = 0.0
    mistake: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A doubt with its weight, ready to be shown and decided on: one for each value, or composition of a line.

    `score` is the evidence of all detectors on it together, as log10 of the odds that it is wrong; `detector` is the one that
    weighs most, `evidence` what all of them say, and `evidences` the same one by one, the heaviest first. `subject` says what
    is doubted in a form that stays the same when lines move; `key` is made of it.
    """

    detector: str
    version: str
    severity: Severity
    source: str
    line: int
    evidence: str
    repair: Mapping[str, Any] | None
    score: float
    subject: str
    formula: str = ""
    material_key: str = ""
    property: str = ""
    content_hash: bytes | None = field(default=None, repr=False)
    evidences: tuple[Evidence, ...] = ()

    @builtins.property  # a field above has that name too
    def key(self) -> str:
        """Twelve hexadecimal digits for what is doubted, equal in every run."""
        return _digest(self.subject, 6)

    def as_dict(self) -> dict[str, Any]:
        """The finding as the command line prints it."""
        return {
            "detector": self.detector, "severity": self.severity.value, "source": self.source, "line": self.line,
            "evidence": self.evidence, "repair": None if self.repair is None else dict(self.repair), "key": self.key,
            "formula": self.formula, "property": self.property, "score": round(self.score, 2),
            "evidences": [{"detector": e.detector, "text": e.text, "weight": round(e.weight, 2)} for e in self.evidences],
        }  # fmt: skip


def same_subject(key: str) -> str:
    """The part of a key that says what is doubted; older stores hold keys with the detector behind it."""
    return key[:12]


def _digest(text: str, n_bytes: int) -> str:
    return hashlib.blake2b(text.encode(), digest_size=n_bytes).hexdigest()


def strongest(findings: Iterable[Finding]) -> list[Finding]:
    """The findings with the heaviest first; equal ones in the order of source and line."""
    order = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTICE: 2}
    return sorted(findings, key=lambda f: (order[f.severity], -round(f.score, 6), f.source, f.line, f.detector))


def by_mistake(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings that are probably one mistake together, each group led by its strongest; groups and members keep their order.

    A finding joins an earlier one where the heaviest of its own evidence is a contradiction that counts against both: two
    values that exclude each other, the repeated lines of one formula, or all values of a line with a wrong temperature.
    """
    groups: list[list[Finding]] = []
    known: dict[str, list[Finding]] = {}
    for finding in findings:
        mistakes = [evidence.mistake for evidence in finding.evidences if evidence.mistake]
        group = known.get(mistakes[0]) if mistakes else None
        if group is None:
            group = []
            groups.append(group)
            known.update((mistake, group) for mistake in mistakes if mistake not in known)
        group.append(finding)
    return groups
