"""Claims, the journal and the bookkeeping of the loops."""
