"""How many threads compute: blocks of rows on all cores, and one thread for what is slower on more. Counts are put back."""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

__all__ = ["n_cores", "one_blas_thread", "one_torch_thread", "over_blocks"]

Result = TypeVar("Result")

_FEW_ROWS: Final = 256  # so few are done sooner than threads are started, and BLAS takes one thread by itself


def n_cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _One:
    """Who computes on one thread: the first in notes the count, the last out gives it back, whatever thread they are on."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.depth = 0
        self.before = 0


_ONE: Final = _One()
_WORKER: Final = threading.local()  # `is_one` on threads that compute blocks


@contextmanager
def one_torch_thread() -> Iterator[None]:
    """Torch computes on one thread inside: matrices as small as ours are four to ten times slower on two.

    So sums are made in one order, too.
    """
    import torch

    with _ONE.lock:
        if not _ONE.depth:
            _ONE.before = torch.get_num_threads()
            torch.set_num_threads(1)
        _ONE.depth += 1
    try:
        yield
    finally:
        with _ONE.lock:
            _ONE.depth -= 1
            if not _ONE.depth:
                torch.set_num_threads(_ONE.before)


@functools.cache
def _thread_pools() -> ThreadpoolController:
    import numpy as np  # noqa: F401  # its BLAS must be loaded to be found
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """NumPy computes on one thread inside: for many matrices of a few hundred rows, which wait for busy cores otherwise."""
    with _thread_pools().limit(limits=1, user_api="blas"):
        yield


def over_blocks(
    new_worker: Callable[[], Callable[[slice], Result]], n_rows: int, block_rows: int, n_threads: int | None = None
) -> list[Result]:
    """The results of a worker on each block of rows, in the order of the blocks.

    Each thread calls `new_worker` once, so that a worker can own arrays which it uses again for every block. BLAS is kept
    to one thread meanwhile: blocks are small, and threads of BLAS that wait for a busy core cost ten times what they
    gain. `n_threads` is the number of cores where it is None. What a worker asks for in turn stays on its own thread: the
    other cores are at work on other blocks already.
    """
    blocks = [slice(start, min(start + block_rows, n_rows)) for start in range(0, n_rows, block_rows)]
    n_workers = min(n_threads or n_cores(), len(blocks))
    waiting = iter(
        range(len(blocks))
    )  # shared: whoever is free takes the next, and taking is one step of the interpreter

    def work() -> list[tuple[int, Result]]:
        worker = new_worker()
        return [(number, worker(blocks[number])) for number in waiting]

    def work_apart() -> list[tuple[int, Result]]:
        _WORKER.is_one = True
        return work()

    if n_rows <= _FEW_ROWS or getattr(_WORKER, "is_one", False):
        return [result for _, result in work()] if blocks else []
    with _thread_pools().limit(limits=1, user_api="blas"), ThreadPoolExecutor(n_workers) as pool:
        done = [future.result() for future in [pool.submit(work_apart) for _ in range(n_workers)]]
    results = dict(pair for pairs in done for pair in pairs)
    return [results[number] for number in range(len(blocks))]
