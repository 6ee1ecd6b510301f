"""Plug-ins of kind readers."""
