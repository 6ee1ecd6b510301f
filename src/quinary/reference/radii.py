"""Effective ionic radii of cations (Shannon 1976, 10.1107/S0567739476001551) and the charges they have in oxides."""

from __future__ import annotations

import functools
from typing import Final

from quinary.reference.elements import data_rows

__all__ = ["OXIDE_ION_RADIUS", "SPINS", "ionic_radii", "oxide_charges"]

OXIDE_ION_RADIUS: Final = 1.40  # angstrom, coordination number 6; the scale of the table
SPINS: Final = ("high", "low")


@functools.cache
def ionic_radii(spin: str = "high") -> dict[tuple[str, int, int], float]:
    """(symbol, charge, coordination number) -> effective ionic radius, angstrom.

    Where the source has a high-spin and a low-spin radius, the one of `spin`; where it has one only, that one.
    """
    radii: dict[tuple[str, int, int], float] = {}
    for row in data_rows("ionic_radii.csv"):
        key = row["symbol"], int(row["charge"]), int(row["coordination"])
        if row["spin"] in ("", spin) or key not in radii:
            radii[key] = float(row["radius"])
    return radii


@functools.cache
def oxide_charges() -> dict[str, tuple[int, ...]]:
    """Symbol -> charges of the cation in oxides, the most common one first (Greenwood, Earnshaw 1997)."""
    return {row["symbol"]: tuple(map(int, row["charges"].split())) for row in data_rows("oxide_charges.csv")}
