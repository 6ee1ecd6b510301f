"""Every command has its twin in Python, and every option its parameter there."""

import inspect
import keyword
import re
import sys
import types

import pandas as pd
import pytest
import typer

import quinary
from quinary.interfaces.cli.main import app
from quinary.services.curating import DECISIONS

COMMANDS = typer.main.get_command(app).commands
# Actions of a command -> the function; "" is the command without one. A function is called like its command and action.
TWINS = {
    "bench": {"": "bench"},
    "check": {"": "check", "accept": "check_accept", "reject": "check_reject", "correct": "check_correct"},
    "clusters": {"": "clusters"},
    "compare": {"": "compare"},
    "cycle": {
        "--once": "cycle_once", "--watch": "cycle_watch", "status": "cycle_status", "pause": "cycle_pause",
        "resume": "cycle_resume", "log": "cycle_log", "retry": "cycle_retry",
    },
    "data": {"list": "data_list", "get": "data_get"},
    "demo": {"": "demo"},
    "describe": {"": "describe"},
    "design": {"": "design", "--explain": "design_explain"},
    "dft": {"": "dft"},
    "efa": {"": "efa"},
    "effects": {"": "effects"},
    "explain": {"": "explain"},
    "export": {"": "export"},
    "import": {"": "import_file"},
    "lab": {"sheet": "lab_sheet"},
    "learn": {"": "learn"},
    "log": {"": "log"},
    "map": {"": "map"},
    "materials": {"": "materials_list"},
    "models": {"list": "models_list", "show": "models_show", "remove": "models_remove"},
    "path": {"": "path"},
    "phases": {"": "phases"},
    "plugins": {"": "plugins_list"},
    "predict": {"": "predict"},
    "properties": {"list": "properties", "add": "properties_add", "remove": "properties_remove"},
    "reproduce": {"": "reproduce", "--list": "reproduce_list"},
    "screen": {"": "screen"},
    "show": {"": "show"},
    "snapshot": {"": "snapshot", "verify": "snapshot_verify", "diff": "snapshot_diff"},
    "sources": {"": "sources"},
    "tdb": {"add": "tdb_add", "list": "tdb_list", "remove": "tdb_remove"},
    "validate": {"": "validate"},
    "voids": {"": "voids"},
    "withdraw": {"": "withdraw"},
}  # fmt: skip
# Functions whose name is not that of their command and action, and why.
OTHER_NAMES = {
    "import_file": "`import` is a word of Python",
    "materials_list": "`quinary.materials` is a package",
    "plugins_list": "`quinary.plugins` is a package",
    "properties": "the list is the command without an action",
}
# Options of every command that mean nothing in Python.
EVERYWHERE = {
    "--json": "functions return what it prints",
    "--verbose": "the log is set up with `logging`",
    "--log-file": "the log is set up with `logging`",
}
# Options of one command that mean nothing in Python.
ONLY_HERE = {
    ("check", "--why"): "another word for --note",
    ("cycle", "--once"): "chooses the function",
    ("cycle", "--watch"): "chooses the function",
    ("design", "--explain"): "chooses the function",
    ("reproduce", "--list"): "chooses the function",
    ("show", "--details"): "the function returns all but with `summary`",
    **{(name, "--db"): "reads no store" for name in ("data", "describe", "dft", "efa", "plugins")},
}
# Options whose name hides a function of Python that bodies need: they get an underscore, as words of Python do.
UNDERSCORED = {"range"}
# Words that shells need and Python does not, and the other way round.
ONLY_IN_PYTHON = {"progress", "hear", "stop"}
SYNONYMS = {("predict", "conditions"): "at", ("check", "from_source"): "source"}


def twins(name):
    return {twin: getattr(quinary, twin) for twin in TWINS[name].values()}


def parameters(function):
    return inspect.signature(function).parameters


