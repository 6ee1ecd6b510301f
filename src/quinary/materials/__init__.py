"""Unique materials: which of their points counts, what they should have, and what is missing."""
