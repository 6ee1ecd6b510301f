"""The command `data`: public data sets, listed and fetched."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quinary.errors import InputError
from quinary.interfaces.cli.session import DbOption, JsonOption, Session
from quinary.wording import counted

if TYPE_CHECKING:
    from quinary.readers.data_sets import DataSet

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
    from quinary.files import cache_folder
    from quinary.readers.data_sets import DataSet
    from quinary.readers.embedded import EMBEDDED
    from quinary.readers.fetching import cached, chosen_mirror, known_sets
    from quinary.reference.licences import licence_named

    known = known_sets(chosen_mirror(mirror)).values()
    rows = {entry.name: _row(entry, is_cached=cached(entry) is not None) for entry in known}
    for name, table in EMBEDDED.items():
        row = rows.get(name) or _row(DataSet(name, ()), is_cached=False)
        rows[name] = {**row, "licence": table.licence, "doi": table.doi, "reader": table.reader, "state": "installed"}
    sets = [{**rows[name], "licence_class": licence_named(rows[name]["licence"]).kind.value} for name in sorted(rows)]
    shown = [[s["name"], s["title"], s["licence"], s["doi"], s["reader"] and "yes", s["state"]] for s in sets]
    columns = ["name", "what", "licence", "DOI", "import", "here"]
    session.answer({"sets": sets, "cache": str(cache_folder("data"))}, lambda: session.table("", columns, shown))


def _row(entry: DataSet, *, is_cached: bool) -> dict[str, Any]:
    return {
        "name": entry.name,
        "title": entry.title,
        "licence": entry.licence,
        "doi": entry.doi or "; ".join(file.doi for file in entry.files if file.doi),
        "files": [
            {"path": f.path, "bytes": f.n_bytes, "sha256": f.sha256, "reader": f.reader} for f in entry.files
        ],
        "bytes": entry.n_bytes,
        "reader": entry.reader,
        "home": entry.home,
        "part_of": entry.part_of,
        "note": entry.note,
        "state": "fetched" if is_cached else "",
    }  # fmt: skip


def _get(session: Session, name: str, mirror: Path | None) -> None:
    from quinary.errors import unknown_name
    from quinary.readers.embedded import EMBEDDED
    from quinary.readers.fetching import chosen_mirror, fetch, known_sets

    place = chosen_mirror(mirror)
    sets = known_sets(place)
    if name not in sets:
        if name in EMBEDDED:
            raise InputError(f"{name} is installed with Quinary: import it with `quinary import {name}`")
        raise unknown_name("data set", name, {*sets, *EMBEDDED})
    with session.progress() as progress:
        found = fetch(name, place, progress)
    data_set = found.data_set
    document = {
        **_row(data_set, is_cached=True),
        "from": found.origin,
        "folder": str(found.folder),
    }

    def say() -> None:
        """For a person."""
        part = f" (a part of {name}; the whole is not there)" if data_set.name != name else ""
        session.say(
            f"{data_set.name}{part}: {counted(len(data_set.files), 'file')} in {found.folder}, from {found.origin}"
        )
        session.say(f"licence: {data_set.licence or 'none given'}{'; ' + data_set.note if data_set.note else ''}")

    session.answer(document, say)
