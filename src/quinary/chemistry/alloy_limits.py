"""How much of the non-metals an alloy may hold before models of metals have nothing to say of it.

Dissolved: carbon, nitrogen, oxygen and hydrogen together 10 at.% (austenite, which takes up most, has 9 at.% C or 10 at.% N:
Massalski, Binary Alloy Phase Diagrams, 1990); in metals of groups 3 to 5 and in palladium 34 at.% (alpha-Ti takes up 33 at.%
O, alpha-Zr 29). Together with boron, silicon and phosphorus 25 at.%: metal-metalloid glasses have 15 to 25 (Chen 1980,
10.1088/0034-4885/43/4/001), Fe3Si 25; aluminium-silicon castings stay below. Sulphur, selenium, tellurium, halogens and noble
gases 2 at.%: no metal dissolves so much (free-cutting steel has 0.6 at.% S, as inclusions).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.matrix import CompositionMatrix, as_matrix
from quinary.reference.elements import NON_METALS

if TYPE_CHECKING:
    from quinary.chemistry.composition import Composition

__all__ = ["GAS_TAKERS", "holds_too_much", "no_alloy", "too_much_in_words"]

GAS_TAKERS: Final = frozenset({"Sc", "Y", "La", "Ti", "Zr", "Hf", "V", "Nb", "Ta", "Pd"})
_DISSOLVED: Final = frozenset({"C", "N", "O", "H"})
_METALLOIDS: Final = _DISSOLVED | {"B", "Si", "P"}
_FOREIGN: Final = NON_METALS - _METALLOIDS
_MOST_DISSOLVED: Final = 0.10
_MOST_DISSOLVED_IN_TAKERS: Final = 0.34
_MOST_METALLOIDS: Final = 0.25
_MOST_FOREIGN: Final = 0.02
_ROUNDING: Final = 1e-3  # of a share that a paper gives with one decimal in percent


def holds_too_much(matrix: CompositionMatrix) -> NDArray[np.bool_]:
    """True for rows that hold more of the non-metals than an alloy does, shape (N,)."""
    if NON_METALS.isdisjoint(matrix.elements):
        return np.zeros(len(matrix), dtype=bool)
    dissolved, metalloids, foreign, taking = (
        _sum_over(matrix, chosen) for chosen in (_DISSOLVED, _METALLOIDS, _FOREIGN, GAS_TAKERS)
    )
    most = np.where(taking >= 0.5 * (1.0 - dissolved) - _ROUNDING, _MOST_DISSOLVED_IN_TAKERS, _MOST_DISSOLVED)
    most_metalloids = np.maximum(most, _MOST_METALLOIDS)
    is_more: NDArray[np.bool_] = (
        (dissolved > most + _ROUNDING)
        | (metalloids > most_metalloids + _ROUNDING)
        | (foreign > _MOST_FOREIGN + _ROUNDING)
    )
    return is_more


def no_alloy(composition: Composition) -> str:
    """Why a composition without anions is no alloy, in words; empty where it is one, or is a ceramic."""
    if composition.is_ceramic or not holds_too_much(as_matrix([composition]))[0]:
        return ""
    return too_much_in_words(composition)


def too_much_in_words(composition: Composition) -> str:
    """What a composition of which `holds_too_much` is true holds too much of."""
    shares = {symbol: share for symbol, share in composition.atomic_fractions.items() if symbol in NON_METALS}
    held = ", ".join(f"{100 * share:.3g} at.% {symbol}" for symbol, share in shares.items())
    return (
        f"it holds {held}, more than an alloy does; the sites of a ceramic are written in brackets, such as (TiZrHf)N"
    )


def _sum_over(matrix: CompositionMatrix, chosen: frozenset[str]) -> NDArray[np.float64]:
    columns = [column for column, symbol in enumerate(matrix.elements) if symbol in chosen]
    total: NDArray[np.float64] = matrix.fractions[:, columns].sum(axis=1)
    return total
