"""The detectors: one file each; each looks for one kind of error."""
