"""The closed forms of alloys, each a function of fractions."""

from quinary.descriptors.alloys.block_sums import missing_values
from quinary.descriptors.alloys.elastic_averages import poisson_ratio, youngs_modulus
from quinary.descriptors.alloys.elasticity import CUBIC_LATTICES, cubic_values
from quinary.descriptors.alloys.electronic import electronegativity_difference
from quinary.descriptors.alloys.entropy_enthalpy import mixing_enthalpy, mixing_entropy
from quinary.descriptors.alloys.formulas import (
    ALLOY_DESCRIPTORS,
    OF_COMPOUNDS,
    alloy_descriptors,
    depends_on_columns,
    describe_alloys,
    needed_sums,
)
from quinary.descriptors.alloys.fracture import griffith_toughness, mazhnik_oganov_toughness, niu_toughness
from quinary.descriptors.alloys.hardness_models import (
    chen_hardness,
    mazhnik_oganov_hardness,
    teter_hardness,
    tian_hardness,
)
from quinary.descriptors.alloys.linear_combination import (
    LATTICE_PROPERTIES,
    average,
    combine,
    element_combination,
    lattice_weights,
)
from quinary.descriptors.alloys.mixtures import mixture_density, mixture_price
from quinary.descriptors.alloys.size import size_mismatch
from quinary.descriptors.alloys.solid_solution_strength import (
    EDGE_LATTICES,
    EDGE_MISFIT_PERCENT,
    EdgeBarrier,
    edge_barrier,
    misfit_percent,
    yield_stress,
)
from quinary.descriptors.alloys.sums import pair_sum, variance

__all__ = [
    "ALLOY_DESCRIPTORS",
    "CUBIC_LATTICES",
    "EDGE_LATTICES",
    "EDGE_MISFIT_PERCENT",
    "LATTICE_PROPERTIES",
    "OF_COMPOUNDS",
    "EdgeBarrier",
    "alloy_descriptors",
    "average",
    "chen_hardness",
    "combine",
    "cubic_values",
    "depends_on_columns",
    "describe_alloys",
    "edge_barrier",
    "electronegativity_difference",
    "element_combination",
    "griffith_toughness",
    "lattice_weights",
    "mazhnik_oganov_hardness",
    "mazhnik_oganov_toughness",
    "misfit_percent",
    "missing_values",
    "mixing_enthalpy",
    "mixing_entropy",
    "mixture_density",
    "mixture_price",
    "needed_sums",
    "niu_toughness",
    "pair_sum",
    "poisson_ratio",
    "size_mismatch",
    "teter_hardness",
    "tian_hardness",
    "variance",
    "yield_stress",
    "youngs_modulus",
]
