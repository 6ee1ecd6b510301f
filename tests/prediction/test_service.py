"""One composition has one value: to the last digit, whoever asks, however it is spelled, and whatever is asked beside it."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quinary.chemistry.composition import Composition
from quinary.chemistry.matrix import CompositionMatrix, as_matrix
from quinary.errors import InputError
from quinary.learning.keeping.predictor import predictor_from
from quinary.plugins.sockets import PredictionTask
from quinary.points.quantity import Quantity, quantity_named
from quinary.prediction import PredictionService, packaged_service

METALS = ("Al", "Co", "Cr", "Cu", "Fe", "Hf", "Mn", "Mo", "Nb", "Ni", "Ta", "Ti", "V", "W", "Zr")
CARBIDES = ("Ti", "Zr", "Hf", "V", "Nb", "Ta", "Mo", "W")
QUANTITIES = (
    "shear_modulus", "youngs_modulus", "yield_strength", "yield_strength@temperature=1273", "hardness_vickers", "elongation",
    "density", "price", "melting_temperature", "fracture_toughness_rice", "surface_energy", "phases=BCC",
    "single_phase_probability", "mixing_enthalpy", "atomic_size_mismatch", "king_phi", "pugh_ratio_bcc",
)  # fmt: skip
OF_CERAMICS = (
    "bulk_modulus",
    "shear_modulus",
    "hardness_vickers",
    "lattice_parameter",
    "density",
    "single_phase_probability",
)


def whole_parts(elements, most=6):
    """Compositions in whole parts of a hundred."""

    def made(chosen, cuts):
        ends = sorted({0, 100, *cuts[: len(chosen) - 1]})
        amounts = [b - a for a, b in itertools.pairwise(ends)]
        return {symbol: amount / 100 for symbol, amount in zip(chosen, amounts, strict=False)}

    return st.builds(
        made,
        st.lists(st.sampled_from(elements), min_size=1, max_size=most, unique=True),
        st.lists(st.integers(1, 99), min_size=most - 1, max_size=most - 1, unique=True),
    )


def same(first, second):
    return (np.asarray(first) == np.asarray(second)) | (np.isnan(first) & np.isnan(second))


def check_one_value(quantity, alloys, elements, anions=()):
    """One by one, over another palette in another order, and read from formulas, against all at once."""
    service, named = packaged_service(), quantity_named(quantity)
    many = service.estimate(named, PredictionTask(as_matrix(alloys), anions=anions))
    for row, alloy in enumerate(alloys):
        spelled = Composition.alloy(alloy).formula
        for one in (as_matrix([alloy]), as_matrix([alloy, alloy], tuple(reversed(elements))), as_matrix([spelled])):
            found = service.estimate(named, PredictionTask(one, anions=anions))
            assert same(found.values[-1], many.values[row]).all(), (quantity, alloy)
            assert same(found.uncertainties[-1], many.uncertainties[row]).all(), (quantity, alloy)
            assert found.is_in_domain[-1] == many.is_in_domain[row]
            assert found.reasons[-1] == many.reasons[row]


@pytest.mark.parametrize("quantity", QUANTITIES)
@settings(max_examples=8)
@given(alloys=st.lists(whole_parts(METALS), min_size=2, max_size=12))
def test_an_alloy_has_one_value_in_any_company(quantity, alloys):
    check_one_value(quantity, alloys, METALS)


@pytest.mark.parametrize("quantity", OF_CERAMICS)
@settings(max_examples=8)
@given(carbides=st.lists(whole_parts(CARBIDES, 5), min_size=2, max_size=8))
def test_a_carbide_has_one_value_in_any_company(quantity, carbides):
    check_one_value(quantity, carbides, CARBIDES, (("C", 1.0),))


def test_large_blocks_and_single_rows_agree():
    service, random = packaged_service(), np.random.default_rng(0)
    fractions = random.multinomial(10_000, np.full(6, 1 / 6), 9_000) / 10_000
    elements = ("Mo", "Nb", "Ta", "Ti", "V", "W")
    for name in ("hardness_vickers", "phases=BCC", "shear_modulus"):
        quantity = quantity_named(name)
        many = service.estimate(quantity, PredictionTask(CompositionMatrix(elements, fractions)))
        for row in (0, 4_095, 4_096, 8_191, 8_999):
            one = service.estimate(quantity, PredictionTask(CompositionMatrix(elements, fractions[row : row + 1])))
            assert (one.values[0], one.uncertainties[0]) == (many.values[row], many.uncertainties[row])


def test_no_rows_are_no_answers_and_nobody_is_asked(kept):
    service = PredictionService([kept("own", place="own.db")])
    for name in ("hardness_vickers", "shear_modulus", "mixing_enthalpy"):
        found = service.estimate(
            quantity_named(name), PredictionTask(CompositionMatrix(("Mo", "Nb"), np.zeros((0, 2))))
        )
        assert (len(found), found.details, found.reasons) == (0, (), ())


def test_who_cannot_stand_zero_rows_is_never_asked_with_them(kept):
    class Fragile:
        """A predictor as a careless author writes it."""

        def __getattr__(self, name):
            return getattr(predictor_from(kept("own", property="shear_modulus")), name)

        def predict(self, name, task):
            assert len(task.matrix), "asked with zero rows"
            return predictor_from(kept("own", property="shear_modulus")).predict(name, task)

    service = PredictionService(instead={"shear_modulus": Fragile()})
    empty = PredictionTask(CompositionMatrix(("Mo", "Nb"), np.zeros((0, 2))))
    assert len(service.estimate(Quantity("shear_modulus"), empty)) == 0
    form = service.form(Quantity("shear_modulus"), ("Mo", "Nb"), empty)
    assert form.value(np.zeros((0, 2))).shape == (0,)


def test_the_next_is_asked_where_the_first_has_no_answer(kept):
    empirical = {
        "model": "curtin_edge", "score": 600.0, "own_score": 240.0, "n_rows": 700, "difference": 360.0, "error": 70.0,
        "mean_score": 700.0,
    }  # fmt: skip
    model = kept("own", property="yield_strength", value=777.0, empirical=empirical)
    service = PredictionService([model])
    found = service.estimate(Quantity("yield_strength"), PredictionTask(as_matrix(["MoNb", "MoNbZr"])))
    assert [found.predictor(row).name for row in (0, 1)] == ["own", "curtin_edge"]
    assert found.values[0] == 777.0
    assert service.elements(Quantity("yield_strength")) >= {"Mo", "Zr"}


def test_a_condition_that_nobody_looks_at_leaves_the_domain():
    hot = packaged_service().estimate(
        quantity_named("shear_modulus@temperature=1273"), PredictionTask(as_matrix(["MoNbTaW"]))
    )
    assert not hot.is_in_domain[0]
    cold = packaged_service().estimate(
        quantity_named("shear_modulus@temperature=300"), PredictionTask(as_matrix(["MoNbTaW"]))
    )
    assert cold.is_in_domain[0]


def test_every_interval_is_of_ninety_per_cent_and_within_what_can_be():
    found = packaged_service().estimate(Quantity("shear_modulus"), PredictionTask(as_matrix(["MoNbTaW"])))
    _low, high = found.interval(0)
    assert high - found.values[0] == pytest.approx(1.6449 * found.uncertainties[0], rel=1e-4)
    weak = replace(found, values=np.array([1.0]), uncertainties=np.array([10.0]))
    assert weak.interval(0)[0] == 0.0
    chance = packaged_service().estimate(quantity_named("phases=BCC"), PredictionTask(as_matrix(["MoNbTaW"])))
    assert 0.0 <= chance.interval(0)[0] <= chance.values[0] <= chance.interval(0)[1] <= 1.0


def test_classes_are_probabilities_that_sum_to_one():
    service, task = packaged_service(), PredictionTask(as_matrix(["MoNbTaW", "CoCrFeMnNi", "AlCoCrFeNi"]))
    model = service.class_model(Quantity("phases"))
    total = sum(service.values(Quantity("phases", category=name), task) for name in model.classes_known)
    np.testing.assert_allclose(total, 1.0)
    single = sum(service.values(Quantity("phases", category=name), task) for name in ("BCC", "FCC", "HCP"))
    np.testing.assert_allclose(service.values(Quantity("single_phase_probability"), task), single)
    with pytest.raises(InputError, match="unknown class of phases 'BCX'; did you mean BCC"):
        service.values(Quantity("phases", category="BCX"), task)


def test_a_predictor_of_ones_own_takes_the_place_of_all_others(kept):
    own = predictor_from(kept("own", property="shear_modulus", value=55.0))
    service = PredictionService(instead={"shear_modulus": own})
    assert service.values(Quantity("shear_modulus"), PredictionTask(as_matrix(["MoNb"])))[0] == 55.0


def test_forms_have_the_values_of_the_estimates():
    service, elements = packaged_service(), ("Mo", "Nb", "Ta", "W")
    fractions = np.array([[0.25, 0.25, 0.25, 0.25], [0.4, 0.3, 0.2, 0.1]])
    task = PredictionTask(CompositionMatrix(elements, fractions))
    for name in ("shear_modulus", "density", "hardness_vickers", "mixing_enthalpy", "phases=BCC"):
        quantity = quantity_named(name)
        form = service.form(quantity, elements, replace(task, matrix=CompositionMatrix(elements, fractions[:0])))
        np.testing.assert_allclose(form.value(fractions), service.values(quantity, task), rtol=1e-12)
        assert np.isfinite(form.gradient(fractions)).all()


def test_an_unknown_model_is_refused_at_once():
    with pytest.raises(InputError, match="unknown predictor 'curtin_edg'; did you mean curtin_edge"):
        PredictionService(model="curtin_edg")


@pytest.mark.parametrize(
    "quantity", ["density", "shear_modulus", "hardness_vickers", "single_phase_probability", "phases=BCC"]
)
def test_what_is_no_alloy_has_no_value(quantity):
    """Beside an alloy that has one: the rows are judged alone."""
    alloys = as_matrix(
        [Composition.alloy({"Co": 1, "Cr": 1, "Fe": 1, "Ni": 1}), Composition.alloy({"Co": 1, "Fe": 1, "N": 1})]
    )
    found = packaged_service().estimate(quantity_named(quantity), PredictionTask(alloys))
    assert np.isnan(found.values[1])
    assert not found.is_in_domain[1]
    assert "at.% N, more than an alloy does" in found.reasons[1]
    assert np.isfinite(found.values[0]) or quantity == "single_phase_probability"


def test_a_descriptor_of_what_is_no_alloy_is_outside_its_domain():
    alloys = as_matrix([Composition.alloy({"Co": 1, "Fe": 1}), Composition.alloy({"Co": 1, "Fe": 1, "Si": 2})])
    found = packaged_service().estimate(quantity_named("mixing_enthalpy"), PredictionTask(alloys))
    assert np.isfinite(found.values).all()
    assert found.is_in_domain.tolist() == [True, False]


@pytest.mark.parametrize("formula", ["CMo2Nb2Ta2W2", "AlBCHfMoNbSiTiZr", "C2Mo2Nb2Ta2W", "AlCCoCrFeNi"])
def test_what_has_no_value_has_a_reason_also_at_the_limit_of_what_an_alloy_holds(formula):
    task = PredictionTask(as_matrix([formula]))
    for name in ("density", "shear_modulus", "melting_temperature"):
        answer = packaged_service().estimate(quantity_named(name), task)
        assert np.isfinite(answer.values[0]) != bool(answer.reasons[0])
