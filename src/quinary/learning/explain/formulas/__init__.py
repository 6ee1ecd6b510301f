"""Formulas found in data: terms whose units fit, searched, chosen, and tried again on resamples."""
