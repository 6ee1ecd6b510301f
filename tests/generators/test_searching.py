"""Generators that search by prediction: evolution and the grid. Neither needs known alloys."""

from dataclasses import replace

import numpy as np
import pytest

from quinary.chemistry.matrix import CompositionMatrix
from quinary.generators import grid
from quinary.plugins.registry import predictor_of
from quinary.plugins.sockets import GenerationTask, PredictionTask
from quinary.prediction import packaged_service
from quinary.requests.forms import Linear
from quinary.requests.request import Request
from quinary_benchmarks.generators import evolve

ELEMENTS = ("Mo", "Nb", "Ta", "Ti", "V", "W")
SEARCHING = pytest.mark.parametrize("plugin", [evolve.PLUGIN, grid.PLUGIN], ids=lambda plugin: plugin.name)


def untaught(request, **settings):
    nothing = CompositionMatrix(ELEMENTS, np.zeros((0, len(ELEMENTS))))
    return GenerationTask(nothing, {}, request, 3, predict=packaged_service(), **settings)


def shear(matrix):
    return predictor_of("shear_modulus").predict("shear_modulus", PredictionTask(matrix)).values


@SEARCHING
def test_a_target_is_met_without_known_alloys(plugin):
    made = plugin.generate(untaught(Request(targets={"shear_modulus": 75.0})), 20)
    assert np.abs(shear(made)[:5] - 75.0).max() < 1.0


@SEARCHING
def test_forms_of_the_task_are_asked_before_predictors(plugin):
    wanted = Request(targets={"shear_modulus": 5.0})
    form = Linear(np.arange(1.0, 7.0))
    made = plugin.generate(untaught(wanted, forms={"shear_modulus": form}), 5)
    np.testing.assert_allclose(form.value(made.fractions), 5.0, atol=0.2)


def test_evolution_reaches_for_objectives():
    made = evolve.PLUGIN.generate(untaught(Request(maximize=("shear_modulus",))), 64)
    first = evolve.PLUGIN.generate(untaught(Request()), 64)
    assert shear(made).max() > shear(first).max()


def test_grid_points_are_whole_steps(task):
    fractions = grid.PLUGIN.generate(replace(task, request=Request()), 50).fractions
    np.testing.assert_allclose(fractions * 20, np.rint(fractions * 20), atol=1e-9)
