"""Why a property is what it is: importance, effects, formulas, maps."""

from quinary.learning.explain.clusters import ClusterMap, cluster_map
from quinary.learning.explain.explanation import Explanation, ExplanationSettings, explain_table
from quinary.learning.explain.importance import Importance
from quinary.learning.explain.partial_dependence import PartialDependence

__all__ = [
    "ClusterMap",
    "Explanation",
    "ExplanationSettings",
    "Importance",
    "PartialDependence",
    "cluster_map",
    "explain_table",
]
