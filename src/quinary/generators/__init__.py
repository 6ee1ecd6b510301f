"""Plug-ins of kind generators."""
