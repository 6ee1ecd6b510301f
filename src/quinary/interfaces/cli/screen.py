"""Commands that look at whole composition spaces: screen and map."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from quinary.errors import InputError
from quinary.interfaces.cli.generate import components_in, interval_in, named_in
from quinary.interfaces.cli.outputs import file_ending
from quinary.interfaces.cli.session import DbOption, ElementsOption, JsonOption, LatticeOption, Session, names_in
from quinary.interfaces.cli.values import domain_text, estimate_text

if TYPE_CHECKING:
    from quinary.spaces.limits import SpaceLimits

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
    from quinary.files import written_whole
    from quinary.loops.screening import Screening, screen

    session = Session.of(context, db, as_json)
    if both := sorted({*(rank or ())} & {*(minimize or ())}):
        raise InputError(f"{both[0]} cannot be ranked as high and as low as possible at once")
    asked = Screening(
        _limits(elements, limit, components, step),
        {**dict.fromkeys(rank or (), 1.0), **dict.fromkeys(minimize or (), -1.0)},
        {name: interval_in(text, -math.inf, math.inf) for name, text in named_in(wanted_range, "--range")},
        top,
        anion,
        lattice,
        in_domain,
    )
    if out is not None:
        file_ending(out, ".json", "the result is JSON")
    with session.progress() as progress:
        found = screen(asked, out.with_name(out.name + ".state") if out else None, progress)
    if out is not None:
        with written_whole(out) as temporary:
            temporary.write_text(json.dumps(found), encoding="utf-8")
    session.answer(found, lambda: _show(session, found, asked.names))


def map_command(
    context: typer.Context,
    elements: ElementsOption,
    name: Annotated[str, typer.Option("--property", metavar="P", help="The property to draw.")],
    anion: Annotated[str, typer.Option(metavar="X", help="Anions of ceramics: C, N, O, B2, C0.5N0.5.")] = "",
    step: Annotated[float, typer.Option(metavar="X", help="Distance between neighbouring compositions.")] = 0.05,
    lattice: LatticeOption = "bcc",
    out: Annotated[Path, typer.Option(metavar="FILE", help="The picture, an HTML page.")] = Path("map.html"),
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """A picture of a property over compositions: a ternary section for each three elements, the others in equal parts."""
    from quinary.figures.sections import sections_page
    from quinary.files import written_whole
    from quinary.loops.sections import as_document, ternary_sections

    session = Session.of(context, db, as_json)
    file_ending(out, ".html", "the picture is an HTML page")
    sections = ternary_sections(names_in(elements), name, anion=anion, step=step, lattice=lattice)
    with written_whole(out) as temporary:
        temporary.write_text(sections_page(sections, name), encoding="utf-8")
    found = {**as_document(sections, name), "picture": str(out)}
    session.answer(found, lambda: session.say(_map_text(found)))


def _map_text(found: dict[str, Any]) -> str:
    some = f", {found['without_value']} of them without a value" if found["without_value"] else ""
    sections = "1 section" if found["sections"] == 1 else f"{found['sections']} sections"
    return f"{sections}, {found['count']} compositions{some}: {found['picture']}"


def _limits(elements: str, limit: list[str] | None, components: str, step: float) -> SpaceLimits:
    from quinary.spaces.limits import SpaceLimits

    fractions = {name: interval_in(text, 0.0, 1.0) for name, text in named_in(limit, "--limit")}
    return SpaceLimits.alloy(names_in(elements), fractions, components_in(components), step)


def _show(session: Session, found: dict[str, Any], names: tuple[str, ...]) -> None:
    from quinary.points.properties import property_named

    headings = [f"{property_named(name).symbol} {property_named(name).unit}" for name in names]
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
    session.say(
        f"{found['matching']} of {found['count']} compositions count; {found['seconds']:.1f} s, "
        f"{found['peak_memory_mb']:.0f} MB"
    )
