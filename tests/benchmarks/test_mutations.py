"""Planted errors are real errors, drawn by the seed; whether tests catch them is the bench's affair."""

import ast
from pathlib import Path

import quinary
from quinary_benchmarks.mutations import _is_caught, mutants

ROOT = Path(quinary.__file__).parent


def test_each_error_changes_one_place_and_the_seed_decides():
    made = mutants(12, 0, ROOT)
    assert made == mutants(12, 0, ROOT) != mutants(12, 1, ROOT)
    for mutant in made:
        right = ast.unparse(ast.parse(mutant.file.read_text(encoding="utf-8")))
        differing = [
            line for line in zip(right.splitlines(), mutant.text.splitlines(), strict=True) if line[0] != line[1]
        ]
        assert len(differing) == 1
        ast.parse(mutant.text)


def test_an_error_is_caught_and_the_copy_is_mended(tmp_path):
    place, tests = tmp_path / "copy", tmp_path / "tests"
    target = place / "quinary" / "chemistry" / "matrix.py"
    target.parent.mkdir(parents=True)
    target.write_text("SUM = 1\n")
    (tests / "chemistry").mkdir(parents=True)
    mutant = mutants(1, 0, ROOT)[0]
    wrong = type(mutant)(ROOT / "chemistry" / "matrix.py", 1, "1 -> 2", "SUM = 2\n")
    look = f"import pathlib\ndef test_sum(): assert pathlib.Path({str(target)!r}).read_text() == 'SUM = 1\\n'\n"
    (tests / "chemistry" / "test_matrix.py").write_text(look)
    assert _is_caught(wrong, ROOT, place, tests)
    assert target.read_text() == "SUM = 1\n"
    (tests / "chemistry" / "test_matrix.py").write_text("def test_nothing(): ...\n")
    assert not _is_caught(wrong, ROOT, place, tests)
