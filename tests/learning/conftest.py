"""Small tables whose laws are known, for the tests of learning."""

import numpy as np
import pytest

from quinary.learning.data.table import Measurement, build_table

ELEMENTS = ("Cr", "Mo", "Nb", "Ta", "Ti", "V", "W", "Zr")
_VALUES = np.array([3.0, 5.0, 2.0, 4.0, 1.0, 2.5, 6.0, 1.5])


def random_fractions(n_rows, seed=0, n_present=4):
    """Rows of a few elements each, summing to one."""
    random = np.random.default_rng(seed)
    present = random.random((n_rows, len(ELEMENTS))).argsort(axis=1)[:, :n_present]
    fractions = np.zeros((n_rows, len(ELEMENTS)))
    np.put_along_axis(fractions, present, random.dirichlet(np.full(n_present, 3.0), n_rows), axis=1)
    return fractions


def measurements(n_rows=120, seed=0, noise=0.05, is_class=False):
    """A linear law with one pair term (Mo-Nb) and a little noise; of classes, above or below its median."""
    fractions = random_fractions(n_rows, seed)
    values = fractions @ _VALUES + 8.0 * fractions[:, 1] * fractions[:, 2]
    values = values + noise * np.random.default_rng(seed + 1).normal(size=n_rows)
    names = np.where(values > np.median(values), "hard", "soft")
    return [
        Measurement(
            {s: float(x) for s, x in zip(ELEMENTS, row, strict=True) if x > 0},
            str(name) if is_class else float(value),
            "" if is_class else "GPa",
            columns={"mixture": float(row @ _VALUES)},
            paper=f"10.0/{number % 7}",
            year=2000.0 + number % 20,
        )
        for number, (row, value, name) in enumerate(zip(fractions, values, names, strict=True))
    ]


def table(n_rows=120, seed=0, noise=0.05, is_class=False):
    """The same as a learning table."""
    return build_table("hardness_vickers", measurements(n_rows, seed, noise, is_class), ELEMENTS)


@pytest.fixture
def make_measurements():
    """`make_measurements(n_rows, seed, noise, is_class)`."""
    return measurements


@pytest.fixture
def make_table():
    """`make_table(n_rows, seed, noise, is_class)`."""
    return table
