"""Whole stories told with Quinary: the demo, the papers, and where benches are found."""
