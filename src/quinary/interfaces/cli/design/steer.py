"""Commands that start from a known alloy: path and effects."""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

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
from quinary.interfaces.cli.shared.values import asked_text, estimate_text

__all__ = ["register"]

_PROPERTIES: Final = "shear_modulus,fracture_toughness_rice,density,price"


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(epilog="Example: quinary path HfNbTaTi --replace Hf --keep shear_modulus --by Zr,V")(path)
    app.command(epilog="Example: quinary effects MoNbTaW --others Re,Cr --property shear_modulus")(effects)


def path(
    context: typer.Context,
    start: Annotated[str, typer.Argument(metavar="FROM", help="The alloy to start from.")],
    end: Annotated[str, typer.Argument(metavar="[TO]", help="The alloy to end at.")] = "",
    replace: Annotated[str, typer.Option(metavar="EL", help="The element that leaves.")] = "",
    down_to: Annotated[float, typer.Option(metavar="X", help="Its fraction at the end.")] = 0.0,
    keep: Annotated[
        str, typer.Option(metavar="P,Q", help="With --replace: properties that stay; default: shear_modulus.")
    ] = "",
    within: Annotated[float, typer.Option(metavar="X", help="How nearly they stay, relative.")] = 0.01,
    by: Annotated[str, typer.Option(metavar="A,B", help="Elements that take its place.")] = "",
    properties: Annotated[str, typer.Option("--property", metavar="P,Q", help="Properties to show.")] = _PROPERTIES,
    steps: Annotated[int, typer.Option(help="Number of steps.")] = 10,
    at: AtOption = None,
    model: ModelOption = "",
    lattice: LatticeOption = "bcc",
    table: TableOption = "ultera2023",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """The straight way between two alloys, or the way on which an element is replaced while properties stay."""
    from quinary.services.exploring import path as run_path

    session = Session.of(context, db, as_json)
    with session.open_if_there() as store:
        found = run_path(
            start, end, replace=replace, down_to=down_to, keep=names_in(keep) or None, within=within, by=names_in(by),
            property=names_in(properties), steps=steps, at=at or [], model=model, lattice=lattice, table=table, db=store,
        )  # fmt: skip
    session.answer(found, lambda: _show_way(session, found))


def effects(
    context: typer.Context,
    formula: Annotated[str, typer.Argument(help="The alloy.")],
    properties: Annotated[str, typer.Option("--property", metavar="P,Q")] = _PROPERTIES,
    others: Annotated[str, typer.Option(metavar="A,B", help="Elements to consider that it does not hold.")] = "",
    error: Annotated[float, typer.Option(metavar="X", help="Relative error of each weighed amount.")] = 0.005,
    at: AtOption = None,
    model: ModelOption = "",
    lattice: LatticeOption = "bcc",
    table: TableOption = "ultera2023",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Which element carries which property, and how far weighing errors spread it."""
    from quinary.services.exploring import effects as run_effects

    session = Session.of(context, db, as_json)
    with session.open_if_there() as store:
        found = run_effects(
            formula, property=names_in(properties), others=names_in(others), error=error, at=at or [], model=model,
            lattice=lattice, table=table, db=store,
        )  # fmt: skip
    session.answer(found, lambda: _show_effects(session, found))


def _show_way(session: Session, document: dict[str, Any]) -> None:
    found = document["steps"]
    names = list(found[0]["properties"])
    headings = [f"{name}\n{entry['unit']}" for name, entry in found[0]["properties"].items()]
    rows = [
        [step["formula"], *(estimate_text(step["properties"][name], has_unit=False) for name in names)]
        for step in found
    ]
    session.table("", ["formula", *headings], rows)
    for note in [*document["notes"], *asked_text(document["models"])]:
        session.say(f"note: {note}")


def _show_effects(session: Session, document: dict[str, Any]) -> None:
    found = document["effects"]
    elements = list(found[0]["effects"])
    rows = [
        [f"{d['property']} ({d['unit']})", d["value"], *(d["effects"][s] for s in elements), d["weighing_spread"]]
        for d in found
    ]
    session.table(
        f"change for 1 at.% more, in {found[0]['formula']}", ["property", "value", *elements, "± weighing"], rows
    )
    for note in asked_text(document["models"]):
        session.say(f"note: {note}")
