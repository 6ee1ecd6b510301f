"""The tree of errors, and that nobody takes an error of ours for one of a library."""

import ast
import zipfile
from pathlib import Path

import pytest

import quinary
from quinary.errors import ImpossibleRequestError, InputError, QuinaryError, WorkError, unknown_name
from quinary.learning.models.fitting import fit_or_refuse
from quinary.points.point_json import point_from_document
from quinary.readers.opening import workbook_rows
from quinary.simulation.potentials import load_potential

ROOT = Path(quinary.__file__).parent
OURS = {"InputError", "unknown_name"}


def test_what_a_user_gave_is_a_value_error_and_a_failure_is_none():
    assert issubclass(InputError, ValueError)
    assert issubclass(InputError, QuinaryError)
    assert not issubclass(WorkError, ValueError)
    assert issubclass(ImpossibleRequestError, WorkError)
    with pytest.raises(ValueError, match="did you mean Mo"):
        raise unknown_name("element", "mo", ["Mo", "Nb"])


def caught(handler):
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return [getattr(kind, "id", "") for kind in kinds]


def swallowing(tree):
    """Lines of `try` blocks that raise an error of ours and catch it again as a ValueError."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Try):
            continue
        raised = {
            getattr(part.exc.func, "id", "")
            for step in node.body
            for part in ast.walk(step)
            if isinstance(part, ast.Raise) and isinstance(part.exc, ast.Call)
        }
        first = next((kinds for kinds in map(caught, node.handlers) if {"ValueError", "InputError"} & {*kinds}), [])
        if raised & OURS and "ValueError" in first and "InputError" not in first:
            yield node.lineno


def test_no_try_catches_its_own_error_as_that_of_a_library():
    found = {path: [*swallowing(ast.parse(path.read_text(encoding="utf-8")))] for path in ROOT.rglob("*.py")}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_such_a_try_is_found():
    text = "try:\n    raise InputError('x')\nexcept {}:\n    raise InputError('y')"
    assert [*swallowing(ast.parse(text.format("(KeyError, ValueError)")))] == [1]
    assert [*swallowing(ast.parse(text.format("InputError:\n    raise\nexcept ValueError")))] == []


def test_the_choices_of_an_unknown_potential_reach_the_caller():
    with pytest.raises(InputError, match="unknown potential 'dipe'") as caught_error:
        load_potential("dipe")
    assert "diep" in caught_error.value.choices


def test_a_document_of_a_point_says_what_is_wrong_with_it():
    with pytest.raises(InputError, match=r"^unknown property 'hardnes_vickers'; did you mean hardness_vickers"):
        point_from_document({"property": "hardnes_vickers", "source": {}, "uncertainty": None, "unit": "GPa"})


def test_a_workbook_without_a_sheet_is_told_once(tmp_path):
    path = tmp_path / "empty.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x.csv", "a")
    with pytest.raises(InputError) as caught_error:
        list(workbook_rows(path))
    assert caught_error.value.message.count(str(path)) == 1


def test_an_estimator_that_refuses_a_row_says_so_in_its_own_words():
    class Refusing:
        def fit(self, X, y):  # noqa: ARG002 - as scikit-learn calls it
            raise InputError("row 3 holds no element")

    with pytest.raises(InputError, match=r"^row 3 holds no element$"):
        fit_or_refuse(Refusing(), [[1.0]], [1.0])
