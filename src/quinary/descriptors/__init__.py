"""Plug-ins of kind descriptors."""
