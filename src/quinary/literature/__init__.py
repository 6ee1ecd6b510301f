"""What is read from and about the literature: records of studies."""
