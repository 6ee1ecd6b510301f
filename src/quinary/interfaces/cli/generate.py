"""The command that invents materials: design."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quinary.errors import InputError
from quinary.interfaces.cli.session import (
    DbOption,
    JsonOption,
    LatticeOption,
    Session,
    TableOption,
    names_in,
)
from quinary.interfaces.cli.values import domain_text, estimate_text

if TYPE_CHECKING:
    from quinary.inverse.request import Limits, Request

__all__ = ["components_in", "interval_in", "named_in", "register"]

_PaletteOption = Annotated[
    str,
    typer.Option(
        "--elements", metavar="A,B,...", help="Elements to choose from; default: those of ten or more known alloys."
    ),
]
_RangeOption = Annotated[
    list[str] | None, typer.Option("--range", metavar="P=LO:HI", help="A range; either side may be empty.")
]
_LimitOption = Annotated[
    list[str] | None, typer.Option(metavar="EL=LO:HI", help="Limits of an element's atomic fraction.")
]
_SmallestOption = Annotated[float, typer.Option(metavar="X", help="No element that is present below this fraction.")]
_LikeOption = Annotated[
    str, typer.Option(metavar="FORMULA[:D]", help="Stay near a material: at most D of its atoms exchanged.")
]
_FileOption = Annotated[
    Path | None, typer.Option("--request", metavar="FILE", help="A request as JSON or YAML, instead of options.")
]
_GeneratorOption = Annotated[
    str, typer.Option(metavar="G", help="See `quinary plugins`; without it palette-mixture.", show_default=False)
]


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command(
        epilog="Example: quinary design --range shear_modulus=110:120 --range density=:14 --limit Re=:0.1 -n 5"
    )(design)


def design(
    context: typer.Context,
    target: Annotated[list[str] | None, typer.Option(metavar="P=V", help="A value to reach; see --tolerance.")] = None,
    wanted_range: _RangeOption = None,
    maximize: Annotated[list[str] | None, typer.Option(metavar="P", help="As high as possible.")] = None,
    minimize: Annotated[list[str] | None, typer.Option(metavar="P", help="As low as possible.")] = None,
    elements: _PaletteOption = "",
    limit: _LimitOption = None,
    components: Annotated[str, typer.Option(metavar="LO:HI", help="Number of elements.")] = "",
    largest: Annotated[float, typer.Option(metavar="X", help="No element above this fraction.")] = 1.0,
    without: Annotated[str, typer.Option(metavar="A,B,...", help="Elements that must not be present.")] = "",
    smallest: _SmallestOption = 0.01,
    step: Annotated[float, typer.Option(metavar="X", help="Fractions are whole multiples of it.")] = 1e-4,
    like: _LikeOption = "",
    novelty: Annotated[float, typer.Option(metavar="D", help="Least distance from every known material.")] = 0.0,
    diversity: Annotated[float, typer.Option(metavar="D", help="Least distance between candidates.")] = 0.0,
    tolerance: Annotated[float, typer.Option(metavar="X", help="How near to a target, relative.")] = 0.001,
    request_file: _FileOption = None,
    anion: Annotated[str | None, typer.Option(metavar="X", help="Anions of a ceramic: C, N, O, B2, C0.5N0.5.")] = None,
    n: Annotated[int, typer.Option("-n", help="Number of candidates.")] = 10,
    allow_fewer: Annotated[
        bool, typer.Option("--allow-fewer", help="Take fewer candidates if no more are found.")
    ] = False,
    generator: _GeneratorOption = "",
    seed: Annotated[int, typer.Option(help="The same seed gives the same candidates.")] = 0,
    lattice: LatticeOption = "bcc",
    table: TableOption = "ultera2023",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do not store the candidates.")] = False,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Invent alloys or ceramics that meet a request. Impossible wishes are refused with the bound that can be reached.

    The first run trains the generator (under a minute) and keeps it.
    """
    request = _request(locals())  # the options, by name
    from quinary.loops.generation import design as run_design

    session = Session.of(context, db, as_json)
    with session.progress() as progress, session.open() as database:
        how: dict[str, Any] = {"lattice": lattice, "table": table, "progress": progress, "allow_fewer": allow_fewer}
        found = run_design(database, request, n, generator=generator, seed=seed, is_stored=not dry_run, **how)
    documents = [candidate.as_dict() for candidate in found]
    body = {"candidates": documents, "request": request.as_dict(), "generator": found[0].generator, "asked": n}
    is_ceramic = request.limits.anion is not None
    session.answer(body, lambda: _show(session, documents, is_stored=not dry_run, is_ceramic=is_ceramic))
    if len(found) < n:
        session.say(f"{len(found)} of {n} candidates: no more were found")


def _request(options: Mapping[str, Any]) -> Request:
    """What the options ask for, or the file that they name."""
    from quinary.inverse.request import Request

    asked = Request(
        **_wishes(options),
        limits=_limits(options),
        **{name: options[name] for name in ("tolerance", "novelty", "diversity")},
    )
    if options["request_file"] is not None:
        asked = _read_request(options["request_file"], asked)
    if asked == Request():
        raise InputError(
            "say what is wanted: --target, --range, --maximize, --minimize, --elements, --limit, --like or --request"
        )
    return asked


