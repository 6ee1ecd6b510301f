"""What a model learns from: tables, checks, honest splits, and features."""
