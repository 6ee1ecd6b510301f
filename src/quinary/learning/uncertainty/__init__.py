"""Calibrated intervals, and the domain in which a model may be believed."""
