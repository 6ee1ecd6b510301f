"""The prediction loop trains, keeps and renews its models on a real store with part of the table of Borg et al. 2020."""

import csv

import pytest

from quinary.learning.kept_models import kept_models, remove_kept
from quinary.loops import retraining
from quinary.loops.cycle import Cycle
from quinary.loops.literature import import_source
from quinary.materials.policy import read_policy
from quinary.points.point import Method, Origin
from quinary.store.database import open_database
from quinary.store.journal import events
from quinary.store.queries import count_voids

POLICY = read_policy(
    '[[want]]\norigin = "prediction"\nmaterials = "all"\nkind = "alloy"\npriority = 1\nproperties = ["hardness_vickers"]\n'
)
N_FIRST = 220


@pytest.fixture
def rows(mirror):
    """(headings, the rows of the table that have a hardness)."""
    (path,) = (mirror / "borg2020_mpea").glob("*.csv")
    with path.open(newline="", encoding="utf-8-sig") as handle:
        reader = csv.reader(handle)
        headings = next(reader)
        column = headings.index("PROPERTY: HV")
        return headings, [row for row in reader if row[column].strip()]


@pytest.fixture
def store(tmp_path, monkeypatch, rows):
    """An empty store beside an empty cache, and `add(first, last)` that imports these rows of the table."""
    monkeypatch.setenv("QUINARY_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(retraining, "_MODELS", ("pair_ridge",))  # the rules are tested here, not the quality of models

    def add(database, first, last):
        headings, found = rows
        path = tmp_path / f"part{first}.csv"
        with path.open("w", newline="", encoding="utf-8") as handle:
            writer = csv.writer(handle)
            writer.writerow(headings)
            writer.writerows(found[first:last])
        import_source(database, str(path))

    with open_database(f"sqlite:///{tmp_path / 'alloys.db'}") as database:
        yield database, add


def log(database):
    with database.read() as connection:
        return [entry["text"] for entry in events(connection) if entry["kind"] == "learned"]


def test_voids_are_filled_by_a_learned_model_which_is_renewed_when_enough_is_new(store, points):
    database, add = store
    add(database, 0, N_FIRST)
    cycle = Cycle(database, POLICY)
    assert cycle.once().loops[0].n_added > 0
    (kept,) = kept_models()
    assert kept.card.n_rows >= retraining.FEWEST_COMPOSITIONS
    assert N_FIRST - 10 < kept.card.n_points <= N_FIRST  # some rows say the same
    predicted = [point for point in points(database) if point.origin is Origin.PREDICTION]
    assert predicted
    for point in predicted:
        assert point.method is Method.LEARNED
        assert point.lineage["version"] == kept.digest
        assert point.lineage["low"] < point.value.nominal < point.lineage["high"]
        assert point.lineage["in_domain"] in {0, 1}
    with database.read() as connection:
        assert count_voids(connection, POLICY)["prediction"]["hardness_vickers"] == 0

    assert cycle.once().did_nothing
    assert len(log(database)) == 1

    add(database, N_FIRST, N_FIRST + 10)  # less than a tenth: the model stays, the new voids are filled
    assert not cycle.once().did_nothing
    assert [one.digest for one in kept_models()] == [kept.digest]

    add(database, N_FIRST + 10, N_FIRST + 60)
    assert not cycle.once().did_nothing
    (renewed,) = kept_models()
    assert renewed.digest != kept.digest
    assert renewed.card.n_points > kept.card.n_points
    assert "on the same folds" in log(database)[-1]
    versions = {p.lineage["version"] for p in points(database) if p.origin is Origin.PREDICTION}
    assert versions == {renewed.digest}
    assert cycle.once().did_nothing

    remove_kept(renewed.name)  # a model that somebody removed is trained again
    cycle.once()
    assert [one.name for one in kept_models()] == [renewed.name]


def test_a_worse_model_does_not_take_the_place_of_a_better_one(store, monkeypatch):
    database, add = store
    add(database, 0, N_FIRST)
    Cycle(database, POLICY).once()
    (kept,) = kept_models()
    monkeypatch.setattr(retraining, "_MODELS", ("decision_tree",))
    add(database, N_FIRST, N_FIRST + 30)
    Cycle(database, POLICY).once()
    assert [one.digest for one in kept_models()] == [kept.digest]
    assert "kept the model before" in log(database)[-1]


def test_below_a_hundred_compositions_nothing_is_learned(store):
    database, add = store
    add(database, 0, 80)
    assert Cycle(database, POLICY).once().loops[0].n_added == 0
    assert kept_models() == []
