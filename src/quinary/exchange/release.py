"""What may leave the store: the licences of the points, by source, and the refusal where one forbids it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.engine import Connection

from quinary.errors import InputError
from quinary.points.point import Source
from quinary.reference.licences import Licence, LicenceClass, licence_named
from quinary.store.queries import sources_of_points
from quinary.wording import counted

__all__ = ["SourceShare", "licence_counts", "licence_of", "released_sources"]

_MOST_NAMED: Final = 4
_MADE_HERE: Final = Licence("computed here", LicenceClass.OPEN)


@dataclass(frozen=True, slots=True)
class SourceShare:
    """A source, its licence, and how many points of it are taken along."""

    source: Source
    licence: Licence
    n_points: int


def licence_of(source: Source) -> Licence:
    """The licence of a source. What our own predictors and validators computed is nobody else's, so it is open."""
    if source.kind == "computed" and not source.licence:
        return _MADE_HERE
    return licence_named(source.licence)


def released_sources(connection: Connection, *, origin: str | None = None, is_private: bool) -> list[SourceShare]:
    """The sources of all points that would be taken along, the largest first.

    Raises:
        InputError: some have no licence, or one that does not allow passing them on, and the result is not private.
    """
    shares = [
        SourceShare(source, licence_of(source), n_points)
        for source, n_points in sources_of_points(connection, origin=origin)
    ]
    withheld = [share for share in shares if not share.licence.may_be_passed_on]
    if withheld and not is_private:
        raise InputError(_refusal(withheld), ["--private"])
    return shares


def _refusal(withheld: Sequence[SourceShare]) -> str:
    total = sum(share.n_points for share in withheld)
    named = [f"{s.source.name} ({s.licence.name}: {counted(s.n_points, 'point')})" for s in withheld[:_MOST_NAMED]]
    if len(withheld) > _MOST_NAMED:
        named.append(f"and {len(withheld) - _MOST_NAMED} more sources")
    return (
        f"{counted(total, 'point')} may not be passed on, for want of a licence that allows it: {', '.join(named)}; import "
        f"{'it' if total == 1 else 'them'} with --licence if you know it, or say --private for a file that stays with you"
    )


def licence_counts(shares: Sequence[SourceShare]) -> list[dict[str, Any]]:
    """Licence, class and number of points, the largest first."""
    totals: dict[Licence, int] = {}
    for share in shares:
        totals[share.licence] = totals.get(share.licence, 0) + share.n_points
    ordered = sorted(totals.items(), key=lambda entry: (-entry[1], entry[0].name))
    return [{"licence": licence.name, "class": licence.kind.value, "points": n} for licence, n in ordered]
