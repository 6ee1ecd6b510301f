"""Bringing in files, folders, addresses and known tables."""

import http.server
import threading
from functools import partial

import pytest

from quinary.errors import InputError, WorkError
from quinary.loops.literature.importing import import_source, read_points
from quinary.plugins.sockets import ReadOptions, Rejection
from quinary.points.point import DataPoint
from quinary.store.work.import_records import imports


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def served(tmp_path):
    """A web server on this machine that serves a folder; yields (folder, address)."""
    folder = tmp_path / "served"
    folder.mkdir()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield folder, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_file_goes_in_once(database, table, numbers):
    (first,) = import_source(database, str(table))
    (again,) = import_source(database, str(table))
    assert (first.reader, first.n_read, first.n_added, first.rejected) == ("table", 13, 13, [])
    assert (again.n_added, again.n_repeated) == (0, 13)
    assert numbers(database)["points"] == 13
    assert numbers(database)["materials"] == 5
    with database.read() as connection:
        assert [entry["n_added"] for entry in imports(connection)] == [13, 0]


def test_bad_rows_are_reported_and_good_ones_stay(database, tmp_path, numbers):
    path = tmp_path / "mixed.csv"
    path.write_text("formula,hardness (GPa)\nMoNbTaW,4.5\nXxNb,3\nMoNb,nan\nMoTa,soft\nHfNb,-2\nNbTa,3.1\n")
    (report,) = import_source(database, str(path))
    assert report.n_added == 2
    assert [row["line"] for row in report.rejected] == [3, 4, 5, 6]
    assert all(row["reason"] and "\n" not in row["reason"] for row in report.rejected)
    assert numbers(database)["points"] == 2


def test_a_folder_goes_in_file_by_file(database, table, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.csv").write_bytes(table.read_bytes())
    (folder / "b.csv").write_text("formula,density (g/cm^3)\nMoNbTaW,13.75\n")
    (folder / ".hidden").write_text("nothing to read")
    reports = import_source(database, str(folder))
    assert [report.source.rsplit("/", 1)[1] for report in reports] == ["a.csv", "b.csv"]
    assert [report.n_added for report in reports] == [13, 1]


def test_an_empty_folder_is_refused(database, tmp_path):
    (tmp_path / "nothing").mkdir()
    with pytest.raises(InputError, match="holds no file"):
        import_source(database, str(tmp_path / "nothing"))


def test_an_address_is_downloaded(database, table, served, numbers):
    folder, address = served
    (folder / "alloys.csv").write_bytes(table.read_bytes())
    (report,) = import_source(database, f"{address}/alloys.csv?version=2")
    assert report.n_added == 13
    assert report.source.startswith(address)
    assert numbers(database)["materials"] == 5


def test_an_address_that_leads_nowhere(database, served, numbers):
    _, address = served
    with pytest.raises(WorkError, match=r"cannot download .*none\.csv: .*not found"):
        import_source(database, f"{address}/none.csv")
    with pytest.raises(WorkError, match="cannot download"):
        import_source(database, "http://127.0.0.1:9/none.csv")
    for wrong in ("http://[half", f"{address}/a b"):
        with pytest.raises(InputError, match="is not a URL"):
            import_source(database, wrong)
    assert numbers(database)["imports"] == 0


def test_a_file_that_fails_halfway_leaves_nothing(database, tmp_path, numbers):
    path = tmp_path / "half.csv"
    path.write_bytes(b"formula,hardness (GPa)\n" + b"MoNbTaW,4.5\n" * 20_000 + b"x," * 20_000)
    with pytest.raises(InputError, match="20,001 columns"):
        import_source(database, str(path))
    assert numbers(database)["points"] == numbers(database)["materials"] == numbers(database)["imports"] == 0


def test_an_unknown_name_says_what_there_is(database):
    with pytest.raises(InputError, match="borg2020_mpea"):
        import_source(database, "borg2020")


def test_an_unknown_format_of_a_real_file(database, table):
    with pytest.raises(InputError, match="unknown format 'tabel'; did you mean table"):
        import_source(database, str(table), file_format="tabel")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"formula,hardness\nMoNb,300\n", "has no unit"),
        ("a.csv", b"alloy,oops\n1,2\n", "hardness|composition|formula|column"),
        ("a.bson", b"plain text, not documents", "named .bson but holds no BSON"),
        ("b.bson", b"formula,hardness (GPa)\nMoNb,3\n", "named .bson but holds no BSON"),
        ("a.xlsx", b"plain text, no workbook", "not an Excel workbook"),
        ("a.json", b"not json at all", "neither BSON nor JSON"),
        ("a.dat", b"\x00\x01\x02", "no reader recognises a.dat"),
    ],
)
def test_a_file_that_cannot_be_used_gives_one_clear_line(database, tmp_path, numbers, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        import_source(database, str(path))
    assert name in caught.value.message
    assert "\n" not in caught.value.message
    assert numbers(database)["points"] == 0


def test_reading_without_a_database(table):
    items = list(read_points(table, options=ReadOptions(licence="CC-BY-4.0")))
    assert len(items) == 13
    assert {item.source.licence for item in items if isinstance(item, DataPoint)} == {"CC-BY-4.0"}
    assert not any(isinstance(item, Rejection) for item in items)
