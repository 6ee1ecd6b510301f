"""The figures of oxide classes say what they are."""

import pytest

from quinary.errors import InputError
from quinary_benchmarks.oxide_classes import oxide_figures


def test_the_lowest_score_is_that_of_the_draws():
    try:
        figures = oxide_figures(n_seeds=2, n_trees=10)
    except InputError as reason:
        pytest.skip(str(reason))
    lowest = {name: value for name, value in figures.items() if name.endswith("_lowest_of_draws")}
    assert len(lowest) == 4
    assert 0.9 < figures["ceiling_six_classes"] < 1.0, "ten rock salts and one mixed oxide of the same cations"
    assert figures["balanced_accuracy_six_classes"] < figures["ceiling_six_classes"]
    assert all(value <= figures[name.removesuffix("_lowest_of_draws")] for name, value in lowest.items())
