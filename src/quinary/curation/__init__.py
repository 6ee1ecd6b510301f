"""Curation: what is doubtful in the data, why, what would put it right, and what a person decided."""
