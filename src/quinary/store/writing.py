"""Adding points: repeated ones are recognised, materials made, cells brought up to date, all in the caller's transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Final, TypeVar

from sqlalchemy import exists, false, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from quinary.points.material import Material
from quinary.points.point import DataPoint, Origin, Source
from quinary.store.bulk import insert_rows, is_among, upsert_rows
from quinary.store.completing import NO_REFERENCES, Completer, References
from quinary.store.database import raise_counter
from quinary.store.in_force import still_counts
from quinary.store.licences import unlicensed_points
from quinary.store.records import RowLike, material_row, point_row
from quinary.store.refusals import accepted_lines, is_refused, place_of, refused_now, refused_then
from quinary.store.schema import cell, material, point, refusal, source
from quinary.store.studies import study_kinds

__all__ = ["Added", "PointWriter", "batches", "upsert"]

_BATCH: Final = 5_000
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Added:
    """What came of adding points: how many were read, new, and already there; and the change counter afterwards.

    `n_twins` of the repeated ones say what an earlier one of the same points says. `n_licensed` are those that were there
    already, without a licence, and have one now; `n_completed` those that have another DOI now. `repeated` are the ids of the
    points that were there already.
    """

    n_read: int
    n_added: int
    n_repeated: int
    change: int
    n_licensed: int = 0
    n_twins: int = 0
    n_completed: int = 0
    repeated: frozenset[int] = field(default=frozenset(), repr=False)


def batches(items: Iterable[Item], size: int = _BATCH) -> Iterator[list[Item]]:
    """The items in lists of at most `size`."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def upsert(connection: Connection, table: Any) -> Any:
    """An INSERT of the connection's dialect that can say ON CONFLICT."""
    return (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)


_REPLACE_CELL: Final = (
    "ON CONFLICT (material_id, property, conditions_key, origin) DO UPDATE "
    "SET point_id = excluded.point_id, rank = excluded.rank, change = excluded.change "
    "WHERE excluded.rank > cell.rank OR (excluded.rank = cell.rank AND excluded.point_id > cell.point_id)"
)


