"""The verb `sources`: the studies behind the points, and what Crossref says of them."""

from __future__ import annotations

import os
from typing import Any, Final

from quinary.errors import InputError
from quinary.loops.literature import CROSSREF, FetchSettings, fetch_records, judge_study
from quinary.progress import Progress, silent
from quinary.services.arguments import Pairs
from quinary.services.stores import Store, needed_store
from quinary.store.studies import studies_in

__all__ = ["sources"]

_LISTED: Final = 50


def sources(
    *,
    fetch: bool = False,
    again: bool = False,
    mailto: str = "",
    crossref: str = "",
    kind: Pairs = None,
    limit: int | None = None,
    db: Store = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """List studies and sources with their points; original studies stand before reviews, reviews before compilations.

    Args:
        fetch: ask Crossref for studies not looked up yet (network).
        again: with `fetch`, ask for those looked up before, too.
        mailto: your mail address, as Crossref asks of polite users; empty: `QUINARY_MAILTO`.
        crossref: the URL where Crossref, or a copy of it, answers.
        kind: what a study is, {DOI: "original" | "review" | "compilation"}; counts before Crossref.
        limit: at most this many studies, listed (None: 50) or fetched (None: all).
        db: the store.
        progress: told how far the work has come.

    Returns:
        `total`, `looked_up`, `points`, `points_ranked_anew`, `fetch` (None, or what came of it) and `sources`.

    Raises:
        InputError: a kind cannot be read or its study is not in the store, `again` without `fetch`, no store.
    """
    if again and not fetch:
        raise InputError("--again asks Crossref: say --fetch too", ["--fetch"])
    judged = _judged(kind)
    with needed_store(db) as database:
        moved = sum(judge_study(database, doi, what) for doi, what in judged)
        report = None
        if fetch:
            settings = FetchSettings(mailto=mailto or os.environ.get("QUINARY_MAILTO", ""), base=crossref or CROSSREF)
            report = fetch_records(database, settings, again=again, limit=limit, progress=progress).as_dict()
        with database.read() as connection:
            found = studies_in(connection)
    return {
        "total": len(found),
        "looked_up": sum(study.record is not None for study in found),
        "points": sum(study.n_points for study in found),
        "points_ranked_anew": moved,
        "fetch": report,
        "sources": [study.as_dict() for study in found[: _LISTED if limit is None else limit]],
    }


def _judged(kind: Pairs) -> list[tuple[str, str]]:
    """(DOI, kind) pairs; a DOI may hold `=` itself."""
    if kind is None:
        return []
    if not isinstance(kind, str) and hasattr(kind, "items"):
        return [(str(doi), str(what)) for doi, what in kind.items()]
    found = []
    for text in [kind] if isinstance(kind, str) else kind:
        doi, equals, what = text.rpartition("=")
        if not equals or not doi or not what:
            raise InputError(f"cannot read --kind {text!r}: write it as DOI=review")
        found.append((doi.strip(), what.strip()))
    return found
