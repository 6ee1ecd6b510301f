"""Readers: files of measured and calculated values -> data points, in a stream, with a reason for each row refused."""
