"""Commands about Quinary itself: which plug-ins there are."""

from __future__ import annotations

from typing import Any

import typer

from quinary.interfaces.cli.session import DbOption, JsonOption, Session

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("plugins", epilog="Example: quinary plugins --json")(list_plugins)


def list_plugins(context: typer.Context, db: DbOption = None, as_json: JsonOption = False) -> None:
    """List the plug-ins of every kind, with version and source."""
    from quinary.plugins.registry import KINDS, plugins

    session = Session.of(context, db, as_json)
    rows: list[dict[str, Any]] = [
        {"kind": kind, "name": name, "version": plugin.version, "source": getattr(plugin, "source", "")}
        for kind in KINDS
        for name, plugin in plugins(kind).items()
    ]
    session.answer(
        {"plugins": rows},
        lambda: session.table("", ["kind", "name", "version", "source"], [list(row.values()) for row in rows]),
    )
