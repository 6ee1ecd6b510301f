"""The command that invents materials: design."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from quinary.interfaces.cli.shared.option_texts import components_span, spans_in, values_in
from quinary.interfaces.cli.shared.session import (
    AtOption,
    DbOption,
    JsonOption,
    LatticeOption,
    ModelOption,
    Session,
    TableOption,
    names_in,
)
from quinary.interfaces.cli.shared.values import domain_text, estimate_text, method_text

__all__ = ["register"]

_PaletteOption = Annotated[
    str,
    typer.Option(
        "--elements", metavar="A,B,...", help="Elements to choose from; default: those of ten or more known alloys."
    ),
]
_RangeOption = Annotated[
    list[str] | None,
    typer.Option("--range", metavar="P[@CONDITIONS]=LO:HI", help="A range; either side may be empty."),
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
_InDomainOption = Annotated[
    bool, typer.Option("--in-domain", help="Only candidates for which every predictor is in its domain.")
]
_AnythingOption = Annotated[
    bool, typer.Option("--anything", help="Also elements, numbers of them and prices that nobody would choose.")
]
_ExplainOption = Annotated[
    bool, typer.Option("--explain", help="Print what is decided where the request says nothing, and design nothing.")
]


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command(
        epilog="Example: quinary design --range shear_modulus=110:120 --range density=:14 --limit Re=:0.1 -n 5"
    )(design)


def design(
    context: typer.Context,
    target: Annotated[
        list[str] | None, typer.Option(metavar="P=V", help="A value to reach, see --tolerance; or a class, phases=BCC.")
    ] = None,
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
    in_domain: _InDomainOption = False,
    anything: _AnythingOption = False,
    explain: _ExplainOption = False,
    generator: _GeneratorOption = "",
    seed: Annotated[int, typer.Option(help="The same seed gives the same candidates.")] = 0,
    at: AtOption = None,
    model: ModelOption = "",
    lattice: LatticeOption = "bcc",
    table: TableOption = "ultera2023",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do not store the candidates.")] = False,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Invent alloys or ceramics that meet a request. Impossible wishes are refused with the bound that can be reached.

    A property may carry conditions: --range "yield_strength@temperature=1273=900:". A class is a target: --target phases=BCC.
    The first run trains the generator (under a minute) and keeps it.
    """
    from quinary.requests import default_design_policy
    from quinary.services.designing import asked_request, design_document, design_explain
    from quinary.services.designing import design as run_design

    session = Session.of(context, db, as_json)
    asked = asked_request(
        request_file, at or [], target=values_in(target), range_=spans_in(wanted_range, "--range"),
        maximize=tuple(maximize or ()), minimize=tuple(minimize or ()), elements=names_in(elements),
        limit=spans_in(limit, "--limit"), components=components_span(components), without=names_in(without),
        largest=largest, smallest=smallest, step=step, like=like, novelty=novelty, diversity=diversity,
        tolerance=tolerance, anion=anion, may_be_empty=explain,
    )  # fmt: skip
    if explain:
        body = design_explain(asked, anything=anything)
        session.answer(body, lambda: _explain(session, body))
        return
    with session.progress() as progress:
        found = run_design(
            session.db, asked, n, allow_fewer=allow_fewer, in_domain=in_domain, anything=anything, generator=generator,
            seed=seed, model=model, lattice=lattice, table=table, dry_run=dry_run, progress=progress,
        )  # fmt: skip
    body = design_document(found, asked, n, None if anything else default_design_policy())
    session.answer(body, lambda: _show(session, body, is_stored=not dry_run))
    if len(found) < n and not session.as_json:
        session.say(f"{len(found)} of {n} candidates: no more were found")


def _explain(session: Session, body: dict[str, Any]) -> None:
    session.say(body["policy"].rstrip())
    session.say("")
    for line in body["decided"] or ["for this request it decides nothing"]:
        session.say(line)


def _by_method(documents: list[dict[str, Any]]) -> dict[str, list[str]]:
    """How the properties of the first candidate were predicted -> their symbols."""
    from quinary.points.quantity import quantity_named

    found: dict[str, list[str]] = {}
    for name, entry in documents[0]["properties"].items() if documents else ():
        found.setdefault(method_text(entry["method"]), []).append(quantity_named(name).symbol)
    return found


def _show(session: Session, body: dict[str, Any], *, is_stored: bool) -> None:
    from quinary.points.quantity import quantity_named

    documents, is_ceramic = body["candidates"], body["request"]["limits"]["anion"] is not None
    names = list(documents[0]["properties"]) if documents else []
    headings = [f"{quantity_named(name).symbol}\n{quantity_named(name).unit}" for name in names]
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
    for method, symbols in _by_method(documents).items():
        session.say(f"{', '.join(symbols)}: {method}")
    basis = "binary ceramics" if is_ceramic else "elements for an assumed lattice"
    session.say(f"averages are over {basis}; whether it forms is for `quinary validate` to say")
    outside = [[name for name, entry in d["properties"].items() if not entry["in_domain"]] for d in documents]
    if n_outside := sum(map(bool, outside)):
        what = ", ".join(dict.fromkeys(name for entry in outside for name in entry))
        session.say(f"{n_outside} of {len(documents)} lie outside the domain of what predicts {what}")
    if body["decided"]:
        decided = "; ".join(line.partition(" unless ")[0] for line in body["decided"])
        session.say(f"decided for you: {decided} (`--explain` says more, `--anything` lifts it)")
    if is_stored:
        session.say("stored as generated materials; `quinary cycle --once` validates them")
