"""OPTIMADE responses of other databases: what is read, and what is said of the rest."""

import json

import pytest

from quinary.errors import InputError
from quinary.loops.literature.importing import read_points
from quinary.plugins.sockets import ReadOptions, Rejection
from quinary.points.point import DataPoint, Method
from quinary.readers.optimade import PLUGIN


def entry(identifier="mp-1", **attributes):
    standard = {
        "elements": ["Mo", "W"], "elements_ratios": [0.5, 0.5], "chemical_formula_reduced": "MoW", "nelements": 2,
        "structure_features": [], "nsites": 2,
    }  # fmt: skip
    return {"id": identifier, "type": "structures", "attributes": {**standard, **attributes}}


def page(*entries, **more):
    meta = {
        "api_version": "1.1.0",
        "provider": {"name": "The Materials Project", "prefix": "mp"},
        "more_data_available": False,
    }
    return {"data": list(entries), "meta": meta, **more}


def read(tmp_path, *documents, options=None):
    path = tmp_path / "response.json"
    indent = 1 if len(documents) == 1 else None
    path.write_text("\n".join(json.dumps(d, indent=indent) for d in documents), encoding="utf-8")
    items = list(read_points(path, options=options))
    return [i for i in items if isinstance(i, DataPoint)], [i for i in items if isinstance(i, Rejection)]


def test_a_property_whose_unit_the_user_states(tmp_path):
    options = ReadOptions(units={"_mp_bulk_modulus": "GPa"}, licence="CC-BY-4.0", doi="10.1038/sdata.2015.9")
    (point,), rejected = read(tmp_path, page(entry(_mp_bulk_modulus=262.5)), options=options)
    assert rejected == []
    assert (point.property, point.value.nominal, point.unit, point.method) == ("bulk_modulus", 262.5, "GPa", Method.DFT)
    assert point.material.composition.formula == "MoW"
    assert (point.source.name, point.source.licence) == ("The Materials Project (OPTIMADE)", "CC-BY-4.0")
    assert (point.doi, point.detail) == ("10.1038/sdata.2015.9", "entry mp-1")
    assert point.lineage["id"] == "mp-1"


def test_a_unit_that_the_file_states_is_converted(tmp_path):
    info = {"type": "info", "id": "structures", "properties": {"_oqmd_delta_e": {"description": "", "unit": "kJ/mol"}}}
    header = {"x-optimade": {"meta": {"api_version": "1.1.0", "provider": {"name": "OQMD"}}}}
    (point,), rejected = read(tmp_path, header, info, entry("1", _oqmd_delta_e=-9.648533212))
    assert rejected == []
    assert (point.property, point.unit) == ("formation_energy", "eV/atom")
    assert point.value.nominal == pytest.approx(-0.1, rel=1e-9)
    assert point.lineage["line"] == 3


def test_what_has_no_unit_no_name_or_no_number_is_reported_once(tmp_path):
    fields = {
        "_mp_bulk_modulus": 250.0,
        "_mp_chemical_system": "Mo-W",
        "_mp_stability": {"x": 1},
        "_mp_density": "heavy",
    }
    points, rejected = read(tmp_path, page(*(entry(f"mp-{i}", **fields) for i in range(3))))
    assert points == []
    reasons = {r.reason.partition(":")[0]: r for r in rejected}
    assert reasons.keys() == fields.keys()
    assert {r.line for r in rejected} == {1}
    assert "no unit is stated; --unit _mp_bulk_modulus=GPa" in reasons["_mp_bulk_modulus"].reason
    assert "no property of ours" in reasons["_mp_chemical_system"].reason


def test_a_field_with_a_name_of_its_own_can_be_called_a_property(tmp_path):
    options = ReadOptions(columns={"shear_modulus": "_jarvis_gv"}, units={"_jarvis_gv": "GPa"})
    (point,), _ = read(tmp_path, page(entry(_jarvis_gv=130.0)), options=options)
    assert (point.property, point.method) == ("shear_modulus", Method.DFT)


