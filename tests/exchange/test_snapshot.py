"""Snapshots: equal for equal points, whole or refused, and read back without loss."""

import hashlib
import itertools
import json
import random
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from quinary.errors import InputError
from quinary.exchange.snapshot import write_snapshot
from quinary.exchange.snapshot_diff import snapshot_diff
from quinary.loops.cycle.cycle import Cycle
from quinary.loops.literature.importing import import_source
from quinary.plugins.sockets import ReadOptions
from quinary.points.point import Value
from quinary.readers.snapshot_files import CHECKSUMS, CITATION, MANIFEST, POINTS, open_snapshot, snapshot_points
from quinary.store.database import open_database
from quinary.store.queries import all_points
from quinary.store.writing import PointWriter


def filled(database, points):
    with database.write() as connection:
        PointWriter(connection).add(points)
    return database


@pytest.fixture
def some_points(borg, points_in):
    with open_database(borg) as database:
        return points_in(database)[:300]


@pytest.fixture
def store(empty, some_points):
    return filled(empty(), some_points)


# -- what it is --------------------------------------------------------------------------------------------------------


def test_equal_points_give_equal_bytes_whatever_the_order_of_entry(some_points, empty, tmp_path):
    shuffled = list(some_points)
    random.Random(3).shuffle(shuffled)
    halves = empty()
    filled(halves, shuffled[:150])
    filled(halves, shuffled[150:])
    first = write_snapshot(filled(empty(), some_points), tmp_path / "a.zip")
    second = write_snapshot(halves, tmp_path / "b.zip")
    assert first.manifest == second.manifest
    assert first.path.read_bytes() == second.path.read_bytes()


def test_the_hash_is_that_of_the_statements_and_nothing_else(store, some_points, tmp_path):
    """The hash as anybody can compute it from the points: SHA-256 of the digests of the sorted statements."""
    digests = [hashlib.sha256(text).digest() for text in sorted({p.statement.encode() for p in some_points})]
    expected = hashlib.sha256(b"".join(digests)).hexdigest()
    assert write_snapshot(store, tmp_path / "a.zip").manifest["content_hash"] == f"sha256:{expected}"


def test_repeated_statements_from_other_files_change_no_hash(some_points, empty, tmp_path):
    twins = [replace(point, lineage={"file": "other.csv", "line": 1}) for point in some_points]
    first = write_snapshot(filled(empty(), some_points + twins), tmp_path / "a.zip")
    second = write_snapshot(filled(empty(), twins + some_points), tmp_path / "b.zip")
    assert first.manifest["content_hash"] == second.manifest["content_hash"]


def test_manifest_and_citation_say_what_is_inside(borg, tmp_path):
    with open_database(borg) as database:
        manifest = write_snapshot(database, tmp_path / "borg.zip", title="Borg's table").manifest
    assert manifest["counts"]["points"] == sum(manifest["counts"]["by_property"].values()) == 5373
    assert manifest["licences"] == [{"licence": "CC-BY-4.0", "class": "attribution", "points": 5373}]
    (source,) = manifest["sources"]
    assert source["citation"] == "10.1038/s41597-020-00768-9"
    assert len(source["studies"]) == manifest["counts"]["studies"] > 200
    with zipfile.ZipFile(tmp_path / "borg.zip") as archive:
        citation = archive.read(CITATION).decode()
    for text in ("Borg's table", manifest["content_hash"], "https://doi.org/10.1038/s41597-020-00768-9", "CC-BY-4.0"):
        assert text in citation
    assert all(f"https://doi.org/{doi}" in citation for doi in source["studies"] if doi.startswith("10."))


def test_a_folder_can_be_checked_without_quinary(store, tmp_path):
    write_snapshot(store, tmp_path / "folder")
    write_snapshot(store, tmp_path / "folder")  # a second one takes its place
    assert sorted(p.name for p in tmp_path.iterdir() if "folder" in p.name) == ["folder"]
    done = subprocess.run(["sha256sum", "-c", CHECKSUMS], cwd=tmp_path / "folder", capture_output=True, check=False)
    assert done.returncode == 0