def options(name):
    return [
        option
        for parameter in COMMANDS[name].params
        if parameter.param_type_name == "option"
        for option in parameter.opts
        if option not in EVERYWHERE and (name, option) not in ONLY_HERE
    ]


def parameter_of(option):
    word = option.lstrip("-").replace("-", "_")
    return f"{word}_" if keyword.iskeyword(word) or word in UNDERSCORED else word


EVERY_OPTION = [(name, option) for name in COMMANDS if name in TWINS for option in options(name)]
EVERY_TWIN = [(name, twin) for name, found in TWINS.items() for twin in found.values()]


def test_every_command_has_a_twin_and_every_twin_a_command():
    assert set(COMMANDS) == set(TWINS)
    public = {name for name in quinary.__all__ if isinstance(getattr(quinary, name), types.FunctionType)}
    assert {twin for _, twin in EVERY_TWIN} <= public


def test_every_action_has_a_twin():
    stated = {
        name: set(sys.modules[command.callback.__module__]._ACTIONS)
        for name, command in COMMANDS.items()
        if hasattr(sys.modules[command.callback.__module__], "_ACTIONS")
    }
    assert {"cycle", "lab", "models"} <= set(stated)
    stated["check"] = set(DECISIONS)
    for name, actions in stated.items():
        assert actions == {action for action in TWINS[name] if action and not action.startswith("--")}, name


@pytest.mark.parametrize(("name", "twin"), EVERY_TWIN)
def test_a_twin_is_called_like_its_command_and_action(name, twin):
    action = next(action for action, found in TWINS[name].items() if found == twin).lstrip("-")
    assert twin in {name, f"{name}_{action}"} or twin in OTHER_NAMES


@pytest.mark.parametrize(("name", "option"), EVERY_OPTION)
def test_every_option_is_a_parameter(name, option):
    assert any(parameter_of(option) in parameters(function) for function in twins(name).values())


@pytest.mark.parametrize(("name", "twin"), EVERY_TWIN)
def test_every_keyword_is_an_option(name, twin):
    known = {parameter_of(option) for parameter in COMMANDS[name].params for option in parameter.opts}
    found = parameters(getattr(quinary, twin))
    keywords = {word for word, one in found.items() if one.kind is one.KEYWORD_ONLY} - ONLY_IN_PYTHON
    assert {SYNONYMS.get((twin, word), word) for word in keywords} <= known
    assert all(one.kind is not one.VAR_KEYWORD for one in found.values())


@pytest.mark.parametrize(("_name", "twin"), EVERY_TWIN)
def test_a_twin_is_typed(_name, twin):
    signature = inspect.signature(getattr(quinary, twin))
    assert signature.return_annotation is not signature.empty
    assert all(one.annotation is not one.empty for one in signature.parameters.values())


@pytest.mark.parametrize("twin", [
    twin for _, twin in EVERY_TWIN
])  # fmt: skip
def test_every_parameter_is_described(twin):
    function = getattr(quinary, twin)
    assert [word for word in parameters(function) if not re.search(rf"\b{word}\b", function.__doc__ or "")] == []


def test_exceptions_are_still_needed():
    assert {twin for _, twin in EVERY_TWIN} >= set(OTHER_NAMES)
    for name, option in ONLY_HERE:
        assert option in {one for parameter in COMMANDS[name].params for one in parameter.opts}
        assert not any(parameter_of(option) in parameters(function) for function in twins(name).values())
    for option in EVERYWHERE:
        assert any(option in parameter.opts for command in COMMANDS.values() for parameter in command.params)


def test_no_public_name_is_hidden_by_a_package_of_the_same_name():
    for name in sys.modules:
        package, _, inside = name.partition(".")
        assert package != "quinary" or "." in inside or inside not in quinary.__all__, name


def test_tables_are_tables():
    assert isinstance(quinary.plugins_list(), pd.DataFrame)
    assert isinstance(quinary.reproduce_list(), pd.DataFrame)
