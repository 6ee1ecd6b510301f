import numpy as np
import pytest

from quinary.errors import InputError
from quinary.spaces.limits import SiteLimits, SpaceLimits
from quinary.spaces.linear import LinearLimit, property_limits


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"elements": ()}, "at least one element"),
        ({"elements": ("Ti", "Ti")}, "twice"),
        ({"elements": ("Ti", "Xx")}, "unknown element"),
        ({"elements": ("Ti", "V"), "fractions": {"Ti": (0.6, 0.4)}}, "contradicts itself"),
        ({"elements": ("Ti", "V"), "fractions": {"Ti": (0.6, 1), "V": (0.6, 1)}}, "more than 1"),
        ({"elements": ("Ti", "V"), "fractions": {"Ti": (0, 0.4), "V": (0, 0.4)}}, "less than 1"),
        ({"elements": ("Ti", "V"), "fractions": {"W": (0.1, 0.4)}}, "not among the elements"),
        ({"elements": ("Ti", "V"), "n_components": (3, 4)}, "3 components"),
        ({"elements": ("Ti", "V"), "fractions": {"Ti": (0.1, 1), "V": (0.1, 1)}, "n_components": (1, 1)}, "only 1"),
        ({"elements": ("Ti", "V"), "step": 0.3}, "does not divide 1"),
        ({"elements": ("Ti", "V"), "linear": (LinearLimit("cost", {"Ti": 1.0}, high=2.0),)}, "no coefficient for V"),
    ],
)
def test_contradictions_are_refused_in_words(arguments: dict, words: str) -> None:
    with pytest.raises(InputError, match=words):
        SpaceLimits.alloy(**arguments)


def test_allows_checks_every_kind_of_limit() -> None:
    limits = SpaceLimits(
        (SiteLimits(("Ti", "V", "W"), {"Ti": (0.2, 1)}, (2, 2), smallest=0.1),),
        linear=property_limits("density", ("Ti", "V", "W"), 0, 12),
    )
    rows = [[0.5, 0.5, 0], [0.1, 0.9, 0], [0.4, 0.3, 0.3], [0.95, 0.05, 0], [0.2, 0, 0.8], [0.5, 0.4, 0]]
    assert limits.allows(np.array(rows)).tolist() == [True, False, False, False, False, False]


def test_linear_limits_use_the_shares_of_the_sites() -> None:
    limits = SpaceLimits(
        (SiteLimits(("Ti", "V"), sites=1), SiteLimits(("O",), sites=2)),
        linear=(LinearLimit("x", {"Ti": 3.0, "V": 6.0, "O": 0.0}, high=1.5),),
    )
    assert limits.meets_linear(np.array([[0.6, 0.4, 1.0], [0.4, 0.6, 1.0]])).tolist() == [True, False]


def test_density_rows_are_the_rule_of_mixtures() -> None:
    elements = ("Ti", "W")
    limits = SpaceLimits.alloy(elements, linear=property_limits("density", elements, 8.0, 14.0))
    share = np.linspace(0, 1, 101)
    density = ((1 - share) * 47.867 + share * 183.84) / ((1 - share) * 10.58 + share * 9.47)
    inside = limits.meets_linear(np.column_stack([1 - share, share]))
    np.testing.assert_array_equal(inside, (density >= 8) & (density <= 14))


def test_properties_without_linear_limit_and_unknown_values_are_refused() -> None:
    with pytest.raises(InputError, match="unknown property with a linear limit"):
        property_limits("hardness_vickers", ("Ti",), 0, 1)
    with pytest.raises(InputError, match="price of Kr is not known"):
        property_limits("price", ("Ti", "Kr"), 0, 1)
