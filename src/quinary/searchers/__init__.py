"""Plug-ins of kind searchers."""
