"""Anions as a person writes them."""

import pytest

from quinary.chemistry.anions import anions_named
from quinary.errors import InputError


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("C", (("C", 1.0),)),
        ("B", (("B", 2.0),)),
        ("B2", (("B", 2.0),)),
        ("C0.5N0.5", (("C", 0.5), ("N", 0.5))),
        ("CN", (("C", 0.5), ("N", 0.5))),
        ("(C0.75N0.25)", (("C", 0.75), ("N", 0.25))),
    ],
)
def test_anions_fill_their_sublattice(text, found):
    assert anions_named(text) == found


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("F", "unknown anion 'F'"),
        ("Ti", "unknown anion 'Ti'"),
        ("?", "unknown anion"),
        ("", "unknown anion"),
        ("O2", "2 O a metal fit no tabulated binaries"),
        ("C0.8", "0.8 C a metal"),
        ("BC", "share no structure"),
    ],
)
def test_what_has_no_binaries_is_named(text, word):
    with pytest.raises(InputError, match=word):
        anions_named(text)
