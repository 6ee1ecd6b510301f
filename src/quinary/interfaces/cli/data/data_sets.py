"""The command `data`: public data sets, listed and fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from quinary.errors import InputError
from quinary.interfaces.cli.shared.session import DbOption, JsonOption, Session
from quinary.wording import counted

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("data", epilog="Example: quinary data get ultera_sample --mirror /media/data")(data_command)


def data_command(
    context: typer.Context,
    action: Annotated[str, typer.Argument(help="list, or get NAME.")] = "list",
    name: Annotated[str, typer.Argument(help="The data set to fetch.")] = "",
    mirror: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="A folder that stands for the network; default QUINARY_MIRROR, if set."),
    ] = None,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """List public data sets with licence and DOI, or fetch one, its checksums verified, for `quinary import NAME`."""
    session = Session.of(context, db, as_json)
    if (action, bool(name)) not in {("list", False), ("get", True)}:
        raise InputError("say `quinary data list` or `quinary data get NAME`", ["list", "get"])
    if action == "list":
        _list(session, mirror)
    else:
        _get(session, name, mirror)


def _list(session: Session, mirror: Path | None) -> None:
    from quinary.services.data_sets import data_list

    document = data_list(mirror=mirror)
    shown = [
        [s["name"], s["title"], s["licence"], s["doi"], s["reader"] and "yes", s["state"]] for s in document["sets"]
    ]
    columns = ["name", "what", "licence", "DOI", "import", "here"]
    session.answer(document, lambda: session.table("", columns, shown))


def _get(session: Session, name: str, mirror: Path | None) -> None:
    from quinary.services.data_sets import data_get

    with session.progress() as progress:
        found = data_get(name, mirror=mirror, progress=progress)

    def say() -> None:
        """For a person."""
        part = f" (a part of {name}; the whole is not there)" if found["name"] != name else ""
        n_files = counted(len(found["files"]), "file")
        session.say(f"{found['name']}{part}: {n_files} in {found['folder']}, from {found['from']}")
        session.say(f"licence: {found['licence'] or 'none given'}{'; ' + found['note'] if found['note'] else ''}")

    session.answer(found, say)
