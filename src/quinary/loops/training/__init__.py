"""The models of a store: what they learn from, when they are trained again, where they are kept."""
