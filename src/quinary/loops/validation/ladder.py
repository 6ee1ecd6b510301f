"""The validation ladder: rungs in order of cost, and nothing more to climb once a rung has ruled a candidate out."""

from __future__ import annotations

import functools
import logging
import math
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from quinary.chemistry.composition import Composition, CompositionLike
from quinary.errors import InputError, WorkError, unknown_name
from quinary.logs import current, start_as, traceback_of
from quinary.loops.work import DEFAULT_RUNGS
from quinary.plugins import SlowValidatorPlugin, ValidationSettings, ValidatorPlugin, plugins
from quinary.progress import Progress, silent
from quinary.requests import Verdict

if TYPE_CHECKING:
    from concurrent.futures import Future

__all__ = ["Climb", "climbed", "estimated_seconds", "is_ruled_out", "ladder", "validate_compositions"]

_LOG: Final = logging.getLogger(__name__)
_RULED_OUT: Final = "ruled out by "
_SECONDS_TO_LOAD: Final = 10.0  # what a process needs to import and compile before its first verdict of a slow rung


def ladder(names: Iterable[str] = DEFAULT_RUNGS) -> list[ValidatorPlugin]:
    """The validators of these names, cheap ones first.

    Raises:
        InputError: there is no such rung, or no rung is named.
    """
    known = plugins("validators")
    wanted = list(dict.fromkeys(names))
    if not wanted:
        raise InputError(f"no rung named; known: {', '.join(known)}", known)
    for name in wanted:
        if name not in known:
            raise unknown_name("rung", name, known)
    return sorted((known[name] for name in wanted), key=lambda rung: rung.order)


@dataclass(frozen=True, slots=True)
class Climb:
    """How to climb.

    Attributes:
        is_whole: go on after a rung has ruled a candidate out.
        n_processes: candidates are spread over so many.
        ruled_out_by: rungs that have ruled the candidate out before.
        is_strict: raise where a rung cannot take the candidate, instead of skipping the rung.
    """

    is_whole: bool = False
    n_processes: int = 1
    ruled_out_by: frozenset[str] = frozenset()
    is_strict: bool = False

    def __post_init__(self) -> None:
        """Raise InputError for fewer than one process."""
        if self.n_processes < 1:
            raise InputError(f"work needs at least one process, not {self.n_processes}")


def climbed(
    rungs: Sequence[ValidatorPlugin],
    composition: Composition,
    settings: ValidationSettings,
    climb: Climb | None = None,
) -> Iterator[tuple[ValidatorPlugin, Verdict]]:
    """The verdict of each rung on one candidate, in order; `failed` skips all that follow unless the climb is whole.

    A rung that fails to work gives the outcome `error`, one that cannot take the candidate `skipped`; both let the
    ladder go on.

    Raises:
        InputError: a strict climb, and a rung cannot take the candidate.
    """
    chosen = climb or Climb()
    known = plugins("validators")
    before = [name for name in chosen.ruled_out_by if name in known]
    stopped = min(before, key=lambda name: known[name].order) if before else ""
    for rung in rungs:
        is_later = bool(stopped) and (stopped not in known or known[stopped].order < rung.order)
        if is_later and not chosen.is_whole:
            yield rung, Verdict(composition.formula, rung.name, "skipped", f"{_RULED_OUT}{stopped}")
            continue
        try:
            verdict = _verdict(rung, composition, settings)
        except InputError as error:
            if chosen.is_strict:
                raise
            verdict = Verdict(composition.formula, rung.name, "skipped", error.message)
        if verdict.outcome == "failed" and not stopped:
            stopped = rung.name
        yield rung, verdict


def is_ruled_out(verdict: Verdict) -> bool:
    """True if a rung was skipped because one before it had said no."""
    return verdict.outcome == "skipped" and verdict.reason.startswith(_RULED_OUT)


