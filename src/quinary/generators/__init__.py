"""Generators: request -> compositions. One file, one plug-in."""
