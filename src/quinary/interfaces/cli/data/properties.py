"""The command `properties`: the vocabulary, who predicts what, and properties of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from quinary.interfaces.cli.shared.session import DbOption, JsonOption, Session

__all__ = ["register"]

_ACTIONS: Final = ("list", "add", "remove")


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command(epilog="Example: quinary properties add lattice_thermal_conductivity --unit W/m/K --alias TC")(
        properties
    )


def properties(
    context: typer.Context,
    action: Annotated[
        str, typer.Argument(metavar="list|add|remove|WORD", help="What to do; any other word is looked for.")
    ] = "list",
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="add, remove: which property. list: a word to look for.")
    ] = "",
    kind: Annotated[str, typer.Option(metavar="measured|derived", help="list: only this kind.")] = "",
    unit: Annotated[str | None, typer.Option(metavar="UNIT", help="add: unit, such as W/m/K; 1 for a number.")] = None,
    symbol: Annotated[str, typer.Option(metavar="TEXT", help="add: symbol in tables and figures.")] = "",
    label: Annotated[str, typer.Option(metavar="TEXT", help="add: what it is called in words.")] = "",
    alias: Annotated[
        list[str] | None, typer.Option(metavar="TEXT", help="add: what headings call it. May be repeated.")
    ] = None,
    bounds: Annotated[str, typer.Option(metavar="LO:HI", help="add: values that make sense, in the unit.")] = "",
    categorical: Annotated[bool, typer.Option("--categorical", help="add: values are classes, not numbers.")] = False,
    file: Annotated[Path | None, typer.Option(metavar="FILE", help="add: a TOML file that defines properties.")] = None,
    who: Annotated[str, typer.Option(metavar="NAME", help="add: who adds it.")] = "",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the properties with unit, kind and who predicts them; add one of your own to a store, or remove it."""
    from quinary.services.properties import properties as properties_list
    from quinary.services.properties import properties_add, properties_remove

    session = Session.of(context, db, as_json)
    given = {
        "--unit": unit, "--symbol": symbol, "--label": label, "--alias": alias, "--bounds": bounds,
        "--categorical": categorical, "--file": file, "--who": who,
    }  # fmt: skip
    if action == "add":
        _only({"--kind": kind}, "list")
        document = properties_add(
            name, unit=unit, symbol=symbol, label=label, alias=alias or (), bounds=bounds, categorical=categorical,
            file=file, who=who, db=session.db,
        )  # fmt: skip
        session.answer(document, lambda: _show_added(session, document["added"]))
    elif action == "remove":
        _only(given, "add")
        _only({"--kind": kind}, "list")
        gone = properties_remove(name, db=session.db)
        session.answer(gone, lambda: session.say(f"removed {gone['removed']['name']}"))
    else:
        _only(given, "add")
        listed = properties_list(_word(action, name), kind=kind, db=session.db)
        session.answer(listed, lambda: _show(session, listed["properties"]))


def _word(action: str, name: str) -> str:
    """The word to look for: that behind `list`, or whatever stands in the place of an action."""
    return name if action == "list" else f"{action} {name}".strip()


def _only(given: dict[str, Any], action: str) -> None:
    from quinary.errors import InputError

    for option, value in given.items():
        if value not in (None, "", False):
            raise InputError(f"{option} belongs to `quinary properties {action}`", _ACTIONS)


def _show(session: Session, rows: list[dict[str, Any]]) -> None:
    if not rows:
        session.say("no such property; `quinary properties add NAME --unit UNIT` adds one of your own to a store")
        return
    own = [row for row in rows if row["from"] != "built in"]
    measured = [row for row in rows if row["from"] == "built in" and row["kind"] == "measured"]
    derived = [row for row in rows if row["from"] == "built in" and row["kind"] == "derived"]
    if own:
        cells = [[row["name"], _unit(row), ", ".join(row["aliases"]), _who(row), row["from"]] for row in own]
        session.table("not built in", ["name", "unit", "also called", "predicted by", "from"], cells)
    if measured:
        cells = [[row["name"], _unit(row), _who(row)] for row in measured]
        session.table("measured: can be missing", ["name", "unit", "predicted by"], cells)
    if derived:
        cells = [[row["name"], _unit(row), row["label"]] for row in derived]
        session.table("derived: computed from the composition when asked", ["name", "unit", "what it is"], cells)


def _unit(row: dict[str, Any]) -> str:
    return "classes" if row["is_categorical"] else row["unit"] or "-"


def _who(row: dict[str, Any]) -> str:
    if row["kind"] == "derived":
        return ", ".join(row["predictors"])
    parts = [", ".join(row["alloys"]), f"ceramics: {', '.join(row['ceramics'])}" if row["ceramics"] else ""]
    return "; ".join(filter(None, parts))


def _show_added(session: Session, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        called = f", also called {', '.join(row['aliases'])}" if row["aliases"] else ""
        what = "classes" if row["is_categorical"] else row["unit"] or "a number"
        session.say(f"added {row['name']} ({what}){called}")
