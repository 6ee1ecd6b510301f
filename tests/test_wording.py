"""Numbers in sentences."""

import pytest

from quinary.wording import counted, rounded, with_spread


def test_a_number_with_its_noun():
    assert [counted(1, "point"), counted(1250, "point"), counted(2, "study", "studies")] == [
        "1 point", "1,250 points", "2 studies",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "text"), [(157.9, "160"), (122_345.0, "120000"), (0.09842, "0.098"), (1.2e-5, "1.2e-05"), (0.0, "0")]
)
def test_two_digits_without_exponents(value, text):
    assert rounded(value, 2) == text


def test_a_number_and_its_spread():
    assert with_spread(69.181234, 5.0) == "69.18 ± 5"
    assert with_spread(69.181234, None) == "69.18"
