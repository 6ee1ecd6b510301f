"""What is thought of compositions: how far from what is known, and from the best of it."""

import numpy as np
import pytest

from quinary.chemistry.composition import Composition
from quinary.chemistry.matrix import as_matrix
from quinary.inverse.engine.judgement import Judge, Knowledge
from quinary.plugins.registry import find_plugin, predictor_of
from quinary.plugins.sockets import GenerationTask, PredictionTask
from quinary.requests.request import Limits, Request

PALETTE = ("Ti", "Nb", "Mo", "Ta", "W")
KNOWN = [Composition.of(formula) for formula in ("MoNbTaW", "HfNbTaTiZr", "NbTa", "MoW", "NbTi", "Mo3Nb")]


def judge_of(request, known=KNOWN):
    return Judge(Knowledge(known, known), request, PALETTE)


def candidates_of(judge, rows):
    task = GenerationTask(as_matrix(judge.known.reported, sorted({*PALETTE, "Hf", "Zr"})), {}, judge.request, 0)
    return judge.candidates([(np.array(row), 0.0) for row in rows], find_plugin("generators", "random"), task)


@pytest.mark.parametrize("number", [0, 2, 3, 4, 5])
def test_the_material_whose_own_property_is_the_target_is_the_top_performer(number):
    task = PredictionTask(as_matrix([KNOWN[number]], PALETTE))
    value = float(predictor_of("shear_modulus").predict("shear_modulus", task).values[0])
    judge = judge_of(Request(targets={"shear_modulus": value}, tolerance=0.0))
    assert judge.top_performers.tolist() == [number]
    own = [KNOWN[number].cations.get(symbol, 0.0) for symbol in PALETTE]
    away = [0.0, 0.5, 0.5, 0.0, 0.0]
    same, other = candidates_of(judge, [own, away])
    assert same.top_performer == other.top_performer == KNOWN[number].formula
    assert same.top_performer_distance == pytest.approx(0.0, abs=1e-12)
    assert other.top_performer_distance == pytest.approx(np.abs(np.subtract(own, away)).sum() / 2)
    assert other.as_dict()["top_performer_distance"] >= other.novelty


def test_what_has_an_element_that_is_not_allowed_is_no_top_performer():
    asked = Request(maximize=("shear_modulus",), limits=Limits(fractions={"W": (0.0, 0.0)}))
    assert [KNOWN[row].formula for row in judge_of(asked).top_performers] == [KNOWN[5].formula]
    assert [KNOWN[row].formula for row in judge_of(Request(maximize=("shear_modulus",))).top_performers] == ["MoW"]


@pytest.mark.parametrize(("request_", "known"), [(Request(), KNOWN), (Request(maximize=("density",)), [])])
def test_without_a_wish_or_without_known_materials_there_is_none(request_, known):
    (found,) = candidates_of(judge_of(request_, known), [[0.2] * 5])
    assert (found.top_performer, found.top_performer_distance) == ("", None)
