"""What leaves the store: exports, snapshots, citations, and the licences that must allow it."""
