"""Answers as plain documents, as `--json` prints them."""

from quinary.services.documents.explanations import cluster_document, explanation_document, formulas_of
from quinary.services.documents.learning import curve_document, learned_document, study_settings
from quinary.services.documents.points import point_document, point_row

__all__ = [
    "cluster_document",
    "curve_document",
    "explanation_document",
    "formulas_of",
    "learned_document",
    "point_document",
    "point_row",
    "study_settings",
]
