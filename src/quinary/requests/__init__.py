"""What is asked for: requests and their words, candidates, and properties as functions of the fractions."""

from quinary.requests.candidate import Candidate, FoundProperty, PredictedProperty, Verdict
from quinary.requests.design_policy import DesignPolicy, default_design_policy
from quinary.requests.forms import Form, Linear, Numerical, Ratio, RootProduct, slopes
from quinary.requests.request import ANY_NUMBER, SMALLEST, Limits, Request, Seed
from quinary.requests.stated import interval_stated
from quinary.requests.wishes import aims

__all__ = [
    "ANY_NUMBER",
    "SMALLEST",
    "Candidate",
    "DesignPolicy",
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
    "default_design_policy",
    "interval_stated",
    "slopes",
]
