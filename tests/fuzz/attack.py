"""A process that spoils files and uses them: `python attack.py KINDS COUNT SEED FOLDER`; prints a line of JSON a fault.

A fault is an exception that is not raised on purpose, a bug, more than 5 s of a processor, or more than 500 MB beyond what
the program needs for the good file. What caused it is kept in the folder.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import random
import resource
import shutil
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path

from targets import TARGETS, Target

SECONDS = 5.0
BYTES = 500 * 1024**2


class TooLong(BaseException):
    """Raised by the alarm; no `except Exception` stops it."""


def main(kinds: list[str], count: int, seed: int, folder: Path) -> None:
    """Attack each kind of file, the first time with the good one."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    signal.signal(signal.SIGPROF, _alarm)
    for kind in kinds:
        target = TARGETS[kind]
        place = folder / kind
        place.mkdir(parents=True, exist_ok=True)
        good = target.make(place)
        content = good.read_bytes()
        started = time.process_time()
        with contextlib.redirect_stderr(None):
            problem = _problem(target, good)
        if problem:
            _tell(kind, -1, f"the good file: {problem}")
        n_inputs = max(1, round(count * target.share))
        slowest = 0.0
        with _limited():
            for number in range(n_inputs):
                rng = random.Random(f"{kind} {seed} {number}")
                good.write_bytes(target.change(content, rng))
                begun = time.process_time()
                problem = _problem(target, good)
                slowest = max(slowest, time.process_time() - begun)
                if problem:
                    shutil.copy(good, folder / f"{kind}-{seed}-{number}{good.suffix}")
                    _tell(kind, number, problem)
        seconds = time.process_time() - started
        _say({"kind": kind, "inputs": n_inputs, "seconds": round(seconds, 1), "slowest": round(slowest, 2)})


def _problem(target: Target, path: Path) -> str:
    """What went wrong that must not, empty if nothing did."""
    from quinary.errors import QuinaryError

    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        reasons = target.ask(path)
    except QuinaryError as error:
        is_fault = error.kind == "bug" or "not enough memory" in error.message
        return f"{error.message}\n{traceback.format_exc()}" if is_fault else ""
    except TooLong:
        return f"more than {SECONDS:g} s\n{traceback.format_exc()}"
    except Exception:  # noqa: BLE001 - this is what is looked for
        return traceback.format_exc()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return next((reason for reason in reasons if "a bug in the reader" in reason), "")


@contextlib.contextmanager
def _limited() -> Iterator[None]:
    """At most 500 MB beyond what the process has now."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    now = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (now + BYTES, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def _alarm(_number: int, _frame: object) -> None:
    raise TooLong


def _tell(kind: str, number: int, problem: str) -> None:
    _say({"kind": kind, "number": number, "problem": problem[-3000:]})


def _say(line: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1].split(","), int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
