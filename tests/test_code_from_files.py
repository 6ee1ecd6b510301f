"""Nothing that lies in a file is run: no pickles, no compiled code kept on disk, no text that is evaluated."""

import ast
from pathlib import Path

import quinary
import quinary_benchmarks

_FORBIDDEN = frozenset(
    {"eval", "exec", "compile", "pickle.load", "pickle.loads", "torch.load", "joblib.load", "dill.loads"}
)
_SETTINGS = {"cache", "allow_pickle"}  # of numba, which then unpickles what lies beside the source, and of numpy


def _calls():
    for package in (quinary, quinary_benchmarks):
        for path in sorted(Path(package.__file__).parent.rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    yield f"{path.name}:{node.lineno}", node


def test_no_code_comes_from_a_file():
    strange = []
    for place, call in _calls():
        is_on = any(
            entry.arg in _SETTINGS and isinstance(entry.value, ast.Constant) and entry.value.value is True
            for entry in call.keywords
        )
        if is_on or ast.unparse(call.func) in _FORBIDDEN:
            strange.append(place)
    assert strange == []
