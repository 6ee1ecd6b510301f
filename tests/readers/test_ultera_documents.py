"""ULTERA documents: the published sample, the same documents as JSON, and files that are broken."""

import json
from collections import Counter

import bson
import pytest
from bson import json_util

from quinary.errors import InputError
from quinary.readers.ultera_documents import PLUGIN

GENERATED = "generated composition without a value"


def document(**sections):
    return {
        "meta": {"source": "LIT"},
        "material": {"compositionDictionary": {"Mo": 0.5, "W": 0.5}, "structure": ["BCC"], "processes": ["AC"]},
        "property": {"name": "hardness", "value": 5.0e9, "source": "EXP"},
        "reference": {"doi": "10.1016/j.actamat.2021.116800", "pointer": "T1"},
        **sections,
    }


def without(section):
    return {name: entry for name, entry in document().items() if name != section}


@pytest.fixture
def read_one(read, tmp_path):
    """The value point of one document, or the reason why there is none."""

    def read_document(entry):
        path = tmp_path / "one.json"
        path.write_text(json.dumps(entry))
        points, rejections = read("ultera", path)
        return rejections[0][1] if rejections else points[-1]

    return read_document


@pytest.fixture
def sample(mirror):
    return mirror / "ultera_sample/examples/ULTERA_sample.bson"


@pytest.mark.physics
def test_the_300_documents_of_the_published_sample(read, sample):
    """PhasesResearchLab/PyQAlloy: 272 documents have a property (2 of them VEC), 18 are compositions of a generator.

    Of the other 10, 9 report a structure. 231 experiments report one, too.
    """
    points, rejections = read("ultera", sample)
    values = [point for point in points if point.property != "phases"]
    assert len(values) == 270
    assert len(points) - len(values) == 240
    reasons = Counter(reason for _, reason in rejections)
    assert reasons == {
        GENERATED: 18,
        "valence_electron_concentration is derived from the composition and is never stored": 2,
        "the document has neither a property nor a usable structure": 1,
    }
    assert len({point.lineage["line"] for point in points} | {line for line, _ in rejections}) == 300
    assert Counter(point.method.value for point in values) == {"measured": 259, "dft": 11}


def test_values_of_the_sample_are_converted_from_si(read, sample):
    points, _ = read("ultera", sample)
    by_line = {point.lineage["line"]: point for point in points if point.property != "phases"}
    assert by_line[1].property == "elongation"
    assert by_line[1].value.nominal == 8.4
    assert by_line[1].conditions.key == "test=compression"
    creep = next(point for point in by_line.values() if point.property == "creep_rate")
    assert creep.conditions.key == "stress=30.2;temperature=2400"
    assert creep.doi == "Luo_1992_CreepBehaviorOfTungsten"
    hardness = [point.value.nominal for point in by_line.values() if point.property == "hardness_vickers"]
    assert min(hardness) == pytest.approx(1.07877)
    assert max(hardness) == pytest.approx(19.05)


@pytest.mark.parametrize("form", ["array", "pretty array", "lines", "concatenated"])
def test_json_forms_give_the_same_points_as_bson(read, sample, tmp_path, form):
    documents = [bson.json_util.loads(json_util.dumps(entry)) for entry in bson.decode_all(sample.read_bytes())[:40]]
    path = tmp_path / "sample.json"
    texts = [
        json_util.dumps(entry, indent=2 if form in {"pretty array", "concatenated"} else None) for entry in documents
    ]
    path.write_text(f"[{', '.join(texts)}]" if "array" in form else "\n".join(texts))
    (tmp_path / "sample.bson").write_bytes(b"".join(map(bson.encode, documents)))
    expected, expected_rejections = read("ultera", tmp_path / "sample.bson")
    points, rejections = read("ultera", path)
    assert [point.content_hash for point in points] == [point.content_hash for point in expected]
    assert [reason for _, reason in rejections] == [reason for _, reason in expected_rejections]
    assert PLUGIN.recognises(path)
    assert PLUGIN.recognises(tmp_path / "sample.bson")


def test_a_document(read_one):
    point = read_one(document())
    assert point.value.nominal == 5.0
    assert point.material.key == "Mo1 W1 | BCC | AC"
    assert point.lineage["pointer"] == "T1"
    assert point.lineage["line"] == 1


@pytest.mark.parametrize(
    ("source", "method"),
    [
        ("EXP", "measured"),
        ("DFT", "dft"),
        ("ML", "learned"),
        ("EM", "empirical"),
        ("EMP", "empirical"),
        ("THM", "calphad"),
    ],
)
def test_sources_name_methods_and_only_experiments_report_a_structure(read, tmp_path, source, method):
    path = tmp_path / "one.json"
    path.write_text(json.dumps(document(property={"name": "hardness", "value": 5.0e9, "source": source})))
    points, _ = read("ultera", path)
    assert points[-1].method == method
    assert ("phases" in {point.property for point in points}) == (source == "EXP")


