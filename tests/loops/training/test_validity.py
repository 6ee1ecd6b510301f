"""A model that learned from several properties falls with a value of any of them."""

import numpy as np
import pytest
from sqlalchemy import select

from quinary.curation.decisions import decide
from quinary.learning.judging.study import StudySettings
from quinary.learning.models.registry import FROM_OTHERS
from quinary.loops.literature.importing import import_source
from quinary.loops.training.learned import gather, learn
from quinary.loops.training.learning_data import Question
from quinary.loops.training.shelves import StoreShelf
from quinary.loops.training.validity import still_stands
from quinary.store.database import open_database, raise_counter
from quinary.store.schema import finding, point

ELEMENTS = ("Cr", "Hf", "Mo", "Nb", "Ta", "Ti", "V", "W")
HARDNESS = Question("hardness_vickers")
SETTINGS = StudySettings(feature_sets=("fractions",), models=("pair_ridge",))


@pytest.fixture
def database(tmp_path, monkeypatch):
    """Forty alloys with a hardness, and eighty others with a yield strength that follows the same curved law."""
    monkeypatch.setenv("QUINARY_CACHE", str(tmp_path / "cache"))
    random = np.random.default_rng(1)
    law, lines = random.normal(size=(8, 8)), ["formula,hardness (GPa),yield strength (GPa)"]
    for number in range(120):
        x = np.zeros(8)
        x[random.choice(8, 4, replace=False)] = random.integers(1, 9, 4)
        value = 10.0 * x @ law @ x / x.sum() ** 2 + 20.0
        formula = "".join(f"{symbol}{amount:g}" for symbol, amount in zip(ELEMENTS, x, strict=True) if amount)
        lines.append(f"{formula},{value:.4f}," if number < 40 else f"{formula},,{value / 3.0:.4f}")
    path = tmp_path / "alloys.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with open_database(f"sqlite:///{tmp_path / 'alloys.db'}") as opened:
        import_source(opened, str(path))
        yield opened


def refuse_one(database, name):
    """A person accepts that the first value of a property is wrong."""
    with database.write() as connection:
        query = select(point.c.id, point.c.material_id).where(point.c.property == name).order_by(point.c.id)
        identifier, owner = connection.execute(query).first()
        connection.execute(
            finding.insert().values(
                key=name, detector="person", version="1", severity="warning", source="alloys.csv", line=2,
                material_id=owner, point_id=identifier, evidence="wrong", repair="null", change=raise_counter(connection),
            )
        )  # fmt: skip
    decide(database, name, "accept", "A. Person", "")


def test_a_refused_label_of_another_property_retires_the_model_that_learned_from_it(database):
    data = gather(HARDNESS, database, together=("yield_strength",))
    learned = learn(HARDNESS, data, SETTINGS, StoreShelf(database))
    card = learned.kept.card
    assert card.model in FROM_OTHERS
    assert card.together == ("yield_strength",)
    assert card.training == data.together.training != data.facts.training
    assert still_stands(database, card)
    refuse_one(database, "yield_strength")
    assert not still_stands(database, card)
    assert gather(HARDNESS, database).has_outdated  # so that `quinary learn` replaces it without a comparison
    renewed = gather(HARDNESS, database, together=("yield_strength",))
    assert len(renewed.others[0]) == len(data.others[0]) - 1


def test_the_digest_of_the_own_points_alone_is_not_touched_by_other_labels(database):
    alone, data = gather(HARDNESS, database), gather(HARDNESS, database, together=("yield_strength",))
    assert alone.facts == data.facts
    assert alone.together is None
    refuse_one(database, "yield_strength")
    assert gather(HARDNESS, database).facts.training == alone.facts.training
    assert gather(HARDNESS, database, together=("yield_strength",)).together.training != data.together.training
    refuse_one(database, "hardness_vickers")
    assert gather(HARDNESS, database).facts.training != alone.facts.training
