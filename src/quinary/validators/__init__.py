"""Validators: candidate -> verdict and points, one rung of the ladder each. One file, one plug-in."""
