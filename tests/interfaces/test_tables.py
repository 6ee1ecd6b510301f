"""Tables on terminals of any width: lines go first, words stay whole, nothing is lost."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.interfaces.cli.shared import tables
from quinary.interfaces.cli.shared.folding import folded, longest_piece
from quinary.wording import counted

COLUMNS = ["severity", "line", "formula", "what is wrong", "evidence", "suggested repair"]
ROWS = [
    ["warning", 10, "Fe60 Ni20 Cr10 Zr10", "amounts [bold]exchanged", "this paper also has " * 6, "Fe60 Ni10 Cr10 Zr20"]
]


def printed(monkeypatch, capsys, width):
    monkeypatch.setattr(tables, "_PIPED_WIDTH", width)
    tables.print_table("1 finding", COLUMNS, ROWS)
    return capsys.readouterr().out


@pytest.mark.parametrize(("width", "has_lines"), [(160, True), (80, False), (40, False)])
def test_no_word_is_cut_and_no_line_too_long(monkeypatch, capsys, width, has_lines):
    text = printed(monkeypatch, capsys, width)
    assert max(len(line.rstrip()) for line in text.splitlines()) <= width
    assert ("┃" in text) is has_lines
    words = set(text.replace(":", " ").split())
    assert {word for name in COLUMNS for word in name.split()} <= words
    assert {"[bold]exchanged", "warning", "10", "Zr20"} <= words


def test_numbers_and_missing_values(capsys):
    tables.print_table("", ["name", "value"], [["a", 1.23456], ["b", float("nan")], ["c", 2.0]])
    text = capsys.readouterr().out
    assert "1.235" in text
    assert "nan" not in text


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (counted(1, "point"), "1 point"), (counted(0, "point"), "0 points"),
        (counted(1250, "study", "studies"), "1,250 studies"),
    ],
)  # fmt: skip
def test_numbers_with_their_nouns(said, text):
    assert said == text


def test_what_a_terminal_would_obey_is_written_out_and_an_endless_cell_is_cut(capsys):
    tables.print_table("of \x1b[2Jevil[/]", ["na\u202eme"], [["\x1b]0;title\x07"], ["x" * 100_000]])
    text = capsys.readouterr().out
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert r"\x1b]0;title\x07" in text
    assert r"of \x1b[2Jevil[/]" in text
    assert len(text) < 10_000


@pytest.mark.parametrize("width", [100, 80, 60])
def test_what_is_too_wide_stays_a_table_and_numbers_stay_whole(monkeypatch, capsys, width):
    monkeypatch.setattr(tables, "_PIPED_WIDTH", width)
    columns = ["", "formula", "state", "property", "at", "loop", "urgency", "why it is wanted", "value", "unit", "who"]
    row = [7, "Al5.993Nb19.994Ta19.994Ti28.003", "BCC, as-cast", "ultimate_tensile_strength", "1273 K, compression",
           "literature", 12.5, "nobody has measured it", "1234.5 to 2345.6", "MPa", "somebody"]  # fmt: skip
    tables.print_table("title", columns, [row, row])
    text = capsys.readouterr().out
    assert max(len(line.rstrip()) for line in text.splitlines()) <= width
    assert "formula:" not in text  # no list of headings and cells
    for number in ("Al5.993", "Nb19.994", "Ti28.003", "1234.5", "2345.6", "1273", "12.5"):
        assert re.search(rf"(?<![\w.]){re.escape(number)}(?![\d.])|{re.escape(number)}", text)
    assert text.count("formula") >= 1 + (width < 100)


@given(
    st.lists(
        st.from_regex(r"[A-Z][a-z]?[0-9]{1,2}(\.[0-9]{1,3})?", fullmatch=True)
        | st.sampled_from(["yield_strength", "a b"]),
        max_size=8,
    ),
    st.integers(7, 40),
)
def test_folding_loses_nothing_and_cuts_no_number(parts, width):
    text = "".join(parts)
    lines = folded(text, width).split("\n")
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    if longest_piece(text) <= width:
        assert all(len(line) <= width for line in lines)
        assert not any(re.search(r"[\d.]$", one) and re.match(r"[\d.]", two) for one, two in itertools.pairwise(lines))
