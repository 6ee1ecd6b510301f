from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from quinary.figures.records import ReportData, TargetSamples

ELEMENTS = ("Cr", "Hf", "Ir", "Mo", "Nb", "Ta", "Ti", "W", "Zr")
MODULI = np.array([115.0, 55.0, 220.0, 117.5, 25.0, 60.3, 45.0, 146.6, 33.1])
TOUGHNESS = np.array([0.6, 0.24, 0.75, 0.68, 0.23, 0.35, 0.22, 0.82, 0.2])


def alloys(n: int, seed: int) -> np.ndarray:
    """Alloys of three to six elements."""
    generator = np.random.default_rng(seed)
    fractions = np.zeros((n, len(ELEMENTS)))
    for row in fractions:
        chosen = generator.choice(len(ELEMENTS), size=generator.integers(3, 7), replace=False)
        row[chosen] = generator.dirichlet(np.full(len(chosen), 3.0))
    return fractions


def values_of(fractions: np.ndarray) -> dict[str, np.ndarray]:
    return {"shear_modulus": fractions @ MODULI, "fracture_toughness_rice": fractions @ TOUGHNESS}


def target(name: str, wanted: Mapping[str, float], seed: int, n: int = 60) -> TargetSamples:
    fractions = alloys(n, seed)
    values = values_of(fractions)
    return TargetSamples(
        name, wanted, fractions, values, float(np.median(values["shear_modulus"])), 0.4, 0.08, 0.05, 12
    )


def candidate(formula: str = "Hf20Mo30Nb50", **changes: Any) -> dict[str, Any]:
    properties = {
        "shear_modulus": {"value": 58.72, "unit": "GPa", "uncertainty": 4.21, "method": "lc", "in_domain": True},
        "price": {"value": 120.0, "unit": "USD/kg", "uncertainty": 0.0, "method": "lc", "in_domain": False},
    }
    entry = {
        "id": "Q0123456789", "formula": formula, "properties": properties, "novelty": 0.214, "nearest_known": "HfMoNb",
        "generator": "cgan", "seed": 0, "is_moved": True, "lineage": {"distance_moved": 0.034},
        "asked": {"shear_modulus": 60.0},
    }  # fmt: skip
    return {**entry, **changes}


@pytest.fixture
def report_data() -> ReportData:
    real, generated = alloys(120, 1), alloys(90, 2)
    made = values_of(generated)
    asked = {name: column * np.random.default_rng(3).normal(1, 0.05, len(column)) for name, column in made.items()}
    corners = {"a: low G, high K": (50.0, 0.42), "d: high G, low K": (110.0, 0.5)}
    return ReportData(
        title="Main job", subtitle="embedded data", facts=[("points imported", "16,321")],
        imports=[{"source": "borg2020", "read": 9, "added": 8, "repeated": 1, "n_rejected": 3, "licence": "CC0", "doi": ""}],
        voids={"prediction": {"shear_modulus": (4912, 0), "density": (4912, 12)}, "literature": {"phases": (211, 211)}},
        elements=ELEMENTS, real=real, generated=generated, real_values=values_of(real),
        generated_values=made, asked_values=asked,
        moduli_targets=[target(f"G = {g} GPa", {"shear_modulus": float(g)}, g) for g in (30, 60, 90, 120)],
        corner_targets=[target(n, {"shear_modulus": g, "fracture_toughness_rice": k}, 7) for n, (g, k) in corners.items()],
        rare_elements={"Ir": 10}, candidates=[candidate()],
        verdicts={"Hf20Mo30Nb50": [{"rung": "calphad", "outcome": "uncertain", "reason": "BCC_A2 0.8 < 0.9", "values": {}}]},
        training={"seconds": 38.9, "n_alloys": 120, "n_left_out": 4, "settings": {"latent_size": 16, "clip": 0.1}},
    )  # fmt: skip
