"""The six sockets that plug-ins fill, the bases that spare them the usual, and the registry that finds them."""

from quinary.plugins.bases import CeramicPredictor, Predictor
from quinary.plugins.blame import Blame, blamed
from quinary.plugins.estimates import combination_details, estimate, has_lattice
from quinary.plugins.evaluation import goal_misses, property_values
from quinary.plugins.file_readings import ColumnReading, ExplainingReaderPlugin, FileReading
from quinary.plugins.registry import (
    KINDS,
    find_plugin,
    missing_members,
    plugins,
    predictable_properties,
    predictor_of,
    predictors,
    predictors_of,
)
from quinary.plugins.rows import row_by_row
from quinary.plugins.sockets import (
    AdjustableDescriptorPlugin,
    Anions,
    DefiningReaderPlugin,
    DescriptorPlugin,
    Estimate,
    GenerationTask,
    GeneratorPlugin,
    MatrixDescriptorPlugin,
    PredictionTask,
    PredictorPlugin,
    ReaderPlugin,
    ReadOptions,
    Rejection,
    SlowValidatorPlugin,
    TableReaderPlugin,
    ValidationSettings,
    ValidatorPlugin,
)
from quinary.plugins.tasks import TaskRows, prediction_tasks, refusal
from quinary.plugins.thermodynamic_file import ThermodynamicFile, file_at

__all__ = [
    "KINDS",
    "AdjustableDescriptorPlugin",
    "Anions",
    "Blame",
    "CeramicPredictor",
    "ColumnReading",
    "DefiningReaderPlugin",
    "DescriptorPlugin",
    "Estimate",
    "ExplainingReaderPlugin",
    "FileReading",
    "GenerationTask",
    "GeneratorPlugin",
    "MatrixDescriptorPlugin",
    "PredictionTask",
    "Predictor",
    "PredictorPlugin",
    "ReadOptions",
    "ReaderPlugin",
    "Rejection",
    "SlowValidatorPlugin",
    "TableReaderPlugin",
    "TaskRows",
    "ThermodynamicFile",
    "ValidationSettings",
    "ValidatorPlugin",
    "blamed",
    "combination_details",
    "estimate",
    "file_at",
    "find_plugin",
    "goal_misses",
    "has_lattice",
    "missing_members",
    "plugins",
    "predictable_properties",
    "prediction_tasks",
    "predictor_of",
    "predictors",
    "predictors_of",
    "property_values",
    "refusal",
    "row_by_row",
]
