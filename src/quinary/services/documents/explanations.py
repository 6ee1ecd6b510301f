"""Explanations and maps of learning tables as JSON documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from quinary.chemistry.matrix import CompositionMatrix
    from quinary.learning.explain import ClusterMap, Explanation, Importance

__all__ = ["cluster_document", "explanation_document", "formulas_of"]


def explanation_document(found: Explanation, report: str = "") -> dict[str, Any]:
    """What `quinary explain --json` prints."""
    return {
        "property": found.table.property,
        "unit": found.table.unit,
        "rows": len(found.table),
        "model": found.settings.model,
        "mae": {"model": found.model_error, "mean": found.mean_error, "median": found.median_error},
        "importance": {
            "permutation": _importances(found.permutation),
            "drop_column": _importances(found.dropped),
            "shapley": _importances(found.shares),
        },
        "partial_dependence": [curve.document() for curve in found.curves],
        "elements": [
            {"element": e.element, "step": e.step, "change": e.change, "spread": e.spread, "rows": e.n_rows}
            for e in found.elements
        ],
        "formula": _formula(found),
        "mixing_law": _law(found),
        "warnings": list(found.warnings),
        "report": report,
    }


def _formula(found: Explanation) -> dict[str, Any] | None:
    """`mae` is null where the formula has no terms: it is a constant then."""
    formula = found.formula
    if formula is None:
        return None
    return {
        **formula.formula.document(),
        "mae": formula.held_out_error,
        "stability": formula.stability.document(),
    }


def _law(found: Explanation) -> dict[str, Any] | None:
    """`mae` is of the same folds as those of model, mean and median; `law` is null where it does not beat both clearly."""
    if found.law is None:
        return None
    law = found.law.law
    return {**({"law": None} if law is None else law.document()), "mae": found.law.held_out_error}


def _importances(ranked: Sequence[Importance]) -> list[dict[str, Any]]:
    """Shares have no `p_value` and no `is_clear`: they are never negative, so nothing tells them from zero."""
    return [
        {"features": list(one.names), "value": one.value, "error": one.error}
        | ({} if one.p_value is None else {"p_value": one.p_value, "is_clear": one.is_clear})
        for one in ranked
    ]


def formulas_of(matrix: CompositionMatrix, fractions: Iterable[NDArray[np.float64]], kind: str) -> list[str]:
    """Formulas of rows of fractions, shape (N, n_elements); `kind` is `alloy` or the anion of a ceramic."""
    from quinary.chemistry.composition import Composition
    from quinary.reference.precursors import ANIONS_PER_CATION

    found = []
    for row in fractions:
        shares = {s: round(float(x), 4) for s, x in zip(matrix.elements, row, strict=True) if x > 0}
        is_alloy = kind == "alloy"
        made = Composition.alloy(shares) if is_alloy else Composition.ceramic(shares, {kind: ANIONS_PER_CATION[kind]})
        found.append(made.formula)
    return found


def cluster_document(found: ClusterMap, matrix: CompositionMatrix, kind: str, name: str) -> dict[str, Any]:
    """What `quinary clusters --json` prints."""
    formulas = formulas_of(matrix, matrix.fractions, kind)
    centres = formulas_of(matrix, [group.centre for group in found.groups], kind)
    voids = formulas_of(matrix, [void.fractions for void in found.voids], kind)
    notes = []
    if not found.is_grouped:
        notes.append(
            f"the largest silhouette is {found.silhouette:.2f}: the compositions are one cloud, the groups an arbitrary cut"
        )
    if found.method == "umap":
        notes.append("distances and sizes on a UMAP mean little; only neighbourhood does")
    return {
        "property": name,
        "method": found.method,
        "rows": len(matrix),
        "axes": [{"share": share, "features": list(features)} for share, features in found.axes],
        "algorithm": found.algorithm,
        "silhouette": found.silhouette,
        "silhouettes": found.silhouettes,
        "groups": [
            {
                "size": group.size,
                "centre": centre,
                "elements": dict(group.elements),
                "nearest_known": formulas[group.nearest_row],
                "distance": group.distance,
            }
            for group, centre in zip(found.groups, centres, strict=True)
        ],
        "voids": [
            {
                "place": void.place.tolist(),
                "radius": void.radius,
                "formula": formula,
                "distance": void.distance,
            }
            for void, formula in zip(found.voids, voids, strict=True)
        ],
        "coordinates": found.coordinates.tolist(),
        "labels": found.labels.tolist(),
        "formulas": formulas,
        "notes": notes,
    }
