"""The single value that a request means to a conditional generator."""

import math

import numpy as np
import pytest

from quinary.requests.request import Request
from quinary.requests.wishes import aims

KNOWN = {"shear_modulus": np.linspace(20.0, 120.0, 101), "density": np.linspace(5.0, 15.0, 101)}


@pytest.mark.parametrize(
    ("request_", "aim"),
    [
        (Request(targets={"shear_modulus": 90.0}), 90.0),
        (Request(ranges={"shear_modulus": (80.0, 100.0)}), 90.0),
        (Request(ranges={"shear_modulus": (100.0, math.inf)}), 100.0 + np.std(KNOWN["shear_modulus"]) / 2),
        (Request(ranges={"shear_modulus": (-math.inf, 60.0)}), 60.0 - np.std(KNOWN["shear_modulus"]) / 2),
        (Request(maximize=("shear_modulus",)), 115.0),
        (Request(minimize=("shear_modulus",)), 25.0),
        (Request(targets={"shear_modulus": 90.0}, ranges={"shear_modulus": (80.0, 120.0)}), 90.0),
    ],
)
def test_aims(request_, aim):
    assert aims(request_, KNOWN) == {"shear_modulus": pytest.approx(aim)}


def test_an_objective_that_nobody_measured_has_no_aim():
    assert aims(Request(maximize=("price",)), KNOWN) == {}
