"""Commands that look at whole composition spaces: screen and map."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from quinary.interfaces.cli.shared.option_texts import components_span, named_in, span
from quinary.interfaces.cli.shared.session import (
    AtOption,
    DbOption,
    ElementsOption,
    JsonOption,
    LatticeOption,
    ModelOption,
    Session,
    names_in,
)
from quinary.interfaces.cli.shared.values import asked_text, domain_text, estimate_text

__all__ = ["register"]

_SHOWN: Final = 30  # rows of a table


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(
        epilog="Example: quinary screen --elements Ti,V,Nb,Mo,Ta,W --step 0.05 --rank shear_modulus --range density=:10"
    )(screen)
    app.command("map", epilog="Example: quinary map --elements Hf,Nb,Ta,Ti,Zr --anion C --property hardness_vickers")(
        map_command
    )


def screen(
    context: typer.Context,
    elements: ElementsOption,
    step: Annotated[float, typer.Option(metavar="X", help="Distance between neighbouring compositions.")] = 0.05,
    rank: Annotated[
        list[str] | None, typer.Option(metavar="P", help="As high as possible; repeat for a Pareto front.")
    ] = None,
    minimize: Annotated[list[str] | None, typer.Option(metavar="P", help="As low as possible.")] = None,
    wanted_range: Annotated[list[str] | None, typer.Option("--range", metavar="P=LO:HI")] = None,
    limit: Annotated[list[str] | None, typer.Option(metavar="EL=LO:HI")] = None,
    components: Annotated[str, typer.Option(metavar="LO:HI", help="Number of elements.")] = "",
    anion: Annotated[str, typer.Option(metavar="X", help="Anions of ceramics: C, N, O, B2, C0.5N0.5.")] = "",
    at: AtOption = None,
    model: ModelOption = "",
    lattice: LatticeOption = "bcc",
    top: Annotated[int, typer.Option(help="How many of the best to keep.")] = 20,
    in_domain: Annotated[
        bool, typer.Option("--in-domain", help="Only where every predictor is in its domain.")
    ] = False,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Result as JSON; makes the work resumable.")] = None,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Predict every composition of a space and keep the best and the Pareto front. Needs little memory at any size."""
    from quinary.services.exploring import screen as run_screen

    session = Session.of(context, db, as_json)
    with session.open_if_there() as store, session.progress() as progress:
        found = run_screen(
            names_in(elements), step=step, rank=tuple(rank or ()), minimize=tuple(minimize or ()),
            range_={name: span(text) for name, text in named_in(wanted_range, "--range")},
            limit={name: span(text) for name, text in named_in(limit, "--limit")},
            components=components_span(components), anion=anion, at=at or [], model=model, lattice=lattice, top=top,
            in_domain=in_domain, out=out, db=store, progress=progress,
        )  # fmt: skip
    session.answer(found, lambda: _show(session, found))


def map_command(
    context: typer.Context,
    elements: ElementsOption,
    name: Annotated[str, typer.Option("--property", metavar="P", help="The property to draw.")],
    anion: Annotated[str, typer.Option(metavar="X", help="Anions of ceramics: C, N, O, B2, C0.5N0.5.")] = "",
    step: Annotated[float, typer.Option(metavar="X", help="Distance between neighbouring compositions.")] = 0.05,
    at: AtOption = None,
    model: ModelOption = "",
    lattice: LatticeOption = "bcc",
    out: Annotated[Path, typer.Option(metavar="FILE", help="The picture, an HTML page.")] = Path("map.html"),
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """A picture of a property over compositions: a ternary section for each three elements, the others in equal parts."""
    from quinary.services.exploring import map_

    session = Session.of(context, db, as_json)
    with session.open_if_there() as store:
        found = map_(
            names_in(elements),
            name,
            anion=anion,
            step=step,
            at=at or [],
            model=model,
            lattice=lattice,
            out=out,
            db=store,
        )
    session.answer(found, lambda: session.say(_map_text(found)))


def _map_text(found: dict[str, Any]) -> str:
    some = f", {found['without_value']} of them without a value" if found["without_value"] else ""
    sections = "1 section" if found["sections"] == 1 else f"{found['sections']} sections"
    said = f"{sections}, {found['count']} compositions{some}: {found['picture']}"
    return "\n".join([said, *asked_text(found["models"])])


def _show(session: Session, found: dict[str, Any]) -> None:
    from quinary.points.quantity import quantity_named

    names = tuple(found["models"])
    headings = [f"{quantity_named(name).symbol} {quantity_named(name).unit}" for name in names]
    for title in ("front", "best"):
        rows = [
            [
                entry["formula"],
                *(estimate_text(entry["properties"][n], has_unit=False) for n in names),
                domain_text(*(p["in_domain"] for p in entry["properties"].values())),
            ]
            for entry in found[title][:_SHOWN]
        ]
        if rows:
            more = f": {_SHOWN} of {len(found[title])}, --json has all" if len(found[title]) > _SHOWN else ""
            session.table(title + more, ["formula", *headings, "domain"], rows)
    for name, unknown in found["without_value"].items():
        session.say(f"{name} is not known of {', '.join(unknown)}: compositions with them do not count")
    for who in asked_text(found["models"]):
        session.say(who)
    session.say(
        f"{found['matching']} of {found['count']} compositions count; {found['seconds']:.1f} s, "
        f"{found['peak_memory_mb']:.0f} MB"
    )
