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

__all__ = ["Detector", "Finding", "Severity", "Suspicion", "same_subject", "strongest"]


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
    """

    entry: Entry
    strength: float
    evidence: str
    repair: Mapping[str, Any] | None = None
    property: str = ""
    point: int | None = None
    is_impossible: bool = False


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
class Finding:
    """A doubt with its weight, ready to be shown and decided on.

    `score` is the evidence of all detectors on this row or value together, as log10 of the odds that it is wrong.
    `subject` says what is doubted in a form that stays the same when lines move; `key` is made of it and the detector.
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

    @builtins.property  # a field above has that name too
    def key(self) -> str:
        """Sixteen hexadecimal digits, equal in every run: twelve for what is doubted, four for the detector that doubts it."""
        return _digest(self.subject, 6) + _digest(self.detector, 2)

    def as_dict(self) -> dict[str, Any]:
        """The finding as the command line prints it."""
        return {
            "detector": self.detector, "severity": self.severity.value, "source": self.source, "line": self.line,
            "evidence": self.evidence, "repair": None if self.repair is None else dict(self.repair), "key": self.key,
            "formula": self.formula, "property": self.property, "score": round(self.score, 2),
        }  # fmt: skip


def same_subject(key: str) -> str:
    """The part of a key that all findings on one statement share: a decision on one of them settles the others."""
    return key[:12]


def _digest(text: str, n_bytes: int) -> str:
    return hashlib.blake2b(text.encode(), digest_size=n_bytes).hexdigest()


def strongest(findings: Iterable[Finding]) -> list[Finding]:
    """The findings with the heaviest first; equal ones in the order of source and line."""
    order = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTICE: 2}
    return sorted(findings, key=lambda f: (order[f.severity], -round(f.score, 6), f.source, f.line, f.detector))
