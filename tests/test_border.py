"""What fails on a file is one line about the file, a bug told as one, or a cache miss."""

import json
import os
import types

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quinary.border import depth_of, json_in, missed_if_broken, reading, restoring, text_in
from quinary.errors import BugError, InputError, WorkError


def in_a_library(error):
    """A function that raises it as code outside Quinary does."""
    module = types.ModuleType("somebody")
    exec("def fail(error):\n    raise error", module.__dict__)
    return lambda: module.fail(error)


def in_quinary(error):
    def fail():
        raise error

    namespace = {**fail.__globals__, "__name__": "quinary.somewhere"}
    return types.FunctionType(fail.__code__, namespace, closure=fail.__closure__)


def told(block, call):
    with pytest.raises(Exception) as caught, block:
        call()
    return caught.value


@pytest.mark.parametrize(
    "error", [KeyError("styles"), TypeError("no"), ValueError("bad\nnews"), RuntimeError("x")]
)  # fmt: skip
def test_what_a_library_says_of_a_file_is_one_line_about_the_file(error):
    found = told(reading("a.xlsx"), in_a_library(error))
    assert type(found) is InputError
    assert found.message.startswith("a.xlsx cannot be read: it is damaged, or not what it seems (")
    assert "\n" not in found.message
    assert found.__cause__ is error


@pytest.mark.parametrize("error", [KeyError("x"), TypeError("no"), AttributeError("strip"), AssertionError()])
def test_a_mistake_of_ours_is_told_as_a_bug_with_the_file(error):
    found = told(reading("a.xlsx"), in_quinary(error))
    assert isinstance(found, BugError)
    assert found.kind == "bug"
    assert "a.xlsx" in found.message


def test_depth_memory_the_disk_and_what_was_raised_on_purpose():
    assert "nested too deeply" in told(reading("a"), in_quinary(RecursionError("x" * 900))).message
    assert type(told(reading("a"), in_quinary(MemoryError()))) is WorkError
    assert told(reading("a"), in_quinary(PermissionError(13, "Permission denied"))).message.endswith(
        "permission denied"
    )
    meant = WorkError("as it is")
    assert told(reading("a"), in_quinary(meant)) is meant


def test_a_long_complaint_is_cut():
    assert len(told(reading("a"), in_a_library(ValueError("x" * 10_000))).message) < 400


def test_what_was_kept_is_damaged_whatever_fails():
    for error in (KeyError("x"), ValueError("y"), ZeroDivisionError()):
        assert told(restoring("the model m"), in_quinary(error)).message.startswith("the model m is damaged: ")


@pytest.mark.parametrize("error", [KeyError("x"), MemoryError(), OSError("y"), InputError("z"), FileNotFoundError("a")])
def test_a_cache_that_fails_is_a_miss(tmp_path, error):
    def kept():
        with missed_if_broken(tmp_path / "a.npz"):
            raise error
        return

    assert kept() is None


def test_a_bug_in_one_reader_leaves_the_others_to_be_asked(tmp_path, monkeypatch):
    from quinary.loops.literature.importing import read_points
    from quinary.plugins.registry import find_plugin

    def stumble(_self, _path):
        raise AttributeError("strip")

    monkeypatch.setattr(type(find_plugin("readers", "mpea")), "recognises", stumble)
    path = tmp_path / "a.csv"
    path.write_text("Formula,Hardness (GPa)\nMoNb,4\n", encoding="utf-8")
    assert len(list(read_points(path))) == 1


# -- JSON --------------------------------------------------------------------------------------------------------------


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_whole_json_is_read_as_json_reads_it(value):
    text = json.dumps(value)
    assert json_in(text) == json_in(text.encode()) == value


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 100_000, '"\\ud800"', '{"\\uDC00": 1}', '["a", ["\\ud83d"]]', "9" * 5000, "{", b"\xff"]
)  # fmt: skip
def test_json_that_nobody_could_keep_is_a_value_error(text):
    with pytest.raises(ValueError, match=r"."):
        json_in(text)


def test_a_pair_of_halves_is_a_character():
    assert json_in('"\\ud83d\\ude00"') == "\U0001f600"


# -- text --------------------------------------------------------------------------------------------------------------


def test_only_regular_files_of_a_sensible_size_are_read(tmp_path):
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbfTi")
    assert text_in(tmp_path / "a", "x") == "Ti"
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    for name, words in [
        ("pipe", "not a regular file"),
        ("none", "does not exist"),
        (".", "is a folder"),
        ("binary", "UTF-8"),
    ]:
        with pytest.raises(InputError, match=words):
            text_in(tmp_path / name, "the request")
    with pytest.raises(InputError, match="more than 0 kB"):
        text_in(tmp_path / "a", "the request", 3)


@given(st.integers(0, 60), st.sampled_from(["[]", "{}"]))
def test_depth_is_how_far_brackets_stand_inside_each_other(depth, pair):
    assert depth_of(pair[0] * depth + "x" + pair[1] * depth + "[]" * 9) == max(depth, 1)


# -- what Quinary keeps ------------------------------------------------------------------------------------------------


def trees(**changed):
    from quinary.learning.models.trees import TreeArrays

    arrays = {
        "feature": np.array([0, -1, -1], np.int32), "threshold": np.zeros(3), "left": np.array([1, 0, 0], np.int32),
        "right": np.array([2, 0, 0], np.int32), "value": np.array([[0.0], [1.0], [2.0]]), "roots": np.array([0]),
        "output": np.array([-1], np.int32), "base": np.zeros(1), **changed,
    }  # fmt: skip
    return TreeArrays(**arrays, is_single_precision=False)


def test_trees_answer_when_their_nodes_lead_down():
    assert trees().totals(np.array([[-1.0], [1.0]]))[0].tolist() == [[1.0], [2.0]]


@pytest.mark.parametrize(
    "changed",
    [
        {"left": np.array([0, 0, 0], np.int32)}, {"left": np.array([99, 0, 0], np.int32)},
        {"right": np.array([-1, 0, 0], np.int32)},
        {"roots": np.array([3])}, {"roots": np.array([-1])}, {"roots": np.array([], int)}, {"threshold": np.zeros(2)},
        {"output": np.array([5], np.int32)},
    ],
)  # fmt: skip
def test_a_node_that_leads_back_or_out_is_refused_before_a_compiled_loop_follows_it(changed):
    with pytest.raises(InputError, match="damaged"):
        trees(**changed)


def test_a_tree_that_asks_for_a_feature_that_is_not_there_is_refused():
    with pytest.raises(InputError, match="ask for 1 features"):
        trees().totals(np.zeros((3, 0)))


def test_a_pipe_is_no_store(tmp_path):
    from quinary.store.database import open_database

    os.mkfifo(tmp_path / "a.db")
    with pytest.raises(InputError, match="not a regular file"):
        open_database(tmp_path / "a.db")
