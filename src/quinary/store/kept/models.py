"""Learned models in the store: they travel with it, and a copy of the store answers as the store does."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.engine import Connection

from quinary.store.schema import change_counter, learned_model
from quinary.store.writing import upsert

__all__ = ["StoredModel", "content_of", "keep", "remove", "stored_models"]


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A model without its content; `card` is JSON."""

    name: str
    digest: str
    card: str


def stored_models(connection: Connection) -> list[StoredModel]:
    """Every model, by name, without its content."""
    table = learned_model.c
    rows = connection.execute(select(table.name, table.digest, table.card).order_by(table.name))
    return [StoredModel(str(row.name), str(row.digest), str(row.card)) for row in rows]


def content_of(connection: Connection, name: str, digest: str) -> bytes | None:
    """The content of a model; None if it is gone or has been replaced."""
    table = learned_model.c
    query = select(table.content).where(table.name == name, table.digest == digest)
    found = connection.execute(query).scalar_one_or_none()
    return None if found is None else bytes(found)


def keep(connection: Connection, model: StoredModel, content: bytes) -> None:
    """Keep a model, in the place of an older one of that name."""
    counter = select(change_counter.c.value).scalar_subquery()
    values = {"digest": model.digest, "card": model.card, "content": content, "change": counter}
    statement = upsert(connection, learned_model).values(name=model.name, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))


def remove(connection: Connection, name: str) -> bool:
    """Remove a model; True if there was one."""
    return connection.execute(learned_model.delete().where(learned_model.c.name == name)).rowcount > 0
