"""Searchers: void -> documents. One file, one plug-in."""
