"""Whole stories told with Quinary: the demo, the papers, the benches."""
