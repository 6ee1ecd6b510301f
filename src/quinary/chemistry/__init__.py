"""Compositions: reading formulas, identity, and the matrix form that everything numerical uses."""
