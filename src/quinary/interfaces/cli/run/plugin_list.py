"""Commands about Quinary itself: which plug-ins there are."""

from __future__ import annotations

import typer

from quinary.interfaces.cli.shared.session import DbOption, JsonOption, Session

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("plugins", epilog="Example: quinary plugins --json")(list_plugins)


def list_plugins(context: typer.Context, db: DbOption = None, as_json: JsonOption = False) -> None:
    """List the plug-ins of every kind, with version and source."""
    from quinary.services.plug_ins import plugins_list

    session = Session.of(context, db, as_json)
    document = plugins_list()
    rows = [list(row.values()) for row in document["plugins"]]
    session.answer(document, lambda: session.table("", ["kind", "name", "version", "source"], rows))
