"""What a predictor promises, checked on a few alloys or ceramics."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from quinary.chemistry.matrix import CompositionMatrix
from quinary.errors import InputError, QuinaryError
from quinary.plugins import PredictionTask
from quinary.points.point import Method
from quinary.points.properties import properties, property_named
from quinary.reference.elements import atomic_numbers
from quinary.testing.common import check, check_members

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from quinary.plugins import Anions, Estimate, PredictorPlugin

__all__ = ["check_predictor"]

_ANIONS: Final[dict[str, Anions]] = {"alloy": (), "ceramic": (("C", 1.0),)}
_N_ROWS: Final = 24
_N_ALONE: Final = 12  # of the mixtures
_LATTICES: Final = ("bcc", "fcc", "hcp")


def check_predictor(plugin: PredictorPlugin) -> None:
    """See that a predictor keeps every promise of `PredictorPlugin`, for each property and kind of material it is for.

    Checked are: members and vocabulary; shapes, reasons and domains of an estimate; values inside the domain within what
    the property can be; the same answer in any order of rows and columns, and with empty columns; a form that agrees with the
    values; an empty task; the refusal of the other kind of material; and, where it says `is_row_exact`, the same last digit
    in any company.

    Raises:
        AssertionError: it does not; the message names the predictor and what it does wrong.
    """
    check_members(plugin, "predictors")
    check(bool(plugin.materials), plugin, "it is for no kind of material")
    strange = sorted(set(plugin.materials) - set(_ANIONS))
    check(not strange, plugin, f"its materials {strange} are neither alloy nor ceramic")
    check(0 <= plugin.preference <= 100, plugin, f"its preference {plugin.preference} is not between 0 and 100")
    for name in plugin.properties:
        known = properties()
        check(
            name in known, plugin, f"{name} is not in the vocabulary; `quinary properties add` or its package adds it"
        )
        check(not known[name].is_derived, plugin, f"{name} is a closed form of the composition: that is a descriptor")
        for kind in plugin.materials:
            _check_question(plugin, name, _ANIONS[kind])


def _check_question(plugin: PredictorPlugin, name: str, anions: Anions) -> None:
    elements = tuple(sorted(plugin.elements(name, anions), key=atomic_numbers().__getitem__))
    check(len(elements) > 1, plugin, f"it knows fewer than two elements for {name}")
    task = PredictionTask(CompositionMatrix(elements, _fractions(len(elements))), anions=anions)
    _check_estimate(plugin, name, task)
    _check_gaps(plugin, name, task)
    _check_order(plugin, name, task)
    _check_form(plugin, name, task)
    _check_nothing(plugin, name, task)
    if len(plugin.materials) == 1:
        _check_refusal(plugin, name, replace(task, anions=_ANIONS["alloy" if anions else "ceramic"]))
    if getattr(plugin, "is_row_exact", False):
        _check_rows_alone(plugin, name, task)


def _fractions(n_elements: int) -> NDArray[np.float64]:
    """Pure elements first, then mixtures of up to six."""
    random = np.random.default_rng(3)
    mixed = np.zeros((_N_ROWS, n_elements))
    for row in mixed:
        chosen = random.choice(n_elements, random.integers(2, min(6, n_elements) + 1), replace=False)
        row[chosen] = random.dirichlet(np.ones(len(chosen)))
    return np.vstack([np.eye(n_elements), mixed])


def _check_estimate(plugin: PredictorPlugin, name: str, task: PredictionTask) -> None:
    found, n_rows = plugin.predict(name, task), len(task.matrix)
    for part in ("values", "uncertainties", "is_in_domain"):
        shape = getattr(found, part).shape
        check(shape == (n_rows,), plugin, f"{part} of {name} has the shape {shape}, not {(n_rows,)}")
    check(len(found.reasons) == len(found.details) == n_rows, plugin, f"{name} has not one detail and reason a row")
    check(found.method in set(Method), plugin, f"its method {found.method!r} is none of {', '.join(Method)}")
    entry = property_named(name)
    for row in range(n_rows):
        what = f"{name} of row {row}"
        if found.reasons[row]:
            check(math.isnan(found.values[row]), plugin, f"{what} has a reason for a gap and a value")
            check(not found.is_in_domain[row], plugin, f"{what} has a reason for a gap and is in the domain")
            continue
        if found.is_in_domain[row]:
            try:
                entry.check(float(found.values[row]))
            except InputError as error:
                raise AssertionError(f"{plugin.name}: {what}: {error.message}") from error
        spread = found.uncertainties[row]
        check(0 < spread < math.inf, plugin, f"the uncertainty of {what} is {spread}; one standard deviation, above 0")
        check(bool(found.details[row]), plugin, f"{what} has no detail: in words, how it was obtained")
    pure = found.reasons[: len(task.matrix.elements)]
    check(not any(pure), plugin, f"it knows an element and has no {name} for it alone: {next(filter(None, pure), '')}")


def _check_gaps(plugin: PredictorPlugin, name: str, task: PredictionTask) -> None:
    """An element that it does not know leaves a gap with a reason that names it."""
    known = plugin.elements(name, task.anions)
    other = next(symbol for symbol in ("Xe", "Rn", "No") if symbol not in known)
    matrix = CompositionMatrix((other, task.matrix.elements[0]), np.array([[0.5, 0.5]]))
    found = plugin.predict(name, replace(task, matrix=matrix))
    check(other in found.reasons[0], plugin, f"it knows nothing of {other}, and no reason for the gap names it")


def _check_order(plugin: PredictorPlugin, name: str, task: PredictionTask) -> None:
    random, expected = np.random.default_rng(1), plugin.predict(name, task)
    rows, columns = random.permutation(len(task.matrix)), random.permutation(len(task.matrix.elements))
    symbols = tuple(task.matrix.elements[place] for place in columns)
    shuffled = CompositionMatrix(symbols, task.matrix.fractions[np.ix_(rows, columns)])
    _same(
        plugin, name, plugin.predict(name, replace(task, matrix=shuffled)), expected, rows, "order of rows or columns"
    )
    empty = tuple(symbol for symbol in ("Xe", "Ar") if symbol not in task.matrix.elements)
    wider = CompositionMatrix((*task.matrix.elements, *empty), np.pad(task.matrix.fractions, ((0, 0), (0, len(empty)))))
    found = plugin.predict(name, replace(task, matrix=wider))
    _same(plugin, name, found, expected, np.arange(len(rows)), "columns of absent elements")


def _same(
    plugin: PredictorPlugin, name: str, found: Estimate, expected: Estimate, rows: NDArray[np.int64], what: str
) -> None:
    is_same = np.allclose(found.values, expected.values[rows], rtol=1e-12, equal_nan=True) and np.allclose(
        found.uncertainties, expected.uncertainties[rows], rtol=1e-9, equal_nan=True
    )
    check(is_same, plugin, f"{name} changes with the {what}")
    check(found.details == tuple(expected.details[row] for row in rows), plugin, f"details change with the {what}")


def _check_form(plugin: PredictorPlugin, name: str, task: PredictionTask) -> None:
    for lattice in _LATTICES:
        asked = replace(task, lattice=lattice)
        expected = plugin.predict(name, asked).values
        for row, part in list(enumerate(task.matrix.fractions))[-5:]:
            present = np.flatnonzero(part)
            form = plugin.form(name, tuple(task.matrix.elements[place] for place in present), asked)
            if form is None or not np.isfinite(expected[row]):
                continue
            value = form.value(part[None, present])[0]
            check(
                bool(np.isclose(value, expected[row], rtol=1e-9)),
                plugin,
                f"the form of {name} says {value}, not {expected[row]}",
            )
            shape = form.gradient(part[None, present]).shape
            check(shape == (1, len(present)), plugin, f"the gradient of the form of {name} has the shape {shape}")


def _check_nothing(plugin: PredictorPlugin, name: str, task: PredictionTask) -> None:
    for elements in (task.matrix.elements[:2], ()):
        nothing = CompositionMatrix(elements, np.zeros((0, len(elements))))
        found = plugin.predict(name, replace(task, matrix=nothing))
        shapes = {found.values.shape, found.uncertainties.shape, found.is_in_domain.shape}
        check(
            shapes == {(0,)} and (found.details, found.reasons) == ((), ()), plugin, "no rows are not an empty estimate"
        )


def _check_refusal(plugin: PredictorPlugin, name: str, task: PredictionTask) -> None:
    try:
        plugin.predict(name, task)
    except QuinaryError:
        return
    raise AssertionError(
        f"{plugin.name}: it is for one kind of material, and the other is not refused with an InputError"
    )


def _check_rows_alone(plugin: PredictorPlugin, name: str, task: PredictionTask) -> None:
    together = plugin.predict(name, task)
    for row, part in list(enumerate(task.matrix.fractions))[-_N_ALONE:]:
        present = np.flatnonzero(part)
        matrix = CompositionMatrix(tuple(task.matrix.elements[place] for place in present), part[None, present])
        alone = plugin.predict(name, replace(task, matrix=matrix))
        is_same = np.array_equal(
            [together.values[row], together.uncertainties[row], together.is_in_domain[row]],
            [alone.values[0], alone.uncertainties[0], alone.is_in_domain[0]],
            equal_nan=True,
        )
        check(is_same, plugin, f"it says is_row_exact, and {name} of a row alone differs in the last digit")
