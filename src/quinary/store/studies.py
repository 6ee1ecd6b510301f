"""What is known of the studies behind the points: records by DOI, and the kinds that aggregation uses."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from quinary.literature.crossref import StudyRecord, doi_in, record_from_json
from quinary.store.in_force import still_counts
from quinary.store.schema import doi_record, point, source

__all__ = ["Study", "records_of", "save_record", "studies_in", "study_kinds"]

_AT_ONCE: Final = 5_000


@dataclass(frozen=True, slots=True)
class Study:
    """A study by the reference its points give (a DOI, or ULTERA's author and year), or a source without one."""

    reference: str
    sources: tuple[str, ...]
    n_points: int
    n_materials: int
    record: StudyRecord | None = None

    def as_dict(self) -> dict[str, Any]:
        """The study as the command line prints it."""
        found = {} if self.record is None else self.record.as_dict()
        return {
            "doi": doi_in(self.reference) or "", "reference": self.reference, "sources": list(self.sources),
            "points": self.n_points, "materials": self.n_materials, "is_looked_up": self.record is not None,
            **{name: found.get(name) for name in ("is_found", "title", "authors", "year", "journal", "type", "kind",
                                                  "reason", "licence")},
        }  # fmt: skip


def studies_in(connection: Connection) -> list[Study]:
    """Every study with points that still count, the largest first; points without a reference go by their source."""
    query = (
        select(point.c.doi, source.c.name, func.count(), func.count(point.c.material_id.distinct()))
        .join(source, source.c.id == point.c.source_id)
        .where(still_counts(), source.c.kind != "computed")
        .group_by(point.c.doi, source.c.name)
        .order_by(point.c.doi, source.c.name)
    )
    found: dict[str, list[tuple[str, int, int]]] = {}
    for reference, name, n_points, n_materials in connection.execute(query):
        found.setdefault(reference.lower() or f"\x1f{name}", []).append((name, n_points, n_materials))
    records = records_of(connection, found)
    studies = [_study(reference, parts, records) for reference, parts in found.items()]
    return sorted(studies, key=lambda study: (-study.n_points, study.reference))


def _study(reference: str, parts: list[tuple[str, int, int]], records: dict[str, StudyRecord]) -> Study:
    names = tuple(sorted({name for name, *_ in parts}))
    n_points = sum(n for _, n, _ in parts)
    n_materials = max(n for *_, n in parts)  # exact for one source; of several, those that the largest has
    return Study(
        reference if not reference.startswith("\x1f") else "", names, n_points, n_materials, records.get(reference)
    )


def records_of(connection: Connection, references: Iterable[str]) -> dict[str, StudyRecord]:
    """Reference, as given -> record, for those that are DOIs and have one."""
    asked = {reference: doi for reference in references if (doi := doi_in(reference))}
    stored: dict[str, StudyRecord] = {}
    dois = sorted(set(asked.values()))
    for start in range(0, len(dois), _AT_ONCE):
        wanted = doi_record.c.doi.in_(dois[start : start + _AT_ONCE])
        rows = connection.execute(select(doi_record.c.doi, doi_record.c.body).where(wanted))
        stored.update((doi, record_from_json(body)) for doi, body in rows)
    return {reference: stored[doi] for reference, doi in asked.items() if doi in stored}


def study_kinds(connection: Connection, references: Iterable[str]) -> dict[str, str]:
    """Reference, as given -> kind of the study (original, review, compilation; empty where nobody knows)."""
    given = set(references)
    kinds = dict.fromkeys(given, "")
    kinds.update((name, record.kind) for name, record in records_of(connection, given).items())
    return kinds


def save_record(connection: Connection, record: StudyRecord) -> None:
    """Keep a record, in place of an older one."""
    row = {
        "doi": record.doi,
        "body": json.dumps(record.as_dict()),
        "fetched_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    connection.execute(doi_record.delete().where(doi_record.c.doi == record.doi))
    connection.execute(doi_record.insert().values(row))
