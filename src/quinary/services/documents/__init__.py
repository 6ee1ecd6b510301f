"""Answers as plain documents, as `--json` prints them."""
