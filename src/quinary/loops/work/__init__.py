"""Pieces of work: what a change calls for, who takes it, what became of it."""
