"""Commands that take data out of the store: export, snapshot."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from quinary.errors import InputError
from quinary.interfaces.cli.shared.session import DbOption, JsonOption, Session
from quinary.interfaces.cli.shared.viewing import ViewOption
from quinary.wording import counted

__all__ = ["register"]

PrivateOption = Annotated[
    bool,
    typer.Option("--private", help="Take along what no licence allows to pass on; the result stays with you."),
]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(epilog="Example: quinary export alloys.csv --origin literature")(export)
    app.command(epilog="Example: quinary snapshot --out alloys.zip --json")(snapshot)


def export(
    context: typer.Context,
    out: Annotated[
        Path | None, typer.Argument(help="The file to write; default: points.csv, ultera.jsonl, optimade.jsonl.")
    ] = None,
    file_format: Annotated[
        str, typer.Option("--format", metavar="auto|csv|parquet|jsonl|ultera|optimade", help="Default: by the ending.")
    ] = "auto",
    origin: Annotated[
        str, typer.Option(metavar="literature|prediction|validation", help="Only points of this origin.")
    ] = "",
    view: ViewOption = "all",
    private: PrivateOption = False,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write all points, each with unit, conditions, method, source, DOI and licence: a table, ULTERA or OPTIMADE."""
    from quinary.materials.views import view_named
    from quinary.services.exchanging import export

    session = Session.of(context, db, as_json)
    with session.progress() as progress:
        document = export(
            out, format=file_format, origin=origin, view=view, private=private, db=session.db, progress=progress
        )
    what = counted(document["points"], "row" if view_named(view).has_cells else "point")

    def say() -> None:
        """For a person."""
        session.say(f"{what} written to {document['file']}{_licences(document['licences'])}")
        if document["private"]:
            session.say("some may not be passed on: keep this file to yourself")

    session.answer(document, say)


def snapshot(
    context: typer.Context,
    action: Annotated[str, typer.Argument(help="verify FILE, diff OLD NEW, or nothing to take a snapshot.")] = "",
    files: Annotated[list[Path] | None, typer.Argument(help="The snapshots to verify or compare.")] = None,
    out: Annotated[Path | None, typer.Option(help="A file ending in .zip, or a new folder.")] = None,
    title: Annotated[str, typer.Option(help="What the snapshot is called in its citation.")] = "",
    private: PrivateOption = False,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a citable snapshot of all points, verify one, or compare two. `quinary import` reads a snapshot."""
    session = Session.of(context, db, as_json)
    given = files or []
    wanted = {"": 0, "verify": 1, "diff": 2}
    if action not in wanted or len(given) != wanted[action]:
        raise InputError(
            "say `quinary snapshot`, `quinary snapshot verify FILE` or `quinary snapshot diff OLD NEW`",
            ["verify", "diff"],
        )
    if action == "verify":
        _verify(session, given[0])
    elif action == "diff":
        _diff(session, given[0], given[1])
    else:
        _take(session, out, title, is_private=private)


def _take(session: Session, out: Path | None, title: str, *, is_private: bool) -> None:
    from quinary.services.exchanging import snapshot

    with session.progress() as progress:
        document = snapshot(out=out, title=title, private=is_private, db=session.db, progress=progress)

    def say() -> None:
        """For a person."""
        session.say(
            f"{counted(document['counts']['points'], 'point')} in {document['file']}{_licences(document['licences'])}"
        )
        session.say(f"content {document['content_hash']}")
        if document["private"]:
            session.say("some may not be passed on: keep this snapshot to yourself")

    session.answer(document, say)


def _licences(licences: list[dict[str, Any]]) -> str:
    return f" ({', '.join(entry['licence'] for entry in licences)})" if licences else ""


def _verify(session: Session, path: Path) -> None:
    from quinary.services.exchanging import snapshot_verify

    document = snapshot_verify(path)
    what = f"{counted(document['points'], 'point')}, {document['content_hash']}"
    session.answer(document, lambda: session.say(f"{path} is whole: {what}"))


def _diff(session: Session, old: Path, new: Path) -> None:
    from quinary.services.exchanging import snapshot_diff

    document = snapshot_diff(old, new)
    kinds = ("added", "removed", "changed", "relicensed")

    def say() -> None:
        """For a person."""
        for what in ("property", "source"):
            rows = [[name, *(row[kind] for kind in kinds)] for name, row in document[f"by_{what}"].items()]
            if rows:
                session.table("", [what, *kinds], rows)
        totals = ", ".join(f"{document[kind]} {kind}" for kind in kinds)
        session.say(f"{totals}, {document['unchanged']} unchanged{'; equal content' if document['equal'] else ''}")

    session.answer(document, say)
