"""The command `models`: what has been learned, from what, how well, and where it is kept."""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

from quinary.interfaces.cli.shared.session import DbOption, JsonOption, Session

__all__ = ["register"]

_ACTIONS: Final = ("list", "show", "remove")


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command(epilog="Example: quinary models show hardness_vickers")(models)


def models(
    context: typer.Context,
    action: Annotated[str, typer.Argument(metavar="list|show|remove", help="What to do.")] = "list",
    name: Annotated[str, typer.Argument(metavar="NAME", help="show, remove: which model.")] = "",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """List learned models, show the card of one, or remove one."""
    from quinary.errors import InputError, unknown_name
    from quinary.services.learning import models_list, models_remove, models_show

    session = Session.of(context, db, as_json)
    if action not in _ACTIONS:
        raise unknown_name("action", action, _ACTIONS)
    if action == "list" and name:
        raise InputError("`quinary models list` takes no name")
    if action == "list":
        with session.open_if_there() as store:
            document = models_list(db=store)
        session.answer(document, lambda: _list(session, document))
    elif action == "show":
        with session.open_if_there() as store:
            shown = models_show(name, db=store)
        session.answer({"model": shown["model"]}, lambda: session.say(shown["text"]))
    else:
        gone = models_remove(name, db=session.db)
        session.answer(gone, lambda: session.say(f"removed {gone['removed']['name']} from {gone['removed']['place']}"))


def _list(session: Session, document: dict[str, Any]) -> None:
    rows = [
        [d["name"], d["place"], d["model"], d["rows"], d["split"], d["value"], *d["interval"], d["unit"],
         ", ".join(d["licences"]), "" if d["data_counter"] is None else d["data_counter"]]
        for d in document["models"]
    ]  # fmt: skip
    session.table(
        "",
        ["name", "kept in", "model", "rows", "split", "score", "95 % low", "95 % high", "unit", "licence", "counter"],
        rows,
    )
    for name, reason in document["unreadable"].items():
        session.say(f"{name} cannot be read: {reason}")
