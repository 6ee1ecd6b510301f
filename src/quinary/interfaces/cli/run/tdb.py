"""The command `tdb`: files of thermodynamic data that the store has registered."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from quinary.errors import InputError
from quinary.interfaces.cli.shared.session import DbOption, JsonOption, Session
from quinary.wording import counted

__all__ = ["register"]

_ACTIONS = ("add", "list", "remove")


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("tdb", epilog="Example: quinary tdb add my_assessment.tdb --licence CC-BY-4.0")(tdb_command)


def tdb_command(
    context: typer.Context,
    action: Annotated[str, typer.Argument(help="add SOURCE, list, or remove NAME.")] = "list",
    source: Annotated[
        str, typer.Argument(metavar="[SOURCE|NAME]", help="A TDB file or the name of a data set; a registered name.")
    ] = "",
    name: Annotated[str, typer.Option(metavar="N", help="add: what verdicts call it; default: the file's name.")] = "",
    licence: Annotated[str, typer.Option(metavar="L", help="add: as its owner names it.")] = "",
    who: Annotated[str, typer.Option(metavar="NAME", help="add: who registers it; default: you.")] = "",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Register thermodynamic data in the store, to be used wherever it covers the elements; its content travels along."""
    from quinary.services.thermodynamics import tdb_add, tdb_list, tdb_remove

    session = Session.of(context, db, as_json)
    if action not in _ACTIONS or (action == "list") == bool(source):
        raise InputError("say `quinary tdb add SOURCE`, `quinary tdb list` or `quinary tdb remove NAME`", _ACTIONS)
    if action != "add" and (name or licence or who):
        raise InputError(f"--name, --licence and --who belong to `quinary tdb add`, not to {action}")
    document: dict[str, Any]
    if action == "add":
        document = tdb_add(source, name=name, licence=licence, who=who, db=session.db)
        session.answer(document, lambda: _say_added(session, document))
    elif action == "remove":
        document = tdb_remove(source, db=session.db)
        session.answer(document, lambda: session.say(f"{document['removed']} is not registered any more"))
    else:
        document = tdb_list(db=session.db)
        session.answer(document, lambda: _show(session, document))


def _say_added(session: Session, document: dict[str, Any]) -> None:
    done = "registered" if document["is_new"] else "was registered before"
    session.say(f"{document['name']} {done}: it covers {', '.join(document['elements'])}")
    session.say(f"it assesses {counted(len(document['assessed_binaries']), 'binary', 'binaries')} of them")
    if document["undefined"]:
        session.say(
            f"it calls {', '.join(document['undefined'])} and never defines it: alloys that need it are skipped"
        )
    if not document["licence"]:
        session.say("its licence is not known; --licence would say it")


def _show(session: Session, document: dict[str, Any]) -> None:
    rows = [
        [entry["name"], " ".join(entry["elements"]), entry["source"], entry["licence"], entry["who"], entry["made_at"]]
        for entry in document["databases"]
    ]
    session.table("", ["name", "elements", "source", "licence", "registered by", "on"], rows)
