"""A row that cannot be used costs no other."""

from quinary.errors import InputError
from quinary.plugins.rows import row_by_row
from quinary.plugins.sockets import Rejection


def row(*items):
    for item in items:
        if isinstance(item, Exception):
            raise item
        yield item


def test_what_came_before_the_fault_stays_and_the_reason_follows():
    assert list(row_by_row(7, row("a", InputError("no unit"), "b"))) == ["a", Rejection(7, "no unit")]


def test_what_nobody_foresaw_is_a_reason_too():
    (found,) = row_by_row(7, row(OverflowError("too\nlarge")))
    assert found == Rejection(7, "the row cannot be read: OverflowError: too large")
    (found,) = row_by_row(7, row(RecursionError()))
    assert "nested too deeply" in found.reason
