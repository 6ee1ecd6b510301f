"""Running commands as users do: in a folder of their own, in this process or as a program."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from quinary.interfaces.cli.main import main

PROGRAM = Path(sys.executable).with_name("quinary")


@dataclass(frozen=True)
class Result:
    status: int
    out: str
    err: str

    @property
    def json(self):
        """The one document on stdout; whatever else stands there breaks this."""
        return json.loads(self.out)

    @property
    def message(self):
        """The one line on stderr."""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith("quinary: "), self.err
        return lines[0].removeprefix("quinary: ")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch, cache_with_trainings):
    """An empty working folder, no database named by the environment, a cache with the trainings of the session only."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.delenv("QUINARY_DB", raising=False)
    monkeypatch.setenv("QUINARY_CACHE", str(cache_with_trainings))
    return work


@pytest.fixture
def run(capsys):
    """`run("predict", "MoNb")` -> Result, in this process."""

    def in_process(*arguments):
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        found = capsys.readouterr()
        return Result(left.value.code, found.out, found.err)

    return in_process


@pytest.fixture
def program():
    """`program("predict", "MoNb")` -> Result of the installed command."""

    def as_program(*arguments, **settings):
        command = [str(PROGRAM), *(str(argument) for argument in arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ.copy(), **settings)
        return Result(done.returncode, done.stdout, done.stderr)

    return as_program


@pytest.fixture
def alloys(folder):
    """A small table to import."""
    path = folder / "alloys.csv"
    path.write_text(
        "formula,hardness (GPa),yield strength (MPa),structure,doi\n"
        "MoNbTaW,4.46,1058,BCC,10.1016/j.intermet.2010.05.014\n"
        "HfNbTaTiZr,3.83,> 929,BCC,10.1016/j.jallcom.2011.02.171\n"
        "MoNb,soft,,,\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture
def store(run, alloys):
    """`quinary.db` in the working folder, with the table in it."""
    assert run("import", alloys, "--licence", "CC-BY-4.0").status == 0
    return "quinary.db"
