"""Opening files: what is no regular file, and quotes that are never closed."""

import os
import socket

import pytest

from quinary.errors import InputError
from quinary.plugins import Rejection
from quinary.readers.opening import budgets, files
from quinary.readers.opening.files import check_file, csv_rows


def test_what_is_no_regular_file_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(InputError, match="no regular file"):
        check_file(tmp_path / "pipe.csv")
    with pytest.raises(InputError, match="no regular file"):
        check_file(files.Path("/dev/zero"))
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        with pytest.raises(InputError, match="no regular file"):
            check_file(tmp_path / "s")
    for name, told in [
        ("", "is a folder"),
        ("none", "there is no file"),
        ("a\0b", "cannot open"),
        ("x" * 300, "cannot open"),
    ]:
        with pytest.raises(InputError, match=told):
            check_file(tmp_path / name)


def write(tmp_path, text):
    path = tmp_path / "a.csv"
    path.write_text(text)
    return [("refused", row.line) if isinstance(row, Rejection) else row for row in csv_rows(path)]


def test_a_quote_that_is_never_closed_costs_its_row_only(tmp_path):
    assert write(tmp_path, 'a,b\n1,"2\n3,4\n5,6\n') == [
        (1, ["a", "b"]),
        ("refused", 2),
        (3, ["3", "4"]),
        (4, ["5", "6"]),
    ]
    many = "".join(f"{n},0\n" for n in range(500))
    rows = write(tmp_path, f'a,b\n1,"2\n{many}')
    assert rows[1] == ("refused", 2)
    assert rows[2] == (3, ["0", "0"])
    assert rows[-1] == (502, ["499", "0"])


def test_cells_over_several_lines_are_read(tmp_path):
    assert write(tmp_path, 'a,b\n1,"2\n3"\n4,"5 ""x"""\n6,"7\n8"\n') == [
        (1, ["a", "b"]),
        (2, ["1", "2\n3"]),
        (4, ["4", '5 "x"']),
        (5, ["6", "7\n8"]),
    ]


def test_a_line_without_end_and_a_row_wider_than_a_sheet_are_refused(tmp_path, monkeypatch):
    with pytest.raises(InputError, match="16,385 columns"):
        write(tmp_path, "," * 16_384 + "x")
    monkeypatch.setattr(files, "LONGEST_LINE", 100)
    with pytest.raises(InputError, match="a line of more than 100 characters"):
        write(tmp_path, "a,b\n" + "1" * 101)
    assert budgets.LONGEST_LINE > 100 * budgets.LONGEST_CELL
