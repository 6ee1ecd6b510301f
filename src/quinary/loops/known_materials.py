"""What is known: the compositions of the store and of the embedded tables, which count as known in every store."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Final

from quinary.chemistry.composition import Composition
from quinary.chemistry.identity import composition_key
from quinary.plugins import Anions
from quinary.readers.embedded import EMBEDDED, embedded_points
from quinary.reference.carbide_phases import phase_labels
from quinary.reference.forming_abilities import published_abilities
from quinary.reference.precursors import ANIONS_PER_CATION, precursor_column
from quinary.store.database import Database
from quinary.store.queries import find_materials
from quinary.store.refusals import refused_compositions

__all__ = ["known_alloys", "known_ceramics"]

_VACANCIES: Final = 0.1  # relative difference of the anions up to which a ceramic is taken as the same


@functools.cache
def _embedded_compositions() -> tuple[Composition, ...]:
    found: dict[str, Composition] = {}
    for name in EMBEDDED:
        for point in embedded_points(name):
            found.setdefault(point.material.composition_key, point.material.composition)
    return tuple(found.values())


def known_alloys(database: Database | None, *, is_reported: bool = False) -> list[Composition]:
    """Every known alloy once: the embedded tables, and the known materials of the store.

    The reported ones are those to learn from and to measure novelty against: an alloy that was invented here and only judged
    by rules or an equilibrium is no evidence, but it is not invented twice either.
    """
    found = _with_the_store(_embedded_compositions(), database, is_reported=is_reported)
    return [entry for entry in found if not entry.is_ceramic]


def known_ceramics(database: Database | None, anions: Anions, *, is_reported: bool = False) -> list[Composition]:
    """Every known ceramic with these anions (atoms per cation) and one cation sublattice, each once.

    The embedded ones are the binaries, and the carbides with a published phase or entropy-forming ability.
    """
    found = _with_the_store(_embedded_ceramics(), database, is_reported=is_reported)
    return [entry for entry in found if len(entry.sublattices) == 2 and _has_anions(entry, anions)]


def _with_the_store(
    embedded: Iterable[Composition], database: Database | None, *, is_reported: bool
) -> list[Composition]:
    """Each composition once, without those of which a person has accepted all reported values of the store as wrong."""
    found = {composition_key(entry): entry for entry in embedded}
    if database is not None:
        with database.read() as connection:
            for key in refused_compositions(connection):
                found.pop(key, None)
            for stored in find_materials(connection, is_known=True, is_reported=is_reported):
                found.setdefault(stored.material.composition_key, stored.material.composition)
    return list(found.values())


@functools.cache
def _embedded_ceramics() -> tuple[Composition, ...]:
    """The binaries, and the carbides with a published phase or entropy-forming ability."""
    binaries = [
        Composition.ceramic({metal: 1.0}, {anion: n_anions})
        for anion, n_anions in ANIONS_PER_CATION.items()
        for metal in precursor_column(anion, "volume")
    ]
    formulas = [*(entry.formula for entry in published_abilities()), *(entry.formula for entry in phase_labels())]
    return (*binaries, *map(Composition.of, formulas))


def _has_anions(composition: Composition, anions: Anions) -> bool:
    """True for the same anions in nearly the same amounts: a carbide with some vacancies is still that carbide."""
    found = composition.anions
    return found.keys() == dict(anions).keys() and all(abs(found[symbol] - n) < _VACANCIES * n for symbol, n in anions)
