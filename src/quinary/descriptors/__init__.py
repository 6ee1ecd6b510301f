"""Descriptors: closed forms of a composition, computed when asked. The files beside the folders are the plug-ins."""
