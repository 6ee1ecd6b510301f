"""Composition spaces: what a composition may be, and counting, listing, sampling, linking and rounding within it."""
