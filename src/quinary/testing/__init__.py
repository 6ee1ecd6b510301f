"""Checks that a plug-in of one's own keeps the promises of its socket: `check_predictor(MyPlugin())`, in any test.

Each raises an AssertionError that names the plug-in and what it does wrong, or nothing. Quinary's own predictors, generators
and validators pass them in its contract suite.
"""

from quinary.testing.common import check_members
from quinary.testing.generators import check_generator, example_task
from quinary.testing.predictors import check_predictor
from quinary.testing.readers import check_reader
from quinary.testing.validators import check_validator

__all__ = [
    "check_generator",
    "check_members",
    "check_predictor",
    "check_reader",
    "check_validator",
    "example_task",
]
