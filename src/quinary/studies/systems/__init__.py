"""The machine-learning systems for high-entropy ceramics, one file each: `quinary reproduce NAME` runs `NAME.py`."""
