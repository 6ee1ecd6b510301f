"""The store: points, materials and what was done with them, in SQLite or PostgreSQL."""
