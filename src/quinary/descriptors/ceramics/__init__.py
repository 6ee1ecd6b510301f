"""The closed forms of ceramics, each a function of the fractions of the metals."""

from quinary.descriptors.ceramics.elasticity import cell_misfit, group_6_share, mixed_moduli, precursor_mean
from quinary.descriptors.ceramics.estimates import (
    ceramic_estimate,
    ceramic_matrix,
    estimated_moduli,
    is_like_the_binaries,
    metals_with,
    passed_on,
    source_words,
)
from quinary.descriptors.ceramics.formulas import CERAMIC_DESCRIPTORS, ceramic_descriptors, describe_ceramics
from quinary.descriptors.ceramics.matrix import CeramicMatrix
from quinary.descriptors.ceramics.means import mass_density
from quinary.descriptors.ceramics.oxide_factors import bartel_tolerance_factor, goldschmidt_tolerance_factor
from quinary.descriptors.ceramics.oxide_sites import OxideSite, oxide_sites

__all__ = [
    "CERAMIC_DESCRIPTORS",
    "CeramicMatrix",
    "OxideSite",
    "bartel_tolerance_factor",
    "cell_misfit",
    "ceramic_descriptors",
    "ceramic_estimate",
    "ceramic_matrix",
    "describe_ceramics",
    "estimated_moduli",
    "goldschmidt_tolerance_factor",
    "group_6_share",
    "is_like_the_binaries",
    "mass_density",
    "metals_with",
    "mixed_moduli",
    "oxide_sites",
    "passed_on",
    "precursor_mean",
    "source_words",
]
