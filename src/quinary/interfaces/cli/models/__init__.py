"""The commands on learned models."""
