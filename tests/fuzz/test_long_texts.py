"""No text, however long and however made, costs more than its length: every function that reads what people type."""

import contextlib
import itertools
import signal

import pytest

from quinary.chemistry.composition import Composition
from quinary.errors import InputError
from quinary.literature.crossref import doi_in
from quinary.logs import without_passwords
from quinary.plugins.sockets import ReadOptions
from quinary.points.conditions import parse_conditions
from quinary.points.phases import parse_phases
from quinary.points.point import parse_value
from quinary.points.processing import parse_processing
from quinary.points.properties import find_property, property_named
from quinary.points.quantity import quantity_named
from quinary.readers.parsing import find_layout, parse_phase_text
from quinary.readers.parsing.rows import (
    clean_reference,
    method_named,
    reading_of,
    reported_structure,
    spread_in,
    suspicious_amount,
    temperature_in,
    value_in,
)
from quinary.services.arguments import names_in
from quinary.units import unit_named

LENGTH = 64_000
MOST_SECONDS = 1.5  # of a processor that others use too; what is quadratic takes minutes
READ = {
    "composition": Composition.of,
    "conditions": lambda text: parse_conditions([text]),
    "doi": doi_in,
    "heading": lambda text: find_layout(["Formula", text], ReadOptions()),
    "log": without_passwords,
    "method": method_named,
    "names": names_in,
    "phase text": parse_phase_text,
    "phases": parse_phases,
    "processing": parse_processing,
    "property": find_property,
    "quantity": quantity_named,
    "reading": lambda text: reading_of(property_named("hardness_vickers"), text, "GPa"),
    "reference": clean_reference,
    "spread": lambda text: spread_in(text, "MPa", "MPa"),
    "structure": reported_structure,
    "suspicious amount": suspicious_amount,
    "temperature": lambda text: temperature_in(text, "K"),
    "unit": unit_named,
    "value": parse_value,
    "value with unit": lambda text: value_in(text, "MPa", "MPa"),
}
PARTS = [
    "(", ")", "[", "{", "((", "()", " ", "  \t", "\n", "1", "1 ", "1,", "1.", ".", ",", ";", "-", "1-", "+", "+-",
    "\u00b1", "1\u00b1", "/", "1/", "*", "**", "^", "1e", "e", "e+", "a", "Al", "Al1", "Al(", "Al0.5", "HV", "HV1",
    "1HV", "\u00b0", "\u00b0C", "MPa", "MPa ", "m", "m/", "m^1", "x", "x=", "=", ":", "://", "//a:", "@", "%", "at%",
    " at%", "wt", "\u00b7", "\u2212", "\u00e9", "\u202e", "'", '"', "|", "~", "<", ">1", "BCC", "BCC+", "B2 ", "10.",
    "10.1/", "_a", "A_1", "\u00b2", "\u2460", "and ", "1200 C ", "1200C/24h, ", "annealed ", "\\", "$", "#", "&", "!",
    "\x1b",
]  # fmt: skip
ENDS = [("", ""), ("1", "x"), ("Al", "("), ("a ", ")")]


class TooLong(BaseException):
    """Raised by the alarm; no `except Exception` stops it."""


def _alarm(_number, _frame):
    raise TooLong


@pytest.mark.parametrize("name", list(READ))
def test_the_time_to_read_a_text_grows_with_its_length(name):
    slow, before = [], signal.signal(signal.SIGPROF, _alarm)
    try:
        for part, (start, end) in itertools.product(PARTS, ENDS):
            signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)
            try:
                with contextlib.suppress(InputError):
                    READ[name](f"{start}{part * (LENGTH // len(part))}{end}")
            except TooLong:
                slow.append((start, part, end))
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
    finally:
        signal.signal(signal.SIGPROF, before)
    assert not slow
