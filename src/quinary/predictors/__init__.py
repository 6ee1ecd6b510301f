"""Predictors: composition and conditions -> value, spread, domain. One file, one plug-in or a family."""
