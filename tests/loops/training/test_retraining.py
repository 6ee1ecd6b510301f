"""The prediction loop trains, keeps and renews its models on a real store with part of the table of Borg et al. 2020."""

import csv
import re
from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import select

from quinary.curation.decisions import decide
from quinary.learning.judging.study import StudySettings
from quinary.learning.keeping.kept_models import FROM_STORE
from quinary.learning.keeping.packaged import packaged_models
from quinary.loops.cycle.cycle import Cycle
from quinary.loops.literature.importing import import_source
from quinary.loops.training import retraining
from quinary.loops.training.learned import OUTDATED, gather, learn
from quinary.loops.training.learning_data import Question, gathered, known_in
from quinary.loops.training.retraining import models_in_force
from quinary.loops.training.shelves import StoreShelf
from quinary.loops.training.validity import still_stands
from quinary.materials.policy import read_policy
from quinary.points.point import Method, Origin
from quinary.store.database import open_database, raise_counter
from quinary.store.queries import count_voids
from quinary.store.schema import finding, point
from quinary.store.work.journal import events

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


PACKAGED = tuple(f"{one.name}={one.digest}" for one in packaged_models() if one.card.property == "hardness_vickers")


def models(database):
    return StoreShelf(database).models()


def log(database):
    with database.read() as connection:
        return [entry["text"] for entry in events(connection) if entry["kind"] == "learned"]


def test_voids_are_filled_by_a_learned_model_which_is_renewed_when_enough_is_new(store, points):
    database, add = store
    add(database, 0, N_FIRST)
    cycle = Cycle(database, POLICY)
    assert cycle.once().loops[0].n_added > 0
    (kept,) = models(database)
    assert kept.card.n_rows >= retraining.FEWEST_COMPOSITIONS
    assert N_FIRST - 10 < kept.card.n_points <= N_FIRST  # some rows say the same
    predicted = [one for one in points(database) if one.origin is Origin.PREDICTION]
    assert predicted
    for one in predicted:
        assert one.method is Method.LEARNED
        assert one.lineage["version"] == kept.digest
        assert one.lineage["low"] < one.value.nominal < one.lineage["high"]
        assert one.lineage["in_domain"] in {0, 1}
    with database.read() as connection:
        assert count_voids(connection, POLICY)["prediction"]["hardness_vickers"] == 0

    assert cycle.once().did_nothing
    assert len(log(database)) == 1

    add(database, N_FIRST, N_FIRST + 10)  # less than a tenth: the model stays, the new voids are filled
    assert not cycle.once().did_nothing
    assert [one.digest for one in models(database)] == [kept.digest]

    add(database, N_FIRST + 10, N_FIRST + 60)
    assert not cycle.once().did_nothing
    (renewed,) = models(database)
    assert renewed.digest != kept.digest
    assert renewed.card.n_points > kept.card.n_points
    assert "on the same folds" in log(database)[-1]
    versions = {p.lineage["version"] for p in points(database) if p.origin is Origin.PREDICTION}
    assert versions == {renewed.digest}
    assert cycle.once().did_nothing

    StoreShelf(database).remove(renewed.name)  # a model that somebody removed is trained again
    cycle.once()
    assert [one.name for one in models(database)] == [renewed.name]


def test_a_worse_model_does_not_take_the_place_of_a_better_one(store, monkeypatch):
    database, add = store
    add(database, 0, N_FIRST)
    Cycle(database, POLICY).once()
    (kept,) = models(database)
    monkeypatch.setattr(retraining, "_MODELS", ("decision_tree",))
    add(database, N_FIRST, N_FIRST + 30)
    Cycle(database, POLICY).once()
    assert [one.digest for one in models(database)] == [kept.digest]
    assert "kept the model before" in log(database)[-1]


def test_below_a_hundred_compositions_nothing_is_learned(store):
    database, add = store
    add(database, 0, 80)
    assert Cycle(database, POLICY).once().loops[0].n_added > 0  # the model of the package answers
    assert models(database) == []
    assert log(database) == []


def training_point(database, kept):
    """(id, finding key) of a value that the model learned from, doubted."""
    with database.write() as connection:
        query = select(point.c.id, point.c.material_id).where(point.c.property == "hardness_vickers")
        identifier, owner = connection.execute(
            query.where(point.c.origin == "literature", point.c.change <= kept.card.data_counter).order_by(point.c.id)
        ).first()
        connection.execute(
            finding.insert().values(
                key="doubt", detector="person", version="1", severity="warning", source="part0.csv", line=2,
                material_id=owner, point_id=identifier, evidence="too hard", repair="null", change=raise_counter(connection),
            )
        )  # fmt: skip
    return "doubt"


