"""Cells and moduli of binary crystals from density-functional theory, to judge interatomic potentials by."""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass
from importlib.resources import files

__all__ = ["ReferenceCrystal", "binary_crystals"]


@dataclass(frozen=True, slots=True)
class ReferenceCrystal:
    """A crystal without free coordinates.

    Attributes:
        formula: as usually written.
        structure: its type: rock-salt, fluorite, B2, zincblende or AlB2.
        symbols: elements of the two kinds of sites of the type, in its order (fluorite: the site of Ca first).
        volume: A^3/atom.
        bulk_modulus, shear_modulus: Hill averages, GPa.
        material: identifier in the Materials Project.
    """

    formula: str
    structure: str
    symbols: tuple[str, ...]
    volume: float
    bulk_modulus: float
    shear_modulus: float
    material: str


@functools.cache
def binary_crystals() -> tuple[ReferenceCrystal, ...]:
    """Oxides, halides, nitrides, intermetallics and semiconductors with the functional PBE.

    Source: de Jong et al. 2015, 10.1038/sdata.2015.9 (Materials Project, CC-BY-4.0).
    """
    text = (files("quinary_benchmarks") / "data" / "binary_crystals.csv").read_text(encoding="utf-8")
    return tuple(
        ReferenceCrystal(
            row["formula"],
            row["structure"],
            tuple(row["symbols"].split("-")),
            float(row["volume"]),
            float(row["bulk_modulus"]),
            float(row["shear_modulus"]),
            row["material"],
        )
        for row in csv.DictReader(text.splitlines())
    )
