"""Who answers a question: what covers it, what is refused, what is better on rows like it, and what is said of the rest."""

import pytest

from quinary.errors import InputError
from quinary.learning.keeping.predictor import predictor_from
from quinary.points.quantity import quantity_named
from quinary.prediction import choose

HARDNESS = quantity_named("hardness_vickers")


def asked(quantity, *models, named="", anions=()):
    return choose(quantity_named(quantity), anions, [predictor_from(one) for one in models], named)


def names(choice):
    return [one.name for one in choice.asked]


def test_a_model_of_1273_kelvin_never_answers_for_room_temperature(kept):
    hot = kept("hot", conditions={"temperature": 1273.0})
    plain = asked("hardness_vickers", hot)
    assert names(plain) == []
    assert "learned at temperature 1273 alone" in plain.refusal.message
    assert names(asked("hardness_vickers@temperature=1273", hot)) == ["hot"]


def test_a_model_that_saw_many_temperatures_answers_at_each_of_them(kept):
    wide = kept("wide", ranges={"temperature": (298.15, 1473.0)})
    for quantity, expected in (("", ["wide"]), ("@temperature=1100", ["wide"]), ("@temperature=1873", [])):
        assert names(asked(f"hardness_vickers{quantity}", wide)) == expected


def test_among_models_that_cover_the_question_the_one_with_the_smaller_error_at_that_temperature_is_first(kept):
    parts = [
        {"low": 0.0, "high": 350.0, "n_rows": 60, "score": 0.4, "error": 0.02, "baseline": 1.0},
        {"low": 1150.0, "high": 1350.0, "n_rows": 40, "score": 0.9, "error": 0.02, "baseline": 1.0},
    ]
    wide = kept(
        "wide", place="own.db", ranges={"temperature": (298.0, 1473.0)}, by_temperature=tuple(parts), score=0.45
    )
    hot = kept("hot", place="own.db", conditions={"temperature": 1273.0}, score=0.6)
    found = asked("hardness_vickers@temperature=1273", wide, hot)
    assert names(found) == ["hot", "wide"]
    assert [(one.model, one.score, one.n_rows) for one in found.options] == [("hot", 0.6, 100), ("wide", 0.9, 40)]
    assert found.options[1].reason.startswith("asked where those before have no answer")
    assert names(asked("hardness_vickers", wide, hot)) == ["wide"]
    parts[1]["baseline"] = 0.8  # no better there than a guess
    flat = kept(
        "flat", place="own.db", ranges={"temperature": (298.0, 1473.0)}, by_temperature=tuple(parts), score=0.45
    )
    assert names(asked("hardness_vickers@temperature=1273", flat)) == []
    assert names(asked("hardness_vickers", flat)) == ["flat"]


def test_where_two_models_tie_the_one_that_covers_more_is_first_then_the_one_of_more_rows(kept):
    general = kept("b_general", place="own.db", ranges={"temperature": (298.0, 1473.0)}, score=0.52, n_rows=50)
    hot = kept("a_hot", place="own.db", conditions={"temperature": 1273.0}, score=0.5)
    assert names(asked("hardness_vickers@temperature=1273", hot, general)) == ["b_general", "a_hot"]
    more = kept("more", place="own.db", score=0.52, n_rows=101)
    fewer = kept("fewer", place="own.db", score=0.5)
    for order in ((more, fewer), (fewer, more)):
        assert names(asked("hardness_vickers", *order)) == ["more", "fewer"]


def test_the_model_of_the_store_comes_before_that_of_the_package_unless_it_lags(kept):
    packaged = kept("packaged", score=0.3)
    own = kept("own", place="own.db", score=0.5)
    assert names(asked("hardness_vickers", packaged, own)) == ["own", "packaged"]
    found = {"model": "packaged", "score": 0.3, "own_score": 0.6, "n_rows": 20, "difference": -0.3, "error": 0.1}
    lagging = kept("own", place="own.db", score=0.5, packaged=found)
    choice = asked("hardness_vickers", packaged, lagging)
    assert names(choice)[0] == "packaged"
    assert "the packaged model is better on 20 rows" in choice.options[1].reason


