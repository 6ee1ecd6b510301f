"""The documents hold: their Python runs, their commands exist, every command and plug-in kind is described."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from quinary.interfaces.cli.main import app

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def _blocks(path: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def _commands() -> set[str]:
    return {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_python_blocks_run(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = _blocks(path, "python")
    for block in blocks:
        exec(compile(block, str(path), "exec"), {})
    assert all(block.strip() for block in blocks)


def _example_lines() -> list[str]:
    lines = [line for path in DOCUMENTS for block in _blocks(path, "") for line in block.splitlines()]
    return [line.split("#")[0].strip() for line in lines if line.startswith("quinary ")]


@pytest.mark.parametrize("line", _example_lines())
def test_example_commands_and_options_exist(line: str) -> None:
    import typer

    words = shlex.split(line)
    assert words[1] in _commands()
    command = typer.main.get_command(app).commands[words[1]]  # type: ignore[attr-defined]
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words[2:] if re.fullmatch(r"-n|--[a-z-]+", word)} <= known


def test_every_command_is_described() -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert {name for name in _commands() if f"`{name}" not in text} == set()


def test_relative_links_lead_somewhere() -> None:
    for path in DOCUMENTS:
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"
