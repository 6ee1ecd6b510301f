"""The sites of ceramics: which parts of a formula share a sublattice, and how many sites it has per cation.

Every bracket of cations is one group of sites, and what is inside is relative: `(YHoErYbLu)2Si2O7`, `(LaNd)2Zr2O7`,
`Sr(TiZrHf)O3`. An element beside a bracket has sites of its own; neighbours whose amounts are parts of one site share it, as
in `La0.7Sr0.3(CrMn)O3`. Where the amounts of all cations are shares, as in `Hf0.2(ZrTi)0.8C`, they share one lattice. A
formula without brackets of cations has one lattice of them, unless its type has more (`quinary.chemistry.prototype_sites`)
or an oxyanion has a centre (Y2SiO5).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from quinary.chemistry.anion_choice import anions_of, is_compound, is_oxyanion
from quinary.chemistry.formula_grammar import Item
from quinary.chemistry.prototype_sites import MAX_A_ELEMENTS, max_phase_sites, oxide_prototype_sites
from quinary.chemistry.sublattices import Sublattice
from quinary.reference.elements import NON_METALS

__all__ = ["SiteReading", "sites_of_amounts", "sites_of_items"]

_ROUNDED: Final = 0.02  # what amounts that fill a site may miss a whole number by: papers round each to two decimals
_COUNTED_FROM: Final = 1.5  # anions a metal from which CN counts two anions, and does not say C0.5N0.5
_WHOLE: Final = 1e-6
_METALLIC_ANIONS: Final = frozenset({"Si", "P"})  # silicides and phosphides: an alloy may hold them too
_MOST_CARBON_VACANCIES: Final = 0.15  # of a MAX phase


@dataclass(frozen=True, slots=True)
class SiteReading:
    """The sublattices of a ceramic, the anions last, and what was taken for granted."""

    sublattices: tuple[Sublattice, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Site:
    """`count` sites of a formula unit that these elements share, in relative amounts."""

    amounts: Mapping[str, float]
    count: float

    def atoms(self) -> dict[str, float]:
        """Symbol -> atoms of a formula unit."""
        total = math.fsum(self.amounts.values())
        return {symbol: amount / total * self.count for symbol, amount in self.amounts.items()}


def sites_of_items(items: Sequence[Item]) -> SiteReading | None:
    """The sites of a formula as it is written; None if it is that of an alloy."""
    if all(symbol not in NON_METALS for item in items for symbol, _ in item.amounts):
        return None
    parts = [part for item in items if item.count > 0 for part in _taken_apart(item)]
    groups = [dict(part.amounts) for part in parts if part.is_group]
    shared = frozenset[str]().union(*(g for g in groups if len(g) > 1 and g.keys() <= NON_METALS))
    anions = anions_of(_sum_of(_absolute(part) for part in parts), shared)
    if not anions:
        return None
    cations = [part for part in parts if not anions.intersection(s for s, _ in part.amounts)]
    around = [part for part in parts if anions.issuperset(s for s, _ in part.amounts)]
    is_by_sites = any(part.is_group for part in cations) and len(cations) + len(around) == len(parts)
    if is_by_sites and not any(_holds_other_non_metals(part) for part in cations if part.is_group):
        found = _of_sites(cations, around, is_shared=bool(shared))
        if found is not None:
            return found
    loose = [part for part in parts if part not in around]
    found = _of_amounts(_sum_of((*map(_absolute, loose), _atoms_of(around))), anions, is_shared=bool(shared))
    return found or sites_of_amounts(_sum_of(map(_absolute, parts)))


def sites_of_amounts(amounts: Mapping[str, float]) -> SiteReading | None:
    """The sites of amounts of atoms, which say nothing of brackets; None if they are those of an alloy."""
    return None if NON_METALS.isdisjoint(amounts) else _of_amounts(amounts, anions_of(amounts), is_shared=False)


def _taken_apart(item: Item) -> tuple[Item, ...]:
    """The atoms of an oxyanion such as (PO4)3, which is no group of sites; else the item itself."""
    if not item.is_group or not is_oxyanion(dict(item.amounts)):
        return (item,)
    return tuple(Item(((symbol, 1.0),), amount * item.count, False) for symbol, amount in item.amounts)


def _absolute(item: Item) -> dict[str, float]:
    return {symbol: amount * item.count for symbol, amount in item.amounts}


def _n_sites(item: Item) -> float:
    """The atoms that an item stands for: what several elements share in brackets is one site each time."""
    return item.count if len(item.amounts) > 1 else math.fsum(amount for _, amount in item.amounts) * item.count


def _sum_of(parts: Iterable[Mapping[str, float]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in parts:
        for symbol, amount in part.items():
            found[symbol] = found.get(symbol, 0.0) + amount
    return found


def _holds_other_non_metals(group: Item) -> bool:
    """True for a bracket with a non-metal that shares no site with metals, as silicon does in nitrides."""
    return not NON_METALS.isdisjoint(symbol for symbol, _ in group.amounts if symbol != "Si") and len(group.amounts) > 1


def _atoms_of(anions: Sequence[Item]) -> dict[str, float]:
    return _sum_of(_Site(dict(part.amounts), _n_sites(part)).atoms() for part in anions)


def _of_sites(cations: Sequence[Item], around: Sequence[Item], *, is_shared: bool) -> SiteReading | None:
    """The reading of brackets of cations, with elements beside them."""
    sites, anion_atoms = _cation_sites(cations), _atoms_of(around)
    if _METALLIC_ANIONS.issuperset(anion_atoms) and not _states_sites(sites, around):
        return None
    atoms = _sum_of((*(site.atoms() for site in sites), anion_atoms))
    if not is_compound(atoms, frozenset(anion_atoms), has_sites=True) and not _is_max_phase(sites, anion_atoms):
        return None
    n_cations = math.fsum(site.count for site in sites)
    settled, notes = _full_carbonitride(anion_atoms, n_cations, is_shared=is_shared)
    return SiteReading(_sublattices(sites, settled), (*_notes_on_shares(cations), *notes))


def _states_sites(sites: Sequence[_Site], anions: Sequence[Item]) -> bool:
    """True for whole numbers of atoms or silicon in brackets; (CoCrFeNi)Si0.5 is an alloy with a little silicon."""
    is_whole = all(_is_whole(count) for count in (*(site.count for site in sites), *(part.count for part in anions)))
    return is_whole or all(part.is_group for part in anions)


def _cation_sites(cations: Sequence[Item]) -> list[_Site]:
    """A site for each bracket, for each element beside it, and for neighbours whose amounts fill one together."""
    counts = [part.count for part in cations]
    are_shares = any(not part.is_group for part in cations) and all(count < 1 for count in counts)
    if are_shares:
        return [_Site(_sum_of(_Site(dict(p.amounts), p.count).atoms() for p in cations), math.fsum(counts))]
    sites: list[_Site] = []
    pending: dict[str, float] = {}
    for part in cations:
        if part.is_group:
            sites += [*_filled(pending), _Site(dict(part.amounts), part.count)]
            pending = {}
            continue
        pending = _sum_of((pending, _absolute(part)))
        total = math.fsum(pending.values())
        if _is_whole(part.count) or abs(total - round(total)) <= _ROUNDED:
            sites += _filled(pending)
            pending = {}
    return sites + _filled(pending)


def _filled(pending: Mapping[str, float]) -> list[_Site]:
    total = math.fsum(pending.values())
    nearest = float(round(total))
    count = nearest if len(pending) > 1 and abs(total - nearest) <= _ROUNDED else total
    return [_Site(pending, count)] if pending else []


def _is_whole(amount: float) -> bool:
    return abs(amount - round(amount)) <= _WHOLE


def _is_max_phase(sites: Sequence[_Site], anion_atoms: Mapping[str, float]) -> bool:
    """True for M2AX, whose carbon or nitrogen are a third of its metals, full or with some sites empty."""
    between = [site for site in sites if site.amounts.keys() <= MAX_A_ELEMENTS]
    n_a = math.fsum(site.count for site in between)
    n_m = math.fsum(site.count for site in sites) - n_a
    n_x = math.fsum(anion_atoms.values())
    is_full_enough = (1 - _MOST_CARBON_VACANCIES) * n_a <= n_x <= n_a * (1 + _ROUNDED)
    return bool(between) and {"C", "N"}.issuperset(anion_atoms) and math.isclose(n_m, 2 * n_a) and is_full_enough


def _full_carbonitride(
    anion_atoms: dict[str, float], n_cations: float, *, is_shared: bool
) -> tuple[dict[str, float], tuple[str, ...]]:
    """The anions of (HfTi)CN, which share one site a metal: carbon with as much nitrogen or oxygen is known in rock salt only.

    What brackets or amounts state is left as it stands.
    """
    n_anions = math.fsum(anion_atoms.values())
    are_equal = math.isclose(min(anion_atoms.values()), max(anion_atoms.values()))
    is_such = "C" in anion_atoms and len(anion_atoms) > 1 and {"C", "N", "O"}.issuperset(anion_atoms) and are_equal
    if is_shared or not is_such or n_anions < _COUNTED_FROM * n_cations:
        return anion_atoms, ()
    full = {symbol: amount / n_anions * n_cations for symbol, amount in anion_atoms.items()}
    meant = "".join(f"{symbol}{1 / len(full):.3g}" for symbol in full)
    return full, (
        f"{''.join(full)} is read as {meant}: carbides with {' and '.join(sorted(set(full) - {'C'}))} have one anion a metal",
    )


def _notes_on_shares(cations: Sequence[Item]) -> tuple[str, ...]:
    """A note on each bracket of fractions that do not sum to one."""
    notes = []
    for part in cations:
        inside = [amount for _, amount in part.amounts if amount > 0]
        if part.is_group and max(inside) < 1 and abs(math.fsum(inside) - 1.0) > _ROUNDED:
            text = "".join(f"{symbol}{amount:g}" for symbol, amount in part.amounts)
            notes.append(f"the amounts in ({text}) sum to {math.fsum(inside):.4g} and are read as shares of one site")
    return tuple(notes)


def _of_amounts(amounts: Mapping[str, float], anions: frozenset[str], *, is_shared: bool) -> SiteReading | None:
    """The reading of amounts that no bracket of cations divides."""
    present = {symbol: amount for symbol, amount in amounts.items() if amount > 0}
    layered = max_phase_sites(present)
    if layered is None and not is_compound(present, anions):
        return None
    anion_atoms = {symbol: present[symbol] for symbol in present if symbol in anions}
    cations = {symbol: amount for symbol, amount in present.items() if symbol not in anions}
    n_cations = math.fsum(cations.values())
    divided = layered or (oxide_prototype_sites(cations, anion_atoms["O"]) if anions == {"O"} else None)
    if divided is not None:
        sites = [_Site(site, math.fsum(site.values())) for site in divided.sites]
        where = " and ".join("".join(site) for site in divided.sites)
        note = f"read as {divided.prototype}: {where} have sites of their own"
        return SiteReading(_sublattices(sites, anion_atoms), (note,))
    centres = NON_METALS.intersection(cations) if "O" in anions else frozenset()
    metals = {symbol: amount for symbol, amount in cations.items() if symbol not in centres}
    parts = [part for part in (metals, *({s: a} for s, a in cations.items() if s in centres)) if part]
    settled, notes = _full_carbonitride(anion_atoms, n_cations, is_shared=is_shared)
    return SiteReading(_sublattices([_Site(part, math.fsum(part.values())) for part in parts], settled), notes)


def _sublattices(sites: Sequence[_Site], anion_atoms: Mapping[str, float]) -> tuple[Sublattice, ...]:
    n_cations = math.fsum(site.count for site in sites)
    cations = tuple(Sublattice.of(site.amounts.items(), site.count / n_cations) for site in sites)
    return (*cations, Sublattice.of(anion_atoms.items(), math.fsum(anion_atoms.values()) / n_cations))
