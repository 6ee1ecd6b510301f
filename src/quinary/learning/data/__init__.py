"""What a model learns from: tables, checks, honest splits, and features."""

from quinary.learning.data.checks import check_features, check_split, check_table, refuse_or_warn
from quinary.learning.data.feature_sets import FEATURE_SETS, Features, composition_features, table_features
from quinary.learning.data.other_labels import FEWEST_OTHERS, OtherLabels, other_labels
from quinary.learning.data.splits import SPLITS, Split, group_folds, make_splits
from quinary.learning.data.table import LearningTable, Measurement, build_table, table_of_rows

__all__ = [
    "FEATURE_SETS",
    "FEWEST_OTHERS",
    "SPLITS",
    "Features",
    "LearningTable",
    "Measurement",
    "OtherLabels",
    "Split",
    "build_table",
    "check_features",
    "check_split",
    "check_table",
    "composition_features",
    "group_folds",
    "make_splits",
    "other_labels",
    "refuse_or_warn",
    "table_features",
    "table_of_rows",
]
