"""The same file with and without a DOI: its statements are known again, and get the DOI that was given last.

A statement without a DOI is its file's, one with a DOI its study's (`DataPoint.statement`), so that the same file imported
once without and once with one would be two sources. What a file was imported with before tells that it is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import bindparam, exists, select, update
from sqlalchemy.engine import Connection

from quinary.materials.aggregate import rank
from quinary.points.point import DataPoint, Origin, Source
from quinary.store.bulk import is_among
from quinary.store.licences import check_is_open
from quinary.store.records import RowLike, material_from_row, point_from_row
from quinary.store.schema import finding, material, point, source
from quinary.store.studies import study_kinds

__all__ = ["NO_REFERENCES", "Completer", "References"]

_AT_ONCE: Final = 5_000


@dataclass(frozen=True, slots=True)
class References:
    """The DOI that a file is imported with (empty: none), and those that it was imported with `before`.

    With `are_known` false nothing is compared.
    """

    given: str = ""
    before: frozenset[str] = frozenset()
    are_known: bool = True


NO_REFERENCES: Final = References(are_known=False)


class Completer:
    """Finds what is stored under another DOI of the same file; `first` is the id of the first point that is new."""

    def __init__(self, connection: Connection, references: References, first: int) -> None:
        self.connection = connection
        self.before: list[dict[str, Any]] = []
        self._references = references
        self._first = first
        self._others: dict[tuple[str, str], frozenset[str]] = {}
        self._waiting: dict[int, DataPoint] = {}
        self._doubled: dict[int, int] = {}
        self._kinds: dict[str, str] = {}

    def alike(
        self, pending: Mapping[bytes, DataPoint], fresh: dict[bytes, DataPoint], stored: Mapping[bytes, int]
    ) -> set[int]:
        """Take out of `fresh` what is stored under another DOI of its file, and return the ids of those points.

        `stored` are the ids of the pending statements that are there as they stand. What is there both ways, as stores of
        older versions may hold it, is noted: the one with the DOI will supersede the other.
        """
        asked = {entry.hash_under(doi): digest for digest, entry in pending.items() for doi in self._other_dois(entry)}
        if not asked:
            return set()
        query = select(point.c.hash, point.c.id).where(
            is_among(self.connection, point.c.hash, list(asked)), point.c.id < self._first
        )
        found = set()
        for other, identifier in self.connection.execute(query):
            digest = asked[bytes(other)]
            if digest in stored:
                pair = (identifier, stored[digest]) if pending[digest].doi else (stored[digest], identifier)
                self._doubled.update([pair])
            elif (entry := fresh.pop(digest, None)) is not None:
                found.add(identifier)
                if entry.doi:
                    self._waiting[identifier] = entry
        return found

    def _other_dois(self, entry: DataPoint) -> frozenset[str]:
        """The DOIs (empty: none) under which the statement may be stored, if its own is that of the file as a whole."""
        is_of_file = entry.doi in (self._references.given, entry.source.citation) and entry.origin is Origin.LITERATURE
        if not (self._references.are_known and is_of_file):
            return frozenset()
        name = entry.source.name
        if (name, entry.doi) not in self._others:
            self._others[name, entry.doi] = self._known_dois(name, entry.doi)
        return self._others[name, entry.doi]

    def _known_dois(self, name: str, own: str) -> frozenset[str]:
        """Those of the sources of this name; nothing of the kind is looked for where there are none yet."""
        rows = set(self.connection.execute(select(source.c.citation).where(source.c.name == name)).scalars())
        if not rows:
            return frozenset()
        return (self._references.before | (frozenset({""}) if own else frozenset(rows))) - {own}

    def complete(self, source_id: Callable[[Source], int]) -> tuple[set[int], set[int]]:
        """Write what was found; returns the materials touched, and those of them where one point now stands for two.

        Corrections get the DOI of what they correct.

        Raises:
            InputError: the points have another licence than the one that is given with the DOI.
        """
        if not (self._waiting or self._doubled):
            return set(), set()
        doubled = self._merge()
        owners = set(doubled)
        self._kinds = study_kinds(self.connection, {entry.doi for entry in self._waiting.values()})
        wave = self._waiting
        while wave:
            changed = [self._changed(row, wave[row["id"]], source_id) for row in self._rows(wave)]
            self._write([entry for entry in changed if entry])
            owners |= {entry["material_id"] for entry in changed if entry}
            successors = select(point.c.id, point.c.supersedes)
            rows = [
                row
                for some in _some(wave)
                for row in self.connection.execute(successors.where(point.c.supersedes.in_(some)))
            ]
            wave = {row.id: wave[row.supersedes] for row in rows}
        return owners, doubled

    def _rows(self, identifiers: Iterable[int]) -> Iterator[RowLike]:
        columns = (material.c.composition, material.c.structure, material.c.processing)
        named = (source.c.name.label("source_name"), source.c.kind.label("source_kind"))
        query = (
            select(point, *named, source.c.licence, source.c.citation, *columns)
            .join(source, source.c.id == point.c.source_id)
            .join(material, material.c.id == point.c.material_id)
        )
        for some in _some(identifiers):
            yield from self.connection.execute(query.where(point.c.id.in_(some))).mappings().all()

    def _changed(self, row: RowLike, given: DataPoint, source_id: Callable[[Source], int]) -> dict[str, Any] | None:
        """The columns of a point under its new DOI; None for a correction that somebody else states."""
        old = point_from_row(row, material_from_row(row))
        if old.source.name != given.source.name or old.doi == given.doi:
            return None
        check_is_open(old.source, given.source.licence)
        made = replace(old, doi=given.doi, source=replace(given.source, licence=given.source.licence or row["licence"]))
        is_as_stated = bytes(row["hash"]) == old.content_hash  # else it was made once more, under a hash of its own
        return {
            "which": row["id"], "doi_now": made.doi, "source_now": source_id(made.source),
            "rank_now": rank(made, self._kinds[made.doi]),
            "hash_now": made.content_hash if is_as_stated else bytes(row["hash"]), "material_id": row["material_id"],
            "before": {"point_id": row["id"], "doi": row["doi"], "source_id": row["source_id"]},
        }  # fmt: skip

    def _write(self, changed: list[dict[str, Any]]) -> None:
        if not changed:
            return
        digests = [entry["hash_now"] for entry in changed]
        taken = select(point.c.hash, point.c.id).where(is_among(self.connection, point.c.hash, digests))
        owners = {bytes(digest): identifier for digest, identifier in self.connection.execute(taken)}
        free = [entry for entry in changed if owners.get(entry["hash_now"], entry["which"]) == entry["which"]]
        names = {"doi": "doi_now", "source_id": "source_now", "rank": "rank_now", "hash": "hash_now"}
        statement = update(point).where(point.c.id == bindparam("which"))
        if free:
            self.connection.execute(
                statement.values({column: bindparam(name) for column, name in names.items()}),
                [{name: entry[name] for name in ("which", *names.values())} for entry in free],
            )
        self.before += [entry["before"] for entry in free]

    def _merge(self) -> set[int]:
        """Let the point with the DOI supersede its double, and what was decided on that count for it."""
        touched = set[int]()
        successor = point.alias("successor")
        for old, new in self._doubled.items():
            is_free = point.c.id == new, point.c.supersedes.is_(None), ~exists().where(successor.c.supersedes == old)
            if self.connection.execute(update(point).where(*is_free).values(supersedes=old)).rowcount:
                self.connection.execute(update(finding).where(finding.c.point_id == old).values(point_id=new))
                owners = select(point.c.material_id).where(point.c.id.in_([old, new]))
                touched |= set(self.connection.execute(owners).scalars())
        return touched


def _some(identifiers: Iterable[int]) -> Iterator[list[int]]:
    listed = sorted(identifiers)
    for start in range(0, len(listed), _AT_ONCE):
        yield listed[start : start + _AT_ONCE]
