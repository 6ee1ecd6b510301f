"""The properties as forms that the tests of moving and bounds use, too."""

from ..inverse.conftest import forms, nine, samples

__all__ = ["forms", "nine", "samples"]
