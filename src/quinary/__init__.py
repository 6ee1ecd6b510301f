"""Quinary designs high-entropy alloys and high-entropy ceramics."""
