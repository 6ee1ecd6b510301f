"""Documents for ULTERA: exact on the way there and back, and readable without our own section."""

import json
import math
from pathlib import Path

import pytest

from quinary.errors import InputError
from quinary.exchange.export import export_points
from quinary.exchange.ultera_export import ultera_document
from quinary.loops.cycle.cycle import Cycle
from quinary.loops.literature.importing import import_source
from quinary.plugins.registry import find_plugin
from quinary.plugins.sockets import ReadOptions, Rejection
from quinary.points.point import Method
from quinary.store.database import open_database
from quinary.store.writing import PointWriter

CERAMICS = """formula,hardness (GPa),load (N),shear modulus (GPa),structure,doi
(HfNbTaTiZr)C,30.1 ± 0.7,0.98,> 180,rock-salt,10.1016/j.one
(TiZr)B2,24-26,4.9,230,AlB2,10.1016/j.two
"""


@pytest.fixture
def varied(borg, empty, points_in, tmp_path):
    """Alloys and ceramics; numbers, bounds, intervals, categories; measured, predicted."""
    database = empty()
    with open_database(borg) as source:
        points = points_in(source)[:200]
    with database.write() as connection:
        PointWriter(connection).add(points)
    path = tmp_path / "ceramics.csv"
    path.write_text(CERAMICS, encoding="utf-8")
    import_source(database, str(path), options=ReadOptions(licence="CC-BY-4.0"))
    Cycle(database).once()
    return database


@pytest.mark.parametrize("name", ["out.jsonl", "out.bson"])
def test_export_and_import_into_an_empty_store_give_equal_points(varied, empty, points_in, tmp_path, name):
    done = export_points(varied, tmp_path / name, file_format="ultera")
    other = empty()
    (report,) = import_source(other, str(done.path))
    assert (report.reader, report.n_added, report.rejected) == ("ultera", done.n_points, [])
    before, after = ({p.content_hash: p for p in points_in(d)} for d in (varied, other))
    assert before == after
    assert all(before[key].lineage == after[key].lineage for key in before)
    assert all(before[key].material.composition == after[key].material.composition for key in before)


def test_the_published_sample_goes_there_and_back(mirror, empty, points_in, tmp_path, monkeypatch):
    monkeypatch.setenv("QUINARY_MIRROR", str(mirror))
    monkeypatch.setenv("QUINARY_CACHE", str(tmp_path / "cache"))
    database, other = empty(), empty()
    import_source(database, "ultera_sample")
    import_source(other, str(export_points(database, tmp_path / "out.bson", file_format="ultera").path))
    assert {p.content_hash for p in points_in(database)} == {p.content_hash for p in points_in(other)}
    assert {p.source.licence for p in points_in(other)} == {"MIT"}


def test_who_knows_only_ultera_reads_the_same_measurements(varied, points_in, tmp_path):
    """Without our section the documents give the same materials, values and methods, in SI units."""
    points = [p for p in points_in(varied) if p.origin == "literature" and p.method is Method.MEASURED]
    documents = [ultera_document(point) for point in points]
    for document in documents:
        del document["quinary"]
    path = tmp_path / "plain.jsonl"
    path.write_text("\n".join(map(json.dumps, documents)), encoding="utf-8")
    read = list(find_plugin("readers", "ultera").read(path, ReadOptions()))
    assert not [item for item in read if isinstance(item, Rejection)]
    numbers = {(p.material.key, p.property): [] for p in read}
    for point in read:
        numbers[point.material.key, point.property].append((point.value.low, point.value.high, point.uncertainty))
    for point in points:
        if not point.value.categories:
            sides = (point.value.low, point.value.high)
            assert any(
                all(math.isclose(a, b, rel_tol=1e-12) for a, b in zip(sides, found[:2], strict=True))
                for found in numbers[point.material.key, point.property]
            ), point


def test_hardness_is_in_pascal_and_the_strings_are_ulteras(varied, points_in):
    hard = next(
        p for p in points_in(varied) if p.property == "hardness_vickers" and not p.material.composition.is_ceramic
    )
    document = ultera_document(hard)
    assert document["property"]["name"] == "hardness"
    assert document["property"]["unitName"] == "Pa"
    assert document["property"]["value"] == pytest.approx(hard.value.nominal * 1e9)
    assert document["property"]["source"] == "EXP"
    assert document["material"]["percentileFormula"].count(" ") == len(hard.material.composition.elements) - 1


@pytest.mark.parametrize(
    ("section", "key", "value", "message"),
    [
        ("property", "value", 1.0, "the value is not that of the section"),
        ("material", "compositionDictionary", {"Mo": 1.0}, "the composition is not that of the section"),
        ("quinary", "origin", "guess", "unknown origin"),
    ],
)
def test_an_edited_document_is_rejected_and_not_guessed_at(varied, points_in, tmp_path, section, key, value, message):
    point = next(p for p in points_in(varied) if p.property == "density")
    document = ultera_document(point)
    document[section][key] = value
    path = tmp_path / "edited.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    (item,) = find_plugin("readers", "ultera").read(path, ReadOptions())
    assert isinstance(item, Rejection)
    assert message in item.reason


def test_an_unwritable_place_is_refused(varied):
    with pytest.raises(InputError, match="there is no folder"):
        export_points(varied, Path("nowhere") / "out.bson", file_format="ultera")
