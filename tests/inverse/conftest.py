"""The nine refractory elements of the 2023 revision, and their properties as forms."""

import numpy as np
import pytest

from quinary.constants import RAW_RICE_TO_MPA_SQRT_M
from quinary.reference.elements import column
from quinary.reference.lattices import elemental_values
from quinary.requests.forms import Linear, Ratio, RootProduct

NINE = ("Ti", "Zr", "Hf", "V", "Nb", "Ta", "Cr", "Mo", "W")


@pytest.fixture(scope="session")
def nine():
    return NINE


@pytest.fixture(scope="session")
def forms():
    """Property -> form, by table."""

    def made(elements=NINE, table="ultera2023"):
        shear, fault, poisson = (
            elemental_values(name, elements, table=table).values
            for name in ("shear_modulus", "unstable_stacking_fault_energy", "poisson_ratio")
        )
        return {
            "shear_modulus": Linear(shear),
            "fracture_toughness_rice": RootProduct(shear, 2 * fault, 1 - poisson, RAW_RICE_TO_MPA_SQRT_M),
            "density": Ratio(column("mass", elements), column("molar_volume", elements)),
        }

    return made


@pytest.fixture(scope="session")
def samples():
    """Random palettes of 4 to 6 of nine elements with random fractions, shape (N, 9)."""

    def drawn(n, seed=0):
        generator = np.random.default_rng(seed)
        found = np.zeros((n, len(NINE)))
        for row in found:
            chosen = generator.choice(len(NINE), size=generator.integers(4, 7), replace=False)
            row[chosen] = generator.dirichlet(np.full(len(chosen), 2.0))
        return found

    return drawn
