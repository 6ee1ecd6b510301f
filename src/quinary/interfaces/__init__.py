"""How people and programs reach Quinary."""
