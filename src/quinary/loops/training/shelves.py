"""The learned models of a store, as a shelf that models are put on and taken from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from quinary.errors import InputError
from quinary.learning.keeping import KeptModel, card_from, digest_of, find_kept, model_bytes, model_name
from quinary.store.kept import StoredModel, content_of, keep, remove, stored_models

if TYPE_CHECKING:
    from quinary.learning.keeping import SavedModel
    from quinary.store.database import Database

__all__ = ["StoreShelf", "store_in_words"]


def store_in_words(database: Database) -> str:
    """What a person calls the store: the name of its file, or the address of the server without user and password."""
    address = database.engine.url
    if address.get_backend_name() == "sqlite":
        name = str(address.database or ":memory:")
        return name.rsplit("/", 1)[-1]
    return f"{address.host or 'localhost'}/{address.database}"


class StoreShelf:
    """The models that a store keeps."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.place = store_in_words(database)

    def models(self) -> list[KeptModel]:
        """Every model of the store, by name; those whose card this version cannot read are passed over.

        Raises:
            WorkError: the store cannot be read.
        """
        with self.database.read() as connection:
            rows = stored_models(connection)
        found = []
        for row in rows:
            try:
                found.append(self._kept(row))
            except InputError:
                continue
        return found

    def unreadable(self) -> dict[str, str]:
        """Name -> why, of the models of the store that this version cannot read."""
        with self.database.read() as connection:
            rows = stored_models(connection)
        found = {}
        for row in rows:
            try:
                self._kept(row)
            except InputError as error:
                found[row.name] = error.message
        return found

    def keep(self, model: SavedModel) -> KeptModel:
        """Keep a model under its name, in the place of an older one of that name.

        Raises:
            WorkError: the store cannot be written.
        """
        content = model_bytes(model)
        row = StoredModel(model_name(model.card), digest_of(content), json.dumps(model.card.document()))
        with self.database.write() as connection:
            keep(connection, row, content)
        return self._kept(row)

    def remove(self, name: str) -> None:
        """Remove a model, also one that this version cannot read.

        Raises:
            InputError: the store has none of this name.
            WorkError: the store cannot be written.
        """
        if name not in self.unreadable():
            find_kept(name, self.models())
        with self.database.write() as connection:
            remove(connection, name)

    def _kept(self, row: StoredModel) -> KeptModel:
        try:
            body = json.loads(row.card)
        except ValueError as error:
            raise InputError(f"the card of the model {row.name} is damaged") from error
        return KeptModel(row.name, card_from(body), row.digest, self.place, lambda: self._content(row))

    def _content(self, row: StoredModel) -> bytes:
        with self.database.read() as connection:
            content = content_of(connection, row.name, row.digest)
        if content is None:
            raise InputError(f"the model {row.name} of {self.place} has been removed or replaced meanwhile; ask again")
        return content
