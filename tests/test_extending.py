"""The package of docs/extending.md, installed as it stands there."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import quinary
from quinary.plugins import plugins
from quinary.points import properties as vocabularies
from quinary.points.properties import installed_vocabulary
from quinary.prediction import packaged_service

PAGE = Path(__file__).parents[1] / "docs" / "extending.md"
BLOCK = re.compile(r"```(?:python|py|toml)\n# (\S+)\n(.*?)```", re.DOTALL)


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """The folder of the package, which is installed."""
    for name, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    stated = tomllib.loads((tmp_path / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    facts = tmp_path / "quinary_mine-0.1.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {stated['name']}\nVersion: {stated['version']}\n")
    lines = []
    for group, entries in stated["entry-points"].items():
        lines += [f"[{group}]", *(f"{name} = {value}" for name, value in entries.items())]
    (facts / "entry_points.txt").write_text("\n".join(lines) + "\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    token = vocabularies._USES.set(())  # a store that a test before left open speaks for nobody here
    caches = plugins.cache_clear, installed_vocabulary.cache_clear, packaged_service.cache_clear
    for clear in caches:
        clear()
    yield tmp_path
    vocabularies._USES.reset(token)
    for clear in caches:
        clear()
    for name in [name for name in sys.modules if name.startswith("quinary_mine")]:
        del sys.modules[name]


def test_its_own_test_passes(mine):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_mine.py"]
    paths = os.pathsep.join([str(mine), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        command, cwd=mine, env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


def test_everything_works_from_the_outside(mine, monkeypatch):
    monkeypatch.chdir(mine)
    found = quinary.predict("MoNbTaW", "lattice_thermal_conductivity")
    assert found["model"][0].startswith("series_conductivity 1")
    assert found["value"][0] == pytest.approx(4 / (1 / 138 + 1 / 53.7 + 1 / 57.5 + 1 / 174))
    (mine / "run.lfa").write_text("LFA 467\nMoNbTaW;61\nnothing;1\n")
    report = quinary.import_file("run.lfa", db="mine.db")
    assert (report["added"], len(report["rejected"])) == (1, 1)
    verdicts = quinary.validate("MoNbTaW", with_="budget")
    assert verdicts["outcome"].tolist() == ["passed"]
    candidates = quinary.design(
        "mine.db", n=2, range_={"lattice_thermal_conductivity": (70.0, 120.0)}, elements="Mo,Nb,Ta,W", generator="swaps"
    )
    assert {candidate.generator for candidate in candidates} == {"swaps"}
    listed = quinary.plugins_list()
    assert "series_conductivity" in json.dumps(listed.to_dict(), default=str)


def test_what_a_plugin_lacks_is_named(mine):
    place = mine / "quinary_mine" / "conductivity.py"
    text = place.read_text()
    place.write_text(text.replace("    def elements", "    def metals"))
    plugins.cache_clear()
    with pytest.raises(quinary.InputError, match="lacks elements of PredictorPlugin"):
        quinary.predict("MoNbTaW", "lattice_thermal_conductivity")
