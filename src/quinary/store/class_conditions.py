"""Classes of materials as SQL: the same rule as `MaterialClass.holds`, for the database to apply to whole sets."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, case, func, literal, not_, or_

from quinary.materials.classes import MaterialClass, Members, Range
from quinary.reference.elements import ANIONS
from quinary.store.schema import material

__all__ = ["in_class"]


def in_class(asked: MaterialClass) -> ColumnElement[bool]:
    """SQL for: this material belongs to the class."""
    parts: list[ColumnElement[bool]] = []
    if asked.kind != "all":
        parts.append(material.c.is_ceramic.is_(asked.kind == "ceramic"))
    if asked.anion is not None:
        parts.append(_has_anions(asked.anion))
    if asked.elements is not None:
        parts += _members(material.c.system, "-", asked.elements, _n_cations(), material.c.is_ceramic)
    if asked.n_components is not None:
        parts += _within(_n_cations(), asked.n_components)
    if asked.structure is not None or asked.n_phases is not None:
        parts.append(material.c.structure != "")
    if asked.structure is not None:
        parts += _phases(asked.structure)
    if asked.n_phases is not None:
        parts += _within(_n_names(material.c.structure, "+"), asked.n_phases)
    return and_(literal(True), *parts)


def _holds(column: ColumnElement[str], sign: str, name: str) -> ColumnElement[bool]:
    """SQL for: one of the names that a sign joins in this column is this one."""
    wrapped = literal(sign) + column + literal(sign)
    return wrapped.contains(f"{sign}{name}{sign}", autoescape=True)


def _n_names(column: ColumnElement[str], sign: str) -> ColumnElement[int]:
    return func.length(column) - func.length(func.replace(column, sign, "")) + 1


def _n_held(column: ColumnElement[str], sign: str, names: Sequence[str]) -> ColumnElement[int]:
    counted = [case((_holds(column, sign, name), 1), else_=0) for name in dict.fromkeys(names)]
    return sum(counted, literal(0))


def _n_cations() -> ColumnElement[int]:
    """The number of elements without the anions of a ceramic; its cations are never boron, carbon, nitrogen or oxygen."""
    anions = _n_held(material.c.system, "-", sorted(ANIONS))
    return _n_names(material.c.system, "-") - case((material.c.is_ceramic.is_(True), anions), else_=0)


def _has_anions(anions: Sequence[str]) -> ColumnElement[bool]:
    """SQL for: a ceramic with exactly these anions."""
    held = [_holds(material.c.system, "-", symbol) for symbol in anions]
    others = [not_(_holds(material.c.system, "-", symbol)) for symbol in sorted(ANIONS.difference(anions))]
    return and_(material.c.is_ceramic.is_(True), *held, *others)


def _members(
    column: ColumnElement[str], sign: str, asked: Members, n_names: ColumnElement[int], is_ceramic: ColumnElement[bool]
) -> list[ColumnElement[bool]]:
    """SQL for what the cations must be: an anion of a ceramic is none of them, whatever its symbol."""

    def held(symbol: str) -> ColumnElement[bool]:
        found = _holds(column, sign, symbol)
        return and_(found, is_ceramic.is_(False)) if symbol in ANIONS else found

    parts = [held(symbol) for symbol in asked.all] + [not_(held(symbol)) for symbol in asked.none]
    if asked.only:
        counted = [case((held(symbol), 1), else_=0) for symbol in dict.fromkeys(asked.only)]
        parts.append(sum(counted, literal(0)) == n_names)
    if asked.any:
        parts.append(or_(*(held(symbol) for symbol in asked.any)))
    return parts


def _phases(asked: Members) -> list[ColumnElement[bool]]:
    column = material.c.structure
    parts = [_holds(column, "+", name) for name in asked.all] + [not_(_holds(column, "+", name)) for name in asked.none]
    if asked.only:
        # a phase may be reported twice (2BCC): what is left after all allowed names are taken away must be nothing
        rest: ColumnElement[str] = literal("+") + func.replace(column, "+", "++") + literal("+")
        for name in dict.fromkeys(asked.only):
            rest = func.replace(rest, f"+{name}+", "")
        parts.append(rest == "")
    if asked.any:
        parts.append(or_(*(_holds(column, "+", name) for name in asked.any)))
    return parts


def _within(number: ColumnElement[int], asked: Range) -> list[ColumnElement[bool]]:
    return [number >= asked.low] + ([] if asked.high is None else [number <= asked.high])
