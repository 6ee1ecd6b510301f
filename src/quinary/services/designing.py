"""The verb `design`: new materials that meet a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

from quinary.border import depth_of, text_in
from quinary.errors import InputError
from quinary.loops.generation import design as designed
from quinary.loops.training import service_of
from quinary.points.conditions import conditions_of
from quinary.points.quantity import quantity_named
from quinary.progress import Progress, silent
from quinary.reference.lattices import DEFAULT_TABLE
from quinary.requests import (
    ANY_NUMBER,
    SMALLEST,
    Candidate,
    DesignPolicy,
    Limits,
    Request,
    Seed,
    default_design_policy,
    interval_stated,
)
from quinary.services.arguments import At, Names, names_in
from quinary.services.stores import Store, opened, store_if_there

__all__ = [
    "Span",
    "asked_request",
    "components_in",
    "design",
    "design_document",
    "design_explain",
    "read_request",
    "request_of",
]

_MOST_BYTES: Final = 100_000  # of a request: those of people have a thousand
_DEEPEST: Final = 50  # brackets inside each other; a request needs four

Span: TypeAlias = tuple[float | None, float | None]  # (lowest, highest); None is open


def design(
    db: Store = None,
    request: Request | str | Path | None = None,
    n: int = 10,
    *,
    target: Mapping[str, float | str] | None = None,
    range_: Mapping[str, Span] | None = None,
    maximize: Names = (),
    minimize: Names = (),
    elements: Names = (),
    limit: Mapping[str, Span] | None = None,
    components: int | tuple[int | None, int | None] | None = None,
    largest: float = 1.0,
    without: Names = (),
    smallest: float = SMALLEST,
    step: float = 1e-4,
    like: str = "",
    novelty: float = 0.0,
    diversity: float = 0.0,
    tolerance: float = 0.001,
    anion: str | None = None,
    at: At = None,
    allow_fewer: bool = False,
    in_domain: bool = False,
    anything: bool = False,
    generator: str = "",
    seed: int = 0,
    model: str = "",
    lattice: str = "bcc",
    table: str = DEFAULT_TABLE,
    dry_run: bool = False,
    progress: Progress = silent,
) -> list[Candidate]:
    """Exactly `n` candidates that meet a request, stored as generated materials.

    The request is a `Request`, a JSON or YAML file, or what the other parameters say. Properties may carry conditions,
    `{"yield_strength@temperature=1273": (900, None)}`; a class is a target, `{"phases": "BCC"}`.

    Args:
        db: the store: a database that is open, a URL or a path; without one that of `QUINARY_DB`, else `quinary.db`.
        request: the request, in place of the parameters that say what is wanted.
        n: number of candidates.
        target: property -> value to reach within `tolerance`, relative; of phases the class.
        range_: property -> (lowest, highest).
        maximize: properties to push up. `minimize`: down. Several make a Pareto front.
        elements: to choose from. `limit`: element -> (lowest, highest) fraction. `without`: none of these.
        components: number of elements, or (fewest, most).
        largest, smallest: fraction of any element that is present. `step`: fractions are whole multiples of it.
        like: a material to stay near to, `FORMULA` or `FORMULA:DISTANCE`.
        novelty: least distance from known materials. `diversity`: between candidates.
        anion: of a ceramic, such as C or B2.
        at: conditions of every measured property that states none of its own.
        allow_fewer: take fewer candidates if no more are found.
        in_domain: only candidates for which every predictor is in its domain.
        anything: let the design policy decide nothing (`design_explain` tells what it decides).
        generator: by name; without it the default one.
        model: a predictor or learned model to ask in place of the one that is chosen.
        seed: the same seed gives the same candidates.
        lattice: of linear combinations: bcc, fcc or hcp. `table`: of elemental values: ultera2023 or chong2021.
        dry_run: do not store the candidates, and make no store.
        progress: hears how far the work has come.

    Raises:
        InputError: the request cannot be understood or predicted.
        ImpossibleRequestError: nothing can meet it, or fewer than `n` were found.
    """
    stated: dict[str, Any] = {
        "target": target, "range_": range_, "maximize": maximize, "minimize": minimize, "elements": elements,
        "limit": limit, "components": components, "largest": largest, "without": without, "smallest": smallest,
        "step": step, "like": like, "novelty": novelty, "diversity": diversity, "tolerance": tolerance, "anion": anion,
    }  # fmt: skip
    with store_if_there(db) if dry_run else opened(db) as database:
        asked, policy = asked_request(request, at, **stated), None if anything else default_design_policy()
        service = service_of(database, model=model, is_strict=False)
        service.check_named(map(quantity_named, asked.properties), asked.limits.anions)
        return designed(
            database, asked, n, generator=generator, seed=seed, lattice=lattice, table=table, progress=progress,
            allow_fewer=allow_fewer, in_domain=in_domain, policy=policy, is_stored=not dry_run, service=service,
        )  # fmt: skip


def design_document(
    found: Sequence[Candidate], request: Request, n: int, policy: DesignPolicy | None = None
) -> dict[str, Any]:
    """Candidates as the command prints them; `decided` is what the policy decided, where there was one."""
    made = request if policy is None else policy.applied(request)
    return {
        "candidates": [candidate.as_dict() for candidate in found],
        "request": made.as_dict(),
        "decided": [] if policy is None else policy.changes(request),
        "generator": found[0].generator,
        "asked": n,
    }


def design_explain(request: Request | str | Path | None = None, *, anything: bool = False) -> dict[str, Any]:
    """What a design decides that the request leaves open; nothing is designed.

    Args:
        request: the request, or a JSON or YAML file; without one what is decided for every request.
        anything: let the policy decide nothing.

    Returns:
        `policy` (the policy as it is written, TOML), `decided` (a line each) and `request` as it is then.

    Raises:
        InputError: the request cannot be understood.
    """
    asked = request if isinstance(request, Request) else Request() if request is None else read_request(Path(request))
    policy = default_design_policy()
    made, decided = (asked, []) if anything else (policy.applied(asked), policy.changes(asked))
    return {"policy": policy.text, "decided": decided, "request": made.as_dict()}


def asked_request(
    given: Request | str | Path | None, at: At = None, *, may_be_empty: bool = False, **stated: Any
) -> Request:
    """The request that was given, or the one of a file, or the one that the parameters of `design` make.

    `at` are conditions of every measured property that states none of its own.

    Raises:
        InputError: it cannot be understood, is given twice, or asks for nothing.
    """
    if given is None:
        return request_of(may_be_empty=may_be_empty, **stated).under(conditions_of(at))
    if request_of(may_be_empty=True, **stated) != Request():
        where = "the request" if isinstance(given, Request) else f"the request in {given}"
        raise InputError(f"{where} says what is wanted; leave the options that say it too away")
    asked = given if isinstance(given, Request) else read_request(Path(given))
    return asked.under(conditions_of(at))


def request_of(*, may_be_empty: bool = False, **stated: Any) -> Request:
    """The request that the parameters of `design` make.

    Raises:
        InputError: they contradict each other, or nothing is wanted.
    """
    bounds = {name: interval_stated(name, pair, (0.0, 1.0)) for name, pair in (stated["limit"] or {}).items()}
    unwanted = names_in(stated["without"])
    for name in unwanted:
        if bounds.get(name, (0.0, 0.0))[0] > 0:
            raise InputError(f"--limit asks for {name} >= {bounds[name][0]:g} and --without for none of it")
    limits = Limits(
        elements=names_in(stated["elements"]),
        fractions=bounds,
        without=unwanted,
        n_components=components_in(stated["components"]),
        **{name: stated[name] for name in ("anion", "largest", "smallest", "step")},
    )
    asked = Request(
        targets=stated["target"] or {},
        ranges=stated["range_"] or {},
        maximize=names_in(stated["maximize"]),
        minimize=names_in(stated["minimize"]),
        seed=_seed(stated["like"]),
        limits=limits,
        **{name: stated[name] for name in ("tolerance", "novelty", "diversity")},
    )
    if asked == Request() and not may_be_empty:
        raise InputError(
            "say what is wanted: --target, --range, --maximize, --minimize, --elements, --limit, --like or --request"
        )
    return asked


def components_in(components: int | tuple[int | None, int | None] | None) -> tuple[int, int]:
    """(fewest, most) elements."""
    if components is None:
        return 1, ANY_NUMBER
    fewest, most = (components, components) if isinstance(components, int) else components
    return (1 if fewest is None else fewest, ANY_NUMBER if most is None else most)


def _seed(like: str) -> Seed | None:
    formula, colon, distance = like.partition(":")
    if not like:
        return None
    try:
        return Seed(formula, float(distance)) if colon else Seed(formula)
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"the distance {distance!r} from {formula} is not a number") from None


def read_request(path: Path) -> Request:
    """The request of a JSON or YAML file.

    Raises:
        InputError: it cannot be read, or is no request.
    """
    import yaml

    text = text_in(path, "the request", _MOST_BYTES)
    if depth_of(text) > _DEEPEST:  # the time of a YAML parser grows with the square of the depth
        raise InputError(f"{path} is no request: it is nested too deeply")
    try:
        body = yaml.safe_load(text)  # JSON is YAML
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InputError(f"{path} is neither JSON nor YAML: {' '.join(str(error).split())}") from error
    if not isinstance(body, dict):
        raise InputError(f"{path} holds no request: write words such as targets, ranges, limits")
    return Request.from_dict(body)
