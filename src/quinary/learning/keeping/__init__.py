"""The chosen model: trained on all rows, with its card, saved, and asked as a predictor."""
