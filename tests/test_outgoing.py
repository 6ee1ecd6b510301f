"""What leaves the program acts on no terminal and in no spreadsheet, stays short, and shows no password."""

import csv
import io
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.errors import InputError, QuinaryError, unknown_name
from quinary.outgoing import address_without_password, guarded, told, unguarded, visible, without_passwords
from quinary.plugins import Rejection

# Any text, also with halves of surrogates, as names of files may have them
anything = st.text(st.characters(exclude_categories=()), max_size=60)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("\x1b[2Jgone", r"\x1b[2Jgone"),
        ("a\x9bb\x7f", r"a\x9bb\x7f"),
        ("Mo\u202eWbN\u2069", r"Mo\u202eWbN\u2069"),
        ("zero\u200bwidth\ufeff", r"zero\u200bwidth\ufeff"),
        ("\U000e0041", r"\U000e0041"),
        ("\udc80", r"\udc80"),
        ("a\tb\nσ-phase, Ω, 中", "a\tb\nσ-phase, Ω, 中"),
    ],
)
def test_what_acts_or_hides_is_written_out(text, seen):
    assert visible(text) == seen


def test_one_line_has_no_line_ends():
    assert visible("a\nb\rc\u2028d\te", one_line=True) == r"a\x0ab\x0dc\u2028d\x09e"


@given(anything)
def test_nothing_that_a_terminal_obeys_is_left(text):
    seen = visible(text, one_line=True)
    assert not {unicodedata.category(character) for character in seen} & {"Cc", "Cs", "Zl", "Zp"}
    assert not {unicodedata.bidirectional(character) for character in seen} & {
        "LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI",
    }  # fmt: skip
    assert visible(seen, one_line=True) == seen
    seen.encode()


@pytest.mark.parametrize("error", [InputError, QuinaryError, lambda text: Rejection(1, text)])
def test_a_message_repeats_at_most_200_characters_of_what_was_given(error):
    given = "(" * 16_000
    for text in (f"cannot read formula {given!r}: no element", f"cannot read {given}", f"{'word ' * 5000!r} is long"):
        made = error(text)
        said = made.reason if isinstance(made, Rejection) else made.message
        assert len(said) < 300
        assert "..." in said
    assert told("cannot read 'x': a reason that stays") == "cannot read 'x': a reason that stays"


def test_what_stands_behind_a_long_echo_is_still_said():
    assert InputError(f"cannot read {'(' * 500!r}: brackets").message.endswith("...': brackets")
    assert len(unknown_name("property", "x" * 10_000, ["hardness"]).message) < 400


def test_a_message_with_apostrophes_is_not_cut_between_them():
    said = "the model's domain " + "covers alloys of many elements " * 8 + "and the user's own"
    assert told(said) == said


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("open postgresql://me:secret@host:5432/db now", "open postgresql://me:***@host:5432/db now"),
        ("host=db user=me password='my secret' x", "host=db user=me password=*** x"),
        ("PGPASSWORD=secret quinary", "PGPASSWORD=*** quinary"),
        ("sslpassword = secret", "sslpassword = ***"),
    ],
)
def test_passwords_in_running_text(text, shown):
    assert without_passwords(text) == shown
    assert InputError(text).message == shown


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://me:secret@host:port/db", "postgresql:/me:secret@host/db", "postgresql://me:se cret@host/db",
        "postgresql://me:secret/db", "postgresql:me:secret", "postgresql://me:x@secret@host/db",
        "postgresql://me:sec/ret:secret@host", "postgresql://host/db?password=secret",
    ],
)  # fmt: skip
def test_a_malformed_address_without_what_may_be_its_password(address):
    shown = address_without_password(address)
    assert "secret" not in shown
    assert "cret" not in shown
    assert shown.startswith("postgresql:")


def test_an_address_without_a_password_stays():
    for address in ("postgresql://host:5432/db", "postgresql://me@host/db", "sqlite:////home/me/alloys.db"):
        assert address_without_password(address) == address


@pytest.mark.parametrize(
    "hostile", ["a:/b:" * 4000, "postgresql://a:" * 2000, "'" * 16_000, "\"'" * 8000, "password=" * 2000, "x@" * 9000]
)
def test_no_text_makes_the_filter_slow(hostile):
    started = time.perf_counter()
    told(hostile)
    visible(hostile)
    address_without_password(hostile)
    assert time.perf_counter() - started < 1.0


@pytest.mark.parametrize("text", ["=1+1", "@sum", "+cmd|'/c calc'!A0", "-2+3", "\t=1", "\r=1", "--", "'=1", "''-x"])
def test_what_a_spreadsheet_would_compute_is_guarded(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-3.5", "+2", "-1e-3", "-inf", "MoNbTaW", "", "'quoted'", "3=3", "' =1"])
def test_numbers_and_plain_texts_stay_as_they_are(text):
    assert guarded(text) == text


@given(anything)
def test_a_guarded_cell_is_read_back_as_it_was(text):
    assert unguarded(guarded(text)) == text


def is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


@given(st.lists(st.text(max_size=12), min_size=1, max_size=4))
def test_no_cell_of_csv_begins_as_a_formula_unless_it_is_a_number(cells):
    stream = io.StringIO(newline="")
    csv.writer(stream).writerow([guarded(cell) for cell in cells])
    stream.seek(0)
    told = [cell for cell in next(csv.reader(stream), []) if cell and cell[0] in "=+-@\t\r"]
    assert all(is_number(cell) for cell in told)
