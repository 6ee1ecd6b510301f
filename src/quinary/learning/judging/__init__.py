"""How models are judged on rows that they have not seen, and how one is chosen."""
