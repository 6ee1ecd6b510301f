"""Two tables of metals: measured shear moduli, and the oxides that form on them in hot air."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from quinary.reference.elements import data_rows, describe_column, element_column

__all__ = ["measured_moduli", "metals_with_measured_moduli", "oxide_volumes"]


@functools.cache
def _shear_moduli() -> dict[str, float]:
    return {row["symbol"]: float(row["shear_modulus"]) for row in data_rows("measured_moduli.csv")}


def metals_with_measured_moduli() -> frozenset[str]:
    """The elements whose bulk and shear modulus were measured at room temperature."""
    return frozenset(_shear_moduli()).intersection(element_column("bulk_modulus_metal"))


def measured_moduli(elements: tuple[str, ...]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Bulk and shear modulus at room temperature, GPa, each of shape (n_elements,), NaN where not measured.

    Source: `describe_column("measured_moduli", "shear_modulus")`.
    """
    bulk, shear = element_column("bulk_modulus_metal"), _shear_moduli()
    columns = [[table.get(symbol, np.nan) for symbol in elements] for table in (bulk, shear)]
    return np.array(columns[0]), np.array(columns[1])


@functools.cache
def _oxides() -> dict[str, float]:
    mass = element_column("mass")
    describe_column("scale_oxides", "density")
    volumes = {}
    for row in data_rows("scale_oxides.csv"):
        n_metal, n_oxygen = float(row["metal_per_formula"]), float(row["oxygen_per_formula"])
        volumes[row["symbol"]] = (mass[row["symbol"]] + mass["O"] * n_oxygen / n_metal) / float(row["density"])
    return volumes


def oxide_volumes(elements: tuple[str, ...]) -> NDArray[np.float64]:
    """Volume of the scale oxide that holds one mole of the metal, cm^3/mol, shape (n_elements,), NaN where not tabulated.

    The oxides are those that form in air at high temperature: Al2O3, Cr2O3, TiO2, Nb2O5, WO3, ...
    """
    known = _oxides()
    return np.array([known.get(symbol, np.nan) for symbol in elements])
