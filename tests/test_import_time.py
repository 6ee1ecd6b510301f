"""`import quinary` and `quinary --help` are quick because they load nothing heavy."""

import json
import os
import resource
import subprocess
import sys
import time

import pytest

HEAVY = {
    "pandas",
    "scipy",
    "sklearn",
    "torch",
    "pymatgen",
    "pycalphad",
    "fastapi",
    "starlette",
    "ase",
    "plotly",
    "botorch",
}
LIMIT = 0.5  # s
LIMIT_ON_A_BUSY_MACHINE = 1.0  # s
N_TRIES = 5

IMPORT = "import quinary"
HELP = """
import io, contextlib
from quinary.interfaces.cli.main import main
with contextlib.redirect_stdout(io.StringIO()) as shown:
    try:
        main(["--help"])
    except SystemExit as left:
        assert not left.code, left.code
assert "design" in shown.getvalue()
"""
REPORT = "\nimport json, sys\nsys.stderr.write(json.dumps(sorted(sys.modules)))"


def run(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.parametrize("code", [IMPORT, HELP], ids=["import quinary", "quinary --help"])
def test_nothing_heavy_is_loaded(code):
    loaded = {name.partition(".")[0] for name in json.loads(run(code + REPORT).stderr)}
    assert not loaded & HEAVY


def best_time(code, clock):
    """The shortest of a few runs in s, the start of the interpreter included."""
    times = []
    for _ in range(N_TRIES):
        start = clock()
        run(code)
        times.append(clock() - start)
    return min(times)


def processor_time():
    """Time that finished child processes have worked, in s: it does not grow while they wait for a core."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("code", [IMPORT, HELP], ids=["import quinary", "quinary --help"])
def test_it_takes_less_than_half_a_second(code):
    """Best of five; on a machine with more work than cores, one second of work instead."""
    if os.getloadavg()[0] > 0.75 * (os.cpu_count() or 1):
        assert best_time(code, processor_time) < LIMIT_ON_A_BUSY_MACHINE
    else:
        assert best_time(code, time.perf_counter) < LIMIT
