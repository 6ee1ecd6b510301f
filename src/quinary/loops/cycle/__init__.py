"""The cycle: pass after pass over what changed, by one process or by many."""