def test_without_a_name_it_is_called_after_its_content(store, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = write_snapshot(store)
    assert done.path.name == f"snapshot-{done.manifest['content_hash'][7:19]}.zip"
    assert (tmp_path / done.path).is_file()


def test_points_without_a_licence_stay_unless_it_is_private(empty, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("formula,density (g/cm^3)\nMoNbTaW,13.75\n", encoding="utf-8")
    database = empty()
    import_source(database, str(path))
    with pytest.raises(InputError, match=r"1 point may not be passed on.*mine\.csv \(none given: 1 point\)"):
        write_snapshot(database, tmp_path / "a.zip")
    assert not (tmp_path / "a.zip").exists()
    manifest = write_snapshot(database, tmp_path / "a.zip", is_private=True).manifest
    assert manifest["private"]
    assert manifest["counts"]["may_not_be_passed_on"] == 1
    assert "PRIVATE" in zipfile.ZipFile(tmp_path / "a.zip").read(CITATION).decode()


@pytest.mark.parametrize("name", ["nowhere/a.zip", "taken", "taken/file"])
def test_a_place_that_is_taken_or_missing_is_refused(store, tmp_path, name):
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "file").write_text("mine")
    with pytest.raises(InputError, match="cannot write"):
        write_snapshot(store, tmp_path / name)
    assert (tmp_path / "taken" / "file").read_text() == "mine"


# -- reading it back ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.zip", "folder"])
def test_import_into_an_empty_store_loses_nothing(store, empty, points_in, tmp_path, name):
    """Predictions and lineage included: the snapshot of what was imported has the same bytes."""
    Cycle(store).once()
    first = write_snapshot(store, tmp_path / name)
    other = empty()
    (report,) = import_source(other, str(first.path))
    assert (report.reader, report.n_added) == ("snapshot", first.manifest["counts"]["points"])
    assert set(first.manifest["counts"]["by_origin"]) >= {"literature", "prediction"}
    again = write_snapshot(other, tmp_path / f"again-{name}")
    assert again.manifest == first.manifest
    assert (tmp_path / f"again-{name}" / POINTS if name == "folder" else again.path).read_bytes() == (
        first.path / POINTS if name == "folder" else first.path
    ).read_bytes()
    before, after = ({p.content_hash: p for p in points_in(d)} for d in (store, other))
    assert before == after
    assert all(before[key].lineage == after[key].lineage for key in before)
    assert (import_source(other, str(first.path))[0].n_added) == 0


# -- refusals ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def written(borg, tmp_path_factory):
    """A folder with one snapshot as a folder and as a zip file."""
    place = tmp_path_factory.mktemp("written")
    with open_database(borg) as source, source.read() as connection:
        points = [point for point, _ in itertools.islice(all_points(connection), 300)]
    with open_database(f"sqlite:///{place / 'store.db'}") as database:
        filled(database, points)
        write_snapshot(database, place / "folder")
        write_snapshot(database, place / "a.zip")
    return place


@pytest.fixture
def folder(written, tmp_path):
    return Path(shutil.copytree(written / "folder", tmp_path / "folder"))


@pytest.fixture
def archive(written, tmp_path):
    return Path(shutil.copyfile(written / "a.zip", tmp_path / "a.zip"))


def with_checksums(folder):
    """Put the checksums right again after a change, as a forger would."""
    lines = [f"{hashlib.sha256((folder / n).read_bytes()).hexdigest()}  {n}\n" for n in (CITATION, MANIFEST, POINTS)]
    (folder / CHECKSUMS).write_text("".join(lines))


def changed_manifest(folder, **changes):
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps({**manifest, **changes}))
    with_checksums(folder)


def refusal(folder, empty, points_in):
    """The line with which a snapshot is refused; nothing of it is in the store."""
    database = empty()
    with pytest.raises(InputError) as error:
        import_source(database, str(folder))
    assert "\n" not in error.value.message
    assert points_in(database) == []
    assert database.counter() == 0
    return error.value.message


@pytest.mark.parametrize("name", [MANIFEST, POINTS, CITATION])
def test_a_changed_byte_is_found(folder, empty, points_in, name):
    raw = bytearray((folder / name).read_bytes())
    raw[-10] ^= 1
    (folder / name).write_bytes(bytes(raw))
    said = refusal(folder, empty, points_in)
    assert f"{name} does not have the checksum" in said or "is not one of ours" in said


