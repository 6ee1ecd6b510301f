"""What the source of an import means."""

import pytest

from quinary.errors import InputError
from quinary.loops.literature.importing import import_source
from quinary.loops.literature.sources import located
from quinary.plugins.sockets import ReadOptions
from quinary.readers.fetching import fetch
from quinary.store.queries import sources_of_points


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("QUINARY_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def no_mirror(monkeypatch):
    monkeypatch.delenv("QUINARY_MIRROR", raising=False)


def places(source):
    with located(source) as found:
        return found


def test_a_set_comes_from_the_mirror_that_the_environment_names(mirror, database):
    assert mirror.is_dir()
    (report,) = import_source(database, "ultera_sample")
    assert (report.reader, report.n_read) == ("ultera", 510)
    with database.read() as connection:
        ((source, n_points),) = sources_of_points(connection)
    assert (source.licence, source.citation, n_points) == ("MIT", "10.20517/jmi.2021.05", report.n_added)


def test_a_set_that_was_fetched_needs_no_mirror(mirror, monkeypatch, database):
    fetch("debnath_representations", mirror)
    monkeypatch.delenv("QUINARY_MIRROR")
    reports = import_source(database, "debnath_representations")
    assert [report.n_read for report in reports] == [370, 329]
    assert all(report.rejected == [] for report in reports)


@pytest.mark.usefixtures("no_mirror")
def test_a_set_that_is_nowhere_says_how_to_get_it():
    with pytest.raises(
        InputError, match=r"`quinary data get ultera_sample`, or name a mirror folder with QUINARY_MIRROR"
    ):
        places("ultera_sample")


@pytest.mark.usefixtures("no_mirror")
@pytest.mark.parametrize(
    ("name", "message"),
    [("refractory_oxidation", "no reader reads refractory_oxidation yet"), ("crhfmonbtativwzr_tdb", "--tdb"),
     ("ultera_sampel", "did you mean ultera_sample"), ("borg2020_mpae", "did you mean borg2020_mpea"),
     ("no.csv", r"there is no file no\.csv"), ("no/where", "there is no file no/where")],
)  # fmt: skip
def test_what_cannot_be_imported_says_why(name, message):
    with pytest.raises(InputError, match=message):
        places(name)


def test_a_broken_mirror_is_no_hindrance_to_a_file(tmp_path, monkeypatch):
    monkeypatch.setenv("QUINARY_MIRROR", str(tmp_path / "nowhere"))
    path = tmp_path / "alloys.csv"
    path.write_text("formula,HV\nMoNb,300\n")
    assert [place.path for place in places(str(path))] == [path]
    monkeypatch.chdir(tmp_path)
    assert [place.path.name for place in places("alloys.csv")] == ["alloys.csv"]


def test_the_licence_of_a_registered_file_is_known_wherever_it_lies(mirror):
    path = mirror / "ultera_sample/examples/ULTERA_sample.bson"
    (place,) = places(str(path))
    assert place.options(ReadOptions()).licence == "MIT"
    assert place.options(ReadOptions(licence="CC0-1.0")).licence == "CC0-1.0"


def test_a_folder_of_inputs_that_nobody_ran_says_so(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "quinary.json").write_text("{}")
    with pytest.raises(InputError, match=r"no finished calculation in .*\(0 of 2\)"):
        places(str(tmp_path))
