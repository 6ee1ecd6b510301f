"""Plug-ins of kind validators."""
