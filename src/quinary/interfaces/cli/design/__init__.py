"""The commands that compute, look at spaces, and invent."""
