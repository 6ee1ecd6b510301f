"""The verbs on thermodynamic data that a store has registered: `tdb_add`, `tdb_list`, `tdb_remove`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from quinary.errors import InputError, unknown_name
from quinary.plugins import ThermodynamicFile, file_at
from quinary.readers.data_sets import DataSet, registered_sets
from quinary.readers.fetching import chosen_mirror, fetch, fetched, known_sets, registered_file
from quinary.services.stores import Store, needed_store, opened
from quinary.signing import signed_by
from quinary.simulation.thermodynamic_databases import (
    ThermodynamicDatabase,
    assessed_systems,
    read_database,
)
from quinary.store.kept import Registered, register, registered, unregister

__all__ = ["tdb_add", "tdb_list", "tdb_remove"]

_ENDING = ".tdb"


def tdb_add(
    source: str | Path, *, name: str = "", licence: str = "", who: str = "", db: Store = None
) -> dict[str, Any]:
    """Register a file of thermodynamic data: the store keeps its content, and uses it where it covers the elements.

    Args:
        source: a TDB file, or the name of a data set that holds one.
        name: what verdicts call it; default: the name of the file.
        licence: as its owner names it; default: that of the data set, if it is one.
        who: who registers it; default: `QUINARY_WHO`, else the login name.
        db: the store; it is made if it is new.

    Returns:
        `name`, `digest`, `elements` that it covers, `assessed_binaries` among them, `undefined` functions that the file calls
        and lacks, `source`, `licence`, `citation`, `who`, `made_at`, and `is_new`: false if it was registered before.

    Raises:
        InputError: there is no such file or data set, it cannot be read as a TDB or is too large, or its name or content is
            registered as something else.
    """
    from quinary.simulation.tdb_parsing import check_all_of, undefined_functions

    file, citation = _file(source)
    file = replace(file, name=_name(name or file.name), licence=licence or file.licence)
    database = read_database(file)
    check_all_of(database)
    file = replace(file, source=database.source)
    signed = signed_by(who)
    with opened(db, brings_data=True) as store, store.write() as connection:
        known = _known_as(registered(connection), file)
        entry = known or register(connection, file, database.elements, citation=citation, who=signed)
    return {
        **entry.as_dict(),
        "assessed_binaries": _assessed_binaries(database),
        "undefined": list(undefined_functions(database, database.elements)),
        "is_new": known is None,
    }


def tdb_list(*, db: Store = None) -> dict[str, Any]:
    """List the thermodynamic data that a store has registered.

    Args:
        db: the store.

    Returns:
        `databases`, each with `name`, `digest`, `elements`, `source`, `licence`, `citation`, `who` and `made_at`.

    Raises:
        InputError: there is no such store.
    """
    with needed_store(db) as store, store.read() as connection:
        return {"databases": [entry.as_dict() for entry in registered(connection)]}


def tdb_remove(name: str, *, db: Store = None) -> dict[str, Any]:
    """Take thermodynamic data out of a store; verdicts that used it stay, and name it.

    Args:
        name: the name under which it is registered.
        db: the store.

    Returns:
        `removed`: the name.

    Raises:
        InputError: nothing is registered under that name.
    """
    with needed_store(db) as store, store.write() as connection:
        if not unregister(connection, name):
            raise unknown_name("registered database", name, [entry.name for entry in registered(connection)])
    return {"removed": name}


def _file(source: str | Path) -> tuple[ThermodynamicFile, str]:
    """The file that is meant, with what is known of it, and whom to cite."""
    text = str(source)
    if text not in registered_sets() and (Path(source).exists() or "/" in text or "." in text):
        path = Path(source)
        known = registered_file(path)
        return _with_what_is_known(file_at(path), known[0] if known else None)
    mirror = chosen_mirror()
    sets = known_sets(mirror)
    if text not in sets:
        raise unknown_name("file or data set", text, _with_tdb(sets))
    found = fetch(text, mirror) if mirror else fetched(text)
    if found is None:
        raise InputError(
            f"the data set {text} is not on this machine: fetch it with `quinary data get {text}`, or name a mirror folder "
            "with QUINARY_MIRROR"
        )
    paths = [found.path_of(entry) for entry in found.data_set.files if entry.path.lower().endswith(_ENDING)]
    if len(paths) != 1:
        how_many = f"{len(paths)} files" if paths else "no file"
        raise InputError(f"the data set {text} holds {how_many} of thermodynamic data; name one file", _with_tdb(sets))
    return _with_what_is_known(file_at(paths[0]), found.data_set)


def _with_what_is_known(file: ThermodynamicFile, data_set: DataSet | None) -> tuple[ThermodynamicFile, str]:
    if data_set is None:
        return file, ""
    return replace(file, licence=data_set.licence), data_set.doi or data_set.home


def _with_tdb(sets: dict[str, DataSet]) -> list[str]:
    """The sets that hold thermodynamic data."""
    return [name for name, entry in sets.items() if any(file.path.lower().endswith(_ENDING) for file in entry.files)]


def _name(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise InputError(f"{text!r} cannot be a name")
    return text.strip()


def _known_as(entries: list[Registered], file: ThermodynamicFile) -> Registered | None:
    """The entry that says the same already.

    Raises:
        InputError: the name belongs to another content, or the content has another name.
    """
    for entry in entries:
        if (entry.name == file.name) != (entry.digest == file.digest):
            what = f"another file is registered as {entry.name}" if entry.name == file.name else (
                f"this file is registered as {entry.name} already"
            )  # fmt: skip
            raise InputError(f"{what}; `quinary tdb remove {entry.name}` takes it out")
    return next((entry for entry in entries if entry.name == file.name), None)


def _assessed_binaries(database: ThermodynamicDatabase) -> list[str]:
    return sorted(
        "-".join(sorted(system))
        for system in assessed_systems(database)
        if len(system) == 2 and system <= database.elements
    )
