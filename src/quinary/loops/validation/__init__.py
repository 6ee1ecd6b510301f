"""The validation loop: candidates climb the ladder of rungs."""
