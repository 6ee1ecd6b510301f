"""The command `sources`: the studies behind the points, and what Crossref says of them."""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

from quinary.interfaces.cli.shared.session import DbOption, JsonOption, Session
from quinary.wording import counted

__all__ = ["register"]

_SHOWN_FAILURES: Final = 5


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command(epilog="Example: quinary sources --fetch --mailto me@lab.org")(sources)


def sources(
    context: typer.Context,
    fetch: Annotated[
        bool, typer.Option("--fetch", help="Ask Crossref for studies not looked up yet (network).")
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="With --fetch: ask for those looked up before, too.")] = False,
    mailto: Annotated[
        str, typer.Option(envvar="QUINARY_MAILTO", help="Your mail address, as Crossref asks of polite users.")
    ] = "",
    crossref: Annotated[str, typer.Option(metavar="URL", help="Where Crossref, or a copy of it, answers.")] = "",
    kind: Annotated[
        list[str] | None,
        typer.Option(
            "--kind", metavar="DOI=original|review|compilation", help="Say what a study is; counts before Crossref."
        ),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=0, help="At most this many studies, listed (default 50) or fetched (default all).")
    ] = None,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """List studies and sources with their points; original studies stand before reviews, reviews before compilations."""
    from quinary.services.citing import sources

    session = Session.of(context, db, as_json)
    asked: dict[str, Any] = {"fetch": fetch, "again": again, "mailto": mailto, "crossref": crossref, "kind": kind}
    with session.progress() as progress:
        document = sources(**asked, limit=limit, db=session.db, progress=progress)
    session.answer(document, lambda: _show(session, document))


def _show(session: Session, document: dict[str, Any]) -> None:
    if document["fetch"] is not None:
        _show_fetched(session, document["fetch"])
    columns = ["study", "points", "materials", "kind", "year", "title", "journal", "licence"]
    rows = [_line(row) for row in document["sources"]]
    title = f"{len(rows)} of {counted(document['total'], 'study', 'studies')}, {document['looked_up']} looked up"
    session.table(title, columns, rows)


def _show_fetched(session: Session, report: dict[str, Any]) -> None:
    session.say(
        f"{report['fetched']} fetched, {report['not_at_crossref']} not at Crossref, {len(report['failed'])} failed; "
        f"{counted(report['points_ranked_anew'], 'point')} ranked anew"
    )
    for row in report["failed"][:_SHOWN_FAILURES]:
        session.say(f"  {row['reason']}")
    if len(report["failed"]) > _SHOWN_FAILURES:
        session.say(f"  and {len(report['failed']) - _SHOWN_FAILURES:,} more; --json lists all")


def _line(row: dict[str, Any]) -> list[Any]:
    return [
        row["reference"] or ", ".join(row["sources"]), row["points"], row["materials"], row["kind"] or "",
        "" if row["year"] is None else str(row["year"]), row["title"] or "", row["journal"] or "", row["licence"] or "",
    ]  # fmt: skip