def test_a_model_that_somebody_learned_from_the_embedded_tables_is_the_equal_of_those_of_the_package(kept):
    packaged = kept("packaged", score=0.3)
    worse = kept("own", place="own.db", score=0.9, store="")
    assert names(asked("hardness_vickers", worse, packaged)) == ["packaged", "own"]
    like = kept("own", place="own.db", score=0.31, store="")
    assert names(asked("hardness_vickers", packaged, like)) == ["own", "packaged"]  # a tie


def test_what_is_no_better_than_a_baseline_is_refused_with_the_reason(kept):
    choice = asked("hardness_vickers", kept("own", place="own.db", gain={"baseline": "mean", "low": -0.1, "high": 1.0}))
    assert names(choice) == []
    assert choice.options[0].reason.startswith("refused: no better than the mean by more than chance")
    assert "quinary learn hardness_vickers" in choice.refusal.message
    named = asked("hardness_vickers", kept("own", place="own.db", gain={"baseline": "mean", "low": -0.1}), named="own")
    assert names(named) == ["own"]


EMPIRICAL = {
    "model": "curtin_edge", "score": 600.0, "own_score": 240.0, "n_rows": 700, "difference": 360.0, "error": 70.0,
    "mean_score": 470.0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ["own"]),  # better, and the usual predictor is worse than the mean of what is known
        ({"mean_score": 700.0}, ["own", "curtin_edge"]),
        ({"difference": 50.0, "mean_score": 700.0}, ["curtin_edge", "own"]),  # within one standard error
        ({"difference": 50.0}, ["own"]),
        ({"n_rows": 19}, ["curtin_edge", "own"]),  # too few to say
    ],
)
def test_a_model_and_the_usual_predictor(kept, changes, expected):
    model = kept("own", property="yield_strength", unit="MPa", empirical={**EMPIRICAL, **changes})
    found = asked("yield_strength", model)
    assert names(found) == expected
    assert [option.model for option in found.options][: len(expected)] == expected
    if len(expected) == 1:
        assert found.options[1].reason.startswith(
            f"refused: its error 600 on {found.options[1].n_rows} rows, told no phases, is above that of the mean"
        )


def test_a_predictor_that_is_refused_stays_so_where_no_model_covers_the_conditions(kept):
    model = kept("own", property="yield_strength", empirical=EMPIRICAL, ranges={"temperature": (298.0, 1473.0)})
    found = asked("yield_strength@temperature=2200", model)
    assert names(found) == []
    assert "learned at temperature 298 to 1473" in found.refusal.message
    assert "curtin_edge: refused" in found.refusal.message


def test_a_model_comes_before_a_predictor_that_knows_nothing_of_a_condition_that_matters(kept):
    model = kept("own", property="youngs_modulus", ranges={"temperature": (298.0, 1473.0)})
    assert names(asked("youngs_modulus", model))[1:] == ["own"]
    hot = asked("youngs_modulus@temperature=1273", model)
    assert names(hot)[0] == "own"
    assert "does not depend on temperature" in hot.options[1].reason


def test_the_usual_predictor_alone_where_nothing_was_learned():
    found = asked("shear_modulus")
    assert names(found) == ["linear_combination"]
    assert found.options[0].reason == "chosen: the usual predictor; nothing measured to judge it by"
    assert found.options[1].reason == "kept for comparison: asked only by name"
    assert names(asked("shear_modulus", named="cubic_hill")) == ["cubic_hill"]


def test_a_model_of_other_materials_does_not_answer(kept):
    found = asked("vacancy_formation_energy", kept("own", property="vacancy_formation_energy"), anions=(("C", 1.0),))
    assert names(found) == []
    assert "learned from alloys" in found.refusal.message


def test_who_was_named_but_does_not_cover_the_question_is_refused(kept):
    hot = kept("hot", conditions={"temperature": 1273.0})
    with pytest.raises(
        InputError, match="hot cannot be asked for hardness_vickers: it was learned at temperature 1273 alone"
    ):
        asked("hardness_vickers", hot, named="hot")


def test_of_what_nobody_predicts_it_is_said_what_would_have_to_be_learned():
    refusal = asked("elongation").refusal
    assert (
        "nothing predicts elongation of alloys; `quinary learn elongation` would, from twenty values" in refusal.message
    )
    assert "`quinary learn elongation --anion C`" in asked("elongation", anions=(("C", 1.0),)).refusal.message
    assert "can be predicted for ceramics only" in asked("lattice_parameter").refusal.message
