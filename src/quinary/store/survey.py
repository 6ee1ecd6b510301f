"""What all materials have and lack at once: one pass over the table of cells instead of one for every want of the policy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, Column, MetaData, Table, Text, cast, func, select
from sqlalchemy.engine import Connection

from quinary.materials.policy import Policy, Want
from quinary.points.point import Origin
from quinary.store.bulk import insert_rows
from quinary.store.queries import reported
from quinary.store.schema import cell, material

if TYPE_CHECKING:
    Marks: TypeAlias = NDArray[np.bool_]

__all__ = ["Survey", "survey"]

_BITS: Final = 62  # of a word that both databases can add up without overflow
_KIND: Final = "surveyed_kind"
_NAMES: Final = ("property", "conditions_key", "origin")
# What a cell is: property, conditions, origin
_Kind: TypeAlias = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Survey:
    """All materials in the order of entry, their sort, and which of the cells that the policy names each of them has.

    Attributes:
        policy: the policy that the survey was made for.
        ids: (N,) ids of the materials.
        systems: names of the chemical systems, such as Mo-Nb-Ta-W.
        system_of: (N,) place of each material's system in `systems`.
    """

    policy: Policy
    ids: NDArray[np.int64]
    systems: tuple[str, ...]
    system_of: NDArray[np.int64]
    _sorts: _Sorts
    _cells: _Cells

    def should_have(self, want: Want) -> Marks:
        """(N,) the policy asks this of the material, whether it has it or not."""
        return self._sorts.meant_by(want)

    def answered(self, want: Want) -> Marks:
        """(N,) the material has a value that answers the want, whether it is asked for or not."""
        return self._cells.held(_kinds_of(want, (want.origin,)))

    def known(self, want: Want) -> Marks:
        """(N,) a value of what is wanted has been reported or validated, whoever should have provided it."""
        return self._cells.held(_kinds_of(want, (Origin.LITERATURE, Origin.VALIDATION)))

    def lacking(self, want: Want) -> Marks:
        """(N,) the material should have it, and nothing answers it."""
        return self.should_have(want) & ~self.answered(want)

    def filled(self, want: Want) -> Marks:
        """(N,) the material should have it, and something answers it."""
        return self.should_have(want) & self.answered(want)

    def counts(self) -> dict[str, dict[str, int]]:
        """Origin -> property -> number of voids; what `count_voids` finds want by want."""
        table: dict[str, dict[str, int]] = {}
        for want in self.policy.wants:
            of_origin = table.setdefault(want.origin.value, {})
            of_origin[want.property] = of_origin.get(want.property, 0) + int(self.lacking(want).sum())
        return table


def survey(connection: Connection, policy: Policy) -> Survey:
    """The survey of a store: some ten bytes a material and want, and half a second for a million cells."""
    columns = (
        material.c.id, material.c.system, material.c.structure, material.c.is_ceramic, material.c.is_known,
        material.c.is_generated,
    )  # fmt: skip
    rows = connection.execute(select(*columns).order_by(material.c.id)).all()
    ids = np.fromiter((row[0] for row in rows), np.int64, len(rows))
    systems, system_of = _numbered(row[1] for row in rows)
    sorts, sort_of = _numbered((row[1], row[2], bool(row[3])) for row in rows)
    in_literature = select(material.c.id).where(material.c.is_generated.is_(True), reported())
    known, generated = (np.fromiter((bool(row[place]) for row in rows), np.bool_, len(rows)) for place in (4, 5))
    others = np.isin(ids, connection.execute(in_literature).scalars().all())
    marks = {
        "all": known | generated,
        "known": known,
        "generated": generated,
        "reported": known & (~generated | others),
    }
    return Survey(policy, ids, systems, system_of, _Sorts(sorts, sort_of, marks), _cells(connection, policy, ids))


def _numbered(entries: Iterable[Any]) -> tuple[tuple[Any, ...], NDArray[np.int64]]:
    """The different entries, and the place of each entry among them."""
    places: dict[Any, int] = {}
    numbers = np.array([places.setdefault(entry, len(places)) for entry in entries], dtype=np.int64)
    return tuple(places), numbers


@dataclass(frozen=True, slots=True)
class _Sorts:
    """What wants ask of a material. The sorts (system, structure, is ceramic) are few, whatever the number of materials."""

    sorts: tuple[tuple[str, str, bool], ...]
    sort_of: NDArray[np.int64]
    marks: Mapping[str, Marks]

    def meant_by(self, want: Want) -> Marks:
        """(N,) the want applies; the same rule as `quinary.store.queries.should_have`."""
        of_sort = np.array([_is_meant(want, *sort) for sort in self.sorts], dtype=np.bool_)
        meant: Marks = of_sort[self.sort_of]
        return meant & self.marks[want.materials]


def _is_meant(want: Want, system: str, structure: str, is_ceramic: bool) -> bool:
    if want.kind != "all" and is_ceramic != (want.kind == "ceramic"):
        return False
    phases = structure.split("+") if structure else ()
    return want.of_class is None or want.of_class.holds(system.split("-"), phases, is_ceramic=is_ceramic)


@dataclass(frozen=True, slots=True)
class _Cells:
    """One bit a material and kind of cell; `words` is (N, number of kinds / 62)."""

    places: Mapping[_Kind, int]
    words: NDArray[np.int64]

    def held(self, kinds: Iterable[_Kind]) -> Marks:
        """(N,) the material has a cell of one of these kinds."""
        found = np.zeros(len(self.words), dtype=np.bool_)
        for kind in kinds:
            word, bit = divmod(self.places[kind], _BITS)
            found |= (self.words[:, word] >> bit) & 1 == 1
        return found


def _kinds_of(want: Want, origins: Iterable[Origin]) -> Iterator[_Kind]:
    return ((want.property, key, origin.value) for origin in origins for key in want.conditions_keys)


def _cells(connection: Connection, policy: Policy, ids: NDArray[np.int64]) -> _Cells:
    """Which cells the materials have: the database adds up one bit for each, so that a material is one row."""
    kinds = dict.fromkeys(kind for want in policy.wants for kind in _kinds_of(want, Origin))
    places = {kind: place for place, kind in enumerate(kinds)}
    n_words = -(-len(places) // _BITS)
    kind = Table(
        _KIND,
        MetaData(),
        *(Column(name, Text, primary_key=True) for name in _NAMES),
        *(Column(f"word_{number}", BigInteger, nullable=False) for number in range(n_words)),
        prefixes=["TEMPORARY"],
        sqlite_with_rowid=False,
    )
    sums = [cast(func.sum(column), BigInteger) for column in list(kind.c)[len(_NAMES) :]]
    same = [cell.c[name] == kind.c[name] for name in _NAMES]
    query = select(cell.c.material_id, *sums).select_from(cell.join(kind, _all(same))).group_by(cell.c.material_id)
    words = np.zeros((len(ids), n_words), dtype=np.int64)
    kind.create(connection)
    insert_rows(connection, kind, [_bit_row(entry, place, n_words) for entry, place in places.items()])
    rows = np.array([tuple(row) for row in connection.execute(query).all()], dtype=np.int64).reshape(-1, n_words + 1)
    kind.drop(connection)
    words[np.searchsorted(ids, rows[:, 0])] = rows[:, 1:]
    return _Cells(places, words)


def _all(parts: list[Any]) -> Any:
    return parts[0] & parts[1] & parts[2]


def _bit_row(kind: _Kind, place: int, n_words: int) -> dict[str, Any]:
    word, bit = divmod(place, _BITS)
    bits = {f"word_{number}": (1 << bit) * (number == word) for number in range(n_words)}
    return {**dict(zip(_NAMES, kind, strict=True)), **bits}
