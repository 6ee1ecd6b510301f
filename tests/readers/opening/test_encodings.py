"""Text files in the encodings that spreadsheets write, and with bytes that are no text."""

import pytest

from quinary.errors import InputError
from quinary.plugins import Rejection
from quinary.readers.opening.encodings import encoding_named, text_encoding
from quinary.readers.opening.files import csv_rows

TEXT = "Härte;Länge\n1;2\n"


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8", "utf-8-sig"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("cp1252", "cp1252"),
        ("utf-32", "utf-32"),
    ],
)
def test_an_encoding_is_found_out(tmp_path, encoding, named):
    path = tmp_path / "a.csv"
    path.write_bytes(TEXT.encode(encoding))
    assert text_encoding(path).name == named
    assert [cells for _, cells in csv_rows(path, ";")] == [["Härte", "Länge"], ["1", "2"]]


def test_what_is_not_utf8_is_told_with_its_place(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a;b\n1;2 \xb0C\n")
    assert "byte 0xb0 in line 2 is not UTF-8" in text_encoding(path).note


def test_a_stated_encoding_goes_before_what_the_bytes_say(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("Härte;1\n".encode("mac-roman"))
    assert next(csv_rows(path, ";", text_encoding(path, "mac-roman"))) == (1, ["Härte", "1"])


@pytest.mark.parametrize("name", ["utf-9", "base64", "", "x" * 5000, "utf\0"])
def test_an_encoding_that_does_not_exist_is_refused(name):
    with pytest.raises(InputError, match="unknown encoding"):
        encoding_named(name)


def test_a_wrong_byte_in_utf8_costs_its_row_only(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("Härte,x\n1,2\n".encode() + b"3,\xff\n" + "5,µ\n".encode())
    rows = list(csv_rows(path))
    assert [row.line if isinstance(row, Rejection) else row[1] for row in rows] == [
        ["Härte", "x"],
        ["1", "2"],
        3,
        ["5", "µ"],
    ]


def test_a_null_character_costs_its_row_only(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 50 + b"3,\0\n5,6\n")
    rows = list(csv_rows(path))
    assert [row.line for row in rows if isinstance(row, Rejection)] == [52]
    assert rows[-1] == (53, ["5", "6"])


@pytest.mark.parametrize("content", [bytes(range(256)), b"\x7fELF" + b"\0" * 60, b"\x1f\x8b\x08" + bytes(range(40))])
def test_what_is_no_text_is_refused(tmp_path, content):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match="is not a text file"):
        next(csv_rows(path))
