"""The rule that nothing may be skipped in silence: with QUINARY_TEST_ALL=1 a skipped test is a failed one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SKIPPING = """
import pytest

@pytest.fixture
def server():
    pytest.skip("no server here")

def test_in_a_fixture(server): ...
def test_in_the_test(): pytest.skip("no data here")
@pytest.mark.skip(reason="not today")
def test_by_a_mark(): ...
@pytest.mark.xfail(reason="known")
def test_expected_to_fail(): assert False
def test_sound(): ...
"""


@pytest.mark.parametrize(
    ("value", "expected"),
    [("0", {"passed": 1, "skipped": 4, "xfailed": 1}), ("1", {"passed": 1, "failed": 1, "errors": 3, "xfailed": 1})],
)
def test_skips_become_failures_only_when_everything_must_run(tmp_path, value, expected):
    shutil.copy(Path(__file__).with_name("conftest.py"), tmp_path)
    (tmp_path / "test_skipping.py").write_text(SKIPPING)
    (tmp_path / "test_whole_module.py").write_text('import pytest\npytest.importorskip("no_such_module")\n')
    command = [sys.executable, "-m", "pytest", "-q", "--continue-on-collection-errors", "-p", "no:cacheprovider", "."]
    environment = {**os.environ, "QUINARY_TEST_ALL": value}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    summary = done.stdout.strip().splitlines()[-1]
    found = {words.split()[1]: int(words.split()[0]) for words in summary.partition(" in ")[0].split(", ")}
    assert {name.rstrip("s"): n for name, n in found.items()} == {name.rstrip("s"): n for name, n in expected.items()}
    assert ("allows no skipped test" in done.stdout) == (value == "1")


def test_every_long_file_is_there_and_long():
    here = Path(__file__).parent
    lines = [line.split() for line in (here / "long_files.txt").read_text().splitlines() if not line.startswith("#")]
    assert [name for name, _ in lines if not (here / name).is_file()] == []
    assert len({name for name, _ in lines}) == len(lines)
    assert all(float(seconds) >= 5 for _, seconds in lines)


LONG = """
import os
def test_where(request): assert request.node.get_closest_marker("slow") is not None
def test_cache(): assert os.environ["QUINARY_CACHE"].endswith("quinary-cache")
"""


def test_long_files_come_first_and_quick_runs_leave_them_out(tmp_path):
    shutil.copy(Path(__file__).with_name("conftest.py"), tmp_path)
    (tmp_path / "long_files.txt").write_text("# file, seconds\ntest_z.py 20\ntest_y.py 40\n")
    (tmp_path / "test_a.py").write_text("def test_quick(): ...\n")
    for name in ("test_y.py", "test_z.py"):
        (tmp_path / name).write_text(LONG)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n  slow: long\n")
    outputs = [
        subprocess.run(
            [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", "-p", "no:xdist", *marks],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        ).stdout
        for marks in ([], ["-m", "not slow"])
    ]  # fmt: skip
    order = [line.partition("::")[0] for line in outputs[0].splitlines() if "PASSED" in line]
    assert order == ["test_y.py", "test_y.py", "test_z.py", "test_z.py", "test_a.py"]
    assert "1 passed, 4 deselected" in outputs[1]