def test_our_own_names_have_our_units(tmp_path):
    (point,), rejected = read(tmp_path, page(entry(_quinary_shear_modulus=140.0)))
    assert rejected == []
    assert (point.value.nominal, point.method) == (140.0, Method.CALCULATED)


def test_a_value_that_cannot_be_is_reported(tmp_path):
    points, (rejected,) = read(tmp_path, page(entry(_quinary_shear_modulus=-5.0)))
    assert points == []
    assert "_quinary_shear_modulus" in rejected.reason


def test_other_entries_further_pages_and_bad_compositions_are_reported(tmp_path):
    bad = entry("x", _quinary_density=3.0, elements=["Xx"], elements_ratios=[1.0])
    bare = entry("y", _quinary_density=3.0, elements=None, chemical_formula_reduced=None)
    reference = {"id": "r", "type": "references", "attributes": {}}
    damaged = entry("z", _quinary_points=[{"property": "density"}])
    document = page(bad, bare, reference, damaged, "text", links={"next": "https://x/y"})
    points, rejected = read(tmp_path, document)
    assert points == []
    assert [r.line for r in rejected] == [1, 2, 3, 4, 5, 5]
    for reason, text in zip(
        rejected, ["Xx", "neither", "references", "lacks", "no attributes", "one page"], strict=True
    ):
        assert text in reason.reason


def test_a_ceramic_is_one(tmp_path):
    carbide = entry("c", _quinary_bulk_modulus=240.0, elements=["C", "Hf"], elements_ratios=[0.5, 0.5])
    (point,), _ = read(tmp_path, page(carbide))
    assert point.material.composition.is_ceramic


def test_only_optimade_is_recognised(tmp_path):
    path = tmp_path / "x.json"
    for text, is_ours in (
        (json.dumps(page(entry())), True), (json.dumps(entry()), True), ('{"x-optimade": {}}', True),
        ('{"material": {"compositionDictionary": {}}}', False), ("formula,HV\nMoNb,300", False), ("[]", False),
    ):  # fmt: skip
        path.write_text(text, encoding="utf-8")
        assert PLUGIN.recognises(path) == is_ours


def test_a_file_that_breaks_off_is_refused(tmp_path):
    path = tmp_path / "x.json"
    path.write_text(json.dumps(page(entry(_mp_k=1)), indent=1)[:80], encoding="utf-8")
    with pytest.raises(InputError, match="breaks off"):
        list(PLUGIN.read(path, ReadOptions()))


@pytest.mark.parametrize("order", [(2e7, 61.0, 104.0), (61.0, 104.0, 2e7), (61.0, 2e7, 104.0)])
def test_an_absurd_value_mutes_itself_and_not_its_field(tmp_path, order):
    entries = [entry(str(n), _mp_shear_modulus=value) for n, value in enumerate(order)]
    points, rejected = read(tmp_path, page(*entries), options=ReadOptions(units={"_mp_shear_modulus": "GPa"}))
    assert [point.value.low for point in points] == [61.0, 104.0]
    assert [r.line for r in rejected] == [order.index(2e7) + 1]


def test_what_is_wrong_with_a_field_is_told_once(tmp_path):
    entries = [entry(str(n), _mp_shear_modulus=value) for n, value in enumerate((61.0, 104.0))]
    points, rejected = read(tmp_path, page(*entries), options=ReadOptions(units={"_mp_shear_modulus": "kg"}))
    assert points == []
    assert [r.line for r in rejected] == [1]


def test_an_option_for_a_field_that_no_entry_has_is_refused(tmp_path):
    with pytest.raises(InputError, match="'_mp_sheer_modulus', which no entry"):
        read(tmp_path, page(entry(_mp_shear_modulus=61.0)), options=ReadOptions(units={"_mp_sheer_modulus": "GPa"}))
