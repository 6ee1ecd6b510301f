"""OPTIMADE JSON lines: valid by the models of the reference implementation, and read back as whole points."""

import json
import warnings
from dataclasses import replace

import pytest

from quinary.chemistry.composition import Composition
from quinary.exchange.export import export_points
from quinary.exchange.optimade_export import optimade_entry
from quinary.loops.cycle.cycle import Cycle
from quinary.loops.literature.importing import import_source
from quinary.points.material import Material
from quinary.points.point import DataPoint, Method, Origin, Source, Value
from quinary.store.database import open_database
from quinary.store.marks import Mark, marked
from quinary.store.writing import PointWriter


def lines_of(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def density(formula, value=10.0, origin=Origin.LITERATURE):
    material = Material(Composition.of(formula))
    return DataPoint(material, "density", Value.number(value), Method.MEASURED, origin, Source("t", licence="CC0-1.0"))


@pytest.fixture
def exported(borg, empty, points_in, tmp_path):
    database = empty()
    with open_database(borg) as source:
        points = points_in(source)[:300]
    with database.write() as connection:
        PointWriter(connection).add(
            [*points, density("(HfNbTaTiZr)C"), density("(LaSr)(MnCo)O3"), density("Mo99.97Re0.03")]
        )
    Cycle(database).once()
    return database, export_points(database, tmp_path / "out.jsonl", file_format="optimade")


def test_every_entry_is_valid_by_the_reference_models(exported):
    from optimade.models import EntryInfoResource, StructureResource

    header, info, *entries = lines_of(exported[1].path)
    assert header["x-optimade"]["meta"]["api_version"] == "1.1.0"
    assert len(entries) > 40
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the models warn of sites that are not there
        for entry in entries:
            StructureResource.model_validate(entry)
        EntryInfoResource.model_validate({key: value for key, value in info.items() if key != "type"})
    assert len({entry["id"] for entry in entries}) == len(entries)
    described = info["properties"]
    own = {name for entry in entries for name in entry["attributes"] if name.startswith("_")}
    assert own <= described.keys()
    assert described["_quinary_density"]["unit"] == "g/cm^3"


def test_read_back_it_gives_equal_points(exported, empty, points_in):
    database, done = exported
    other = empty()
    (report,) = import_source(other, str(done.path))
    assert (report.reader, report.n_added, report.rejected) == ("optimade", done.n_points, [])
    before, after = ({p.content_hash: p for p in points_in(d)} for d in (database, other))
    assert before == after
    assert all(before[key].lineage == after[key].lineage for key in before)


@pytest.mark.parametrize(
    ("formula", "reduced", "anonymous"),
    [
        ("MoNbTaW", "MoNbTaW", "ABCD"), ("Al0.5CoCrFeNi", "AlCo2Cr2Fe2Ni2", "A2B2C2D2E"),
        ("(HfNbTaTiZr)C", "C5HfNbTaTiZr", "A5BCDEF"), ("(TiZr)B2", "B4TiZr", "A4BC"),
    ],
)  # fmt: skip
def test_formulas(formula, reduced, anonymous):
    attributes = optimade_entry([density(formula)])["attributes"]
    assert attributes["chemical_formula_reduced"] == reduced
    assert attributes["chemical_formula_anonymous"] == anonymous
    assert attributes["elements"] == sorted(attributes["elements"])
    assert sum(attributes["elements_ratios"]) == pytest.approx(1.0, abs=1e-12)


def test_the_value_that_stands_is_measured_before_predicted():
    predicted, measured = density("MoW", 14.0, Origin.PREDICTION), density("MoW", 13.0)
    attributes = optimade_entry([measured, predicted])["attributes"]
    assert attributes["_quinary_density"] == 13.0
    assert len(attributes["_quinary_points"]) == 2
    assert optimade_entry([predicted])["attributes"]["_quinary_density"] == 14.0


def test_of_two_measured_values_that_of_the_original_study_stands():
    review, original = (replace(density("MoW", value), doi=doi) for value, doi in ((13.0, "10.1/r"), (12.0, "10.1/o")))
    entry = optimade_entry([original, review], {"10.1/r": "review", "10.1/o": "original"})
    assert entry["attributes"]["_quinary_density"] == 12.0
    assert optimade_entry([original, review])["attributes"]["_quinary_density"] == 13.0


def test_a_refused_value_is_listed_with_its_mark_and_stands_for_nothing():
    refused, other = marked(density("MoNb", 19.0), Mark("A. Person", "impossible")), density("MoNb", 9.0)
    attributes = optimade_entry([other, refused])["attributes"]
    assert attributes["_quinary_density"] == 9.0
    listed = [(entry.get("status"), entry.get("why")) for entry in attributes["_quinary_points"]]
    assert listed == [(None, None), ("refused", "impossible")]
    assert "_quinary_density" not in optimade_entry([refused])["attributes"]
