"""Atoms in cells: prototypes of alloys and ceramics, and their ordered derivatives with degeneracies."""
