"""What is asked for: requests and their words, candidates, and properties as functions of the fractions."""

from quinary.requests.candidate import Candidate, FoundProperty, PredictedProperty, Verdict
from quinary.requests.forms import Form, Linear, Numerical, Ratio, RootProduct, slopes
from quinary.requests.request import SMALLEST, Limits, Request, Seed
from quinary.requests.stated import interval_stated
from quinary.requests.wishes import aims

__all__ = [
    "SMALLEST",
    "Candidate",
    "Form",
    "FoundProperty",
    "Limits",
    "Linear",
    "Numerical",
    "PredictedProperty",
    "Ratio",
    "Request",
    "RootProduct",
    "Seed",
    "Verdict",
    "aims",
    "interval_stated",
    "slopes",
]
