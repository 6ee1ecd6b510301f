"""Descriptors: closed forms of a composition, computed when asked. Formulas in the folders, plug-ins beside them."""
