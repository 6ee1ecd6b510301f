"""What is asked for: requests and their words, candidates, and properties as functions of the fractions."""
