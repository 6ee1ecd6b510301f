"""Which thermodynamic data a validation may use: a file that was named, and what the store has registered."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from quinary.plugins import ValidationSettings, file_at
from quinary.simulation.thermodynamic_databases import NAMED, REGISTERED
from quinary.store.database import Database
from quinary.store.kept import registered_files

__all__ = ["equipped"]


def equipped(settings: ValidationSettings, database: Database | None) -> ValidationSettings:
    """The settings with the content of the file that they name, and of those that the store has registered.

    Whoever gets them needs neither the file nor the store: other processes and machines judge by the same data.

    Raises:
        InputError: the file that is named does not exist, or is too large.
        WorkError: the store cannot be read.
    """
    if isinstance(settings.tdb, Path):
        settings = replace(settings, tdb=file_at(settings.tdb, NAMED))
    if database is None or settings.tdb is not None:
        return settings
    with database.read() as connection:
        return replace(settings, databases=registered_files(connection, REGISTERED))
