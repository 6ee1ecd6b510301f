"""The default generator: first which elements, then how much of each."""
