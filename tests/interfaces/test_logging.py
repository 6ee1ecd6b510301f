"""--verbose, --log-file and QUINARY_LOG, and how a bug is told."""

import logging
import os
import re

import pytest
import typer

from quinary.errors import WorkError
from quinary.interfaces.cli import main as program_module
from quinary.interfaces.cli.main import app
from quinary.plugins.registry import find_plugin

WISH = ("--range", "density=8:14", "--elements", "Mo,Nb,Ta,W")
PREDICT = ("predict", "MoNb", "--property", "density")


@pytest.fixture(autouse=True)
def untold(monkeypatch):
    monkeypatch.delenv("QUINARY_LOG", raising=False)


def test_every_command_takes_the_options_of_the_log():
    commands = typer.main.get_command(app).commands
    assert commands
    for name, command in commands.items():
        found = {option for parameter in command.params for option in parameter.opts}
        assert {"--verbose", "--log-file"} <= found, name


@pytest.mark.usefixtures("store")
def test_the_options_stand_before_or_after_the_command(run):
    quiet = run("voids", "--json")
    assert quiet.err == ""
    for arguments in (("--verbose", "voids", "--json"), ("voids", "--json", "--verbose")):
        told = run(*arguments)
        assert "quinary.store.database: opened the store sqlite:///quinary.db" in told.err
        assert told.json == quiet.json


@pytest.mark.usefixtures("store")
def test_a_file_takes_what_stderr_does_not(run, folder):
    for arguments in (("--log-file", "run.log", "voids"), ("voids", "--log-file", "run.log")):
        assert run(*arguments).err == ""
    assert (folder / "run.log").read_text().count("opened the store") == 4  # for its properties, and for the work
    assert not [entry for entry in logging.getLogger("quinary").handlers if not isinstance(entry, logging.NullHandler)]


@pytest.mark.usefixtures("store")
def test_the_environment_says_level_and_file(run, folder, monkeypatch):
    monkeypatch.setenv("QUINARY_LOG", "error")
    assert run("voids").err == ""
    assert "opened the store" not in run("voids", "--verbose").err  # the level that is named holds
    monkeypatch.setenv("QUINARY_LOG", "info")
    assert "opened the store" in run("voids").err
    monkeypatch.setenv("QUINARY_LOG", "info:kept.log")
    assert run("voids").err == ""
    assert "opened the store" in (folder / "kept.log").read_text()


def test_what_cannot_be_read_or_opened_is_one_line(run, monkeypatch):
    refused = run("--log-file", "nowhere/run.log", *PREDICT)
    assert refused.status == 2
    assert refused.message.startswith("cannot write the log ")
    monkeypatch.setenv("QUINARY_LOG", "loud")
    refused = run(*PREDICT, "--json")
    assert refused.status == 2
    assert refused.json["error"]["choices"] == ["debug", "info", "warning", "error"]


def test_an_error_on_purpose_shows_its_traceback_to_who_looks_for_a_fault(run, folder):
    refused = run("predict", "Mo2Qq", "--log-file", "run.log")
    assert refused.status == 2
    assert "Traceback" not in refused.message
    assert "Traceback" in (folder / "run.log").read_text()
    assert "Traceback" not in run("predict", "Mo2Qq", "--verbose").err


# -- bugs --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def broken(monkeypatch):
    def fails(*_arguments, **_settings):
        return None.no_such_member

    monkeypatch.setattr(program_module, "_program", fails)


@pytest.mark.usefixtures("broken")
def test_a_bug_is_one_line_that_says_how_to_see_more(run):
    found = run("voids")
    assert found.status == 1
    assert found.message.startswith("this is a bug in Quinary ")
    assert "AttributeError: 'NoneType' object has no attribute 'no_such_member'" in found.message
    assert found.message.endswith("run again with --verbose for the traceback")
    assert found.out == ""


@pytest.mark.usefixtures("broken")
def test_a_bug_has_a_document_of_its_own_kind(run):
    error = run("voids", "--json").json["error"]
    assert (error["kind"], error["choices"]) == ("bug", [])
    assert error["message"].startswith("this is a bug in Quinary ")


@pytest.mark.usefixtures("broken")
def test_the_traceback_is_in_the_log(run, folder, monkeypatch):
    monkeypatch.setenv("QUINARY_LOG", "info:run.log")
    assert run("voids").message.endswith(f"; the traceback is in {folder / 'run.log'}")
    kept = (folder / "run.log").read_text()
    assert "Traceback (most recent call last)" in kept
    assert "in fails" in kept
    monkeypatch.setenv("QUINARY_LOG", "error")
    told = run("voids").err
    assert "in fails" in told
    assert told.rstrip().endswith("its traceback is above")


