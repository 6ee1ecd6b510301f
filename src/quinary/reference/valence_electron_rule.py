"""The rule of the valence electrons: which lattice a solid solution of several principal elements has.

Source: Guo et al. 2011, 10.1063/1.3587228: fcc from 8.0 valence electrons an atom on, bcc below 6.87, both in between.
"""

from __future__ import annotations

from typing import Final

__all__ = ["BCC_BELOW", "FCC_FROM"]

BCC_BELOW: Final = 6.87  # valence electrons an atom
FCC_FROM: Final = 8.0  # valence electrons an atom
