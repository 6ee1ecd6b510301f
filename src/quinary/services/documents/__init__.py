"""Answers as plain documents, as `--json` prints them. No face: a verb loads the file that it needs, and no other."""