@pytest.mark.parametrize("error", [ValueError("x"), KeyError("x"), RecursionError("x"), RuntimeError("x")])
def test_whatever_nobody_expected_is_a_bug(run, monkeypatch, error):
    def fails(*_arguments, **_settings):
        raise error

    monkeypatch.setattr(program_module, "_program", fails)
    found = run("voids")
    assert (found.status, type(error).__name__ in found.message) == (1, True)


@pytest.mark.usefixtures("oven")
def test_a_bug_of_a_plugin_from_elsewhere_names_it_and_its_package(run):
    found = run("validate", "MoNbTaW", "--with", "oven")
    assert found.status == 1
    assert found.message.startswith("this is a bug in validator oven 7 (package quinary-oven 0.3): AttributeError: ")
    assert "in validate" in run("validate", "MoNbTaW", "--with", "oven", "--verbose").err


# -- the cycle ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("store")
def test_a_bug_in_the_cycle_is_told_with_its_traceback_and_the_rest_goes_on(run, folder, monkeypatch):
    assert run("design", *WISH, "-n", "3", "--generator", "nearest").status == 0
    rules = find_plugin("validators", "rules")
    monkeypatch.setattr(type(rules), "validate", lambda *_: None.no_such_member)
    document = run("cycle", "--once", "--log-file", "run.log", "--json").json
    prediction, validation = document["loops"]
    assert prediction["materials"] > 0
    assert (validation["failed"], validation["materials"], prediction["bugs"]) == (0, 0, [])
    assert validation["bugs"] == document["bugs"]
    assert "AttributeError" in document["bugs"][0]
    assert run("cycle", "--once", "--json").json["bugs"] == []  # they rest
    assert "quinary.loops.work.worker: validation" in (folder / "run.log").read_text()
    lines = run("cycle", "log", "--trace", "--json").json["events"]
    bugs = [entry for entry in lines if entry["is_bug"]]
    assert {entry["kind"] for entry in bugs} == {"bug"}
    assert all("no_such_member" in entry["trace"] for entry in bugs)
    assert all(entry["trace"] is None for entry in lines if entry["kind"] in {"planned", "worked"})
    assert "    Traceback (most recent call last):" in run("cycle", "log", "--trace").out
    assert "Traceback" not in run("cycle", "log").out
    assert "met a bug: validation of " in run("cycle", "status").out


@pytest.mark.usefixtures("store")
def test_workers_write_into_the_same_log(run, folder):
    assert run("design", *WISH, "-n", "2", "--generator", "nearest").status == 0
    assert run("cycle", "--once", "--workers", "2", "--log-file", "run.log").status == 0
    lines = [
        line for line in (folder / "run.log").read_text().splitlines() if "quinary.loops.work.worker: began" in line
    ]
    assert lines
    assert str(os.getpid()) not in {line.split()[2] for line in lines}


@pytest.mark.usefixtures("store")
def test_a_rung_that_fails_keeps_its_traceback(run, folder, monkeypatch):
    def fails(*_arguments):
        try:
            raise ArithmeticError("singular")
        except ArithmeticError as error:
            raise WorkError("the equilibrium does not converge") from error

    assert run("design", *WISH, "-n", "2", "--generator", "nearest").status == 0
    monkeypatch.setattr(type(find_plugin("validators", "rules")), "validate", fails)
    document = run("cycle", "--once", "--log-file", "run.log", "--json").json
    assert document["loops"][1]["failed"] > 0
    assert document["bugs"] == []
    failed = [entry for entry in run("cycle", "log", "--trace", "--json").json["events"] if entry["kind"] == "failed"]
    assert failed
    assert all("ArithmeticError: singular" in entry["trace"] and not entry["is_bug"] for entry in failed)
    kept = (folder / "run.log").read_text()
    assert "WARNING" in kept
    assert "quinary.loops.validation.ladder: rules of " in kept


def test_the_log_says_who_read_a_file_and_how_long_a_rung_took(run, alloys):
    assert "quinary.loops.literature.importing: " in (told := run("import", alloys, "--verbose").err)
    assert "alloys.csv is read by table " in told
    told = run("validate", "MoNbTaW", "--with", "rules", "--verbose").err
    assert re.search(r"quinary\.loops\.validation\.ladder: rules of \S+: \w+ in \d+\.\d\d s", told)