def _verdict(rung: ValidatorPlugin, composition: Composition, settings: ValidationSettings) -> Verdict:
    started = time.perf_counter()
    try:
        verdict = rung.validate(composition, settings)
    except WorkError as error:
        seconds = time.perf_counter() - started
        _LOG.warning("%s of %s: %s", rung.name, composition.formula, error.message, exc_info=error)
        return Verdict(
            composition.formula, rung.name, "error", error.message, seconds=seconds, trace=traceback_of(error)
        )
    _LOG.info("%s of %s: %s in %.2f s", rung.name, composition.formula, verdict.outcome, time.perf_counter() - started)
    return verdict


def estimated_seconds(
    sources: Iterable[CompositionLike],
    rungs: Sequence[ValidatorPlugin],
    settings: ValidationSettings,
    n_processes: int = 1,
) -> float:
    """About how long the slow rungs take on idle cores if no candidate is ruled out before, s; 0 without slow rungs.

    Raises:
        InputError: a formula cannot be read.
    """
    slow = [rung for rung in rungs if isinstance(rung, SlowValidatorPlugin)]
    if not slow:
        return 0.0
    each = [math.fsum(rung.seconds_for(Composition.of(source), settings) for rung in slow) for source in sources]
    return math.fsum(each) / max(1, min(n_processes, len(each))) + _SECONDS_TO_LOAD


def validate_compositions(
    sources: Iterable[CompositionLike],
    rungs: Sequence[ValidatorPlugin],
    settings: ValidationSettings,
    progress: Progress = silent,
    climb: Climb | None = None,
) -> list[Verdict]:
    """Take each composition up the ladder; the verdicts come in the order of the compositions, then of the rungs.

    Raises:
        InputError: a formula cannot be read, or the settings do not suit the only one.
    """
    chosen = climb or Climb()
    compositions = [Composition.of(source) for source in sources]
    if chosen.n_processes > 1 and len(compositions) > 1:
        return _spread(compositions, rungs, settings, progress, chosen)
    if len(compositions) == 1:
        chosen = replace(chosen, is_strict=True)
    verdicts = []
    for number, composition in enumerate(compositions, 1):
        progress(f"validating {composition.formula} ({rungs[0].name})", number - 1, len(compositions))
        for rung, verdict in climbed(rungs, composition, settings, chosen):
            verdicts.append(verdict)
            progress(
                f"validating {composition.formula} ({rung.name}: {verdict.outcome})", number - 1, len(compositions)
            )
        progress(f"validated {composition.formula}", number, len(compositions))
    return verdicts


def _spread(
    compositions: Sequence[Composition],
    rungs: Sequence[ValidatorPlugin],
    settings: ValidationSettings,
    progress: Progress,
    climb: Climb,
) -> list[Verdict]:
    """The same in several processes; one that dies fails its candidates, not the others'."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor, as_completed

    n_processes = min(climb.n_processes, len(compositions))
    names = [rung.name for rung in rungs]
    work = functools.partial(_all_verdicts, names, settings, climb)
    with ProcessPoolExecutor(n_processes, multiprocessing.get_context("spawn"), start_as, (current(),)) as pool:
        futures = [pool.submit(work, composition) for composition in compositions]
        progress("validating", 0, len(futures))
        for number, _ in enumerate(as_completed(futures), 1):
            progress("validating", number, len(futures))
    pairs = zip(compositions, futures, strict=True)
    return [verdict for composition, future in pairs for verdict in _outcome(composition, future, names)]


def _outcome(composition: Composition, future: Future[list[Verdict]], names: Sequence[str]) -> list[Verdict]:
    from concurrent.futures.process import BrokenProcessPool

    try:
        return future.result()
    except BrokenProcessPool:
        reason = "its process died, perhaps for want of memory: take fewer workers"
        return [Verdict(composition.formula, name, "error", reason) for name in names]


def _all_verdicts(
    names: Sequence[str], settings: ValidationSettings, climb: Climb, composition: Composition
) -> list[Verdict]:
    return [verdict for _, verdict in climbed(ladder(names), composition, settings, climb)]