@pytest.mark.parametrize(
    ("name", "value", "unit", "stored"),
    [
        ("compressive yield stress", 1.2e9, None, 1200.0),
        ("tensile ductility", 12.0, None, 12.0),
        ("fracture toughness", 32.1e6, None, 32.1),
        ("density", 5.64, None, 5.64),
        ("CTE", 1.09e-5, "K^-1", 1.09e-5),
        ("density", 5640.0, "kg/m^3", 5.64),
        ("d parameter", 2.7, None, 2.7),
        ("hardness", 500, "HV", 4.903325),
    ],
)
def test_units_are_those_of_ultera_unless_one_is_named(read_one, name, value, unit, stored):
    entry = {"name": name, "value": value, "source": "EXP"} | ({"unitName": unit} if unit else {})
    assert read_one(document(property=entry)).value.nominal == pytest.approx(stored)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (without("material"), "has no material"),
        ("text", "has no material"),
        (document(material={"structure": ["BCC"]}), "it is empty"),
        (document(property={"value": 1.0, "source": "EXP"}), "the property has no name"),
        (document(property={"name": "hardness", "source": "EXP"}), "the property has no value"),
        (document(property={"name": "hardness", "value": float("nan"), "source": "EXP"}), "not a finite number"),
        (document(property={"name": "hardness", "value": True, "source": "EXP"}), "True is not a number"),
        (document(property={"name": "hardness", "value": -5.0, "source": "EXP"}), "outside 0 to"),
        (document(property={"name": "colour", "value": 1.0, "source": "EXP"}), "unknown property 'colour'"),
        (document(property={"name": "hardness", "value": 1.0, "source": "GUESS"}), "unknown method 'GUESS'"),
        (document(property={"name": "surface energy", "value": 1.0, "source": "EXP"}), "without a unit"),
        (document(property={"name": "hardness", "value": 1.0, "source": "EXP", "temperature": "hot"}), "'hot'"),
        (document(property={"name": "hardness", "value": 1.0, "source": "EXP", "temperature": -3.0}), "-3 K"),
        (document(reference={"doi": "see text"}), "not a DOI"),
        ({**without("property"), "meta": {"source": "GAN"}}, GENERATED),
    ],
)
def test_what_is_wrong_with_a_document_is_said(read_one, entry, reason):
    assert reason in read_one([entry])


def test_a_structure_alone_gives_a_phases_point(read_one):
    assert str(read_one(without("property")).value) == "BCC"


def test_the_dictionary_counts_and_a_disagreeing_formula_is_kept(read_one):
    material = document()["material"]
    assert "raw_formula" not in read_one(document(material={**material, "rawFormula": "Mo 0.5 W 0.5"})).lineage
    point = read_one(document(material={**material, "rawFormula": "MoW2"}))
    assert point.lineage["raw_formula"] == "MoW2"
    assert point.material.composition_key == "Mo1 W1"


def test_a_bad_line_does_not_stop_the_rest(read, tmp_path):
    path = tmp_path / "lines.json"
    bad = ["{broken", '{"_id": {"$oid": "short"}}', "[" * 100_000]
    path.write_text("\n".join([json.dumps(document()), "", *bad, json.dumps(document())]))
    points, rejections = read("ultera", path)
    assert [point.lineage["line"] for point in points if point.property != "phases"] == [1, 6]
    assert [line for line, _ in rejections] == [3, 4, 5]
    assert all("not a JSON document" in reason for _, reason in rejections)


def test_a_bad_bson_document_does_not_stop_the_rest(read, tmp_path):
    good, path = bson.encode(document()), tmp_path / "some.bson"
    bad = bytearray(good)
    bad[4] = 0x99  # an element type that does not exist
    path.write_bytes(good + bytes(bad) + good)
    points, rejections = read("ultera", path)
    assert len(points) == 4
    assert [line for line, _ in rejections] == [2]


@pytest.mark.parametrize("cut", [1, 3, 200])
def test_a_file_that_breaks_off_keeps_what_it_had(read, tmp_path, cut):
    path = tmp_path / "cut.bson"
    path.write_bytes(bson.encode(document()) * 2 + bson.encode(document())[:cut])
    points, rejections = read("ultera", path)
    assert len(points) == 4
    assert rejections == [(3, "the file breaks off or is damaged at document 3; the rest cannot be read")]
    (tmp_path / "cut.json").write_text("[" + json.dumps(document()) + "," + json.dumps(document())[:cut])
    assert read("ultera", tmp_path / "cut.json")[1][0][0] == 2


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.bson", b"", "is empty"),
        ("text.bson", b"formula,hardness\nMoNbTaW,500\n", "is named .bson but holds no BSON documents"),
        ("json.bson", b'[{"material": {}}]', "is named .bson but holds no BSON documents"),
        ("table.json", b"formula,hardness\n", "neither BSON nor JSON"),
        ("cut.json", b'[{"material": ', "breaks off in its first JSON document"),
        ("cut.bson", bson.encode({"a": 1})[:-2], "breaks off in its first BSON document"),
        ("latin.json", '{"material": "é"}'.encode("latin-1"), "is not UTF-8 text"),
    ],
)
def test_files_that_cannot_be_read_as_a_whole(read, tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    assert not PLUGIN.recognises(path)
    with pytest.raises(InputError, match=message):
        read("ultera", path)


def test_a_folder_and_a_missing_file(read, tmp_path):
    assert not PLUGIN.recognises(tmp_path)
    with pytest.raises(InputError, match="is a folder"):
        read("ultera", tmp_path)
    with pytest.raises(InputError, match="there is no file"):
        read("ultera", tmp_path / "none.bson")
