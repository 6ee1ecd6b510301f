"""The checks for anybody's plug-ins: each mistake is named."""

# ruff: noqa: ARG001, ARG002, ARG005 - sockets give arguments that a simple plug-in has no use for

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from quinary.chemistry.matrix import CompositionMatrix
from quinary.errors import InputError
from quinary.plugins import Predictor, estimate
from quinary.requests import Verdict
from quinary.testing import check_generator, check_members, check_predictor, check_reader, check_validator

SHARES = {"Mo": 3.0, "W": 5.0, "Nb": 2.0}


class Sound(Predictor):
    """rho = sum c rho_i, g/cm^3."""

    name = "sound"
    version = "1"
    source = "nobody"
    properties = ("density",)

    def elements(self, name, anions=()):
        return frozenset(SHARES)

    def values(self, task):
        known = np.array([SHARES.get(symbol, np.nan) for symbol in task.matrix.elements])
        present = task.matrix.fractions > 0
        return np.where(present, task.matrix.fractions * known, 0.0).sum(axis=1)

    def predict(self, name, task):
        values = self.values(task)
        return estimate(task, values, 0.1 * values, details="a sum")


def test_a_sound_predictor_passes():
    check_predictor(Sound())


def spoilt(**members):
    return type("Spoilt", (Sound,), {"__doc__": "Spoilt.", **members})()


def sum_in_company(task):
    return Sound().values(task) * (1 + 1e-15 * len(task.matrix))


def turned(change):
    def predict(self, name, task):
        return change(Sound().predict(name, task))

    return predict


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"source": ""}, "names no source"),
        ({"name": "Sound"}, "not in lower case"),
        ({"materials": ("glass",)}, "neither alloy nor ceramic"),
        ({"preference": 101}, "preference 101"),
        ({"properties": ("hardness_of_butter",)}, "not in the vocabulary"),
        ({"properties": ("mixing_entropy",)}, "that is a descriptor"),
        ({"predict": turned(lambda e: replace(e, values=e.values[:-1]))}, "values of density has the shape"),
        ({"predict": turned(lambda e: replace(e, values=-e.values))}, "is outside"),
        ({"predict": turned(lambda e: replace(e, uncertainties=0 * e.values))}, "uncertainty of density"),
        ({"predict": turned(lambda e: replace(e, details=("",) * len(e.values)))}, "has no detail"),
        ({"predict": turned(lambda e: replace(e, reasons=("",) * len(e.values)))}, "no reason for the gap names it"),
        ({"predict": turned(lambda e: replace(e, values=e.values * (1 + 1e-9 * np.arange(len(e.values)))))}, "order of rows"),
        ({"predict": lambda self, name, task: Sound().predict(name, replace(task, anions=()))}, "is not refused"),
        ({"is_row_exact": True, "values": lambda self, task: sum_in_company(task)}, "last digit"),
    ],
)  # fmt: skip
def test_a_predictors_mistake_is_named(members, words):
    with pytest.raises(AssertionError, match=words):
        check_predictor(spoilt(**members))


def test_a_missing_member_is_named():
    with pytest.raises(AssertionError, match="it lacks recognises of ReaderPlugin"):
        check_members(SimpleNamespace(name="mine", version="1", read=None), "readers")


class Careless:
    """Takes any file."""

    name = "careless"
    version = "1"

    def recognises(self, path):
        return True

    def read(self, path, options):
        if not path.exists():
            raise InputError(f"no file {path.name}")
        yield from ()


def test_a_reader_that_finds_nothing_is_told_so(tmp_path):
    (tmp_path / "a.csv").write_text("x\n")
    with pytest.raises(AssertionError, match=r"careless: it finds no point in a\.csv"):
        check_reader(Careless(), tmp_path / "a.csv")


def test_a_generator_that_ignores_the_seed_is_told_so():
    class Stubborn:
        """The first known alloys."""

        name, version, source = "stubborn", "1", "nobody"

        def generate(self, task, n_samples):
            rows = np.arange(n_samples) % len(task.known)
            return CompositionMatrix(task.known.elements, task.known.fractions[rows])

    with pytest.raises(AssertionError, match="another seed gives the same samples"):
        check_generator(Stubborn())


def test_a_verdict_without_a_reason_is_told():
    class Silent:
        """Says nothing."""

        name, version, source, order = "silent", "1", "nobody", 99

        def validate(self, composition, settings):
            return Verdict(composition.formula, "silent", "passed", "")

    with pytest.raises(AssertionError, match="has no reason"):
        check_validator(Silent())
