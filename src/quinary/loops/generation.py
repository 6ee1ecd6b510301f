"""The generation loop: request -> compositions that meet it -> candidates in need of validation."""

from __future__ import annotations

from typing import Any

from quinary.files import cache_folder
from quinary.inverse.engine import Designer
from quinary.loops.known_materials import known_alloys, known_ceramics
from quinary.loops.training import service_of
from quinary.requests import Candidate, Request
from quinary.store.database import Database
from quinary.store.kept import add_candidates
from quinary.store.refusals import knowledge_change

__all__ = ["design"]


def design(
    database: Database | None,
    request: Request,
    n: int = 10,
    *,
    generator: str = "",
    seed: int = 0,
    is_stored: bool = True,
    **settings: Any,
) -> list[Candidate]:
    """Exactly `n` candidates that meet the request, or fewer if that is allowed; stored unless told otherwise.

    `settings` are those of `Designer`: lattice, table, cache, progress, allow_fewer, in_domain, policy, and service (by
    default that of the store).

    Raises:
        InputError, ImpossibleRequestError: see `Designer.design`.
        WorkError: the candidates cannot be stored.
    """
    counter = 0
    if database is not None:
        with database.read() as connection:
            counter = knowledge_change(connection)
    policy = settings.get("policy")
    settings.setdefault("cache", cache_folder("generators"))
    settings.setdefault("service", service_of(database))
    anions = request.limits.anions
    known, reported = (
        known_ceramics(database, anions, is_reported=flag) if anions else known_alloys(database, is_reported=flag)
        for flag in (False, True)
    )
    designer = Designer(known, reported, counter=counter, **settings)
    found = designer.design(request, n, generator=generator, seed=seed)
    if database is not None and is_stored:
        with database.write() as connection:
            add_candidates(connection, request if policy is None else policy.applied(request), found)
    return found