def test_a_model_that_learned_from_a_refused_value_is_replaced_at_once(store):
    database, add = store
    add(database, 0, N_FIRST)
    cycle = Cycle(database, POLICY)
    cycle.once()
    (kept,) = models(database)
    key = training_point(database, kept)
    assert still_stands(database, kept.card)  # a doubt is no decision
    first = {kept.card.training}
    for action, correction in (("accept", None), ("reject", None), ("correct", {"value": "5", "unit": "GPa"})):
        (before,) = models(database)
        decide(database, key, action, "A. Person", "", correction)
        assert not still_stands(database, before.card)
        cycle.once()
        (now,) = models(database)
        assert now.digest != before.digest
        assert still_stands(database, now.card)
        assert OUTDATED in log(database)[-1]
        in_force = (
            *(() if now.card.doubt else (f"{now.name}={now.digest}",)),
            *PACKAGED,
        )  # few rows: the gain may be chance
        assert models_in_force(database, POLICY).versions == in_force
        assert (now.card.training in first) == (action == "reject")
    n_learned = len(log(database))
    assert cycle.once().did_nothing
    assert len(log(database)) == n_learned


def test_a_model_that_must_go_is_not_asked_even_where_none_can_take_its_place(store, monkeypatch):
    database, add = store
    add(database, 0, N_FIRST)
    Cycle(database, POLICY).once()
    (kept,) = models(database)
    key = training_point(database, kept)
    monkeypatch.setattr(retraining, "FEWEST_COMPOSITIONS", 10_000)
    assert not gather(Question("hardness_vickers"), database).has_outdated
    decide(database, key, "accept", "A. Person")
    assert gather(Question("hardness_vickers"), database).has_outdated  # `quinary learn` replaces it, too
    assert models_in_force(database, POLICY).versions == PACKAGED
    assert "is asked no more" in log(database)[-1]
    assert models_in_force(database, POLICY).versions == PACKAGED


def question_data(database):
    question = Question("hardness_vickers")
    points, years, counter = known_in(database, question.property)
    return question, gathered(question, points, years, store=FROM_STORE, counter=counter)


def test_another_recipe_gives_way_only_to_what_is_better_on_the_same_folds(store):
    """What a user learned from other descriptors is judged with these; where it cannot be, the loop leaves it alone."""
    database, add = store
    add(database, 0, N_FIRST)
    question, data = question_data(database)
    own = learn(question, data, StudySettings(models=("pair_ridge",)), StoreShelf(database)).kept
    worse = StudySettings(models=("decision_tree",), feature_sets=("shape",))
    found = learn(question, data, worse, StoreShelf(database), is_asked=False)
    assert found.kept.digest == own.digest
    assert found.study.score.value > own.card.scores["mae"]["value"]
    stated = float(re.search(r"the model before ([0-9.]+) on the same folds", found.verdict).group(1))
    assert stated == pytest.approx(own.card.scores["mae"]["value"], rel=1e-3)

    column = replace(data.table, columns={"temperature": np.linspace(290.0, 300.0, len(data.table))})
    hot = learn(question, replace(data, table=column), StudySettings(models=("pair_ridge",)), StoreShelf(database))
    assert hot.is_replaced
    left = learn(question, data, StudySettings(models=("pair_ridge",)), StoreShelf(database), is_asked=False)
    assert not left.is_replaced
    assert left.kept.digest == hot.kept.digest
    assert "cannot be judged on the same folds" in left.verdict
    assert learn(
        question, data, StudySettings(models=("pair_ridge",)), StoreShelf(database)
    ).is_replaced  # a person asked for it


def test_what_was_judged_on_random_folds_takes_no_place_of_what_was_not(store):
    database, add = store
    add(database, 0, N_FIRST)
    question, data = question_data(database)
    grouped = learn(question, data, StudySettings(models=("pair_ridge",)), StoreShelf(database)).kept
    by_chance = learn(question, data, StudySettings(split="random", models=("pair_ridge",)), StoreShelf(database))
    assert by_chance.kept.digest == grouped.digest
    assert "random folds flatter" in by_chance.verdict
    must = learn(
        question,
        replace(data, has_outdated=True),
        StudySettings(split="random", models=("pair_ridge",)),
        StoreShelf(database),
    )
    assert must.is_replaced
    assert must.verdict.startswith(OUTDATED)
