"""The same sheet in another file: what was saved twice, as a workbook and as text, is known once.

Without a DOI a point belongs to the file it came in, and a second file would double every value of the first. Two files are
one sheet where nearly all numbers of the new one are there already, to the last digit, for the same compositions,
temperatures and loads.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from sqlalchemy.engine import Connection

from quinary.chemistry.identity import composition_key
from quinary.points.point import DataPoint, Origin
from quinary.store.queries import find_materials, points_of
from quinary.store.work import counting_imports
from quinary.wording import counted

__all__ = ["SameSheets"]

_FEWEST: Final = 10  # numbers: fewer may agree by chance
_SHARE: Final = 0.8  # of the numbers
_PROBED: Final = 20  # points
_MOST: Final = 5_000  # points of a file that is held against others: sheets of a laboratory are smaller
_DIGITS: Final = 7  # as in the statement of a point

_Said: TypeAlias = tuple[object, ...]


class SameSheets:
    """Finds, while the points of a file pass by, which of them another file without a DOI has brought already."""

    def __init__(self, connection: Connection, name: str) -> None:
        self._connection = connection
        self._name = name
        self.found: dict[str, int] = {}

    def known_once(self, points: Iterable[DataPoint]) -> Iterator[DataPoint]:
        """The points; of a sheet that is there already those that are there, in place of its own."""
        stream = iter(points)
        start = list(itertools.islice(stream, _MOST + 1))
        twins = self._twins(start) if len(start) <= _MOST else {}
        for point in start:
            twin = twins.get(_said(point)) if not point.doi else None
            if twin is not None:
                self.found[twin.source.name] = self.found.get(twin.source.name, 0) + 1
            yield twin or point
        yield from stream

    @property
    def notes(self) -> list[str]:
        """What was found, a line for each file."""
        return [
            f"{counted(n, 'value')} stand in {name} too: it is the same sheet, and they count once"
            for name, n in self.found.items()
        ]

    def _twins(self, points: list[DataPoint]) -> dict[_Said, DataPoint]:
        """What each point says -> the point that said it before; nothing unless nearly all numbers are there."""
        own = [point for point in points if not point.doi]
        numbers = {_said(point) for point in own if not point.value.categories}
        if len(numbers) < _FEWEST or not self._has_others():
            return {}
        first = self._said_before(own[:_PROBED])  # most files are another sheet, which a few rows tell
        probed = {_said(point) for point in own[:_PROBED]}
        if len(probed & first.keys()) < len(probed) / 2:
            return {}
        twins = first | self._said_before(own[_PROBED:])
        return twins if len(numbers & twins.keys()) >= _SHARE * len(numbers) else {}

    def _said_before(self, own: list[DataPoint]) -> dict[_Said, DataPoint]:
        """What other files without a DOI say of the compositions of these points."""
        twins: dict[_Said, DataPoint] = {}
        for key in dict.fromkeys(composition_key(point.material.composition) for point in own):
            for stored in find_materials(self._connection, composition_key=key):
                for point in points_of(self._connection, stored):
                    if not point.doi and point.origin is Origin.LITERATURE and point.source.name != own[0].source.name:
                        twins.setdefault(_said(point), point)
        return twins

    def _has_others(self) -> bool:
        """True if another file came in without a DOI."""
        return any(
            one["name"] != self._name and not one["options"].get("doi") for one in counting_imports(self._connection)
        )


def _said(point: DataPoint) -> _Said:
    """What a point says of a composition, whatever file and state of processing it is in; not every file names the test."""
    value, spread = point.value, point.uncertainty
    conditions = tuple(item for item in point.conditions.items if item[0] != "test")
    what = value.categories or (_rounded(value.low), _rounded(value.high), "" if spread is None else _rounded(spread))
    return (composition_key(point.material.composition), point.property, what, conditions, point.method)


def _rounded(number: float) -> str:
    return f"{number:.{_DIGITS}g}"
