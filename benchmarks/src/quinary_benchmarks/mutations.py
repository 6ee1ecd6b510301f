"""Are the tests awake? Small errors are planted in a copy of the code, one at a time, and the tests of its room are run.

The places and the kinds of the errors are drawn by the seed: a comparison that is turned or widened, a sum for a difference, a
product for a quotient, `and` for `or`, a `not` left away, a number that is off. An error is caught if a test fails. Some
errors change nothing that anybody could see; they count as missed all the same.
"""

from __future__ import annotations

import ast
import copy
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import numpy as np

import quinary
from quinary.errors import InputError

if TYPE_CHECKING:
    from numpy.random import Generator

    from quinary.studies.benches import BenchSettings

__all__ = ["Mutant", "mutants", "run"]

_ROOMS: Final = ("chemistry", "descriptors", "inverse", "store")
_N_ERRORS: Final = 50
_GOAL: Final = 45
_LIMIT: Final = 900.0  # s for the tests of one room; a test that never ends has caught the error, too

_COMPARISONS: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_OPERATIONS: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """A file with one error: where it is, what was done there, and the text with it."""

    file: Path
    line: int
    what: str
    text: str


def _changes(node: ast.AST) -> list[tuple[str, Callable[[Any], None]]]:
    """What may be done to a node: in words, and as a function of a copy of it."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _COMPARISONS:
        other = _COMPARISONS[type(node.ops[0])]
        return [(f"{type(node.ops[0]).__name__} -> {other.__name__}", lambda made: made.ops.__setitem__(0, other()))]
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATIONS:
        operation = _OPERATIONS[type(node.op)]
        words = f"{type(node.op).__name__} -> {operation.__name__}"
        return [(words, lambda made: setattr(made, "op", operation()))]
    if isinstance(node, ast.BoolOp):
        joined = ast.Or if isinstance(node.op, ast.And) else ast.And
        return [(f"{type(node.op).__name__} -> {joined.__name__}", lambda made: setattr(made, "op", joined()))]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return [("not left away", lambda made: setattr(made, "op", ast.UAdd()))]
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        value = node.value + 1 if isinstance(node.value, int) else node.value * 1.1 + (node.value == 0.0)
        return [(f"{node.value} -> {value:g}", lambda made: setattr(made, "value", value))]
    return []


def mutants(n: int, seed: int, root: Path) -> list[Mutant]:
    """`n` files below `root`, the folder of the package, with one error each; no place twice."""
    random, found, used = np.random.default_rng(seed), list[Mutant](), set[tuple[Path, int]]()
    files = [path for room in _ROOMS for path in sorted((root / room).rglob("*.py")) if "migrations" not in path.parts]
    sizes = np.array([path.stat().st_size for path in files], dtype=float)
    while len(found) < n:
        path = files[int(random.choice(len(files), p=sizes / sizes.sum()))]
        made = _mutant(path, random, used)
        found += [made] if made is not None else []
    return found


def _mutant(path: Path, random: Generator, used: set[tuple[Path, int]]) -> Mutant | None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    places = [number for number, node in enumerate(ast.walk(tree)) if _changes(node) and (path, number) not in used]
    if not places:
        return None
    number = int(random.choice(places))
    used.add((path, number))
    wrong = copy.deepcopy(tree)
    node: Any = list(ast.walk(wrong))[number]
    words, change = _changes(node)[0]
    change(node)
    return Mutant(path, node.lineno, words, ast.unparse(ast.fix_missing_locations(wrong)))


def _is_caught(mutant: Mutant, root: Path, place: Path, tests: Path) -> bool:
    """Put the error into the copy at `place`, run the tests of its module and then of its room, and mend the copy."""
    inside = mutant.file.relative_to(root)
    target = place / "quinary" / inside
    right = target.read_bytes()
    target.write_text(mutant.text, encoding="utf-8")
    own = tests / inside.parent / f"test_{inside.stem}.py"
    try:
        return any(_fails(place, tests, what) for what in (own, tests / inside.parts[0]) if what.exists())
    finally:
        target.write_bytes(right)


def _fails(place: Path, tests: Path, what: Path) -> bool:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", str(what)]
    environment = {**os.environ, "PYTHONPATH": str(place), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(  # noqa: S603 - our own tests
            command, cwd=tests.parent, env=environment, capture_output=True, timeout=_LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode == 1  # tests ran, and one failed


def run(settings: BenchSettings) -> dict[str, Any]:
    """`size` errors (50) by the seed; the share that the tests catch.

    Raises:
        InputError: the tests are not at hand, since Quinary does not run from its repository; or they fail as it is.
    """
    root = Path(quinary.__file__).parent
    tests = root.parents[1] / "tests"
    if not tests.is_dir():
        raise InputError(f"the tests are not at hand: {tests} is missing; run this from Quinary's repository")
    n_errors = settings.size or _N_ERRORS
    rows = []
    with TemporaryDirectory(prefix="quinary-bench-") as folder:
        place = Path(folder)
        shutil.copytree(root, place / "quinary", ignore=shutil.ignore_patterns("__pycache__"))
        planted = mutants(n_errors, settings.seed, root)
        for room in sorted({mutant.file.relative_to(root).parts[0] for mutant in planted}):
            settings.progress(f"the tests of {room} without an error", 0, n_errors)
            if _fails(place, tests, tests / room):
                raise InputError(f"the tests of {room} fail without any error planted: mend them first")
        for number, mutant in enumerate(planted):
            settings.progress("planting errors", number, n_errors)
            where = f"{mutant.file.relative_to(root)}:{mutant.line}"
            rows.append({"place": where, "error": mutant.what, "caught": _is_caught(mutant, root, place, tests)})
    settings.progress("done", n_errors, n_errors)
    n_caught = sum(bool(row["caught"]) for row in rows)
    goal = f"{_GOAL} of {_N_ERRORS}"
    return {"rows": rows, "planted": n_errors, "caught": n_caught, "goal": goal}