class PointWriter:
    """Adds points within one write transaction. The write lock is held, so ids can be handed out here.

    With a `licence`, points that are there already, of the same source and without a licence, get it. With `references`,
    the same statement under another DOI of the same file is no other point, and gets the DOI that was given.
    """

    def __init__(self, connection: Connection, *, licence: str = "", references: References = NO_REFERENCES) -> None:
        self.connection = connection
        self.change = raise_counter(connection)
        self._next_point = self._next_id(point)
        self._next_material = self._next_id(material)
        self._materials: dict[str, int] = {}
        self._sources: dict[Source, int] = {}
        self._kinds: dict[str, str] = {}
        self._flags: dict[tuple[int, str], None] = {}
        self._refused_lines = accepted_lines(connection)
        self._licence = licence
        self._completer = Completer(connection, references, self._next_point)

    def add(
        self, points: Iterable[DataPoint], progress: Callable[[int], None] | None = None, *, supersede: bool = False
    ) -> Added:
        """Add every point that is not there yet; with `supersede`, each replaces the point of its own cell.

        A point repeats another if both say the same of the same material from the same study (`content_hash`).

        Raises:
            InputError: a licence is to be given to points that have another one.
        """
        n_read = n_added = n_licensed = n_twins = 0
        first, repeated = self._next_point, set[int]()
        for batch in batches(points):
            n_read += len(batch)
            pending = _by_hash(batch)
            fresh, found = self._without_repeated(pending, supersede=supersede)
            if fresh:
                self._insert(fresh, supersede=supersede)
            before = {identifier for identifier in found if identifier < first}
            n_twins += len(batch) - len(pending) + len(found) - len(before)
            repeated |= before
            n_added += len(fresh)
            if self._licence and len(fresh) < len(batch):
                n_licensed += self._license([entry for entry in batch if entry.content_hash not in fresh])
            if progress is not None:
                progress(n_read)
        n_completed = self._complete()
        self._mark_materials()
        return Added(
            n_read, n_added, n_read - n_added, self.change, n_licensed, n_twins, n_completed, frozenset(repeated)
        )

    @property
    def completed(self) -> list[dict[str, Any]]:
        """What the points that have another DOI now said before: `point_id`, `doi`, `source_id`."""
        return self._completer.before

    def material_ids(self, materials: Iterable[Material]) -> dict[str, int]:
        """Key -> id of each material; those not there yet are made."""
        wanted = {entry.key: entry for entry in materials}
        missing = [key for key in wanted if key not in self._materials]
        for keys in batches(missing):
            is_wanted = is_among(self.connection, material.c.key, keys)
            rows = self.connection.execute(select(material.c.key, material.c.id).where(is_wanted))
            self._materials.update((key, identifier) for key, identifier in rows)
        new = []
        for key in missing:
            if key not in self._materials:
                new.append({"id": self._next_material, **material_row(wanted[key], self.change)})
                self._materials[key] = self._next_material
                self._next_material += 1
        insert_rows(self.connection, material, new)
        return {key: self._materials[key] for key in wanted}

    def mark_generated(self, identifiers: Iterable[int]) -> None:
        """Mark materials as brought by a candidate."""
        self._flags.update(((identifier, "is_generated"), None) for identifier in identifiers)
        self._mark_materials()

    def correct(self, identifier: int, entry: DataPoint) -> None:
        """Add a point that supersedes the one with this id, of whatever material and conditions the two are.

        A material that loses its last reported value by this is no longer known.
        """
        fresh, _ = self._without_repeated(_by_hash([entry]), supersede=True)
        if fresh:
            self._insert(fresh)
        digest = next(iter(fresh), entry.content_hash)
        is_free = point.c.hash == digest, point.c.supersedes.is_(None), point.c.id != identifier
        self.connection.execute(update(point).where(*is_free).values(supersedes=identifier))
        self._refill_cells([identifier])
        owner = select(point.c.material_id).where(point.c.id == identifier)
        self.mark_known_anew([int(self.connection.execute(owner).scalar_one())])
        self._mark_materials()

    def take_back(self, identifiers: Iterable[int]) -> set[int]:
        """Let these points supersede nothing any more, so that what they superseded stands again.

        Returns the materials of either, whose cells and marks are brought up to date.
        """
        successor = point.alias("successor")
        owners = set[int]()
        for some in batches(identifiers):
            pairs = select(successor.c.material_id, point.c.material_id).join(
                point, successor.c.supersedes == point.c.id
            )
            for pair in self.connection.execute(pairs.where(successor.c.id.in_(some))):
                owners.update(pair)
            self.connection.execute(update(point).where(point.c.id.in_(some)).values(supersedes=None))
        self.choose_anew(owners)
        self.mark_known_anew(owners)
        return owners

    def judge_anew(self, material_ids: Iterable[int]) -> int:
        """Let what was decided on the points of these materials count; returns the number of points that it concerns.

        What is accepted as wrong by now loses its cell and makes no material known; what no longer is gets both back.
        """
        n_points, moved = 0, []
        for identifier in material_ids:
            now, then = refused_now(self.connection, identifier), refused_then(self.connection, identifier)
            if now != then:
                self.connection.execute(refusal.delete().where(refusal.c.point_id.in_(then - now)))
                self._refuse(now - then)
                n_points += len(now ^ then)
                moved.append(identifier)
        self.choose_anew(moved)
        self.mark_known_anew(moved)
        return n_points

    def _refuse(self, point_ids: Iterable[int]) -> None:
        insert_rows(self.connection, refusal, [{"point_id": i, "change": self.change} for i in sorted(point_ids)])

    def mark_known_anew(self, material_ids: Iterable[int]) -> None:
        """Known is what has a reported or validated value that counts: neither superseded nor accepted as wrong."""
        other = point.alias("other")
        has_value = exists().where(
            other.c.material_id == material.c.id,
            other.c.origin != Origin.PREDICTION.value,
            still_counts(other),
            ~is_refused(other),
        )
        for identifiers in batches(material_ids):
            touched = update(material).where(material.c.id.in_(identifiers))
            self.connection.execute(touched.values(is_known=has_value, change=self.change))

    def _complete(self) -> int:
        """Give the DOI to the points that lacked it; returns their number."""
        owners, doubled = self._completer.complete(self._source_id)
        self.choose_anew(owners)
        self.mark_known_anew(doubled)
        self.judge_anew(doubled)
        return len(self.completed)

    def _license(self, repeated: list[DataPoint]) -> int:
        """Give the licence to what is stored of these statements; returns the number of points that had none."""
        found = unlicensed_points(self.connection, repeated, self._licence)
        for entry, identifiers in found.items():
            named = {"source_id": self._source_id(replace(entry, licence=self._licence))}
            for some in batches(identifiers):
                self.connection.execute(update(point).where(point.c.id.in_(some)).values(named))
        return sum(len(identifiers) for identifiers in found.values())

    def _insert(self, fresh: dict[bytes, DataPoint], *, supersede: bool = False) -> None:
        identifiers = self.material_ids(entry.material for entry in fresh.values())
        rows, refused = [], set[int]()
        self._kinds.update(study_kinds(self.connection, {e.doi for e in fresh.values()}.difference(self._kinds)))
        for digest, entry in fresh.items():
            row = point_row(entry, digest, self._kinds.get(entry.doi, ""))
            row.update(
                id=self._next_point,
                material_id=identifiers[entry.material.key],
                source_id=self._source_id(entry.source),
                change=self.change,
            )
            self._next_point += 1
            rows.append(row)
            if self._is_refused(entry, row["material_id"]):
                refused.add(row["id"])
            elif entry.origin is not Origin.PREDICTION:
                self._flags[row["material_id"], "is_known"] = None
        if supersede:
            self._name_superseded(rows)
        insert_rows(self.connection, point, rows)
        self._refuse(refused)
        self._fill_cells([row for row in rows if row["id"] not in refused])

    def _is_refused(self, entry: DataPoint, material_id: int) -> bool:
        """True for another value of a line that was accepted as wrong as a whole."""
        return bool(self._refused_lines) and place_of(entry.lineage, material_id) in self._refused_lines

    def _without_repeated(
        self, pending: dict[bytes, DataPoint], *, supersede: bool
    ) -> tuple[dict[bytes, DataPoint], set[int]]:
        """(hash -> point of those to add, ids of those that are there already).

        With `supersede`, a statement that was superseded since and is made again (another lattice and back) is added anew
        under a hash of its own: otherwise what came in between would go on standing for the cell.
        """
        fresh: dict[bytes, DataPoint] = {}
        repeated = set[int]()
        while pending:
            found = self._stored(pending, supersede=supersede)
            fresh.update((digest, entry) for digest, entry in pending.items() if digest not in found)
            repeated |= {identifier for identifier, is_superseded in found.values() if not is_superseded}
            again = [digest for digest, (_, is_superseded) in found.items() if is_superseded]
            repeated |= self._completer.alike(pending, fresh, {d: i for d, (i, _) in found.items()})
            pending = {_restated(digest): pending[digest] for digest in again}
        return dict(reversed(fresh.items())), repeated

    def _stored(self, digests: Iterable[bytes], *, supersede: bool) -> dict[bytes, tuple[int, bool]]:
        """Hash of each stored point -> (id, whether it has been superseded: always false if nobody asks)."""
        successor = point.alias("successor")
        is_superseded = exists().where(successor.c.supersedes == point.c.id) if supersede else false()
        is_asked = is_among(self.connection, point.c.hash, list(digests))
        query = select(point.c.hash, point.c.id, is_superseded).where(is_asked)
        return {bytes(digest): (one, bool(mark)) for digest, one, mark in self.connection.execute(query)}

    def _name_superseded(self, rows: list[dict[str, Any]]) -> None:
        identifiers = {row["material_id"] for row in rows}
        current = self.connection.execute(select(cell).where(cell.c.material_id.in_(identifiers))).mappings()
        standing = {_cell_of(entry): entry["point_id"] for entry in current}
        for row in rows:
            row["supersedes"] = standing.get(_cell_of(row))

    def _fill_cells(self, rows: list[dict[str, Any]]) -> None:
        """Bring the cells of new points up to date: the best rank stands, among equals the latest.

        A superseded point must give way whatever its rank: its cell is dropped and found anew from all its points.
        """
        best: dict[tuple[Any, ...], dict[str, Any]] = {}
        for row in rows:
            if row["rank"] is not None and row["rank"] >= best.get(_cell_of(row), {"rank": -1})["rank"]:
                best[_cell_of(row)] = row
        self._upsert_cells(list(best.values()))
        superseded = [row["supersedes"] for row in rows if row["supersedes"] is not None]
        if superseded:
            self._refill_cells(superseded)

    def choose_anew(self, material_ids: Iterable[int]) -> None:
        """Find all cells of these materials from their points, whose ranks have changed; the materials count as changed."""
        for identifiers in batches(sorted(material_ids)):
            self.connection.execute(cell.delete().where(cell.c.material_id.in_(identifiers)))
            self._upsert_cells(best_rows(self.connection, identifiers))
            self.connection.execute(update(material).where(material.c.id.in_(identifiers)).values(change=self.change))

    def _refill_cells(self, superseded: list[int]) -> None:
        for identifiers in batches(superseded):
            stale = self.connection.execute(select(cell).where(cell.c.point_id.in_(identifiers))).mappings().all()
            if stale:
                self.connection.execute(cell.delete().where(cell.c.point_id.in_(identifiers)))
                self._upsert_cells(best_rows(self.connection, {entry["material_id"] for entry in stale}))

    def _upsert_cells(self, rows: list[RowLike]) -> None:
        if not rows:
            return
        columns = ("material_id", "property", "conditions_key", "origin")
        values = [
            {**{name: row[name] for name in columns}, "point_id": row["id"], "rank": row["rank"], "change": self.change}
            for row in rows
        ]
        upsert_rows(self.connection, cell, values, _REPLACE_CELL)

    def _mark_materials(self) -> None:
        """Set the marks of the materials touched, and raise their change so that work on them is found."""
        for column in ("is_known", "is_generated"):
            for identifiers in batches(i for i, flag in self._flags if flag == column):
                statement = update(material).where(is_among(self.connection, material.c.id, identifiers))
                self.connection.execute(statement.values({column: True, "change": self.change}))
        self._flags.clear()

    def _source_id(self, entry: Source) -> int:
        if entry not in self._sources:
            columns = {"name": entry.name, "kind": entry.kind, "licence": entry.licence, "citation": entry.citation}
            self.connection.execute(upsert(self.connection, source).values(columns).on_conflict_do_nothing())
            query = select(source.c.id).filter_by(**columns)
            self._sources[entry] = int(self.connection.execute(query).scalar_one())
        return self._sources[entry]

    def _next_id(self, table: Any) -> int:
        return int(self.connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()) + 1


def _by_hash(batch: Sequence[DataPoint]) -> dict[bytes, DataPoint]:
    """The points by their hash, the last first; of twins the first stays."""
    return {entry.content_hash: entry for entry in reversed(batch)}


def _restated(digest: bytes) -> bytes:
    """The hash under which a superseded statement is made once more."""
    return hashlib.blake2b(digest, digest_size=len(digest)).digest()


def _cell_of(row: RowLike) -> tuple[Any, ...]:
    return row["material_id"], row["property"], row["conditions_key"], row["origin"]


def best_rows(connection: Connection, material_ids: Iterable[int]) -> list[RowLike]:
    """For each cell of the materials, the row of the point that stands for it, found from all points that still count."""
    chosen: dict[tuple[Any, ...], RowLike] = {}
    for identifiers in batches(sorted(material_ids)):
        query = (
            select(point)
            .where(point.c.material_id.in_(identifiers), point.c.rank.is_not(None), still_counts(), ~is_refused())
            .order_by(point.c.rank, point.c.id)
        )
        for row in connection.execute(query).mappings():
            chosen[_cell_of(row)] = row
    return list(chosen.values())
