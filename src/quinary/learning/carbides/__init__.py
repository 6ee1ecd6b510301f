"""What is learned of carbides alone: single phases and entropy-forming ability."""

from quinary.learning.carbides.efa_calibration import (
    CalibratedEfa,
    Calibration,
    CalibrationRow,
    PhaseThreshold,
    element_folds,
    fit_calibration,
    fit_threshold,
    held_out,
    pair_folds,
    random_folds,
)
from quinary.learning.carbides.single_phase import SinglePhaseModel, embedded_model, fit_single_phase

__all__ = [
    "CalibratedEfa",
    "Calibration",
    "CalibrationRow",
    "PhaseThreshold",
    "SinglePhaseModel",
    "element_folds",
    "embedded_model",
    "fit_calibration",
    "fit_single_phase",
    "fit_threshold",
    "held_out",
    "pair_folds",
    "random_folds",
]
