"""Taking data out of the store."""
