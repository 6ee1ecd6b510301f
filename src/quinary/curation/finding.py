"""What a detector says: which value of which line is doubted, how strongly, on what evidence, and a repair if there is one."""

from __future__ import annotations

import builtins
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Protocol, runtime_checkable

if TYPE_CHECKING:
    from quinary.curation.dataset import Dataset, Entry

__all__ = [
    "READER",
    "Detector",
    "Evidence",
    "Finding",
    "Severity",
    "Suspicion",
    "by_mistake",
    "same_subject",
    "strongest",
]


_SURE: Final = 1.0  # log10 of the odds from which a slip goes before all else: elongations scatter tenfold without one
READER: Final = "reader"  # the detector of rows that were never imported


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

    @builtins.property
    def is_slip(self) -> bool:
        """True if a factor between units, or a power of ten, would put it right."""
        return self.repair is not None and "value" in self.repair and "condition" not in self.repair

    @builtins.property
    def paper(self) -> str:
        """The DOI of the paper that a value or a composition is from, empty where none is known."""
        return "" if self.detector == READER else self.subject.split("\x1f")[1]

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
    """The findings in the order in which a person should look at them; equal ones in the order of source and line.

    First what a wrong unit or a power of ten explains, then what cannot be true or is probably wrong, the heaviest first,
    then the rows that a reader refused; the notices last, what stands there twice before what is only unusual.
    """
    return sorted(findings, key=lambda f: (_group(f), -round(f.score, 6), f.source, f.line, f.detector))


def _group(found: Finding) -> int:
    if found.detector == READER:
        return 3
    if found.severity is Severity.NOTICE:
        return 4 if found.detector == "re_reported" else 5
    if found.is_slip and found.score >= _SURE:
        return 0
    return 1 if found.severity is Severity.ERROR else 2


def by_mistake(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings that are probably one mistake together, each group led by its strongest; groups and members keep their order.

    A finding joins an earlier one where the heaviest of its own evidence is a contradiction that counts against both: two
    values that exclude each other, the repeated lines of one formula, or all values of a line with a wrong temperature. So do
    all lines of one file with the same doubted formula, and all rows that a reader refused for the same reason.
    """
    groups: list[list[Finding]] = []
    known: dict[str, list[Finding]] = {}
    for finding in findings:
        shared = _shared(finding)
        mistakes = [evidence.mistake for evidence in finding.evidences if evidence.mistake]
        names = [name for name in (shared, *mistakes[:1]) if name]
        group = next((known[name] for name in names if name in known), None)
        if group is None:
            group = []
            groups.append(group)
            known.update((mistake, group) for mistake in mistakes if mistake not in known)
        if shared:
            known.setdefault(shared, group)
        group.append(finding)
    return groups


def _shared(finding: Finding) -> str:
    """What a doubted formula has in common with the other lines of its file, and a refused row with others; or nothing."""
    if finding.detector == READER:
        return f"{finding.source}\x1frefused\x1f{finding.evidence}"
    return f"{finding.source}\x1fformula\x1f{finding.formula}" if not finding.property else ""
