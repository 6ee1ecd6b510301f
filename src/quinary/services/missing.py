"""The verb `voids`: what is missing, what should be measured next and why, and what has been filled by what."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from quinary.errors import unknown_name
from quinary.loops.literature import write_wanted_sheet
from quinary.materials.policy import Policy, policy_from
from quinary.points.point import Origin
from quinary.services.arguments import path_in
from quinary.services.stores import Store, needed_store
from quinary.store.database import Database
from quinary.store.needs import count_filled, filled_voids, ranked_needs
from quinary.store.survey import survey

__all__ = ["voids"]

_LISTED: Final = 50


def voids(
    *,
    loop: str = "",
    limit: int | None = None,
    sheet: str | Path | None = None,
    policy: str | Path | None = None,
    filled: bool = False,
    db: Store = None,
) -> dict[str, Any]:
    """Say what to measure next and why: what is missing, the most wanted first.

    Args:
        loop: only voids of `literature`, `prediction` or `validation`.
        limit: only the most urgent; None: 50 in detail, all in the sheet.
        sheet: a file (.xlsx, .csv) into which the literature voids are written for people to fill in and import.
        policy: a policy of your own (TOML).
        filled: what is no longer missing, and what filled it.
        db: the store.

    Returns:
        `total`, `counts` (loop -> property -> number), `voids`, `sheet` and `sheet_rows`; with `filled` `total` and `filled`.

    Raises:
        InputError: unknown loop, a policy that cannot be read, a sheet of another kind, no store.
        WorkError: the sheet cannot be written.
    """
    if loop and loop not in set(Origin):
        raise unknown_name("loop", loop, Origin)
    n_listed = _LISTED if limit is None else limit
    with needed_store(db) as database:
        asked = policy_from(path_in(policy))  # in the store: a policy may want properties of its own
        if filled:
            return _filled(database, asked, loop, n_listed)
        found = _missing(database, asked, loop, n_listed)
        n_rows = write_wanted_sheet(database, asked, Path(sheet), limit=limit) if sheet else 0
    return {**found, "sheet": str(sheet) if sheet else None, "sheet_rows": n_rows}


def _missing(database: Database, policy: Policy, loop: str, limit: int) -> dict[str, Any]:
    with database.read() as connection:
        found = survey(connection, policy)
        needs = ranked_needs(connection, policy, origin=loop, limit=limit, found=found)
    table = found.counts()
    total = sum(n for origin, names in table.items() if not loop or origin == loop for n in names.values())
    return {"total": total, "counts": table, "voids": [need.as_dict() for need in needs]}


def _filled(database: Database, policy: Policy, loop: str, limit: int) -> dict[str, Any]:
    with database.read() as connection:
        found = survey(connection, policy)
        total = count_filled(connection, policy, origin=loop, found=found)
        rows = filled_voids(connection, policy, origin=loop, limit=limit, found=found)
    return {"total": total, "filled": rows}
