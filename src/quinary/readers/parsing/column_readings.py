"""What was read from every column of a table, counted while it is read, for a person who wants to see it first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from quinary.plugins import ColumnReading
from quinary.points.point import DataPoint
from quinary.readers.parsing.table_layout import Layout

__all__ = ["Tally", "column_readings"]

_LONGEST_EXAMPLE: Final = 40  # characters
_ROLES: Final = {"formula": "composition"}


@dataclass(slots=True)
class Tally:
    """How many cells of each column were read, the first of them, and the point that it gave if it was a value."""

    n_read: Counter[int] = field(default_factory=Counter)
    examples: dict[int, str] = field(default_factory=dict)
    points: dict[int, DataPoint] = field(default_factory=dict)

    def count(self, column: int, cell: Any, point: DataPoint | None = None) -> None:
        """One more cell that was read."""
        if not self.n_read[column]:
            self.examples[column] = str(cell)[:_LONGEST_EXAMPLE]
            if point is not None:
                self.points[column] = point
        self.n_read[column] += 1


def column_readings(
    headings: Sequence[str], layout: Layout, left_out: Mapping[str, str], tally: Tally
) -> tuple[ColumnReading, ...]:
    """Every column with a heading, as it stands in the table; `left_out` says how those that are not read could be."""
    roles = dict(_roles(layout))
    values = {column.index: column for column in layout.values}
    spreads = {column.spread[0]: column for column in layout.values if column.spread is not None}
    conditions = {column.index: column.unit or "" for column in layout.conditions}
    refused = {column.index: column.reason for column in layout.refused}
    found = []
    for index, text in enumerate(headings):
        column, point = values.get(index) or spreads.get(index), tally.points.get(index)
        reason = "" if index in roles else refused.get(index) or left_out.get(text, "")
        if text or index in roles:
            found.append(
                ColumnReading(
                    column=text,
                    role=roles.get(index, ""),
                    property=column.property.name if column else "",
                    unit=column.unit if column else conditions.get(index, ""),
                    conditions=point.conditions.key if point else "",
                    method=point.method.value if point else "",
                    n_values=tally.n_read[index],
                    example=tally.examples.get(index, ""),
                    reason=reason,
                )
            )
    return tuple(found)


def _roles(layout: Layout) -> Iterator[tuple[int, str]]:
    """(column, what it holds); what is said later counts: a structure column gives values too."""
    yield from ((index, _ROLES.get(role, role)) for role, index in layout.places.items())
    yield from ((index, "amount") for index in layout.elements.values())
    yield from ((column.index, column.condition) for column in layout.conditions)
    if layout.structure is not None:
        yield layout.structure, "structure"
    yield from ((column.index, "value") for column in layout.values)
    yield from ((column.spread[0], "uncertainty") for column in layout.values if column.spread is not None)
