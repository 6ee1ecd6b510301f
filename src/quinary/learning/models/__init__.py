"""Estimators of Quinary behind scikit-learn's interface, and the registry that names them."""
