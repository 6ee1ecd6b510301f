"""The command `models`: what has been learned, from what, how well, and where it is kept."""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

from quinary.interfaces.cli.session import DbOption, JsonOption, Session

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
    from quinary.learning.kept_models import find_kept, kept_models, remove_kept

    session = Session.of(context, db, as_json)
    if action not in _ACTIONS:
        raise unknown_name("action", action, _ACTIONS)
    if (action == "list") == bool(name):
        raise InputError(
            "`quinary models list` takes no name" if name else f"name the model: quinary models {action} NAME",
            [kept.name for kept in kept_models()],
        )
    if action == "list":
        _list(session, [kept.document() for kept in kept_models()])
    elif action == "show":
        _show(session, find_kept(name))
    else:
        gone = remove_kept(name).document()
        session.answer({"removed": gone}, lambda: session.say(f"removed {gone['name']} ({gone['path']})"))


def _list(session: Session, documents: list[dict[str, Any]]) -> None:
    def show() -> None:
        """For a person."""
        if not documents:
            session.say("no model has been learned yet; try `quinary learn hardness_vickers`")
            return
        rows = [
            [d["name"], d["model"], d["rows"], d["split"], d["value"], *d["interval"], d["unit"], ", ".join(d["licences"]),
             "" if d["data_counter"] is None else d["data_counter"]]
            for d in documents
        ]  # fmt: skip
        session.table(
            "", ["name", "model", "rows", "split", "score", "95 % low", "95 % high", "unit", "licence", "counter"], rows
        )

    session.answer({"models": documents}, show)


def _show(session: Session, kept: Any) -> None:
    from quinary.learning.card import card_text

    document = {**kept.document(), "card": kept.card.document()}
    session.answer({"model": document}, lambda: session.say(f"{card_text(kept.card)}\n{kept.path}"))
