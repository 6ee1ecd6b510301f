"""The same work on a Dask cluster: one that runs already, one on this machine, or one made of Slurm jobs."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from quinary.errors import InputError, QuinaryError, WorkError
from quinary.loops.cycle.addresses import without_secret
from quinary.loops.cycle.worker_pools import CLUSTERS, Order, Tell, carry_out, shares
from quinary.loops.work import Done

if TYPE_CHECKING:
    from dask_jobqueue import SLURMCluster
    from distributed import Client

__all__ = ["run_cluster", "slurm_cluster"]

_SECONDS_TO_CONNECT: Final = 15
_SECONDS_FOR_JOBS: Final = 3600  # a queue may be long
_LOCAL: Final = ("127.0.0.1", "localhost", "::1")


def run_cluster(place: str, order: Order, tell: Tell) -> None:
    """Let the workers of a cluster carry out an order; `tell` hears of the work when a worker has come to its end.

    `place` is the address of a Dask scheduler (`tcp://HOST:8786`), `dask:N` for N processes of this machine, or `slurm:N`
    for N jobs as the user's dask-jobqueue configuration describes them.

    Raises:
        InputError: the place cannot be read, or the store is a file and a worker is on another machine.
        WorkError: the scheduler does not answer, or the workers are lost.
    """
    from distributed import as_completed
    from distributed.scheduler import KilledWorker

    with _travelling(order) as travels, _client_of(place) as client:
        _check_store(client, order)
        n_workers = sum(int(entry["nthreads"]) for entry in _workers(client).values())
        futures = [
            client.submit(_carry_out_all, replace(travels, budget=share), pure=False)
            for share in shares(order.budget, max(1, n_workers))
        ]
        with ExitStack() as on_interruption:
            on_interruption.callback(client.cancel, futures, force=True)
            for future in as_completed(futures):
                try:
                    finished: list[Done] = future.result()
                except KilledWorker as error:
                    raise WorkError("the workers of the cluster died again and again; see their logs") from error
                for done in finished:
                    tell(done)
            on_interruption.pop_all()


def slurm_cluster(
    *, cores: int = 1, memory: str = "4GB", walltime: str = "04:00:00", options: Mapping[str, Any] | None = None
) -> SLURMCluster:
    """A Dask cluster whose workers are Slurm jobs, one worker thread a core; `scale(jobs=N)` submits N of them.

    `options` go to dask-jobqueue as they are: `queue`, `account`, `job_extra_directives`, `job_script_prologue`,
    `interface`, ... Each process computes on one thread, so that cores are not shared twice.

    Raises:
        InputError: dask-jobqueue does not take the options.
    """
    from dask_jobqueue import SLURMCluster

    told = {"python": sys.executable, "processes": cores, "job_name": "quinary", **(options or {})}
    told["job_script_prologue"] = ["export OMP_NUM_THREADS=1", *told.get("job_script_prologue", [])]
    try:
        return SLURMCluster(cores=cores, memory=memory, walltime=walltime, **told)
    except (TypeError, ValueError) as error:
        raise InputError(f"cannot describe the Slurm jobs: {error}") from error


def _carry_out_all(order: Order) -> list[Done]:
    """What a Dask worker runs; the store keeps the results, only the tally travels."""
    try:
        return list(carry_out(order))
    except QuinaryError as error:
        raise type(error)(error.message) from None  # the cause may hold a connection, which cannot travel


@contextmanager
def _travelling(order: Order) -> Iterator[Order]:
    """The order as a scheduler may see it, write it into its logs, and show it on its page."""
    with without_secret(str(order.store)) as address:
        yield replace(order, store=address)


@contextmanager
def _client_of(place: str) -> Iterator[Client]:
    from distributed import Client

    kind, _, number = place.partition(":")
    with ExitStack() as stack:
        address = stack.enter_context(_own_cluster(kind, int(number))) if kind in CLUSTERS else place
        try:
            client = stack.enter_context(Client(address, timeout=_SECONDS_TO_CONNECT))
            client.wait_for_workers(1, timeout=_SECONDS_FOR_JOBS if kind == "slurm" else _SECONDS_TO_CONNECT)
        except (OSError, TimeoutError) as error:
            raise WorkError(f"no Dask scheduler with workers answers at {place}") from error
        except ValueError as error:
            raise InputError(f"cannot read --workers {place!r}: {error}") from error
        yield client


@contextmanager
def _own_cluster(kind: str, n: int) -> Iterator[Any]:
    if kind == "dask":
        from distributed import LocalCluster

        with LocalCluster(n_workers=n, threads_per_worker=1, dashboard_address="") as cluster:
            yield cluster
        return
    from dask import config

    known = {name: config.get(f"jobqueue.slurm.{name}", None) for name in ("cores", "memory", "walltime")}
    with slurm_cluster(**{name: value for name, value in known.items() if value is not None}) as cluster:
        cluster.scale(jobs=n)
        yield cluster


def _workers(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.scheduler_info(n_workers=-1)["workers"]
    return found


def _check_store(client: Client, order: Order) -> None:
    """A file is for one machine: SQLite's locks do not hold over a network file system."""
    from distributed.utils import get_ip

    if not str(order.store).startswith("sqlite"):
        return
    here = {*_LOCAL, get_ip()}
    away = sorted({str(entry["host"]) for entry in _workers(client).values()} - here)
    if away:
        raise InputError(f"workers on other machines ({', '.join(away)}) cannot share an SQLite file; use PostgreSQL")