@pytest.mark.parametrize("name", [POINTS, CITATION, CHECKSUMS])
def test_a_missing_file_is_named(folder, empty, points_in, name):
    (folder / name).unlink()
    assert f"lacks {name}" in refusal(folder, empty, points_in)


def test_a_newer_schema_is_refused(folder, empty, points_in):
    changed_manifest(folder, schema=99, code_version="9.1")
    expected = "schema 99, made by Quinary 9.1; this version reads up to 1"
    assert expected in refusal(folder, empty, points_in)


def test_points_that_are_not_those_of_the_hash_are_refused(folder, empty, points_in):
    lines = (folder / POINTS).read_bytes().splitlines(keepends=True)
    (folder / POINTS).write_bytes(b"".join(lines[:-1]))
    with_checksums(folder)
    assert "do not have the content hash" in refusal(folder, empty, points_in)


def test_points_out_of_order_are_refused(folder, empty, points_in):
    lines = (folder / POINTS).read_bytes().splitlines(keepends=True)
    (folder / POINTS).write_bytes(b"".join(reversed(lines)))
    with_checksums(folder)
    assert "not in the order" in refusal(folder, empty, points_in)


def test_a_line_that_is_no_point_is_named(folder, empty, points_in):
    lines = (folder / POINTS).read_bytes().splitlines(keepends=True)
    (folder / POINTS).write_bytes(b"".join([*lines[:2], b"{}\n", *lines[3:]]))
    with_checksums(folder)
    assert "line 3 of points.jsonl: the point lacks" in refusal(folder, empty, points_in)


@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_a_cut_archive_is_refused(archive, empty, points_in, share):
    raw = archive.read_bytes()
    archive.write_bytes(raw[: int(len(raw) * share)])
    assert "a.zip is damaged" in refusal(archive, empty, points_in)


def test_a_damaged_archive_is_refused(archive, empty, points_in):
    raw = bytearray(archive.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    archive.write_bytes(bytes(raw))
    said = refusal(archive, empty, points_in)
    assert "is damaged" in said or "checksum" in said


# -- differences -------------------------------------------------------------------------------------------------------


def test_what_was_added_removed_changed_and_relicensed_is_counted(some_points, empty, tmp_path):
    hard = [p for p in some_points if p.property == "density"]
    changed = replace(hard[0], value=Value.number(hard[0].value.nominal + 0.5))
    added = replace(hard[1], doi="10.1000/another")
    relicensed = replace(hard[2], source=replace(hard[2].source, licence="CC0-1.0"))
    rest = [p for p in some_points if p not in (hard[0], hard[2], hard[3])]
    old = write_snapshot(filled(empty(), some_points), tmp_path / "old.zip").path
    new = write_snapshot(filled(empty(), [*rest, changed, added, relicensed]), tmp_path / "new.zip").path
    found = snapshot_diff(old, new)
    assert {kind: found[kind] for kind in ("added", "removed", "changed", "relicensed")} == dict.fromkeys(
        ("added", "removed", "changed", "relicensed"), 1
    )
    assert found["unchanged"] == len(some_points) - 2
    assert found["by_property"] == {"density": dict.fromkeys(("added", "removed", "changed", "relicensed"), 1)}
    assert found["by_source"].keys() == {"Borg 2020 MPEA"}
    example = next(entry for entry in found["examples"] if entry["kind"] == "changed")
    assert example["old"] != example["new"]
    assert snapshot_diff(old, old)["equal"]
    assert not found["equal"]


def test_the_hash_is_verified_by_whoever_reads_to_the_end(folder):
    snapshot = open_snapshot(folder)
    assert sum(1 for _ in snapshot_points(snapshot)) == snapshot.manifest["counts"]["points"]


def test_licences_are_kept_point_by_point(empty, points_in, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("formula,density (g/cm^3)\nMoNbTaW,13.75\n", encoding="utf-8")
    database, other = empty(), empty()
    import_source(database, str(path), options=ReadOptions(licence="CC-BY-SA-4.0", doi="10.1000/one"))
    write_snapshot(database, tmp_path / "a.zip")
    import_source(other, str(tmp_path / "a.zip"), options=ReadOptions(licence="CC0-1.0", doi="10.1000/two"))
    (point,) = points_in(other)
    assert (point.source.licence, point.doi) == ("CC-BY-SA-4.0", "10.1000/one")
