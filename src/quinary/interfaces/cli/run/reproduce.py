"""The command `reproduce`: published machine-learning systems on open data, beside honest splits."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from quinary.errors import InputError
from quinary.interfaces.cli.shared.session import DbOption, JsonOption, Session

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command(epilog="Example: quinary reproduce zhang2022 --json")(reproduce)


def reproduce(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The system; --list names them.")] = "",
    is_list: Annotated[bool, typer.Option("--list", help="List the systems with paper and data.")] = False,
    effort: Annotated[
        float, typer.Option(min=0.01, max=10.0, help="Share of the repeats and trees of the full figures.")
    ] = 1.0,
    seed: Annotated[int, typer.Option(help="Seed of all that is drawn.")] = 0,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Repeat a published system on open data: the paper's figure, ours by its protocol, and ours with groups held out."""
    from quinary.services.studying import reproduce, reproduce_list
    from quinary.studies.reproductions import ALIASES, system_names

    session = Session.of(context, db, as_json)
    if is_list == bool(name):
        raise InputError("say `quinary reproduce NAME` or `quinary reproduce --list`", [*system_names(), *ALIASES])
    if is_list:
        listed = reproduce_list()
        columns = ["name", "what", "paper", "data"]
        rows = [[one["name"], one["title"], one["paper"], ", ".join(one["data"])] for one in listed["systems"]]
        session.answer(listed, lambda: session.table("", columns, rows))
        return
    with session.progress() as progress:
        document = reproduce(name, effort=effort, seed=seed, db=session.db, progress=progress)
    session.answer(document, lambda: _show(session, document))


def _show(session: Session, document: dict[str, Any]) -> None:
    rows = [
        [part, key, value] for part in ("published", "ours", "grouped", "data") for key, value in document[part].items()
    ]
    session.table(f"{document['name']} ({document['paper']})", ["part", "figure", "value"], rows)
    for line in (*([document["stand_in"]] if document["stand_in"] else []), *document["notes"]):
        session.say(line)
    if document["listed"]:
        columns = list(document["listed"][0])
        session.table("", columns, [[row[column] for column in columns] for row in document["listed"]])
