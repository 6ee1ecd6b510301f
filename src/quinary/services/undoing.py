"""The verbs `withdraw`, which undoes an import as a record, and `log`, which says who did what when."""

from __future__ import annotations

from typing import Any

from quinary.errors import InputError
from quinary.services.documents.history import history
from quinary.services.stores import Store, needed_store
from quinary.signing import signed_by
from quinary.store.withdrawing import Undone, find_import, restore, would_withdraw
from quinary.store.withdrawing import withdraw as take_out
from quinary.store.work import Signed

__all__ = ["log", "withdraw"]


def withdraw(
    name: str | int, *, who: str = "", why: str = "", undo: bool = False, dry_run: bool = False, db: Store = None
) -> dict[str, Any]:
    """Undo an import: its points count no more, in nothing that is asked; nothing is erased, and it can be taken back.

    Args:
        name: the import by its number, as `log` and `import_file` give it, or its file where that was imported once.
        who: who undoes it; default: `QUINARY_WHO`, else the login name.
        why: the reason, for the record.
        undo: take an earlier withdrawal back.
        dry_run: only say what would be withdrawn.
        db: the store.

    Returns:
        `withdrawn` (with `undo` `restored`): the number of the import; its `name`; `imports`: with it those of the same file
        read in the same way; `points` that count no more (or again), of how many `materials`, `by_property`; `shared`: points
        that stay, since another import states them too; `instead`: those of an older reading of the file that count again (or
        no more); `who`, `why` and `dry_run`.

    Raises:
        InputError: there is no such import or store, several are of that file, or it is withdrawn already (or is not).
    """
    if undo and dry_run:
        raise InputError("--dry-run is for a withdrawal, not for taking one back")
    signed = Signed(signed_by(who), why.strip())
    with needed_store(db) as database:
        if dry_run:
            with database.read() as reading:
                found = would_withdraw(reading, find_import(reading, str(name)))
        else:
            with database.write() as connection:
                done = restore if undo else take_out
                found = done(connection, find_import(connection, str(name), is_withdrawn=undo), signed)
    return {("restored" if undo else "withdrawn"): found.import_id, **_document(found, signed), "dry_run": dry_run}


def _document(found: Undone, signed: Signed) -> dict[str, Any]:
    return {
        "name": found.name, "imports": list(found.imports), "points": found.n_points, "shared": found.n_shared,
        "materials": found.n_materials, "by_property": found.by_property, "instead": found.n_instead,
        "who": signed.who, "why": signed.why,
    }  # fmt: skip


def log(*, limit: int | None = 50, db: Store = None) -> dict[str, Any]:
    """Say who did what when: imports, withdrawals, decisions on values, properties and thermodynamic data that were added.

    Args:
        limit: the newest so many; None: all.
        db: the store.

    Returns:
        `entries`, oldest first, each with `when`, `who`, `what`, `import` (its number, else None), `why` and `kind`; one of an
        import also with `name`, `reader`, `version`, `digest`, `options`, `points` and `state`; and `total`.

    Raises:
        InputError: there is no store.
    """
    with needed_store(db) as database, database.read() as connection:
        entries = history(connection)
    kept = entries if limit is None else entries[max(len(entries) - limit, 0) :]
    return {"total": len(entries), "entries": kept}
