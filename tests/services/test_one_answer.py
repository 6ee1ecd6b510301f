"""The same question has the same answer in every verb, to the last digit; and a store answers alike wherever it lies."""

import shutil

import numpy as np
import pytest

import quinary
from quinary.learning.keeping import kept_models
from quinary.loops.training.learned import service_of
from quinary.points.point import Origin
from quinary.services import designing, exploring, learning, predicting
from quinary.store.database import open_database
from quinary.store.queries import find_materials, points_of

ELEMENTS = ("Mo", "Nb", "Ta", "W")
QUANTITIES = ("hardness_vickers", "yield_strength@temperature=1273", "shear_modulus", "single_phase_probability")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A store of sixty alloys whose hardness follows a law, and the model that was learned from them."""
    folder = tmp_path_factory.mktemp("one")
    random = np.random.default_rng(1)
    metals, law = ("Cr", "Mo", "Nb", "Ta", "Ti", "V", "W"), np.array([6.0, 5.0, 2.0, 4.0, 1.5, 3.0, 7.0])
    lines = ["formula,hardness (GPa),doi"]
    for number in range(60):
        chosen = np.sort(random.choice(7, 4, replace=False))
        amounts = random.integers(1, 9, 4)
        formula = "".join(f"{metals[c]}{a}" for c, a in zip(chosen, amounts, strict=True))
        value = law[chosen] @ amounts / amounts.sum() + 0.02 * random.normal()
        lines.append(f"{formula},{value:.4f},10.1016/j.alloys.2015.01.00{number % 9}")
    (folder / "own.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QUINARY_CACHE", str(folder / "cache"))
        quinary.import_file(folder / "own.csv", db=folder / "alloys.db")
        learned = learning.learn("hardness_vickers", models=("pair_ridge",), db=folder / "alloys.db")
        assert learned["kept"]["name"] == "hardness_vickers@store"
        yield folder / "alloys.db"


def predicted(place, composition, quantity):
    (found,) = predicting.predict([composition], quantity, db=place)["predictions"]
    return found["value"], found["uncertainty"], found["in_domain"]


def of(entry):
    return entry["value"], entry["uncertainty"], entry["in_domain"]


def test_the_model_of_the_store_is_the_one_that_answers(place):
    (found,) = predicting.predict("MoNbTaW", "hardness_vickers", db=place, why=True)["predictions"]
    assert found["chosen"] == "hardness_vickers@store"
    assert "at like conditions" in found["rule"]
    assert "model hardness_vickers@store of the store alloys.db" in found["method"]
    assert [choice["model"] for choice in found["choices"]] == ["hardness_vickers@store", "hardness_vickers"]
    assert found["value"] == pytest.approx(4.5, abs=0.2)


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_predict_screen_map_path_and_effects_agree(place, quantity):
    screened = exploring.screen(ELEMENTS, step=0.25, rank=quantity, top=40, db=place)
    assert screened["count"] == len(screened["best"]) == 35
    for entry in screened["best"]:
        assert of(entry["properties"][quantity]) == predicted(place, entry["composition"], quantity)

    drawn = exploring.map_(ELEMENTS[:3], quantity, step=0.25, out=None, db=place)["maps"][0]
    for row, fractions in enumerate(drawn["fractions"]):
        composition = {symbol: x for symbol, x in zip(drawn["corners"], fractions, strict=True) if x > 0}
        told = drawn["values"][row], drawn["uncertainties"][row], drawn["in_domain"][row]
        assert told == predicted(place, composition, quantity)

    for step in exploring.path("MoNb", "TaW", property=quantity, steps=4, db=place)["steps"]:
        assert of(step["properties"][quantity]) == predicted(place, step["composition"], quantity)

    (effect,) = exploring.effects("MoNbTaW", property=quantity, db=place)["effects"]
    assert effect["value"] == predicted(place, "MoNbTaW", quantity)[0]


def test_explain_tells_what_more_of_an_element_does_to_the_values_that_predict_answers(place):
    found = learning.explain("hardness_vickers", descriptors=("fractions",), model="ridge", formula_terms=0, db=place)
    assert found["models"]["hardness_vickers"].startswith("hardness_vickers@store ")
    with open_database(place) as database, database.read() as connection:
        known = [stored.material.composition for stored in find_materials(connection)]
    effects = {one["element"]: one for one in found["elements"]}
    holds = [one.atomic_fractions for one in known if 0 < one.atomic_fractions.get("W", 0) < 0.95]
    changes = []
    for composition in holds:
        own = composition["W"]
        others = {s: x * (0.95 - own) / (1 - own) for s, x in composition.items() if s != "W"}
        before, after = (
            predicted(place, dict(one), "hardness_vickers")[0] for one in (composition, others | {"W": own + 0.05})
        )
        changes.append(after - before)
    assert effects["W"]["rows"] == len(holds)
    assert effects["W"]["change"] == pytest.approx(np.mean(changes), rel=1e-9)


def test_predict_and_design_agree(place):
    wish = {
        "hardness_vickers": (4.0, None),
        "yield_strength@temperature=1273": (300.0, None),
        "shear_modulus": (60.0, None),
    }
    found = designing.design(
        place, range_=wish, target={"phases": "BCC"}, elements=ELEMENTS, n=3, generator="random", dry_run=True
    )
    assert len(found) == 3
    for candidate in found:
        assert candidate.properties["phases=BCC"].value > 0.5
        for name, entry in candidate.properties.items():
            if name in wish:
                told = entry.value, entry.uncertainty, entry.in_domain
                assert told == predicted(place, candidate.composition.cations, name)
                assert entry.value >= wish[name][0]


def test_predict_and_the_cycle_agree(place, tmp_path):
    own = tmp_path / "alloys.db"
    shutil.copy(place, own)
    with open_database(own) as database:
        quinary.Cycle(database).once()
        with database.read() as connection:
            known = [point for stored in find_materials(connection) for point in points_of(connection, stored)]
    points = [point for point in known if point.origin is Origin.PREDICTION]
    some = [p for p in points if p.property in {"yield_strength", "density", "price"}][:40]
    assert some
    for point in some:
        value, uncertainty, _ = predicted(own, point.material.composition, point.property)
        assert (point.value.nominal, point.uncertainty) == (value, uncertainty)


def test_a_copy_of_the_store_beside_an_empty_cache_predicts_the_same_to_the_last_digit(place, tmp_path, monkeypatch):
    alloys = ["MoNbTaW", "Mo0.1Nb0.2Ta0.3W0.4", "CrMoTi"]
    before = predicting.predict(alloys, QUANTITIES, db=place)
    monkeypatch.setenv("QUINARY_CACHE", str(tmp_path / "nothing"))
    shutil.copy(place, tmp_path / "alloys.db")
    assert predicting.predict(alloys, QUANTITIES, db=tmp_path / "alloys.db") == before
    assert not (tmp_path / "nothing").exists()


def test_without_a_store_the_folder_and_the_cache_change_nothing(place, tmp_path, monkeypatch):
    monkeypatch.delenv("QUINARY_DB", raising=False)
    monkeypatch.chdir(tmp_path)
    alone = predicting.predict("MoNbTaW", "hardness_vickers")
    assert "of the package" in alone["predictions"][0]["method"]
    monkeypatch.setenv("QUINARY_CACHE", str(place.parent / "cache"))
    assert predicting.predict("MoNbTaW", "hardness_vickers") == alone
    monkeypatch.setenv("QUINARY_DB", str(place))
    assert predicting.predict("MoNbTaW", "hardness_vickers") == alone


def test_a_damaged_model_of_the_store_is_one_clear_line_and_the_others_answer(place, tmp_path):
    from quinary.errors import InputError
    from quinary.store.schema import learned_model

    own = tmp_path / "alloys.db"
    shutil.copy(place, own)
    with open_database(own) as database:
        with database.write() as connection:
            connection.execute(learned_model.update().values(content=b"damaged"))
        kept_models._read_model.cache_clear()  # what was read before is whole, and still answers
        (found,) = predicting.predict("MoNbTaW", "hardness_vickers", why=True, db=database)["predictions"]
        assert "of the package" in found["method"]
        (told,) = [one["reason"] for one in found["choices"] if one["place"] == "alloys.db"]
        assert told.startswith("refused: the model hardness_vickers@store of alloys.db is damaged")
        with pytest.raises(InputError, match=r"the model hardness_vickers@store of alloys.db is damaged"):
            predicting.predict("MoNbTaW", "hardness_vickers", model="hardness_vickers@store", db=database)
        assert predicting.predict("MoNbTaW", "density", db=database)["predictions"][0]["value"] > 0
        with database.write() as connection:
            connection.execute(learned_model.update().values(card="{"))
        (found,) = predicting.predict("MoNbTaW", "hardness_vickers", db=database)["predictions"]
        assert "of the package" in found["method"]
        assert "damaged" in learning.models_list(db=database)["unreadable"]["hardness_vickers@store"]
        assert (
            learning.models_remove("hardness_vickers@store", db=database)["removed"]["name"] == "hardness_vickers@store"
        )
        assert service_of(database).models[0].kept.place == "package"
