"""Descriptors in scikit-learn's shape; apart from their neighbours because these modules load scikit-learn."""