def _wishes(options: Mapping[str, Any]) -> dict[str, Any]:
    """Properties to reach or to push, and the material to stay near to."""
    from quinary.inverse.request import Seed

    ranges = named_in(options["wanted_range"], "--range")
    return {
        "targets": {name: _number(text, name) for name, text in named_in(options["target"], "--target")},
        "ranges": {name: interval_in(text, -math.inf, math.inf) for name, text in ranges},
        "maximize": tuple(options["maximize"] or ()),
        "minimize": tuple(options["minimize"] or ()),
        "seed": Seed(*_like(options["like"])) if options["like"] else None,
    }


def _limits(options: Mapping[str, Any]) -> Limits:
    """What a composition may be."""
    from quinary.inverse.request import Limits

    bounds = {name: interval_in(text, 0.0, 1.0) for name, text in named_in(options["limit"], "--limit")}
    for name in names_in(options["without"]):
        if bounds.get(name, (0.0, 0.0))[0] > 0:
            raise InputError(f"--limit asks for {name} >= {bounds[name][0]:g} and --without for none of it")
    return Limits(
        elements=names_in(options["elements"]),
        fractions={**bounds, **dict.fromkeys(names_in(options["without"]), (0.0, 0.0))},
        n_components=components_in(options["components"]),
        **{name: options[name] for name in ("anion", "largest", "smallest", "step")},
    )


def _like(text: str) -> tuple[str, float] | tuple[str]:
    formula, colon, distance = text.partition(":")
    return (formula, _number(distance, "--like")) if colon else (formula,)


def _read_request(path: Path, given: Request) -> Request:
    """The request of a JSON or YAML file, which takes the place of the options."""
    import yaml

    from quinary.inverse.request import Request

    if given != Request():
        raise InputError(f"the request is in {path}; leave the options that say what is wanted away")
    try:
        body = yaml.safe_load(path.read_text(encoding="utf-8"))  # JSON is YAML
    except OSError as error:
        raise InputError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is neither JSON nor YAML: {' '.join(str(error).split())}") from error
    if not isinstance(body, dict):
        raise InputError(f"{path} holds no request: write words such as targets, ranges, limits")
    return Request.from_dict(body)


def named_in(texts: list[str] | None, option: str) -> list[tuple[str, str]]:
    """`NAME=VALUE` texts of an option as pairs, each name once."""
    pairs: dict[str, str] = {}
    for text in texts or []:
        name, equals, value = text.partition("=")
        if not equals or not value.strip():
            raise InputError(f"cannot read {option} {text!r}: write NAME=VALUE")
        if name.strip() in pairs:
            raise InputError(f"{option} names {name.strip()} twice")
        pairs[name.strip()] = value.strip()
    return list(pairs.items())


def _number(text: str, name: str) -> float:
    try:
        return float(text)
    except ValueError:
        from quinary.points.properties import properties

        unit = properties()[name].unit if name in properties() else ""
        raise InputError(f"{name}={text!r} is not a number{f' in {unit}' if unit else ''}") from None


def interval_in(text: str, lowest: float, highest: float) -> tuple[float, float]:
    """`LO:HI`; an empty side is the lowest or highest there is."""
    low, colon, high = text.partition(":")
    if not colon:
        raise InputError(f"cannot read {text!r} as LO:HI; either side may be empty")
    return (_number(low, "LO") if low.strip() else lowest, _number(high, "HI") if high.strip() else highest)


def components_in(text: str) -> tuple[int, int]:
    """`4`, `4:6`, `:6` as (fewest, most)."""
    if not text:
        return 1, 99
    low, colon, high = text.partition(":")
    if not all(part.strip().isdigit() or not part.strip() for part in (low, high)) or not (low.strip() or high.strip()):
        raise InputError(f"cannot read --components {text!r}: write a number or LO:HI")
    fewest = int(low) if low.strip() else 1
    return (fewest, int(high) if high.strip() else 99) if colon else (fewest, fewest)


def _show(session: Session, documents: list[dict[str, Any]], *, is_stored: bool, is_ceramic: bool) -> None:
    from quinary.points.properties import property_named

    names = list(documents[0]["properties"]) if documents else []
    headings = [f"{property_named(name).symbol}\n{property_named(name).unit}" for name in names]
    rows = [
        [
            d["formula"],
            *(estimate_text(d["properties"][name], has_unit=False) for name in names),
            d["probability"],
            d["novelty"],
            "" if d["top_performer_distance"] is None else d["top_performer_distance"],
            "yes" if d["is_moved"] else "",
            domain_text(*(entry["in_domain"] for entry in d["properties"].values())),
        ]
        for d in documents
    ]
    session.table("", ["candidate", *headings, "P(meets)", "novelty", "from top\nperformer", "moved", "domain"], rows)
    basis = "binary ceramics" if is_ceramic else "elements for an assumed lattice"
    session.say(f"averages over {basis}; whether it forms is for `quinary validate` to say")
    outside = [[name for name, entry in d["properties"].items() if not entry["in_domain"]] for d in documents]
    if n_outside := sum(map(bool, outside)):
        what = ", ".join(dict.fromkeys(name for entry in outside for name in entry))
        session.say(f"{n_outside} of {len(documents)} lie outside the domain of what predicts {what}")
    if is_stored:
        session.say("stored as generated materials; `quinary cycle --once` validates them")
